"""What is asked of the ledger to tell whether something was reported before, and how long such things take.

The conditions of the partial indexes stand here letter for letter, or SQLite would not use them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Row, text
from sqlmodel import Session, col, select

from storage.tables import Ticket
from storage.vocabulary import Status

_OPEN_SPOT = text("tickets.closed_at IS NULL AND tickets.lat IS NOT NULL")
_DONE = text("tickets.status IN ('resolved', 'closed')")
_RUNNING = text("tickets.closed_at IS NULL AND tickets.paused_at IS NULL")
Box = tuple[float, float, float, float]
"""South, west, north, east in degrees."""
Spot = Row[tuple[int, str, str, float, float, str, str, dt.datetime]]
"""Id, number, service, lat, lon, address, description, created_at of a ticket."""


def open_in(
    session: Session,
    city: str,
    services: Sequence[str],
    box: Box,
    since: dt.datetime,
    until: dt.datetime,
    *,
    limit: int,
) -> Sequence[Spot]:
    """The open tickets of some services within a box that were reported between two moments, newest first.

    Drafts are not among them: nobody has sent them.
    """
    south, west, north, east = box
    question = select(
        Ticket.id,
        Ticket.number,
        Ticket.service,
        Ticket.lat,
        Ticket.lon,
        Ticket.address,
        Ticket.description,
        Ticket.created_at,
    ).where(
        Ticket.city == city,
        col(Ticket.service).in_(services),
        _OPEN_SPOT,
        col(Ticket.lat).between(south, north),
        col(Ticket.lon).between(west, east),
        col(Ticket.created_at).between(since, until),
        Ticket.status != Status.DRAFT,
    )
    found: Sequence[Spot] = session.exec(question.order_by(col(Ticket.created_at).desc()).limit(limit)).all()  # type: ignore[call-overload]
    return found


def lately_done(
    session: Session, city: str, service: str, since: dt.datetime, *, limit: int
) -> Sequence[tuple[str, dt.datetime, dt.datetime]]:
    """Area, report and close of what was done of a service since then, the last close first."""
    question = select(Ticket.area, Ticket.created_at, Ticket.closed_at).where(
        Ticket.city == city, Ticket.service == service, _DONE, col(Ticket.closed_at) >= since
    )
    found = session.exec(question.order_by(col(Ticket.closed_at).desc()).limit(limit)).all()
    return [(area, created, closed) for area, created, closed in found if closed]


def overdue_at(
    session: Session, city: str, step: int, before: dt.datetime, departments: Sequence[str], *, limit: int
) -> Sequence[str]:
    """Numbers of open tickets at that step of escalation that were due before then, the longest overdue first.

    Those that wait are not among them, for their clock stands still; nor are drafts.
    """
    conditions = [Ticket.city == city, Ticket.escalated == step, _RUNNING, col(Ticket.due_at) < before]
    if departments:
        conditions.append(col(Ticket.department).in_(departments))
    question = select(Ticket.number).where(*conditions, Ticket.status != Status.DRAFT)
    return session.exec(question.order_by(col(Ticket.due_at)).limit(limit)).all()
