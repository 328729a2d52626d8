"""What is asked of the ledger about tickets. Every question names its city; changes are `dispatch/tickets.py`'s."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec
from sqlalchemy import ColumnElement, func, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session, col, select

from storage.insertion import insert
from storage.tables import Follower, Ticket, TicketEvent
from storage.vocabulary import Status

_BATCH = 1_000


def add_once(session: Session, ticket: Ticket) -> Ticket | None:
    """Store a new ticket; None where its city already has one of that number or that origin."""
    ticket.id = insert(session, ticket)
    if ticket.id is None:
        return None
    # It is stored already: from here on the session only follows its changes.
    make_transient_to_detached(ticket)
    session.add(ticket)
    return ticket


def append(session: Session, ticket: Ticket, at: dt.datetime, **line: Any) -> TicketEvent:
    """Add a line to a ticket's history; `line` names columns of TicketEvent."""
    event = TicketEvent(**{"ticket_id": ticket.id, "at": at, **line})
    event.id = insert(session, event)
    return event


def by_number(session: Session, city: str, number: str) -> Ticket | None:
    """The ticket of that number."""
    return session.exec(select(Ticket).where(Ticket.city == city, Ticket.number == number)).one_or_none()


def by_origin(session: Session, city: str, origin: str) -> Ticket | None:
    """The ticket that came from there: from the first filing of a call, from a line of an import."""
    return session.exec(select(Ticket).where(Ticket.city == city, Ticket.origin == origin)).one_or_none()


def by_recording(session: Session, city: str, recording_sid: str) -> Ticket | None:
    """The ticket that holds a recorded message."""
    question = select(Ticket).where(Ticket.city == city, Ticket.recording_sid == recording_sid)
    return session.exec(question.order_by(col(Ticket.id)).limit(1)).one_or_none()


def locked(session: Session, city: str, number: str) -> Ticket | None:
    """The ticket as it stands now, held until the end of the transaction: whoever else wants to change it waits."""
    question = select(Ticket).where(Ticket.city == city, Ticket.number == number)
    return session.exec(question.with_for_update().execution_options(populate_existing=True)).one_or_none()


def lock_families(session: Session, city: str, numbers: Iterable[str]) -> None:
    """Hold tickets, what they joined and all that joined that, as they stand now, until the end of the transaction.

    Always in the order of their numbers, or two who change the same tickets would wait for each other.
    """
    heads = select(func.coalesce(Ticket.parent_id, Ticket.id))
    ids = session.exec(heads.where(Ticket.city == city, col(Ticket.number).in_(numbers))).all()
    question = select(Ticket).where(Ticket.city == city, or_(col(Ticket.id).in_(ids), col(Ticket.parent_id).in_(ids)))
    question = question.order_by(Ticket.number).with_for_update().execution_options(populate_existing=True)
    session.exec(question).all()


def held_by(session: Session, who: str) -> Sequence[Ticket]:
    """The open tickets of an operator in all cities, held like those of `lock_families`."""
    question = select(Ticket).where(Ticket.assignee == who, col(Ticket.closed_at).is_(None))
    question = question.order_by(Ticket.number).with_for_update().execution_options(populate_existing=True)
    return session.exec(question).all()


def rename_holder(session: Session, before: str, after: str) -> None:
    """Have an operator whose login changed hold what they held, in all cities: nothing happens to the tickets."""
    theirs = select(Ticket.id).where(Ticket.assignee == before).order_by(Ticket.number).with_for_update()
    session.exec(update(Ticket).where(col(Ticket.id).in_(theirs)).values(assignee=after))


def of_call(session: Session, city: str, call_sid: str) -> Sequence[Ticket]:
    """The tickets filed in a call, oldest first."""
    question = select(Ticket).where(Ticket.city == city, Ticket.call_sid == call_sid)
    return session.exec(question.order_by(col(Ticket.id))).all()


def parent_of(session: Session, city: str, ticket: Ticket) -> Ticket | None:
    """The ticket this one joined as a duplicate; None where it stands for itself."""
    if ticket.parent_id is None:
        return None
    return session.exec(select(Ticket).where(Ticket.city == city, Ticket.id == ticket.parent_id)).one_or_none()


def duplicates_of(session: Session, city: str, ticket: Ticket) -> Sequence[Ticket]:
    """The tickets merged into this one, oldest first."""
    question = select(Ticket).where(Ticket.city == city, Ticket.parent_id == ticket.id)
    return session.exec(question.order_by(col(Ticket.id))).all()


def history(session: Session, city: str, ticket: Ticket) -> Sequence[TicketEvent]:
    """All that happened to a ticket, oldest first."""
    question = select(TicketEvent).join(Ticket).where(Ticket.city == city, TicketEvent.ticket_id == ticket.id)
    return session.exec(question.order_by(col(TicketEvent.id))).all()


def followers(session: Session, city: str, ticket: Ticket) -> Sequence[Follower]:
    """Those who asked to hear of a ticket, beside its reporter."""
    question = select(Follower).join(Ticket).where(Ticket.city == city, Follower.ticket_id == ticket.id)
    return session.exec(question.order_by(col(Follower.id))).all()


def listing(
    session: Session,
    city: str,
    *,
    statuses: Sequence[Status] = (),
    services: Sequence[str] = (),
    departments: Sequence[str] = (),
    since: dt.datetime | None = None,
    limit: int | None = None,
) -> Iterator[Ticket]:
    """A city's tickets, newest first, as they are read: a million of them do not fill the memory."""
    conditions: list[ColumnElement[bool]] = [col(Ticket.city) == city]
    if statuses:
        conditions.append(col(Ticket.status).in_(statuses))
    if services:
        conditions.append(col(Ticket.service).in_(services))
    if departments:
        conditions.append(col(Ticket.department).in_(departments))
    if since:
        conditions.append(col(Ticket.created_at) >= since)
    question = select(Ticket).where(*conditions).order_by(col(Ticket.created_at).desc(), col(Ticket.id).desc())
    yield from session.exec(question.limit(limit).execution_options(yield_per=_BATCH))


def add_imported(
    session: Session, tickets: Sequence[dict[str, Any]], histories: Sequence[Sequence[dict[str, Any]]]
) -> set[str]:
    """Store tickets of another system with what happened to them there, many at once; the origins of those stored.

    Dicts name columns. A ticket whose origin or number its city has already is left out, and so is its history; of
    several of one origin the first is taken.
    """
    if not tickets:
        return set()
    firsts: dict[str, tuple[dict[str, Any], Sequence[dict[str, Any]]]] = {}
    for ticket, history in zip(tickets, histories, strict=True):
        firsts.setdefault(str(ticket["origin"]), (ticket, history))
    table, dialect = cast("Any", Ticket).__table__, session.get_bind().dialect.name
    new = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    stored = session.connection().execute(
        new.on_conflict_do_nothing().returning(table.c.origin, table.c.id), [ticket for ticket, _ in firsts.values()]
    )
    ids = {str(origin): row for origin, row in stored}
    lines = [line | {"ticket_id": row} for origin, row in ids.items() for line in firsts[origin][1]]
    if lines:
        session.connection().execute(cast("Any", TicketEvent).__table__.insert(), lines)
    return set(ids)


def known_origins(session: Session, city: str, origins: Sequence[str]) -> set[str]:
    """Which of these origins the city has tickets of."""
    question = select(Ticket.origin).where(Ticket.city == city, col(Ticket.origin).in_(origins))
    return {origin for origin in session.exec(question) if origin}


_STANDING = (
    *("service", "department", "routed_because", "status", "priority", "priority_because", "review", "assignee"),
    *("place_kind", "address", "area", "lat", "lon", "place_note", "location_verified"),
    *(
        "escalated",
        "waiting_on",
        "parent_id",
        "public_note",
        "due_at",
        "expected_at",
        "paused_at",
        "scheduled_for",
        "resolved_at",
        "closed_at",
    ),
)
"""What an operator's deed may change of a ticket."""
Changes = Mapping[str, Sequence[Any]]
"""Columns, as plain JSON, before and after."""


def standing(ticket: Ticket) -> dict[str, Any]:
    """How a ticket stands, as plain JSON."""
    return {name: msgspec.to_builtins(getattr(ticket, name)) for name in _STANDING}


def changes_since(ticket: Ticket, stood: Mapping[str, Any]) -> Changes:
    """What is another than it was when a ticket `stood` so."""
    now = standing(ticket)
    return {name: (stood[name], now[name]) for name in _STANDING if stood[name] != now[name]}


def restore(session: Session, ticket: Ticket, changes: Changes) -> None:
    """Put back what was changed of a ticket, where nobody has made something else of it since."""
    now = standing(ticket)
    for name, (before, after) in changes.items():
        if now[name] == after:
            is_moment = name.endswith("_at") or name == "scheduled_for"
            setattr(ticket, name, dt.datetime.fromisoformat(before) if is_moment and before else before)
    session.flush()
    session.refresh(ticket)
