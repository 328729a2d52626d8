"""Calls as people at the desk look them up: who is in the line now, what was said before, where danger was heard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import func, or_, tuple_
from sqlmodel import Session, col, select

from storage.columns import UtcTime
from storage.tables import Call, Notification, Ticket, Turn
from storage.vocabulary import CallStatus

SHOWN = 200
"""Calls in the line that a page shows at once."""
SEARCHED = 5_000
"""Calls, the newest that fit the rest, whose words are looked through."""


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
    """Somewhere in what the caller or the line said, as written."""
    ticket: str = ""
    """Number of a ticket filed in the call."""
    caller: str = ""
    """The last digits of the number that called."""


class Alarm(NamedTuple):
    """A turn on which the guard acted, and its call. `after` are the two turns that followed, if they came."""

    call: Call
    turn: Turn
    after: Sequence[Turn]


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


def past(session: Session, city: str, sought: Sought, before: Before | None = None, limit: int = 50) -> Sequence[Call]:
    """The newest calls that have ended and fit; one more than `limit` where there are more."""
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
    newest = (col(Call.started_at).desc(), col(Call.call_sid).desc())
    question = select(Call).where(*conditions).order_by(*newest)
    if sought.words:
        some = select(Call.call_sid).where(*conditions).order_by(*newest).limit(SEARCHED)
        said = [
            or_(
                col(Turn.heard).icontains(word, autoescape=True),
                col(Turn.said).icontains(word, autoescape=True),
            )
            for word in sought.words.split()
        ]
        spoken = select(Turn.call_sid).where(col(Turn.call_sid).in_(some), *said)
        question = select(Call).where(Call.city == city, col(Call.call_sid).in_(spoken)).order_by(*newest)
    return session.exec(question.limit(limit + 1)).all()


def alarms(
    session: Session,
    city: str,
    *,
    verdict: str = "",
    category: str = "",
    before: dt.datetime | None = None,
    limit: int = 50,
) -> Sequence[Alarm]:
    """The newest turns on which the guard acted; one more than `limit` where there are more."""
    question = select(Call, Turn).join(Turn, col(Turn.call_sid) == col(Call.call_sid))
    question = question.where(Call.city == city, col(Turn.alarm).is_not(None))
    if verdict:
        question = question.where(col(Turn.alarm) == verdict)
    if category:
        question = question.where(col(Turn.alarm_category) == category)
    if before:
        question = question.where(col(Turn.at) < before)
    found = session.exec(question.order_by(col(Turn.at).desc(), col(Turn.number).desc()).limit(limit + 1)).all()
    keys = [(call.call_sid, turn.number + step) for call, turn in found for step in (1, 2)]
    following = select(Turn).where(tuple_(col(Turn.call_sid), col(Turn.number)).in_(keys)).order_by(col(Turn.number))
    later: dict[str, list[Turn]] = {}
    for turn in session.exec(following) if keys else ():
        later.setdefault(turn.call_sid, []).append(turn)
    return [
        Alarm(call, turn, [one for one in later.get(call.call_sid, ()) if 0 < one.number - turn.number < 3])
        for call, turn in found
    ]


def cut_short(session: Session, city: str, since: dt.datetime, until: dt.datetime) -> Sequence[Notification]:
    """Callers who were sent to 911 while they were still speaking: what was asked of Twilio for that, newest first."""
    question = select(Notification).where(
        Notification.city == city, Notification.channel == "rest_call", Notification.template == "emergency"
    )
    question = question.where(col(Notification.created_at) >= since, col(Notification.created_at) <= until)
    return session.exec(question.order_by(col(Notification.created_at).desc()).limit(SHOWN)).all()


def mark_of_line(session: Session, city: str) -> str:
    """Something that is another as soon as anything happens in the line."""
    question = select(func.count(), func.max(Call.updated_at)).where(
        Call.city == city, Call.status == CallStatus.ACTIVE
    )
    calls, moved = session.exec(question).one()
    return f"{calls}-{moved.timestamp() if calls else 0}"


def mark_of_call(session: Session, city: str, call_sid: str) -> str:
    """Something that is another as soon as that call goes on or ends; "" where there is none."""
    question = select(Call.turn, Call.status).where(Call.call_sid == call_sid, Call.city == city)
    found = session.exec(question).one_or_none()
    return f"{found[0]}-{found[1]}" if found else ""


def mark_of_alarms(session: Session, city: str) -> str:
    """Something that is another as soon as danger is heard."""
    question = select(Turn.call_sid, Turn.number).join(Call, col(Call.call_sid) == col(Turn.call_sid))
    question = question.where(Call.city == city, col(Turn.alarm).is_not(None))
    newest = session.exec(question.order_by(col(Turn.at).desc()).limit(1)).first()
    return f"{newest[0]}-{newest[1]}" if newest else "none"
