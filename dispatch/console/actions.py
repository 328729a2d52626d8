"""What can be done to tickets from the desk's pages, one at a time or many at once: read from a form, and done.

Every page sends the same form: `do` says what, `ticket` to which, as "number@version", and the fields that come along
with it (`OWED`). Whether a move is allowed, and what it owes, is `workflow.py`'s business; whose tickets one may change
is `permissions.py`'s.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import msgspec
from sqlmodel import Session

from dispatch import deeds, questions, tickets, workflow
from dispatch.accounts import Account, Permission
from dispatch.city.model import City
from dispatch.console import drafts
from dispatch.console.i18n import Clock, _, marked
from dispatch.console.labels import in_language, label
from dispatch.deeds import Done
from dispatch.new_ticket import By, Spot
from dispatch.tickets import NoSuchTicket, TicketChanged
from dispatch.workflow import MoveRefused
from storage import accounts
from storage import tickets as ledger
from storage.tables import Ticket
from storage.vocabulary import Channel, Priority, Status

OWED: Mapping[str, tuple[str, ...]] = {
    "take": (),
    "accept": (),
    "assign": ("assignee",),
    "priority": ("priority", "why"),
    "service": ("service",),
    "comment": ("text",),
    "ask": ("text",),
    **{f"to:{status}": workflow.OWES.get(status, ()) for status in Status if status is not Status.DRAFT},
}
"""What a form must bring along for each thing that can be done."""
FIELD_NAMES = {
    "public": marked("What the public is told"),
    "waiting_on": marked("Waiting for"),
    "scheduled_for": marked("When"),
    "parent": marked("Number of the ticket it joins"),
    "assignee": marked("To whom"),
    "priority": marked("Priority"),
    "service": marked("Service"),
    "why": marked("Note for colleagues"),
    "text": marked("Note for colleagues"),
    "address": marked("Address"),
}
_AT_FAULT = {
    "no_parent": "parent",
    "itself": "parent",
    "no_day": "scheduled_for",
    "not_ahead": "scheduled_for",
    "no_operator": "assignee",
    "not_theirs": "assignee",
    "no_service": "service",
    "no_priority": "priority",
    "question_length": "text",
}
"""Which field of a form to mend, by why it was refused."""
NAMES = {
    "take": marked("Take"),
    "accept": marked("Accept"),
    "assign": marked("Assign to…"),
    "priority": marked("Change priority"),
    "service": marked("Change service"),
    "comment": marked("Add a note"),
    "ask": marked("Ask the reporter by text message"),
    "place": marked("Put the place right"),
    f"to:{Status.NEW}": marked("Put back among the new"),
    f"to:{Status.NEEDS_REVIEW}": marked("Send to review"),
    f"to:{Status.ASSIGNED}": marked("Mark as assigned"),
    f"to:{Status.IN_PROGRESS}": marked("Start work"),
    f"to:{Status.WAITING}": marked("Wait"),
    f"to:{Status.SCHEDULED}": marked("Schedule"),
    f"to:{Status.RESOLVED}": marked("Resolve"),
    f"to:{Status.CLOSED}": marked("Close"),
    f"to:{Status.DECLINED}": marked("Decline"),
    f"to:{Status.DUPLICATE}": marked("Merge"),
    f"to:{Status.REFERRED}": marked("Refer elsewhere"),
    f"to:{Status.REOPENED}": marked("Reopen"),
}
BULK = (
    *("take", "accept", "assign", "priority", "to:in_progress", "to:waiting", "to:scheduled", "to:resolved"),
    *("to:closed", "to:declined", "to:referred", "to:duplicate", "to:needs_review", "to:reopened"),
)
"""What makes sense for many at once."""
FURTHEST = dt.timedelta(days=3660)
"""Ten years ahead nothing is planned: the year was mistyped."""
REVIEWED = (Status.DRAFT, Status.NEEDS_REVIEW)


class Asked(msgspec.Struct, frozen=True):
    """What a form asks for."""

    do: str
    fields: dict[str, str]
    seen: dict[str, int | None]
    """Numbers, and the version each was seen at."""

    @property
    def missing(self) -> list[str]:
        """The fields it owes and does not bring."""
        return [name for name in OWED[self.do] if not self.fields.get(name, "").strip()]


def may_change(who: Account, ticket: Ticket) -> bool:
    """Whether somebody may change a ticket: it is their department's, or they may change any."""
    return who.can(Permission.CHANGE_TICKETS, ticket.department)


def perform(
    session: Session, city: City, who: Account, asked: Asked, at: dt.datetime, *, spot: Spot | None = None
) -> Done:
    """Do what was asked for, as far as it is allowed; the rest is told with its reasons. `spot` is for "place"."""
    by = By(who.email, Channel.CONSOLE, at)

    def change(number: str, seen: int | None) -> Ticket:
        ticket = ledger.by_number(session, city.slug, number)
        if ticket is None:
            raise NoSuchTicket(number)
        if not may_change(who, ticket):
            raise MoveRefused("other_department", department=_department(city, ticket))
        if spot:
            return tickets.change_place(session, city, number, spot, by, seen=seen)
        return _change(session, city, ticket, by, asked, seen)

    joining, words = _digits(asked.fields.get("parent", "")), drafts.put_into_words(asked.fields)
    return deeds.do(session, city, by, asked.do, asked.seen, change, joining=joining, words=words)


def _change(session: Session, city: City, ticket: Ticket, by: By, asked: Asked, seen: int | None) -> Ticket:
    number, fields = ticket.number, asked.fields
    why = fields.get("why", "").strip()
    match asked.do:
        case "take":
            return tickets.assign(session, city, number, by.who, by, seen=seen)
        case "assign":
            colleague = _colleague(session, city, ticket, fields["assignee"])
            return tickets.assign(session, city, number, colleague, by, why=why, seen=seen)
        case "accept":
            if ticket.status not in REVIEWED:
                raise MoveRefused("no_review", status=ticket.status)
            return tickets.change_status(session, city, number, Status.NEW, by, why=why, seen=seen)
        case "priority":
            priority = _priority(fields["priority"])
            return tickets.change_priority(session, city, number, priority, by, why=why, seen=seen)
        case "service":
            return tickets.change_service(session, city, number, fields["service"], by, why=why, seen=seen)
        case "comment":
            return tickets.comment(session, city, number, fields["text"].strip(), by)
        case "ask":
            questions.ask(session, city, ticket, fields["text"], by, seen=seen)
            return ticket
        case move:
            waits, parent = fields.get("waiting_on", ""), _digits(fields.get("parent", ""))
            if parent and ledger.by_number(session, city.slug, parent) is None:
                raise MoveRefused("no_parent", number=parent)
            return tickets.change_status(
                session,
                city,
                number,
                Status(move.removeprefix("to:")),
                by,
                why=why,
                public=fields.get("public", "").strip(),
                waiting_on="caller" if waits == "caller" else "contractor" if waits == "contractor" else None,
                scheduled_for=_moment(city, fields.get("scheduled_for", ""), at=by.at),
                parent=parent,
                seen=seen,
            )


def _colleague(session: Session, city: City, ticket: Ticket, number: str) -> str:
    found = accounts.by_id(session, int(number)) if number.isdecimal() and len(number) < 10 else None
    if found is None or not found.active:
        raise MoveRefused("no_operator")
    if not Account.of(found).may_hold(city.slug, ticket.department):
        raise MoveRefused("not_theirs", name=found.name, department=_department(city, ticket))
    return found.email


def _department(city: City, ticket: Ticket) -> str:
    department = city.departments.get(ticket.department)
    return in_language(department.names) if department else ticket.department


def _digits(written: str) -> str:
    """A ticket's number, however it is grouped."""
    return "".join(letter for letter in written if letter.isdecimal())


def _priority(written: str) -> Priority:
    if written not in set(Priority):
        raise MoveRefused("no_priority", priority=written)
    return Priority(written)


def _moment(city: City, written: str, at: dt.datetime) -> dt.datetime | None:
    """A day, or a day and an hour, on the city's clock; a day alone is meant from eight in the morning.

    It must lie between today and `FURTHEST` from now.
    """
    if not written.strip():
        return None
    try:
        moment = dt.datetime.fromisoformat(written.strip())
    except ValueError:
        raise MoveRefused("no_day", written=written) from None
    zone = ZoneInfo(city.time_zone)
    today = at.astimezone(zone).date()
    if not today <= moment.date() <= today + FURTHEST:
        clock = Clock(lambda: zone, lambda: at)
        said = clock.moment(moment.replace(tzinfo=zone)) if len(written) > 10 else clock.day(moment.date())
        raise MoveRefused("not_ahead", written=said)
    return (moment if len(written) > 10 else moment.replace(hour=8)).replace(tzinfo=zone)


def why_refused(problem: Exception) -> str:
    """What went wrong with one ticket, in the reader's language."""
    match problem:
        case MoveRefused(code=code, values=values):
            return _(workflow.REFUSALS[code], **{name: _said(value) for name, value in values.items()})
        case TicketChanged():
            return _("somebody changed it meanwhile")
        case NoSuchTicket():
            return _("there is no such ticket")
        case _other:
            return str(problem)


def at_fault(problem: Exception) -> str:
    """The field of the form that is to be mended; "" where it is none."""
    return _AT_FAULT.get(problem.code, "") if isinstance(problem, MoveRefused) else ""


def fault(asked: Asked, wrong: Mapping[str, str]) -> str:
    """What is to be said above a form that comes back: what it still owes, or why it was refused."""
    if missing := asked.missing:
        return _("Still needed: %(fields)s", fields=", ".join(_(FIELD_NAMES[name]) for name in missing))
    return _("Not possible: %(why)s", why=next(iter(wrong.values())))


def _said(value: str | int | tuple[str, ...]) -> str | int:
    """What a refusal names: statuses and what is owed, as they are called on the desk."""
    match value:
        case tuple():
            return ", ".join(str(_said(one)) for one in value)
        case Status():
            return label(value)
        case str() if value in FIELD_NAMES:
            return _(FIELD_NAMES[value])
        case _:
            return value


def next_steps(ticket: Ticket) -> dict[str, str]:
    """What may be done next with a ticket, in the order of the workflow's table, each with what it means."""
    moves = workflow.MOVES[ticket.status]
    return {
        f"to:{status}": why for status, why in moves.items() if not (ticket.status in REVIEWED and status is Status.NEW)
    }
