"""Who hears of what happens to a ticket: a rule a happening. `notifications/notices.py` finds the people and the words.

A draft is nobody's yet: nothing is told of it until a person has taken it for a report, clear or doubtful. Beyond that
the public hears of every step that means something to whoever waits for it, with or without a sentence, and departments
of what comes to them and what leaves them. A department's own system hears of every end as well; its people, who
brought it about, do not.
"""

from __future__ import annotations

from sqlmodel import Session

from dispatch.city.model import City
from dispatch.new_ticket import By
from dispatch.notifications import notices
from dispatch.workflow import ENDED, OPEN, Step
from storage import tickets as ledger
from storage.tables import Ticket, TicketEvent
from storage.vocabulary import Status

_DONE = frozenset({Status.RESOLVED, Status.CLOSED})
"""Ends of which somebody may say that they are none."""
_TO_ACT_ON = OPEN - {Status.DRAFT}


def filed(session: Session, city: City, ticket: Ticket, event: TicketEvent) -> None:
    """Tell the department that has it; and the reporter, if they asked for it: nobody else can know of it yet."""
    if ticket.status is Status.DRAFT:
        return
    notices.tell_department(session, city, ticket, event, "department.filed", ticket.description)
    notices.tell_reporter(session, city, ticket, event, "public.filed" if ticket.service else "public.kept")


def moved(session: Session, city: City, ticket: Ticket, event: TicketEvent, step: Step, by: By) -> None:
    """Tell whom a step through the workflow concerns, with the sentence that came along."""
    before = event.from_status
    if before is Status.DRAFT:
        if step.to in {Status.NEW, Status.NEEDS_REVIEW}:
            filed(session, city, ticket, event)
        elif step.public and step.to is not Status.DUPLICATE:
            notices.tell_public(session, city, ticket, event, "public.changed", by, sentence=step.public)
        return
    _tell_department(session, city, ticket, event, step)
    if step.to is Status.DUPLICATE:
        parent = ledger.by_number(session, city.slug, step.parent)
        template = "public.merged_ended" if parent and parent.closed_at else "public.merged"
        notices.tell_public(session, city, ticket, event, template, by, stands=parent, sentence=step.public)
    elif step.public or step.to is Status.REOPENED:
        template = "public.done" if step.to in _DONE else "public.changed"
        notices.tell_public(session, city, ticket, event, template, by, sentence=step.public)
    elif before is Status.DUPLICATE:
        notices.tell_public(session, city, ticket, event, "public.split", by)
    elif step.to in {Status.IN_PROGRESS, Status.SCHEDULED} or step.waiting_on == "contractor":
        notices.tell_public(session, city, ticket, event, "public.progress", by)


def _tell_department(session: Session, city: City, ticket: Ticket, event: TicketEvent, step: Step) -> None:
    if step.to is Status.REOPENED:
        notices.tell_department(session, city, ticket, event, "department.reopened", step.why)
    elif event.from_status is Status.DUPLICATE:
        notices.tell_department(session, city, ticket, event, "department.filed", ticket.description)
    elif step.to in ENDED:
        notices.tell_department(session, city, ticket, event, "department.ended", step.public, by_mail=False)


def corrected(session: Session, city: City, ticket: Ticket, event: TicketEvent, by: By) -> None:
    """Tell the public what it is about now, or where, if that is another than before and somebody is to act on it."""
    if event.data["from"] != event.data["to"] and ticket.status in _TO_ACT_ON:
        notices.tell_public(session, city, ticket, event, "public.corrected", by)


def rerouted(session: Session, city: City, ticket: Ticket, event: TicketEvent) -> None:
    """Tell the department that has to act on it from now on, and the one that has not any more."""
    if ticket.status in _TO_ACT_ON:
        notices.tell_department(session, city, ticket, event, "department.rerouted", ticket.description)
        former = event.data["from"]
        notices.tell_department(session, city, ticket, event, "department.left", "", former=former)
