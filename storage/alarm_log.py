"""Where danger was heard: in calls, also those cut short before an answer, in texts, on pages, in recorded messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from storage.alarm_tables import HeardAlarm
from storage.insertion import insert
from storage.message_tables import IncomingText
from storage.messages import ALARMED
from storage.tables import Call, Notification, Ticket, Turn

CUT_SHORT = 200
"""Calls cut short that are shown at once."""


class Danger(msgspec.Struct, frozen=True, kw_only=True):
    """Which alarms are asked for. Everything named must fit; nothing named: all."""

    verdict: str = ""
    category: str = ""
    before: dt.datetime | None = None

    def of(self, kind: type[Turn | IncomingText | HeardAlarm]) -> list[Any]:
        """The same said of turns, of texts or of what else alarmed: the guard's findings have the same names in all."""
        fits: list[Any] = [
            col(column) == value
            for column, value in ((kind.alarm, self.verdict), (kind.alarm_category, self.category))
            if value
        ]
        return [*fits, col(kind.at) < self.before] if self.before else fits


class Alarm(NamedTuple):
    """A turn on which the guard acted, and its call. `after` are the two turns that followed, if they came."""

    call: Call
    turn: Turn
    after: Sequence[Turn]


def in_calls(session: Session, city: str, danger: Danger, limit: int) -> Sequence[Alarm]:
    """The newest turns on which the guard acted; one more than `limit` where there are more."""
    question = select(Call, Turn).join(Turn, col(Turn.call_sid) == col(Call.call_sid))
    question = question.where(Call.city == city, col(Turn.alarm).is_not(None), *danger.of(Turn))
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


def in_texts(session: Session, city: str, danger: Danger, limit: int) -> Sequence[tuple[IncomingText, str | None]]:
    """The newest texts in which danger was heard, each with the number of its ticket; one more than `limit` if any."""
    question = select(IncomingText, Ticket.number).join(Ticket, isouter=True)
    question = question.where(IncomingText.city == city, ALARMED, *danger.of(IncomingText))
    return session.exec(question.order_by(col(IncomingText.at).desc()).limit(limit + 1)).all()


def keep(session: Session, alarm: HeardAlarm) -> bool:
    """Log danger that was heard elsewhere; False where the same was logged before."""
    return insert(session, alarm) is not None


def elsewhere(session: Session, city: str, danger: Danger, limit: int) -> Sequence[tuple[HeardAlarm, str | None]]:
    """The newest of what alarmed on a page or in a recorded message, each with its ticket; one over `limit` if any."""
    question = select(HeardAlarm, Ticket.number).join(Ticket, isouter=True)
    question = question.where(HeardAlarm.city == city, *danger.of(HeardAlarm))
    return session.exec(question.order_by(col(HeardAlarm.at).desc(), col(HeardAlarm.id).desc()).limit(limit + 1)).all()


def cut_short(session: Session, city: str, since: dt.datetime, until: dt.datetime) -> Sequence[Notification]:
    """Callers who were sent to 911 while they were still speaking: what was asked of Twilio for that, newest first."""
    question = select(Notification).where(
        Notification.city == city, Notification.channel == "rest_call", Notification.template == "emergency"
    )
    question = question.where(col(Notification.created_at) >= since, col(Notification.created_at) <= until)
    return session.exec(question.order_by(col(Notification.created_at).desc()).limit(CUT_SHORT)).all()


def mark(session: Session, city: str) -> str:
    """Something that is another as soon as danger is heard, wherever that is."""
    question = select(Turn.call_sid, Turn.number).join(Call, col(Call.call_sid) == col(Turn.call_sid))
    question = question.where(Call.city == city, col(Turn.alarm).is_not(None))
    newest = session.exec(question.order_by(col(Turn.at).desc()).limit(1)).first()
    texted = select(IncomingText.message_sid).where(IncomingText.city == city, ALARMED)
    text = session.exec(texted.order_by(col(IncomingText.at).desc()).limit(1)).first()
    heard = select(HeardAlarm.id).where(HeardAlarm.city == city)
    last = session.exec(heard.order_by(col(HeardAlarm.at).desc()).limit(1)).first()
    return f"{newest[0]}-{newest[1]}-{text}-{last}" if newest else f"none-{text}-{last}"
