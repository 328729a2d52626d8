"""What the reports of tickets are counted from: few queries, each one pass over a period, and grouped in the database.

Two periods that lie side by side are compared. Where a group is one of many, each period is counted by itself, for then
PostgreSQL knows how few groups there are, and counts with several processes at once.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, and_, case, func, literal, select
from sqlmodel import Session

from storage import counting
from storage.columns import UtcTime
from storage.counting import Moment, Period, between, how_many, now_or_before, ordinals, seconds, whole, words
from storage.tables import Ticket
from storage.vocabulary import Status

_TICKETS = cast("Table", cast("Any", Ticket).__table__)


class Filed(NamedTuple):
    """Tickets of one kind filed in one of two periods."""

    now: int
    """1: in the period; 0: in the one before."""
    service: str
    department: str
    area: str
    channel: str
    tickets: int
    duplicates: int
    ended: int
    on_time: int
    """Ended by their deadline."""
    late: int
    """Ended after it, or still open after it."""


class Took(NamedTuple):
    """How many took so long."""

    now: int
    service: str
    department: str
    hours: int
    tickets: int


class Waiting(NamedTuple):
    """Open tickets of one age."""

    department: str
    days: int
    """0, 1, 7, 30 or 90: at least so old."""
    tickets: int


def filed(session: Session, city: str, period: Period, at: dt.datetime) -> list[Filed]:
    """Tickets by service, department, area and channel. What is open is late where its deadline is before `at`."""
    c = _TICKETS.c
    kinds = (c.service, c.department, c.area, words(c.channel))
    sums = (
        func.count(),
        how_many(words(c.status) == Status.DUPLICATE.value),
        func.count(c.closed_at),
        how_many(c.closed_at <= c.due_at),
        how_many(and_(c.paused_at.is_(None), func.coalesce(c.closed_at, literal(at, UtcTime())) > c.due_at)),
    )
    question = select(*kinds, *sums).where(c.city == city).group_by(*ordinals(len(kinds)))
    return [
        Filed(now, *row)
        for now, start, end in period.halves
        for row in session.connection().execute(question.where(between(c.created_at, start, end)))
    ]


def moments(session: Session, city: str, period: Period, grain_s: int) -> list[Moment]:
    """How many tickets were filed, by the hour or so many seconds, over both periods."""
    return counting.moments(session, _TICKETS.c.created_at, city, period, grain_s)


def took(session: Session, city: str, period: Period) -> list[Took]:
    """How long it took to close what was closed in the period, by service and department."""
    c = _TICKETS.c
    hours = whole((seconds(session, c.closed_at) - seconds(session, c.created_at)) / 3_600)
    rough = case((hours < 48, hours), else_=hours - hours % 24)
    ended = and_(c.city == city, between(c.closed_at, period.before, period.end))
    # What was declared a duplicate was not worked on; its parent counts.
    worked = words(c.status) != Status.DUPLICATE.value
    kinds = (now_or_before(c.closed_at, period), c.service, c.department, rough)
    question = select(*kinds, func.count()).where(ended, worked).group_by(*ordinals(4))
    return [Took._make(row) for row in session.connection().execute(question)]


def waiting(session: Session, city: str, at: dt.datetime) -> list[Waiting]:
    """What is open at this moment, by department and age."""
    c = _TICKETS.c
    ages = [(c.created_at > literal(at - dt.timedelta(days=days), UtcTime()), last) for days, last in _AGES]
    kinds = (c.department, case(*ages, else_=90))
    question = select(*kinds, func.count()).where(c.city == city, c.closed_at.is_(None)).group_by(*ordinals(2))
    return [Waiting._make(row) for row in session.connection().execute(question)]


_AGES = ((1, 0), (7, 1), (30, 7), (90, 30))
