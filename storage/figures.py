"""What the reports are counted from: few queries, each one pass over a period, and grouped in the database.

Two periods that lie side by side are counted in the same pass; which of the two a row belongs to is part of its group.
Times are grouped by half hours of UTC, of which every time zone's hours and days are made up, so that the ledger needs
to know nothing of time zones. What takes long is told by its distribution, to the hour within two days and to the day
beyond, so that medians need no sorting.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Integer, String, Table, and_, case, func, literal, literal_column, select
from sqlalchemy import cast as as_type
from sqlmodel import Session

from storage.columns import UtcTime
from storage.tables import Call, Ticket, Turn
from storage.vocabulary import CallStatus, Status

HALF_HOUR_S = 1_800
SAMPLE = 5_000
"""Calls whose turns are looked at; of more, every second, third … of them."""
_TICKETS = cast("Table", cast("Any", Ticket).__table__)
_CALLS = cast("Table", cast("Any", Call).__table__)
_TURNS = cast("Table", cast("Any", Turn).__table__)


class Period(NamedTuple):
    """From `start` up to `end`, and the period of the same kind before it, from `before` up to `start`."""

    before: dt.datetime
    start: dt.datetime
    end: dt.datetime


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


class Moments(NamedTuple):
    """How many came in one half hour."""

    half_hour: int
    """Since 1970, in UTC."""
    many: int


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


class Came(NamedTuple):
    """Calls that came to the same."""

    now: int
    outcome: str
    state: str
    """Where they ended."""
    alarm: str
    calls: int
    once: int
    """Of calls whose number is known and which were not broken off: those nobody called again after, for a week."""
    known: int
    """Of how many that can be told."""


class Stood(NamedTuple):
    """What happened in one place of the flow, in the calls that were looked at."""

    now: int
    state: str
    calls: int
    """How many came there."""
    asked: int
    """Turns that began there."""
    no_input: int
    no_match: int
    to_person: int
    """Calls that left it for a person."""


def filed(session: Session, city: str, period: Period) -> list[Filed]:
    """Tickets by service, department, area and channel."""
    c = _TICKETS.c
    on_time = and_(c.closed_at.is_not(None), c.due_at.is_not(None), c.closed_at <= c.due_at)
    late = and_(
        c.due_at.is_not(None),
        c.paused_at.is_(None),
        func.coalesce(c.closed_at, literal(period.end, UtcTime())) > c.due_at,
    )
    kinds = (_now(c.created_at, period), c.service, c.department, c.area, _words(c.channel))
    sums = (
        func.count(),
        _how_many(_words(c.status) == Status.DUPLICATE.value),
        _how_many(c.closed_at.is_not(None)),
        _how_many(on_time),
        _how_many(late),
    )
    question = select(*kinds, *sums).where(_within(_TICKETS, city, period)).group_by(*_ordinals(len(kinds)))
    return [Filed._make(row) for row in session.connection().execute(question)]


def moments(session: Session, city: str, period: Period, of: str = "tickets") -> list[Moments]:
    """How many tickets were filed, or calls came, by the half hour, over both periods."""
    table = _TICKETS if of == "tickets" else _CALLS
    at = table.c.created_at if of == "tickets" else table.c.started_at
    half_hour = _whole(_seconds(session, at) / HALF_HOUR_S)
    question = select(half_hour, func.count()).where(_within(table, city, period)).group_by(*_ordinals(1))
    return [Moments._make(row) for row in session.connection().execute(question)]


def took(session: Session, city: str, period: Period) -> list[Took]:
    """How long it took to close what was closed in the period, by service and department."""
    c = _TICKETS.c
    hours = _whole((_seconds(session, c.closed_at) - _seconds(session, c.created_at)) / 3_600)
    rough = case((hours < 48, hours), else_=hours - hours % 24)
    ended = and_(c.city == city, c.closed_at >= period.before, c.closed_at < period.end)
    # What was declared a duplicate was not worked on; its parent counts.
    worked = _words(c.status) != Status.DUPLICATE.value
    kinds = (_now(c.closed_at, period), c.service, c.department, rough)
    question = select(*kinds, func.count()).where(ended, worked).group_by(*_ordinals(4))
    return [Took._make(row) for row in session.connection().execute(question)]


def waiting(session: Session, city: str, at: dt.datetime) -> list[Waiting]:
    """What is open at this moment, by department and age."""
    c = _TICKETS.c
    ages = [(c.created_at > literal(at - dt.timedelta(days=days), UtcTime()), last) for days, last in _AGES]
    kinds = (c.department, case(*ages, else_=90))
    question = select(*kinds, func.count()).where(c.city == city, c.closed_at.is_(None)).group_by(*_ordinals(2))
    return [Waiting._make(row) for row in session.connection().execute(question)]


_AGES = ((1, 0), (7, 1), (30, 7), (90, 30))


def came(session: Session, city: str, period: Period) -> list[Came]:
    """What calls came to, and where those ended that were broken off."""
    c = _CALLS.c
    again = func.lead(c.started_at).over(partition_by=(c.city, c.caller), order_by=c.started_at)
    line = (
        select(c.started_at, c.outcome, c.state, c.alarm, c.caller, c.status, again.label("again"))
        .where(c.city == city, c.started_at >= period.before, c.started_at < period.end + dt.timedelta(days=7))
        .subquery("line")
    )
    known = and_(line.c.caller.is_not(None), line.c.outcome != "abandoned")
    week = _seconds(session, line.c.again) - _seconds(session, line.c.started_at) > 7 * 86_400
    kinds = (_now(line.c.started_at, period), line.c.outcome, line.c.state, line.c.alarm)
    sums = (func.count(), _how_many(and_(known, line.c.again.is_(None) | week)), _how_many(known))
    over = _words(line.c.status) == CallStatus.ENDED.value
    question = select(*kinds, *sums).where(over, line.c.started_at < period.end).group_by(*_ordinals(4))
    return [Came._make((row[0], row[1] or "", *row[2:])) for row in session.connection().execute(question)]


def stood(session: Session, city: str, period: Period) -> tuple[list[Stood], int]:
    """What happened in each place of the flow; and of how many calls one was looked at."""
    c, t = _CALLS.c, _TURNS.c
    within = and_(_within(_CALLS, city, period), _words(c.status) == CallStatus.ENDED.value)
    calls = session.connection().execute(select(func.count()).select_from(_CALLS).where(within)).scalar_one()
    step = max(1, -(-calls // SAMPLE))
    numbered = select(c.call_sid, c.started_at, func.row_number().over(order_by=c.started_at).label("place"))
    numbered_calls = numbered.where(within).subquery("numbered")
    some = select(numbered_calls).where(numbered_calls.c.place % step == 0).subquery("some")
    now = _now(some.c.started_at, period)
    joined = _TURNS.join(some, some.c.call_sid == t.call_sid)
    been = select(now.label("now"), t.state_after, t.call_sid).select_from(joined).distinct().subquery("been")
    there = select(been.c.now, been.c.state_after, func.count()).group_by(*_ordinals(2))
    left = and_(t.state_after.in_(("person", "message")), t.state_before.not_in(("person", "message")))
    sums = (func.count(), _how_many(t.missed == "no_input"), _how_many(t.missed == "no_match"), _how_many(left))
    begun = select(now, t.state_before, *sums).select_from(joined).where(t.number > 0).group_by(*_ordinals(2))
    connection = session.connection()
    reached = {(when, state): count for when, state, count in connection.execute(there)}
    asked = {(when, state): counts for when, state, *counts in connection.execute(begun)}
    keys = sorted(reached.keys() | asked.keys())
    return [Stood(*key, reached.get(key, 0), *asked.get(key, (0, 0, 0, 0))) for key in keys], step


def time_to_file(session: Session, city: str, period: Period) -> list[tuple[int, int, int]]:
    """How long callers were in the line until their ticket was filed: period, seconds in tens, how many."""
    c, t = _CALLS.c, _TICKETS.c
    seconds = _whole((_seconds(session, t.created_at) - _seconds(session, c.started_at)) / 10) * 10
    joined = _TICKETS.join(_CALLS, c.call_sid == t.call_sid)
    question = select(_now(t.created_at, period), seconds, func.count()).select_from(joined)
    # What was filed when the call had ended, a draft or a message left, no caller waited for.
    spoken = and_(_within(_TICKETS, city, period), _words(t.channel) == "phone", _words(t.status) != Status.DRAFT.value)
    question = question.where(spoken, c.outcome == "filed").group_by(*_ordinals(2))
    return [(row[0], max(0, row[1]), row[2]) for row in session.connection().execute(question)]


def emergencies(session: Session, city: str, period: Period) -> list[tuple[int, str, str, int]]:
    """On how many calls danger was heard: period, verdict, category, calls."""
    c, t = _CALLS.c, _TURNS.c
    joined = _TURNS.join(_CALLS, c.call_sid == t.call_sid)
    question = select(_now(t.at, period), t.alarm, t.alarm_category, func.count(t.call_sid.distinct()))
    heard = and_(t.alarm.is_not(None), t.at >= period.before, t.at < period.end, c.city == city)
    question = question.select_from(joined).where(heard).group_by(*_ordinals(3))
    return [(now, verdict, kind or "", calls) for now, verdict, kind, calls in session.connection().execute(question)]


def _within(table: Table, city: str, period: Period) -> ColumnElement[bool]:
    at = table.c.created_at if table is _TICKETS else table.c.started_at
    return and_(table.c.city == city, at >= period.before, at < period.end)


def _now(at: Any, period: Period) -> ColumnElement[int]:
    return case((at >= literal(period.start, UtcTime()), literal_column("1")), else_=literal_column("0"))


def _how_many(condition: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, literal_column("1")), else_=literal_column("0"))), 0)


def _ordinals(count: int) -> list[Any]:
    """Group by the first columns of the answer: PostgreSQL takes two equal expressions with parameters for two."""
    return [literal_column(str(place + 1)) for place in range(count)]


def _words(column: Any) -> Any:
    return as_type(column, String)


def _whole(value: Any) -> Any:
    return as_type(func.floor(value), Integer)


def _seconds(session: Session, at: Any) -> Any:
    """Seconds since 1970, in whichever way the engine says it."""
    if session.connection().dialect.name == "sqlite":
        return as_type(func.strftime("%s", at), Integer)
    # As a double: `extract` makes a numeric of it, which takes several times as long to reckon with.
    return func.date_part("epoch", at)
