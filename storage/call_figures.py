"""What the reports of calls are counted from. What a call came to is counted of all; how it went there, of a sample.

A sample is the calls that began in every second, third, fifth … second. Some thousands tell shares and medians well
enough, and turns are many.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, and_, func, literal, select
from sqlmodel import Session

from storage import counting
from storage.alarm_tables import HeardAlarm
from storage.columns import UtcTime
from storage.counting import Moment, Period, between, how_many, now_or_before, ordinals, seconds, whole, words
from storage.message_tables import IncomingText
from storage.messages import ALARMED
from storage.tables import Call, Ticket, TicketEvent, Turn
from storage.value_lists import is_one_of
from storage.vocabulary import CallStatus, Status

CONTAINED = frozenset({"filed", "answered"})
"""What calls came to that the line served by itself."""
SAMPLE = 5_000
"""About how many calls are looked at one by one at most."""
_TICKETS = cast("Table", cast("Any", Ticket).__table__)
_CALLS = cast("Table", cast("Any", Call).__table__)
_TURNS = cast("Table", cast("Any", Turn).__table__)
_EVENTS = cast("Table", cast("Any", TicketEvent).__table__)
_TEXTS = cast("Table", cast("Any", IncomingText).__table__)
_HEARD = cast("Table", cast("Any", HeardAlarm).__table__)
_WEEK = dt.timedelta(days=7)
_ENDED = words(_CALLS.c.status) == CallStatus.ENDED.value


class Came(NamedTuple):
    """Calls that came to the same."""

    now: int
    outcome: str
    state: str
    """Where they ended."""
    alarm: str
    calls: int


class Sample(NamedTuple):
    """Some calls of both periods."""

    calls: list[str]
    """Their SIDs."""
    step: int
    """Of about how many calls one is in it."""


class Settled(NamedTuple):
    """Calls whose number is known, which were not broken off, and are a week old: before that nobody can tell."""

    now: int
    known: int
    once: int
    """Those the line served by itself, nobody called again after for a week, and whose ticket was not reopened."""


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


def came(session: Session, city: str, period: Period) -> list[Came]:
    """What calls came to, and where they ended."""
    c = _CALLS.c
    kinds = (func.coalesce(c.outcome, ""), c.state, c.alarm)
    question = select(*kinds, func.count()).where(c.city == city, _ENDED).group_by(*ordinals(3))
    return [
        Came(now, *row)
        for now, start, end in period.halves
        for row in session.connection().execute(question.where(between(c.started_at, start, end)))
    ]


def moments(session: Session, city: str, period: Period, grain_s: int) -> list[Moment]:
    """How many calls came in, by the hour or so many seconds, over both periods; those in the line now too."""
    return counting.moments(session, _CALLS.c.started_at, city, period, grain_s)


def sample(session: Session, city: str, period: Period, calls: int) -> Sample:
    """Some of about so many calls, spread evenly over both periods."""
    c = _CALLS.c
    step = _prime(-(-calls // SAMPLE))
    within = and_(c.city == city, between(c.started_at, period.before, period.end))
    question = select(c.call_sid).where(within, _ENDED)
    if step > 1:
        # By the moment alone, which an index has: the calls themselves are looked up when they are chosen.
        a = _CALLS.alias("any_call").c
        chosen = whole(seconds(session, a.started_at)) % step == 0
        within = and_(a.city == city, between(a.started_at, period.before, period.end))
        question = question.where(c.started_at.in_(select(a.started_at).where(within, chosen)))
    return Sample(list(session.connection().execute(question).scalars()), step)


def _prime(least: int) -> int:
    """The next prime, or 1: calls that begin on the minute or the hour are then in a sample as often as others."""
    candidates = itertools.count(max(1, least))
    return next(one for one in candidates if all(one % part for part in range(2, math.isqrt(one) + 1)))


def stood(session: Session, period: Period, some: Sample) -> list[Stood]:
    """What happened in each place of the flow, in these calls."""
    t = _TURNS.c
    now = now_or_before(t.at, period)
    there = select(now, t.state_after, func.count(t.call_sid.distinct()))
    left = and_(t.state_after.in_(("person", "message")), t.state_before.not_in(("person", "message")))
    sums = (func.count(), how_many(t.missed == "no_input"), how_many(t.missed == "no_match"), how_many(left))
    begun = select(now, t.state_before, *sums).where(t.number > 0)
    connection, ours = session.connection(), is_one_of(session, t.call_sid, some.calls)
    reached = {(when, at): many for when, at, many in connection.execute(there.where(ours).group_by(*ordinals(2)))}
    asked = {(when, at): counts for when, at, *counts in connection.execute(begun.where(ours).group_by(*ordinals(2)))}
    keys = sorted(reached.keys() | asked.keys())
    return [Stood(*key, reached.get(key, 0), *asked.get(key, (0, 0, 0, 0))) for key in keys]


def settled(session: Session, period: Period, some: Sample, at: dt.datetime) -> list[Settled]:
    """How many of these calls settled it, as far as can be told at `at`."""
    c, a = _CALLS.c, _CALLS.alias("later").c
    later = and_(a.city == c.city, a.caller == c.caller, a.started_at > c.started_at)
    again = select(func.min(a.started_at)).where(later).correlate(_CALLS).scalar_subquery().label("again")
    opened = _TICKETS.join(
        _EVENTS, and_(_EVENTS.c.ticket_id == _TICKETS.c.id, words(_EVENTS.c.to_status) == "reopened")
    )
    reopened = select(1).select_from(opened).where(_TICKETS.c.call_sid == c.call_sid).correlate(_CALLS).exists()
    served = and_(c.outcome.in_(CONTAINED), ~reopened).label("served")
    old = c.started_at <= literal(at - _WEEK, UtcTime())
    known = and_(is_one_of(session, c.call_sid, some.calls), old, c.caller.is_not(None), c.outcome != "abandoned")
    line = select(c.started_at, again, served).where(known).subquery("line").c
    quiet = line.again.is_(None) | (
        seconds(session, line.again) - seconds(session, line.started_at) > _WEEK.total_seconds()
    )
    once = how_many(and_(line.served, quiet))
    question = select(now_or_before(line.started_at, period), func.count(), once).group_by(*ordinals(1))
    return [Settled._make(row) for row in session.connection().execute(question)]


def time_to_file(session: Session, city: str, period: Period, some: Sample) -> list[tuple[int, int, int]]:
    """How long callers were in the line until their ticket was filed, in these calls: period, seconds in tens, many."""
    c, t = _CALLS.c, _TICKETS.c
    took = whole((seconds(session, t.created_at) - seconds(session, c.started_at)) / 10) * 10
    question = select(now_or_before(c.started_at, period), took, func.count())
    question = question.select_from(_TICKETS.join(_CALLS, c.call_sid == t.call_sid))
    # What was filed when the call had ended, a draft or a message left, no caller waited for.
    spoken = and_(t.city == city, words(t.channel) == "phone", words(t.status) != Status.DRAFT.value)
    ours = is_one_of(session, t.call_sid, some.calls)
    question = question.where(ours, spoken, c.outcome == "filed").group_by(*ordinals(2))
    return [(row[0], max(0, row[1]), row[2]) for row in session.connection().execute(question)]


def emergencies(session: Session, city: str, period: Period) -> list[tuple[int, str, str, int]]:
    """In how many calls, texts, recorded messages and pages danger was heard: period, verdict, category, how many."""
    c, t = _CALLS.c, _TURNS.c
    joined = _TURNS.join(_CALLS, c.call_sid == t.call_sid)
    question = select(now_or_before(t.at, period), t.alarm, t.alarm_category, func.count(t.call_sid.distinct()))
    heard = and_(t.alarm.is_not(None), between(t.at, period.before, period.end), c.city == city)
    question = question.select_from(joined).where(heard).group_by(*ordinals(3))
    w = _TEXTS.c
    written = select(now_or_before(w.at, period), w.alarm, w.alarm_category, func.count()).group_by(*ordinals(3))
    written = written.where(ALARMED, between(w.at, period.before, period.end), w.city == city)
    h = _HEARD.c
    elsewhere = select(now_or_before(h.at, period), h.alarm, h.alarm_category, func.count()).group_by(*ordinals(3))
    elsewhere = elsewhere.where(between(h.at, period.before, period.end), h.city == city)
    found = [row for one in (question, written, elsewhere) for row in session.connection().execute(one)]
    return [(now, verdict, kind or "", many) for now, verdict, kind, many in found]
