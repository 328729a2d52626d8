"""The only module that changes a ticket. Telephone, text message, console, portal and Open311 are doors to it.

Every function takes an open write transaction, changes the ticket within the rules of `workflow.py`, appends to its
history who did what, when and why, and puts what people must hear of it into the outbox: all of it is kept, or none.

`seen` is the `version` of the ticket an operator had before their eyes; if it has changed since: TicketChanged.
A number the city does not have: NoSuchTicket. What the rules do not allow: MoveRefused, in words for whoever tried.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec
from sqlmodel import Session

from dispatch import deadlines, review, routing, ticket_numbers, urgency, workflow
from dispatch.city.model import City
from dispatch.history import Entry, NoSuchTicket, TicketChanged, append, open_ticket, ticket_id
from dispatch.new_ticket import By, NewTicket, Spot
from dispatch.notifications import notices
from dispatch.workflow import MoveRefused, Step
from storage import tickets as ledger
from storage.tables import Follower, Ticket
from storage.vocabulary import Channel, Priority, Status

__all__ = [
    "MoveRefused",
    "NoSuchTicket",
    "NumbersExhausted",
    "TicketChanged",
    "add_transcript",
    "assign",
    "change_place",
    "change_priority",
    "change_service",
    "change_status",
    "comment",
    "file",
    "follow",
    "keep_message",
    "merge",
    "not_fixed",
]

_DRAWS = 40


class NumbersExhausted(Exception):
    """The city has nearly as many tickets as its numbers have room for: raise `tickets.digits` in its file."""


def file(session: Session, city: City, new: NewTicket, at: dt.datetime) -> Ticket:
    """Make a ticket of a report: numbered, routed, given a deadline, and told to its department and reporter.

    Never refuses: what lacks or is doubtful goes to review with its reasons. Handed in again with the same `origin`,
    the ticket of the first time comes back and nothing else happens, also when both arrive at once.
    """
    doubts = review.reasons(city, new)
    urgent = urgency.judge(city, new)
    routed = routing.route(city, new.service, area=new.area, answers=new.answers, at=at)
    ticket = Ticket(
        **{field: getattr(new, field) for field in new.__struct_fields__ if field not in {"draft", "review"}},
        city=city.slug,
        number="",
        department=routed.department,
        routed_because=routed.because,
        status=Status.DRAFT if new.draft else Status.NEEDS_REVIEW if doubts else Status.NEW,
        priority=urgent.priority,
        priority_because=urgent.because,
        review=doubts,
        created_at=at,
        updated_at=at,
        due_at=deadlines.due(city, new.service, routed.department, urgent.priority, at),
        version=0,
    )
    stored, is_new = _store(session, city, ticket)
    if is_new:
        by = By("caller" if new.channel is Channel.PHONE else "reporter", new.channel, at)
        event = append(session, stored, by, Entry("filed", to_status=stored.status, why=routed.because))
        if stored.status is not Status.DRAFT:
            notices.tell_department(session, city, stored, event, "department.filed", stored.description)
            notices.tell_public(session, city, stored, event, "public.filed" if new.service else "public.kept")
    return stored


def keep_message(session: Session, city: City, new: NewTicket, at: dt.datetime) -> Ticket:
    """Keep a recorded message as a ticket for review; `new` names its recording. A person listens and files it."""
    if not new.recording_sid:
        raise ValueError("a message without a recording_sid cannot be found again")
    return file(session, city, new, at)


def add_transcript(
    session: Session, city: City, recording_sid: str, text: str, by: By, *, alarm: str = ""
) -> Ticket | None:
    """Put what a recorded message says beside it; None where no ticket holds that recording.

    `alarm` is what sounded like an emergency in it: the ticket becomes urgent, and its department is told so.
    """
    found = ledger.by_recording(session, city.slug, recording_sid)
    if found is None:
        return None
    ticket = open_ticket(session, city, found.number)
    ticket.transcript = text
    event = append(session, ticket, by, Entry("transcript", data={"alarm": alarm} if alarm else {}))
    if alarm:
        ticket.priority, ticket.priority_because = Priority.URGENT, f"the message sounds like an emergency: {alarm}"
        ticket.review = list(dict.fromkeys([*ticket.review, "emergency_in_transcript"]))
        notices.tell_department(session, city, ticket, event, "department.comment", f"{alarm}\n\n{text}")
    return ticket


def comment(session: Session, city: City, number: str, text: str, by: By) -> Ticket:
    """Add what somebody says about a ticket; the department hears of it unless it is the one who spoke."""
    ticket = open_ticket(session, city, number)
    event = append(session, ticket, by, Entry("comment", why=text))
    if by.channel is not Channel.CONSOLE:
        notices.tell_department(session, city, ticket, event, "department.comment", text)
    return ticket


def follow(
    session: Session,
    city: City,
    number: str,
    by: By,
    *,
    language: str,
    phone: str | None = None,
    email: str | None = None,
) -> Ticket:
    """Have somebody hear of a ticket from now on; asking twice is asking once."""
    if not (phone or email):
        raise MoveRefused("nobody can be told without a phone number or an e-mail address")
    ticket = open_ticket(session, city, number)
    known = ledger.followers(session, city.slug, ticket)
    if not any((one.phone, one.email) == (phone, email) for one in known):
        session.add(
            Follower(ticket_id=ticket_id(ticket), phone=phone, email=email, language=language, created_at=by.at)
        )
        append(session, ticket, by, Entry("follower"))
    return ticket


def not_fixed(session: Session, city: City, number: str, text: str, by: By) -> Ticket:
    """Reopen a ticket because the public says it is not fixed: same department, one step more urgent, told at once.

    Said of a duplicate, it is said of the ticket that one joined; said of one still open, it is a comment. Raises
    MoveRefused after the city's window: then it is a new report.
    """
    ticket = open_ticket(session, city, number)
    if ticket.status is Status.DUPLICATE and (parent := ledger.parent_of(session, city.slug, ticket)):
        return not_fixed(session, city, parent.number, text, by)
    if ticket.status in workflow.OPEN:
        return comment(session, city, number, text, by)
    if not workflow.can_reopen(ticket.status, ticket.closed_at, city.tickets.reopen_days, by.at):
        raise MoveRefused(f"it ended more than {city.tickets.reopen_days} days ago; file a new report")
    ticket.priority, ticket.priority_because = urgency.raised(ticket.priority), "it was said to be done, and is not"
    return _move(session, city, ticket, Step(Status.REOPENED, why=text), by)


def change_status(  # noqa: PLR0913 - what a step needs differs by step, and a door should read as a sentence
    session: Session,
    city: City,
    number: str,
    to: Status,
    by: By,
    *,
    why: str = "",
    public: str = "",
    waiting_on: Literal["caller", "contractor"] | None = None,
    scheduled_for: dt.datetime | None = None,
    parent: str = "",
    seen: int | None = None,
) -> Ticket:
    """Move a ticket through the workflow. `public` is the sentence sent to reporter and followers, its duplicates' too.

    The clock stops while it waits. `parent` is the number of the ticket a duplicate joins, with all that joined it.
    """
    step = Step(to, why, public, waiting_on, scheduled_for, parent)
    if to is Status.DUPLICATE and parent:
        return _join(session, city, number, step, by, seen)
    return _move(session, city, open_ticket(session, city, number, seen), step, by)


def merge(session: Session, city: City, number: str, into: str, by: By, *, why: str = "") -> Ticket:
    """Make a ticket a duplicate of another; its people hear what becomes of that one."""
    return change_status(session, city, number, Status.DUPLICATE, by, why=why, parent=into)


def change_service(
    session: Session, city: City, number: str, service: str, by: By, *, why: str = "", seen: int | None = None
) -> Ticket:
    """Say what a ticket is about. It goes to the department that does that, with that service's deadline."""
    if service not in city.services:
        raise MoveRefused(f"{city.slug} has no service {service!r}")
    ticket = open_ticket(session, city, number, seen)
    before, ticket.service = ticket.service, service
    ticket.review = [doubt for doubt in ticket.review if doubt != "unknown_service"]
    append(session, ticket, by, Entry("service", why=why, data={"from": before, "to": service}))
    _reroute(session, city, ticket, by)
    return ticket


def change_place(
    session: Session, city: City, number: str, spot: Spot, by: By, *, why: str = "", seen: int | None = None
) -> Ticket:
    """Say where it is, as a person has checked it. Another area may mean another department, which is then told."""
    ticket = open_ticket(session, city, number, seen)
    before = ticket.address
    for field in spot.__struct_fields__:
        setattr(ticket, field, getattr(spot, field))
    ticket.location_verified = True
    ticket.review = [
        doubt for doubt in ticket.review if doubt not in {"location_unverified", "no_place", "out_of_area"}
    ]
    append(session, ticket, by, Entry("place", why=why, data={"from": before, "to": spot.address}))
    _reroute(session, city, ticket, by)
    return ticket


def change_priority(
    session: Session, city: City, number: str, priority: Priority, by: By, *, why: str, seen: int | None = None
) -> Ticket:
    """Say how soon somebody should look, and why. The deadline stays: it was promised."""
    ticket = open_ticket(session, city, number, seen)
    before, ticket.priority, ticket.priority_because = ticket.priority, priority, why
    append(session, ticket, by, Entry("priority", why=why, data={"from": before, "to": priority}))
    return ticket


def assign(
    session: Session, city: City, number: str, assignee: str, by: By, *, why: str = "", seen: int | None = None
) -> Ticket:
    """Give a ticket to an operator, by login; one that nobody had begins to be worked on."""
    ticket = open_ticket(session, city, number, seen)
    before, ticket.assignee = ticket.assignee, assignee
    append(session, ticket, by, Entry("assigned", why=why, data={"from": before, "to": assignee}))
    if Status.ASSIGNED in workflow.MOVES[ticket.status]:
        return _move(session, city, ticket, Step(Status.ASSIGNED, why=why), by)
    return ticket


def _store(session: Session, city: City, ticket: Ticket) -> tuple[Ticket, bool]:
    """Store it under a number of its own; with False, the ticket that came from the same place before."""
    for _ in range(_DRAWS):
        if ticket.origin and (known := ledger.by_origin(session, city.slug, ticket.origin)):
            return known, False
        ticket.number = ticket_numbers.draw(city.tickets.digits)
        if stored := ledger.add_once(session, ticket):
            return stored, True
    raise NumbersExhausted(f"{city.slug}: {_DRAWS} draws of {city.tickets.digits} digits were all taken")


def _join(session: Session, city: City, number: str, step: Step, by: By, seen: int | None) -> Ticket:
    """Make it a duplicate of the step's parent, or of what that one joined itself: duplicates never hang in chains."""
    # Always in the order of their numbers, or two operators who merge two tickets both ways wait for each other.
    held = {
        one: open_ticket(session, city, one, seen if one == number else None) for one in sorted({number, step.parent})
    }
    ticket, into = held[number], held[step.parent]
    parent = ledger.parent_of(session, city.slug, into) or into
    if parent.id == ticket.id:
        raise MoveRefused("a ticket cannot be a duplicate of itself, nor of one that joined it")
    _move(session, city, ticket, msgspec.structs.replace(step, parent=parent.number), by)
    for known_as in (ticket, *ledger.duplicates_of(session, city.slug, ticket)):
        known_as.parent_id = parent.id
    append(session, parent, by, Entry("joined", why=step.why, data={"number": ticket.number}))
    return ticket


def _move(session: Session, city: City, ticket: Ticket, step: Step, by: By) -> Ticket:
    reason = workflow.check(ticket.status, step)
    before, ticket.status = ticket.status, step.to
    ticket.waiting_on, ticket.scheduled_for = step.waiting_on, step.scheduled_for
    ticket.public_note = step.public or ticket.public_note
    ticket.parent_id = None
    _keep_time(city, ticket, before, by.at)
    why = step.why or reason
    event = append(session, ticket, by, Entry("status", before, step.to, why, step.public, step.details))
    if before is Status.DRAFT and step.to is Status.NEW:
        notices.tell_department(session, city, ticket, event, "department.filed", ticket.description)
    if step.to is Status.REOPENED:
        notices.tell_department(session, city, ticket, event, "department.reopened", step.why)
    if step.to is Status.DUPLICATE and before is not Status.DRAFT:
        notices.tell_public(session, city, ticket, event, "public.merged", parent=step.parent)
    elif step.public or step.to is Status.REOPENED:
        notices.tell_public(session, city, ticket, event, "public.changed", sentence=step.public)
    return ticket


def _keep_time(city: City, ticket: Ticket, before: Status, at: dt.datetime) -> None:
    """Stop, start and end the clock as the ticket moves from `before` to where it is."""
    if ticket.paused_at and ticket.status not in workflow.PAUSED:
        if ticket.due_at:
            ticket.due_at = deadlines.resumed(city, ticket.department, ticket.due_at, ticket.paused_at, at)
        ticket.paused_at = None
    if ticket.status in workflow.PAUSED:
        ticket.paused_at = ticket.paused_at or at
    if ticket.status in workflow.ENDED:
        ticket.closed_at = ticket.closed_at or at
        ticket.resolved_at = at if ticket.status is Status.RESOLVED else ticket.resolved_at
    elif before in workflow.ENDED:
        ticket.closed_at = ticket.resolved_at = None
        ticket.due_at = deadlines.due(city, ticket.service, ticket.department, ticket.priority, at)


def _reroute(session: Session, city: City, ticket: Ticket, by: By) -> None:
    """Ask again who does it; a department that gets it only now is told, and the deadline counted from the report."""
    routed = routing.route(city, ticket.service, area=ticket.area, answers=ticket.answers, at=by.at)
    before, ticket.department, ticket.routed_because = ticket.department, routed.department, routed.because
    ticket.due_at = deadlines.due(city, ticket.service, ticket.department, ticket.priority, ticket.created_at)
    if ticket.department != before:
        ticket.assignee = None
        moved = {"from": before, "to": ticket.department}
        event = append(session, ticket, by, Entry("rerouted", why=routed.because, data=moved))
        notices.tell_department(session, city, ticket, event, "department.rerouted", ticket.description)
