"""What is asked of the ledger to tell whether something was reported before, and how long such things take.

The conditions of the partial indexes stand here letter for letter, or SQLite would not use them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam, select, text
from sqlmodel import Session, col
from sqlmodel import select as ask

from storage.tables import Ticket
from storage.vocabulary import Status

_OPEN_SPOT = text("tickets.closed_at IS NULL AND tickets.lat IS NOT NULL")
_DONE = text("tickets.status IN ('resolved', 'closed')")
_RUNNING = text(
    "tickets.closed_at IS NULL AND tickets.paused_at IS NULL"
    " AND tickets.status <> 'draft' AND tickets.channel <> 'import'"
)
Box = tuple[float, float, float, float]
"""South, west, north, east in degrees."""


class Spot(NamedTuple):
    """What likeness needs to know of a ticket, named like its columns."""

    number: str
    service: str
    lat: float
    lon: float
    address: str
    description: str
    created_at: dt.datetime


_TICKETS = cast("Any", Ticket).__table__.c
# Built once, for it is asked in nearly every call. In no order: with one, a planner may prefer to read all of a service
# by time rather than the few that are near.
_OPEN_IN = (
    select(*(_TICKETS[name] for name in Spot._fields))
    .where(_TICKETS.city == bindparam("city"), _TICKETS.service.in_(bindparam("services", expanding=True)), _OPEN_SPOT)
    .where(_TICKETS.lat.between(bindparam("south"), bindparam("north")))
    .where(_TICKETS.lon.between(bindparam("west"), bindparam("east")))
    .where(_TICKETS.created_at.between(bindparam("since"), bindparam("until")), _TICKETS.status != Status.DRAFT)
    .limit(bindparam("most"))
)


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
    """The open tickets of some services within a box that were reported between two moments, in no order.

    Drafts are not among them: nobody has sent them.
    """
    south, west, north, east = box
    asked = {"city": city, "services": list(services), "since": since, "until": until, "most": limit}
    asked |= {"south": south, "west": west, "north": north, "east": east}
    return [Spot(*row) for row in session.connection().execute(_OPEN_IN, asked)]


# Asked whenever a ticket is filed.
_LATELY_DONE = (
    select(_TICKETS.area, _TICKETS.created_at, _TICKETS.closed_at)
    .where(_TICKETS.city == bindparam("city"), _TICKETS.service == bindparam("service"), _DONE)
    .where(_TICKETS.closed_at >= bindparam("since"))
    .order_by(_TICKETS.closed_at.desc())
    .limit(bindparam("most"))
)


def lately_done(
    session: Session, city: str, service: str, since: dt.datetime, *, limit: int
) -> Sequence[tuple[str, dt.datetime, dt.datetime]]:
    """Area, report and close of what was done of a service since then, the last close first."""
    asked = {"city": city, "service": service, "since": since, "most": limit}
    return [(row[0], row[1], row[2]) for row in session.connection().execute(_LATELY_DONE, asked)]


def overdue_at(session: Session, city: str, step: int, before: dt.datetime, *, limit: int) -> Sequence[str]:
    """Numbers of open tickets at that step of escalation that were due before then, the longest overdue first.

    Those that wait are not among them, for their clock stands still; nor drafts, nor what another system promised.
    """
    question = ask(Ticket.number).where(
        Ticket.city == city, Ticket.escalated == step, _RUNNING, col(Ticket.due_at) < before
    )
    return session.exec(question.order_by(col(Ticket.due_at)).limit(limit)).all()
