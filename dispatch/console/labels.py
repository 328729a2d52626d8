"""What the words of the ledger are called on the desk, and in which colour they stand."""

from __future__ import annotations

from enum import StrEnum

from flask import Flask

from dispatch.accounts.permissions import Permission
from dispatch.city.model import Words
from dispatch.city.model import in_language as words_in
from dispatch.console.i18n import _, language, marked
from storage.vocabulary import CallStatus, Channel, NotificationStatus, Priority, Role, Status

LABELS: dict[StrEnum, str] = {
    Status.DRAFT: "Draft",
    Status.NEW: "New",
    Status.NEEDS_REVIEW: "Needs review",
    Status.ASSIGNED: "Assigned",
    Status.IN_PROGRESS: "In progress",
    Status.WAITING: "Waiting",
    Status.SCHEDULED: "Scheduled",
    Status.RESOLVED: "Resolved",
    Status.CLOSED: "Closed",
    Status.DECLINED: "Declined",
    Status.DUPLICATE: "Duplicate",
    Status.REFERRED: "Referred elsewhere",
    Status.REOPENED: "Reopened",
    Priority.NORMAL: "Normal",
    Priority.HIGH: "High",
    Priority.URGENT: "Urgent",
    Channel.PHONE: "Phone",
    Channel.SMS: "Text message",
    Channel.WEB: "Web",
    Channel.OPEN311: "Open311",
    Channel.CONSOLE: "Desk",
    Channel.IMPORT: "Import",
    Channel.SYSTEM: "System",
    Role.VIEWER: "Viewer",
    Role.OPERATOR: "Operator",
    Role.SUPERVISOR: "Supervisor",
    Role.ADMINISTRATOR: "Administrator",
    NotificationStatus.PENDING: "Pending",
    NotificationStatus.SENDING: "Sending",
    NotificationStatus.SENT: "Sent",
    NotificationStatus.FAILED: "Failed",
    NotificationStatus.CANCELLED: "Cancelled",
    CallStatus.ACTIVE: "On the line",
    CallStatus.ENDED: "Ended",
    Permission.SEE_TICKETS: "See tickets",
    Permission.SEE_REPORTS: "See reports",
    Permission.SEE_CITY: "See how the city is set up",
    Permission.SEE_CONTACTS: "See who reported",
    Permission.SEE_CALLS: "See what callers say",
    Permission.CHANGE_TICKETS: "Work on tickets of their departments",
    Permission.REVIEW: "Decide what is in review",
    Permission.EXPORT: "Export lists",
    Permission.SEE_MESSAGES: "See what was sent",
    Permission.CHANGE_ANY_TICKET: "Work on tickets of all departments",
    Permission.SEE_EMERGENCIES: "See the emergencies log",
    Permission.SHARE_FILTERS: "Keep filters for everybody",
    Permission.RESEND_MESSAGES: "Send messages again",
    Permission.MANAGE_OPERATORS: "Manage operators",
}
MESSAGES = {
    "public.kept": marked("Receipt for a recorded message"),
    "public.filed": marked("Receipt"),
    "public.changed": marked("Change of status"),
    "public.done": marked("It is done"),
    "public.merged": marked("Joined another report"),
    "public.merged_ended": marked("Joined a report that has ended"),
    "public.split": marked("Worked on by itself again"),
    "public.progress": marked("How far it is"),
    "public.corrected": marked("Correction"),
    "public.asked": marked("Question to the reporter"),
    "department.filed": marked("To the department: new"),
    "department.rerouted": marked("To the department: now theirs"),
    "department.left": marked("To the department: no longer theirs"),
    "department.ended": marked("To the department: ended"),
    "department.reopened": marked("To the department: not fixed"),
    "department.comment": marked("To the department: more about it"),
    "department.overdue": marked("To the department: overdue"),
    "department.digest": marked("To the department: what came since the last e-mail"),
    "emergency": marked("Danger was heard: the call was interrupted"),
}
"""What a message is for, by the template it is written from."""
_NEW, _BUSY, _WAIT, _GOOD, _BAD, _WARN = "new", "busy", "wait", "good", "bad", "warn"
TONES: dict[StrEnum, str] = {
    Status.NEW: _NEW,
    Status.NEEDS_REVIEW: _WARN,
    Status.ASSIGNED: _NEW,
    Status.IN_PROGRESS: _BUSY,
    Status.WAITING: _WAIT,
    Status.SCHEDULED: _BUSY,
    Status.RESOLVED: _GOOD,
    Status.CLOSED: _GOOD,
    Status.REOPENED: _WARN,
    Priority.HIGH: _WARN,
    Priority.URGENT: _BAD,
    NotificationStatus.PENDING: _WAIT,
    NotificationStatus.SENDING: _BUSY,
    NotificationStatus.SENT: _GOOD,
    NotificationStatus.FAILED: _BAD,
    CallStatus.ACTIVE: _GOOD,
}
"""Those not named here stand in grey."""


def label(word: StrEnum) -> str:
    """What it is called, in the reader's language."""
    return _(LABELS[word])


def message(template: str) -> str:
    """What a message is for, in the reader's language; the template's name where it is none of ours."""
    return _(MESSAGES[template]) if template in MESSAGES else template


def tone(word: StrEnum) -> str:
    """The class of the colour it stands in; a word beside it always says the same."""
    return TONES.get(word, "plain")


def in_language(words: Words) -> str:
    """A city's own words, such as the name of a service, in the reader's language."""
    return words_in(words, language())


def name_things(app: Flask) -> None:
    """Give templates the filters `label` and `tone`, and `in_language(service.names)`."""
    app.jinja_env.filters.update(label=label, tone=tone)
    app.jinja_env.globals.update(in_language=in_language)
