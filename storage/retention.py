"""What must be forgotten, and when: who called, who reported, and what they said. The statistics stay.

A call's number and words go some days after it began; a ticket's reporter, words and recording some days after it was
closed. What stays names nobody: states, times, verdicts, service, place, department, status and their history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, func, or_, update
from sqlmodel import Session, col, select

from storage import outbox
from storage.database import Database
from storage.message_tables import DigestLine, IncomingText, Question
from storage.tables import Call, Follower, Notification, Ticket, TicketEvent, Turn
from storage.vocabulary import Channel, NotificationStatus

BATCH = 500
"""Calls or tickets forgotten in one transaction: the line goes on answering in between."""
_PUBLIC_DOORS = (Channel.PHONE, Channel.SMS, Channel.WEB, Channel.OPEN311)


class Forgotten(NamedTuple):
    """How many calls and tickets were forgotten, or would be."""

    calls: int
    tickets: int


def due(session: Session, city: str, *, calls_before: dt.datetime, tickets_before: dt.datetime) -> Forgotten:
    """How many of a city's calls begun, and tickets closed, before these moments are still remembered."""
    calls = select(func.count()).select_from(Call).where(_due_calls(city, calls_before))
    tickets = select(func.count()).select_from(Ticket).where(_due_tickets(city, tickets_before))
    return Forgotten(session.exec(calls).one(), session.exec(tickets).one())


def forget(
    database: Database, city: str, *, calls_before: dt.datetime, tickets_before: dt.datetime, at: dt.datetime
) -> Forgotten:
    """Forget a city's calls and tickets of before these moments. Stopped half way, it goes on when run again."""

    def calls(session: Session) -> int:
        question = select(Call.call_sid).where(_due_calls(city, calls_before))
        return _batch(session, question.limit(BATCH), lambda sids: _forget_calls(session, sids, at))

    def tickets(session: Session) -> int:
        question = select(Ticket).where(_due_tickets(city, tickets_before))
        return _batch(session, question.limit(BATCH), lambda found: _forget_tickets(session, city, found, at))

    def texts(session: Session) -> int:
        question = select(IncomingText).where(
            IncomingText.city == city, col(IncomingText.at) < calls_before, col(IncomingText.forgotten_at).is_(None)
        )
        return _batch(session, question.limit(BATCH), lambda found: _forget_texts(session, found, at))

    forgotten = Forgotten(_until_done(database, calls), _until_done(database, tickets))
    _until_done(database, texts)
    return forgotten


def _due_calls(city: str, before: dt.datetime) -> ColumnElement[bool]:
    # A call whose end nobody told us is over all the same after so many days.
    return and_(col(Call.city) == city, col(Call.started_at) < before, col(Call.forgotten_at).is_(None))


def _due_tickets(city: str, before: dt.datetime) -> ColumnElement[bool]:
    return and_(col(Ticket.city) == city, col(Ticket.closed_at) < before, col(Ticket.forgotten_at).is_(None))


def _until_done(database: Database, batch: Callable[[Session], int]) -> int:
    total = 0
    while True:
        with database.transaction() as session:
            done = batch(session)
        total += done
        if done < BATCH:
            return total


def _batch(session: Session, question: Any, forget_them: Callable[[Sequence[Any]], None]) -> int:
    """Forget what the question finds and nobody is working on just now; that is found the next time."""
    found = session.exec(question.with_for_update(skip_locked=True)).all()
    if found:
        forget_them(found)
    return len(found)


def _forget_calls(session: Session, sids: Sequence[str], at: dt.datetime) -> None:
    silent = {"heard": "", "said": "", "reply": "", "alarm_evidence": None}
    session.exec(update(Call).where(col(Call.call_sid).in_(sids)).values(caller=None, memory="{}", forgotten_at=at))
    session.exec(update(Turn).where(col(Turn.call_sid).in_(sids)).values(silent))
    _forget_notifications(session, col(Notification.call_sid).in_(sids))


def _forget_tickets(session: Session, city: str, found: Sequence[Ticket], at: dt.datetime) -> None:
    ids = [ticket.id for ticket in found]
    for ticket in found:
        if ticket.recording_sid:
            _delete_recording(session, city, ticket.recording_sid, at)
        ticket.description = ticket.place_note = ""
        ticket.answers = {}
        ticket.reporter_name = ticket.reporter_phone = ticket.reporter_email = None
        ticket.updates = False
        ticket.recording_url = ticket.recording_sid = ticket.transcript = None
        ticket.forgotten_at = at
    session.exec(delete(Follower).where(col(Follower.ticket_id).in_(ids)))
    # Staff's reasons stay; what the public wrote, and all comments, may name people.
    by_the_public = and_(col(TicketEvent.channel).in_(_PUBLIC_DOORS), col(TicketEvent.kind) != "filed")
    personal = or_(by_the_public, col(TicketEvent.kind) == "comment")
    session.exec(update(TicketEvent).where(col(TicketEvent.ticket_id).in_(ids), personal).values(why=""))
    shown = and_(col(TicketEvent.ticket_id).in_(ids), col(TicketEvent.kind) == "comment")
    session.exec(update(TicketEvent).where(shown).values(data={}))
    session.exec(update(Question).where(col(Question.ticket_id).in_(ids)).values(phone="", text=""))
    session.exec(delete(DigestLine).where(col(DigestLine.ticket_id).in_(ids)))
    texts = select(IncomingText).where(col(IncomingText.ticket_id).in_(ids), col(IncomingText.forgotten_at).is_(None))
    _forget_texts(session, session.exec(texts).all(), at)
    _forget_notifications(session, col(Notification.ticket_id).in_(ids))


def _forget_notifications(session: Session, which: ColumnElement[bool]) -> None:
    """Empty what was sent; what was not sent by now never will be."""
    waiting = and_(which, col(Notification.status) == NotificationStatus.PENDING)
    session.exec(update(Notification).where(waiting).values(status=NotificationStatus.CANCELLED))
    empty = {"recipient": "", "body": "", "payload": {}, "last_error": ""}
    session.exec(update(Notification).where(which).values(empty))


def _forget_texts(session: Session, found: Sequence[IncomingText], at: dt.datetime) -> None:
    """Empty what was texted, and have Twilio forget it with its photos."""
    for text in found:
        photos = [f"{text.message_sid}/{address.rpartition('/')[2]}" for address in text.media]
        for what in (*photos, text.message_sid):
            outbox.put(session, text.city, channel="rest_delete", recipient=what, key=f"delete-{what}", at=at)
        text.phone, text.body, text.reply, text.media, text.forgotten_at = None, "", "", [], at


def _delete_recording(session: Session, city: str, sid: str, at: dt.datetime) -> None:
    """Have Twilio delete it too: our row was only its address."""
    outbox.put(session, city, channel="rest_delete", recipient=sid, key=f"delete-recording-{sid}", at=at)
