"""Calls as people at the desk look them up: who is in the line now, and what was said before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import CTE, JSON, Select, cast, func, or_, tuple_, type_coerce
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from storage.columns import UtcTime
from storage.spelling import pattern
from storage.tables import Call, Ticket, Turn
from storage.vocabulary import CallStatus

SHOWN = 200
"""Calls in the line that a page shows at once."""
SEARCHED = 5_000
"""Calls, the newest that fit the rest, whose words a page looks through."""
PAGE = 50
_NEWEST = (col(Call.started_at).desc(), col(Call.call_sid).desc())


class Before(NamedTuple):
    """A line of a list, newest first: a page ends before it."""

    at: dt.datetime
    call_sid: str


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Which past calls to show. Everything named must fit; nothing named: all that have ended."""

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    outcome: str = ""
    language: str = ""
    state: str = ""
    """Where it ended."""
    alarmed: bool = False
    """Only calls in which the guard heard danger."""
    words: str = ""
    """All of them somewhere in one turn, in what the caller or the line said, in any letters and without accents."""
    ticket: str = ""
    """Number of a ticket filed in the call."""
    caller: str = ""
    """The last digits of the number that called."""


def live(session: Session, city: str) -> Sequence[Call]:
    """The calls in the line now, the longest first."""
    question = select(Call).where(Call.city == city, Call.status == CallStatus.ACTIVE)
    return session.exec(question.order_by(col(Call.started_at)).limit(SHOWN)).all()


def one(session: Session, city: str, call_sid: str) -> Call | None:
    """A call of that city."""
    return session.exec(select(Call).where(Call.call_sid == call_sid, Call.city == city)).one_or_none()


def newest_turns(session: Session, calls: Sequence[Call]) -> dict[str, Turn]:
    """Of each call the last turn that was answered."""
    keys = [(call.call_sid, call.turn) for call in calls]
    if not keys:
        return {}
    question = select(Turn).where(tuple_(col(Turn.call_sid), col(Turn.number)).in_(keys))
    return {turn.call_sid: turn for turn in session.exec(question)}


def tickets_of(session: Session, city: str, call_sids: Sequence[str]) -> dict[str, list[Ticket]]:
    """The tickets that came of calls, by call."""
    found: dict[str, list[Ticket]] = {}
    question = select(Ticket).where(Ticket.city == city, col(Ticket.call_sid).in_(call_sids))
    for ticket in session.exec(question.order_by(col(Ticket.id))):
        found.setdefault(ticket.call_sid or "", []).append(ticket)
    return found


def past(session: Session, city: str, sought: Sought, before: Before | None = None) -> Sequence[Call]:
    """The newest calls that have ended and fit; one more than a page's fifty where there are more."""
    fitting = _fitting(city, sought, before)
    question = select(Call).where(*fitting)
    if sought.words:
        some = select(Call.call_sid).where(*fitting).order_by(*_NEWEST).limit(SEARCHED)
        question = select(Call).where(Call.city == city, col(Call.call_sid).in_(_saying(session, sought.words, some)))
    return session.exec(question.order_by(*_NEWEST).limit(PAGE + 1)).all()


def batch(
    session: Session, city: str, sought: Sought, before: Before | None, size: int
) -> tuple[Sequence[Call], Before | None]:
    """What fits among the next so many calls, and where those after them begin, None where there are none.

    So a list can be read whole, however far back the words were said.
    """
    calls = session.exec(select(Call).where(*_fitting(city, sought, before)).order_by(*_NEWEST).limit(size)).all()
    rest = Before(calls[-1].started_at, calls[-1].call_sid) if len(calls) == size else None
    if sought.words:
        said = set(session.scalars(_saying(session, sought.words, [call.call_sid for call in calls])))
        calls = [call for call in calls if call.call_sid in said]
    return calls, rest


def _fitting(city: str, sought: Sought, before: Before | None) -> list[Any]:
    """All that is sought but the words."""
    conditions: list[Any] = [Call.city == city, Call.status == CallStatus.ENDED]
    if sought.since:
        conditions.append(col(Call.started_at) >= sought.since)
    if sought.until:
        conditions.append(col(Call.started_at) < sought.until)
    for column, value in ((Call.outcome, sought.outcome), (Call.language, sought.language), (Call.state, sought.state)):
        if value:
            conditions.append(col(column) == value)
    if sought.alarmed:
        conditions.append(col(Call.alarm) != "none")
    if sought.caller:
        conditions.append(col(Call.caller).endswith(sought.caller, autoescape=True))
    if sought.ticket:
        theirs = select(Ticket.call_sid).where(Ticket.city == city, Ticket.number == sought.ticket)
        conditions.append(col(Call.call_sid).in_(theirs))
    if before:
        here = tuple_(col(Call.started_at), col(Call.call_sid))
        conditions.append(here < tuple_(*before, types=[UtcTime(), Call.call_sid.type]))  # type: ignore[attr-defined]
    return conditions


def _saying(session: Session, words: str, calls: Any) -> Select[Any]:
    """Those of the calls in which somebody said the words."""
    whole = func.nullif(col(Turn.heard), "")
    document = type_coerce(whole, JSON) if session.connection().dialect.name == "sqlite" else cast(whole, JSON)
    # What the caller said in a turn, without all that is written down beside it; NULL where it was not speech.
    heard = document[0, 1, "text"].as_string().label("heard")
    theirs = select(Turn.call_sid, heard, Turn.said).where(col(Turn.call_sid).in_(calls))
    # Left to itself, PostgreSQL reads every turn there is for the words, and then asks whose they are.
    turns: CTE = theirs.cte("theirs").prefix_with("MATERIALIZED")
    sayings = [
        or_(turns.c.heard.regexp_match(each), turns.c.said.regexp_match(each)) for each in map(pattern, words.split())
    ]
    return select_columns(turns.c.call_sid).where(*sayings).distinct()


def mark_of_line(session: Session, city: str) -> str:
    """Something that is another as soon as anything happens in the line, and never again what it once was.

    It knows the newest call too, ended or not: one that comes and goes between two looks leaves the line as it was, and
    a page that saw it would otherwise show it for good.
    """
    of_city = Call.city == city
    newest = session.exec(select(func.max(Call.started_at)).where(of_city)).one()
    active = select(func.count(), func.max(Call.updated_at)).where(of_city, Call.status == CallStatus.ACTIVE)
    calls, moved = session.exec(active).one()
    return f"{calls} {moved} {newest}"


def mark_of_call(session: Session, city: str, call_sid: str) -> str:
    """Something that is another as soon as that call goes on or ends; "" where there is none."""
    question = select(Call.turn, Call.status).where(Call.call_sid == call_sid, Call.city == city)
    found = session.exec(question).one_or_none()
    return f"{found[0]}-{found[1]}" if found else ""
