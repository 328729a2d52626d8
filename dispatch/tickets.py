"""The only module that changes a ticket. Telephone, text message, web page and console are doors to it.

Every function takes an open write transaction, changes the ticket within the rules of `workflow.py`, appends to its
history who did what, when and why, and puts what people must hear of it into the outbox: all of it is kept, or none.

`seen` is the `version` of the ticket an operator had before their eyes; if it has changed since: TicketChanged.
A number the city does not have: NoSuchTicket. What the rules do not allow: MoveRefused, with the reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Unpack

from sqlmodel import Session

from dispatch import deadlines, duplicates, estimates, intake, news, ticket_numbers, urgency, workflow
from dispatch.city.model import City
from dispatch.new_ticket import By, NewTicket, Spot
from dispatch.notifications import notices
from dispatch.workflow import MoveRefused, Owed, Step
from storage import accounts
from storage import tickets as ledger
from storage.tables import Follower, Ticket, TicketEvent
from storage.vocabulary import Channel, Priority, Status


class NoSuchTicket(Exception):
    """There is no ticket of that number in that city."""


class TicketChanged(Exception):
    """Somebody else changed the ticket since it was looked at: look again before overwriting what they did."""


def file(session: Session, city: City, new: NewTicket, at: dt.datetime, *, who: str = "") -> Ticket:
    """Make a ticket of a report: numbered, routed, given a deadline, and told to its department and reporter.

    `who` is the login of an operator who enters it for somebody.

    Never refuses: what lacks or is doubtful goes to review with its reasons. Handed in again with the same `origin`,
    the ticket of the first time comes back and nothing else happens, also when both arrive at once.
    """
    ticket = Ticket(**intake.weigh(city, new, at), number="")
    ticket.expected_at = estimates.told(session, city, ticket, at)
    stored, is_new = _store(session, city, ticket)
    if is_new:
        who = who or ("caller" if new.channel is Channel.PHONE else "reporter")
        line = {"who": who, "channel": new.channel, "to_status": stored.status, "why": stored.routed_because}
        event = ledger.append(session, stored, at, kind="filed", **line)
        news.filed(session, city, stored, event)
    return stored


def keep_message(session: Session, city: City, new: NewTicket, at: dt.datetime) -> Ticket:
    """Keep a recorded message as a ticket for review; `new` names its recording. A person listens and files it."""
    if not new.recording_sid:
        raise ValueError("a message without a recording_sid cannot be found again")
    return file(session, city, new, at)


def add_transcript(
    session: Session, city: City, recording_sid: str, text: str, by: By, *, alarm: str = ""
) -> Ticket | None:
    """Put what a recorded message says beside it, once; None where no ticket holds that recording.

    `alarm` is what sounded like an emergency in it: the ticket becomes urgent, and its department is told so.
    """
    found = ledger.by_recording(session, city.slug, recording_sid)
    if found is None:
        return None
    ticket = _open(session, city, found.number)
    if ticket.transcript == text:
        return ticket
    ticket.transcript = text
    event = _append(session, ticket, by, "transcript", data={"alarm": alarm} if alarm else {})
    if alarm:
        ticket.priority, ticket.priority_because = Priority.URGENT, f"the message sounds like an emergency: {alarm}"
        ticket.review = list(dict.fromkeys([*ticket.review, "emergency_in_transcript"]))
        notices.tell_department(session, city, ticket, event, "department.comment", f"{alarm}\n\n{text}")
    return ticket


def comment(session: Session, city: City, number: str, text: str, by: By, *, photos: tuple[str, ...] = ()) -> Ticket:
    """Add what somebody says about a ticket, or shows (`photos` are addresses); unless it is staff, staff is told."""
    ticket = _open(session, city, number)
    event = _append(session, ticket, by, "comment", why=text, data={"photos": list(photos)} if photos else {})
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
        raise MoveRefused("nobody")
    ticket = _open(session, city, number)
    if not any((one.phone, one.email) == (phone, email) for one in ledger.followers(session, city.slug, ticket)):
        event = _append(session, ticket, by, "follower")
        session.add(Follower(ticket_id=event.ticket_id, phone=phone, email=email, language=language, created_at=by.at))
    return ticket


def unfollow(session: Session, city: City, number: str, recipient: str, by: By) -> Ticket:
    """Have somebody hear no more of a ticket, whether they reported it or follow it; asking twice is asking once."""
    ticket = _open(session, city, number)
    theirs = [one for one in ledger.followers(session, city.slug, ticket) if recipient in {one.phone, one.email}]
    reported = ticket.updates and recipient in {ticket.reporter_phone, ticket.reporter_email}
    if theirs or reported:
        ticket.updates = ticket.updates and not reported
        for one in theirs:
            session.delete(one)
        _append(session, ticket, by, "unfollowed")
    return ticket


def not_fixed(session: Session, city: City, number: str, text: str, by: By) -> Ticket:
    """Reopen a ticket because the public says it is not fixed: same department, one step more urgent, told at once.

    Said of a duplicate, it is said of the ticket that one joined; said of one still open, it is a comment. Raises
    MoveRefused after the city's window: then it is a new report.
    """
    ledger.lock_families(session, city.slug, [number])
    ticket = _open(session, city, number)
    if ticket.status is Status.DUPLICATE and (parent := ledger.parent_of(session, city.slug, ticket)):
        return not_fixed(session, city, parent.number, text, by)
    if ticket.status in workflow.OPEN:
        return comment(session, city, number, text, by)
    if not workflow.can_reopen(ticket.status, ticket.closed_at, city.tickets.reopen_days, by.at):
        raise MoveRefused("too_late", days=city.tickets.reopen_days)
    if ticket.priority is not Priority.URGENT:
        ticket.priority, ticket.priority_because = urgency.raised(ticket.priority), "it was said to be done, and is not"
    return _move(session, city, ticket, Step(Status.REOPENED, why=text), by)


def change_status(
    session: Session, city: City, number: str, to: Status, by: By, *, seen: int | None = None, **owed: Unpack[Owed]
) -> Ticket:
    """Move a ticket through the workflow. `public` is the sentence sent to reporter and followers, its duplicates' too.

    The clock stops while it waits. `parent` is the number of the ticket a duplicate joins, with all that joined it.
    """
    step = Step(to, **owed)
    ledger.lock_families(session, city.slug, (number, step.parent))
    if to is Status.DUPLICATE and step.parent:
        return _join(session, city, number, step, by, seen)
    return _move(session, city, _open(session, city, number, seen), step, by)


def merge(session: Session, city: City, number: str, into: str, by: By) -> Ticket:
    """Make a ticket a duplicate of another; its people hear what becomes of that one."""
    return change_status(session, city, number, Status.DUPLICATE, by, parent=into)


def change_service(
    session: Session, city: City, number: str, service: str, by: By, *, why: str = "", seen: int | None = None
) -> Ticket:
    """Say what a ticket is about. It goes to the department that does that, with that service's deadline."""
    if service not in city.services:
        raise MoveRefused("no_service", service=service)
    ticket = _open(session, city, number, seen)
    before, ticket.service = ticket.service, service
    ticket.review = [doubt for doubt in ticket.review if doubt != "unknown_service"]
    event = _append(session, ticket, by, "service", why=why, data={"from": before, "to": service})
    _reroute(session, city, ticket, event, by, deadlines.days(city, before))
    return ticket


def change_place(
    session: Session, city: City, number: str, spot: Spot, by: By, *, shown: str = "", seen: int | None = None
) -> Ticket:
    """Say where it is, as a person has checked it. Another area may mean another department, which is then told.

    `shown` are the words with which one of the public shows it instead: then staff is told, and a person is to check
    it. Where one has done so already, or the work has ended, the words are a comment.
    """
    ticket = _open(session, city, number, seen)
    if shown and (ticket.closed_at or (ticket.location_verified and ticket.address)):
        return comment(session, city, number, shown, by)
    data = {"from": ticket.address, "to": spot.address}
    for column, value in intake.placed(city, ticket, spot, checked=not shown).items():
        setattr(ticket, column, value)
    event = _append(session, ticket, by, "place", why=shown, data=data)
    _reroute(session, city, ticket, event, by, deadlines.days(city, ticket.service))
    if shown:
        notices.tell_department(session, city, ticket, event, "department.comment", shown)
    return ticket


def change_priority(
    session: Session, city: City, number: str, priority: Priority, by: By, *, why: str, seen: int | None = None
) -> Ticket:
    """Say how soon somebody should look, and why. The deadline stays: it was promised."""
    ticket = _open(session, city, number, seen)
    before, ticket.priority, ticket.priority_because = ticket.priority, priority, why
    _append(session, ticket, by, "priority", why=why, data={"from": before, "to": priority})
    return ticket


def escalate(session: Session, city: City, number: str, taken: int, by: By) -> Ticket | None:
    """Take the next step of the city's escalation, step `taken`, for an overdue ticket: whom it names hears of it.

    None where the step is not for this ticket, or another worker was faster.
    """
    step, ticket = city.escalation[taken], _open(session, city, number)
    if ticket.escalated != taken or ticket.status not in workflow.OPEN or ticket.paused_at:
        return None
    ticket.escalated = taken + 1
    if step.departments and ticket.department not in step.departments:
        return None
    late = f"overdue by {step.days} working days" if step.days else "the deadline has passed"
    if step.raise_priority:
        ticket.priority, ticket.priority_because = urgency.raised(ticket.priority), late
    event = _append(session, ticket, by, "escalated", why=late, data={"step": taken, "told": list(step.tell)})
    notices.tell_desks(session, city, ticket, event, "department.overdue", step.tell)
    return ticket


def assign(
    session: Session, city: City, number: str, assignee: str, by: By, *, why: str = "", seen: int | None = None
) -> Ticket:
    """Give a ticket to an operator, by login; one that nobody had begins to be worked on."""
    ticket = _open(session, city, number, seen)
    before, ticket.assignee = ticket.assignee, assignee
    _append(session, ticket, by, "assigned", why=why, data={"from": before, "to": assignee})
    if Status.ASSIGNED in workflow.MOVES[ticket.status]:
        return _move(session, city, ticket, Step(Status.ASSIGNED, why=why), by)
    return ticket


def release(session: Session, who: str, by: By, *, why: str, keeps: Callable[[Ticket], bool]) -> None:
    """Have an operator's open tickets stand among what nobody has, in all cities, but for those that they keep."""
    for ticket in ledger.held_by(session, who):
        if not keeps(ticket):
            ticket.assignee = None
            _append(session, ticket, by, "released", why=why, data={"from": who})


def take_back(
    session: Session, city: City, number: str, changes: ledger.Changes, by: By, *, seen: int | None = None, of: str = ""
) -> Ticket:
    """Undo what a deed changed of a ticket. The history keeps both; see `deeds.py`.

    `of` is the number of the ticket the deed was done to, where this one only came along.
    """
    ticket = _open(session, city, number, seen)
    was = ticket.status
    ledger.restore(session, ticket, changes)
    moved = {"from_status": was, "to_status": ticket.status} if ticket.status is not was else {}
    _append(session, ticket, by, "taken_back", **moved, data={"number": of} if of else {})
    return ticket


def _store(session: Session, city: City, ticket: Ticket) -> tuple[Ticket, bool]:
    """Store it under a number of its own; with False, the ticket that came from the same place before."""
    numbers = ticket_numbers.draws(city.tickets.digits)
    while True:
        ticket.number = next(numbers)
        if stored := ledger.add_once(session, ticket):
            return stored, True
        if ticket.origin and (known := ledger.by_origin(session, city.slug, ticket.origin)):
            return known, False


def _open(session: Session, city: City, number: str, seen: int | None = None) -> Ticket:
    """Take the ticket in hand, to change it: whoever else wants to waits until the end of the transaction."""
    ticket = ledger.locked(session, city.slug, number)
    if ticket is None:
        raise NoSuchTicket(f"{city.slug} has no ticket {number}")
    if seen is not None and ticket.version != seen:
        raise TicketChanged(f"ticket {number} was changed in the meantime; look at it again")
    return ticket


def _append(session: Session, ticket: Ticket, by: By, kind: str, **line: Any) -> TicketEvent:
    """Write a line of the history. Every change ends here, and so moves the version on."""
    ticket.version += 1
    ticket.updated_at = by.at
    return ledger.append(session, ticket, by.at, who=by.who, channel=by.channel, kind=kind, **line)


def _join(session: Session, city: City, number: str, step: Step, by: By, seen: int | None) -> Ticket:
    """Make it a duplicate of the step's parent, or of what that one joined itself: duplicates never hang in chains."""
    ticket, into = _open(session, city, number, seen), _open(session, city, step.parent)
    parent = ledger.parent_of(session, city.slug, into) or into
    if parent.id == ticket.id:
        raise MoveRefused("itself")
    along = ledger.duplicates_of(session, city.slug, ticket)
    # Of what has ended people will hear no more, so they are told now how it did.
    public = step.public or (parent.public_note if parent.closed_at else "")
    brought = tuple(one.number for one in along)
    _move(session, city, ticket, Step(step.to, step.why, public, parent=parent.number, brought=brought), by)
    for known_as in (ticket, *along):
        known_as.parent_id = parent.id
    _append(session, parent, by, "joined", why=step.why, data={"number": ticket.number})
    return ticket


def _move(session: Session, city: City, ticket: Ticket, step: Step, by: By) -> Ticket:
    reason = workflow.check(ticket.status, step)
    for column, value in deadlines.clock(city, ticket, step.to, by.at)._asdict().items():
        setattr(ticket, column, value)
    for along in duplicates.came_along(session, city, ticket):
        along.parent_id = ticket.id
    before, ticket.status = ticket.status, step.to
    opens = before in workflow.ENDED and step.to in workflow.OPEN
    if opens and ticket.assignee and not accounts.is_active(session, ticket.assignee):
        ticket.assignee = None
    ticket.waiting_on, ticket.scheduled_for, ticket.parent_id = step.waiting_on, step.scheduled_for, None
    # What was said of an end is not true of what is open again.
    ticket.public_note = step.public or ("" if opens else ticket.public_note)
    moved = {"from_status": before, "to_status": step.to, "public": step.public, "data": step.details}
    event = _append(session, ticket, by, "status", why=step.why or reason, **moved)
    if (step.public or opens) and before is not Status.DRAFT:
        _together(session, city, ticket, step, by)
    news.moved(session, city, ticket, event, step, by)
    return ticket


def _together(session: Session, city: City, ticket: Ticket, step: Step, by: By) -> None:
    """Write the public sentence down with the duplicates too: what becomes of the one becomes of all."""
    for duplicate in ledger.duplicates_of(session, city.slug, ticket):
        duplicate.public_note = step.public
        said = {"public": step.public, "data": {"number": ticket.number, "status": step.to}}
        _append(session, duplicate, by, "together", **said)


def _reroute(session: Session, city: City, ticket: Ticket, correction: TicketEvent, by: By, days: int) -> None:
    """Ask again who does it, and by when; whom the correction concerns is told, departments first of all."""
    before = ticket.department
    columns = intake.weigh_again(city, ticket, days, ledger.history(session, city.slug, ticket), by.at)
    for column, value in columns.items():
        setattr(ticket, column, value)
    if "due_at" in columns:
        ticket.expected_at = estimates.told(session, city, ticket, by.at)
    if ticket.department != before:
        moved = {"from": before, "to": ticket.department}
        event = _append(session, ticket, by, "rerouted", why=ticket.routed_because, data=moved)
        news.rerouted(session, city, ticket, event)
    news.corrected(session, city, ticket, correction, by)
