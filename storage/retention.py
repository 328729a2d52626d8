"""What must be forgotten, and when: who called, who reported, and what they said. The statistics stay.

A call's number and words go some days after it began; a ticket's reporter, words and recording some days after it was
closed, a draft's after it was begun. What belongs to a ticket goes with it: the texts and photos that reached it, and a
duplicate with the ticket it joined, for until then its people are told of that one. What stays names nobody: states,
times, verdicts, service, place, department, status and their history. A place nobody has found on the map is no more
than what somebody said, and goes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, exists, func, literal_column, or_, text, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from storage import outbox
from storage.alarm_tables import HeardAlarm
from storage.database import Database
from storage.message_tables import DIGESTS, DigestLine, IncomingText, Question
from storage.search_tables import Deed, UnsentWords
from storage.tables import Call, Follower, Notification, Ticket, TicketEvent, Turn
from storage.vocabulary import Channel, NotificationStatus, Status

BATCH = 100
"""Calls or tickets forgotten in one transaction: the line goes on answering in between."""
PAGES = 200
"""Pages of SQLite's index of words written anew in one transaction: less than a megabyte."""
_OLDEST = col(Ticket.closed_at), col(Ticket.id)
"""The order of `ix_tickets_unforgotten`: unasked for it, SQLite reads an index of all that ever closed, each time."""
_QUOTING = ("comment", "transcript", "place")
"""Lines of a history whose data hold what somebody said: photos, what sounded like danger, a place put right."""
_PUBLIC_DOORS = (Channel.PHONE, Channel.SMS, Channel.WEB, Channel.OPEN311)


class Forgotten(NamedTuple):
    """How many calls and tickets were forgotten, or would be."""

    calls: int = 0
    tickets: int = 0


def due(session: Session, city: str, *, calls_before: dt.datetime, tickets_before: dt.datetime) -> Forgotten:
    """How many of a city's calls begun, and tickets closed, before these moments are still remembered."""
    calls = select(func.count()).select_from(Call).where(_due_calls(city, calls_before))
    tickets = sum(
        session.exec(select(func.count()).select_from(Ticket).where(those)).one()
        for those in (_due_tickets(city, tickets_before), _due_drafts(city, tickets_before))
    )
    return Forgotten(session.exec(calls).one(), tickets)


def forget(
    database: Database, city: str, *, calls_before: dt.datetime, tickets_before: dt.datetime, at: dt.datetime
) -> Forgotten:
    """Forget a city's calls and tickets of before these moments. Stopped half way, it goes on when run again."""
    steps = list(forgetting(database, city, calls_before=calls_before, tickets_before=tickets_before, at=at))
    return Forgotten(sum(step.calls for step in steps), sum(step.tickets for step in steps))


def forgetting(
    database: Database, city: str, *, calls_before: dt.datetime, tickets_before: dt.datetime, at: dt.datetime
) -> Iterator[Forgotten]:
    """Do the same step by step, each a short transaction; what comes out is what the step forgot."""
    emptied = partial(_forget_tickets, city=city, at=at)
    plan: tuple[_Chapter, ...] = (
        _Chapter(select(Call.call_sid).where(_due_calls(city, calls_before)), partial(_forget_calls, at=at), "calls"),
        _Chapter(select(Ticket).where(_due_tickets(city, tickets_before)).order_by(*_OLDEST), emptied, "tickets"),
        _Chapter(select(Ticket).where(_due_drafts(city, tickets_before)), emptied, "tickets"),
        _Chapter(select(IncomingText).where(_due_texts(city, calls_before)), partial(_forget_texts, at=at)),
        _Chapter(select(HeardAlarm).where(_due_alarms(city, calls_before)), partial(_forget_alarms, at=at)),
        # A digest tells of many tickets, so it goes by age, before any of those is forgotten.
        _Chapter(select(Notification.id).where(_due_digests(city, max(calls_before, tickets_before))), _forget_digests),
        _Chapter(select(UnsentWords).where(col(UnsentWords.at) < calls_before), _drop),
        _Chapter(select(Deed).where(Deed.city == city, col(Deed.at) < calls_before), _drop),
        _Chapter(select(Ticket).where(_reopened(city)), _know_again),
    )
    words_went = False
    for question, forget_them, counted in plan:
        found: Sequence[Any] = range(BATCH)
        while len(found) == BATCH:
            with database.transaction() as session:
                # What somebody is working on just now is found the next time.
                found = session.exec(question.limit(BATCH).with_for_update(skip_locked=True)).all()
                if found:
                    forget_them(session, found)
            words_went |= bool(found) and counted == "tickets"
            yield Forgotten(**{counted: len(found)}) if counted else Forgotten()
    if words_went and database.is_sqlite:
        yield from _words_written_anew(database)


class _Chapter(NamedTuple):
    """What is due, and how it is forgotten."""

    question: Any
    forget_them: Callable[[Session, Sequence[Any]], None]
    counted: Literal["calls", "tickets", ""] = ""


def _due_calls(city: str, before: dt.datetime) -> ColumnElement[bool]:
    # A call whose end nobody told us is over all the same after so many days.
    return and_(col(Call.city) == city, col(Call.started_at) < before, col(Call.forgotten_at).is_(None))


def _due_tickets(city: str, before: dt.datetime) -> ColumnElement[bool]:
    joined = aliased(Ticket)
    goes_on = or_(col(joined.closed_at).is_(None), col(joined.closed_at) >= before)
    waited_for = exists().where(col(joined.id) == col(Ticket.parent_id), goes_on)
    due = and_(col(Ticket.city) == city, col(Ticket.closed_at) < before, col(Ticket.forgotten_at).is_(None))
    return and_(due, or_(col(Ticket.parent_id).is_(None), ~waited_for))


def _due_drafts(city: str, before: dt.datetime) -> ColumnElement[bool]:
    """What callers began and never said yes to is not closed by anybody."""
    drafts = and_(col(Ticket.city) == city, col(Ticket.status) == Status.DRAFT)
    return and_(drafts, col(Ticket.created_at) < before, col(Ticket.forgotten_at).is_(None))


def _due_texts(city: str, before: dt.datetime) -> ColumnElement[bool]:
    mine = and_(col(IncomingText.city) == city, col(IncomingText.at) < before)
    # What reached a ticket that is still remembered belongs to it, and is forgotten with it.
    kept = exists().where(col(Ticket.id) == col(IncomingText.ticket_id), col(Ticket.forgotten_at).is_(None))
    return and_(mine, col(IncomingText.forgotten_at).is_(None), ~kept)


def _due_alarms(city: str, before: dt.datetime) -> ColumnElement[bool]:
    mine = and_(col(HeardAlarm.city) == city, col(HeardAlarm.at) < before)
    return and_(mine, col(HeardAlarm.forgotten_at).is_(None))


def _due_digests(city: str, before: dt.datetime) -> ColumnElement[bool]:
    return and_(col(Notification.city) == city, col(Notification.created_at) < before, literal_column(DIGESTS))


def _reopened(city: str) -> ColumnElement[bool]:
    open_again = and_(col(Ticket.city) == city, col(Ticket.closed_at).is_(None), col(Ticket.status) != Status.DRAFT)
    return and_(open_again, col(Ticket.forgotten_at).is_not(None))


def _forget_calls(session: Session, sids: Sequence[str], *, at: dt.datetime) -> None:
    silent = {"heard": "", "said": "", "reply": "", "alarm_evidence": None}
    session.exec(update(Call).where(col(Call.call_sid).in_(sids)).values(caller=None, memory="{}", forgotten_at=at))
    session.exec(update(Turn).where(col(Turn.call_sid).in_(sids)).values(silent))
    _forget_notifications(session, col(Notification.call_sid).in_(sids))


def _forget_tickets(session: Session, found: Sequence[Ticket], *, city: str, at: dt.datetime) -> None:
    ids = [ticket.id for ticket in found]
    for ticket in found:
        if ticket.recording_sid:
            _delete_recording(session, city, ticket.recording_sid, at)
        ticket.description = ticket.place_note = ticket.priority_because = ""
        ticket.answers = {}
        if ticket.place_kind == "none" or not ticket.location_verified:
            ticket.address = ""
        ticket.reporter_name = ticket.reporter_phone = ticket.reporter_email = None
        ticket.updates = False
        ticket.recording_url = ticket.recording_sid = ticket.transcript = None
        ticket.forgotten_at = at
    session.exec(delete(Follower).where(col(Follower.ticket_id).in_(ids)))
    # Staff's reasons stay; what the public wrote, what it was asked, and all comments, may name people.
    by_the_public = and_(col(TicketEvent.channel).in_(_PUBLIC_DOORS), col(TicketEvent.kind) != "filed")
    quoted = col(TicketEvent.to_status).in_((Status.WAITING, Status.REOPENED))
    personal = or_(by_the_public, quoted, col(TicketEvent.kind) == "comment")
    session.exec(update(TicketEvent).where(col(TicketEvent.ticket_id).in_(ids), personal).values(why=""))
    shown = and_(col(TicketEvent.ticket_id).in_(ids), col(TicketEvent.kind).in_(_QUOTING))
    session.exec(update(TicketEvent).where(shown).values(data={}))
    session.exec(delete(UnsentWords).where(col(UnsentWords.ticket_id).in_(ids)))
    session.exec(update(Question).where(col(Question.ticket_id).in_(ids)).values(phone="", text=""))
    session.exec(delete(DigestLine).where(col(DigestLine.ticket_id).in_(ids)))
    texts = select(IncomingText).where(col(IncomingText.ticket_id).in_(ids), col(IncomingText.forgotten_at).is_(None))
    _forget_texts(session, session.exec(texts).all(), at=at)
    alarms = select(HeardAlarm).where(col(HeardAlarm.ticket_id).in_(ids), col(HeardAlarm.forgotten_at).is_(None))
    _forget_alarms(session, session.exec(alarms).all(), at=at)
    _forget_notifications(session, col(Notification.ticket_id).in_(ids))


def _forget_notifications(session: Session, which: ColumnElement[bool]) -> None:
    """Empty what was sent; what was not sent by now never will be."""
    waiting = and_(which, col(Notification.status) == NotificationStatus.PENDING)
    session.exec(update(Notification).where(waiting).values(status=NotificationStatus.CANCELLED))
    empty = {"recipient": "", "body": "", "payload": {}, "last_error": ""}
    session.exec(update(Notification).where(which).values(empty))


def _forget_texts(session: Session, found: Sequence[IncomingText], *, at: dt.datetime) -> None:
    """Empty what was texted, and have Twilio forget it with its photos."""
    for one in found:
        photos = [f"{one.message_sid}/{address.rpartition('/')[2]}" for address in one.media]
        for what in (*photos, one.message_sid):
            outbox.put(session, one.city, channel="rest_delete", recipient=what, key=f"delete-{what}", at=at)
        one.phone, one.body, one.reply, one.media, one.forgotten_at = None, "", "", [], at
        one.alarm_evidence = None


def _forget_alarms(_: Session, found: Sequence[HeardAlarm], *, at: dt.datetime) -> None:
    """Empty what alarmed on a page or in a recorded message; that it did is counted."""
    for one in found:
        one.words, one.alarm_evidence, one.origin, one.forgotten_at = "", None, None, at


def _forget_digests(session: Session, ids: Sequence[int]) -> None:
    _forget_notifications(session, col(Notification.id).in_(ids))


def _drop(session: Session, found: Sequence[UnsentWords | Deed]) -> None:
    """Drop what an operator began to write and never sent, or could once have taken back."""
    for one in found:
        session.delete(one)


def _know_again(_: Session, found: Sequence[Ticket]) -> None:
    """Have a ticket on which work goes on be forgotten once more when that ends: people speak of it again."""
    for ticket in found:
        ticket.forgotten_at = None


def _words_written_anew(database: Database) -> Iterator[Forgotten]:
    """Merge SQLite's index of words into one piece: what was taken out of it stands in the older pieces until then.

    (From SQLite 3.42 on it could be told to take words out at once, and then no older SQLite could read the file.)
    """
    pages, changed = -PAGES, 2  # Less than nothing begins a merge of all pieces, more goes on with it.
    while changed >= 2:  # The statement itself counts for one.
        with database.transaction() as session:
            before = _changes(session)
            merge = text("INSERT INTO ticket_words(ticket_words, rank) VALUES ('merge', :pages)")
            session.connection().execute(merge, {"pages": pages})
            changed = _changes(session) - before if pages > 0 else 2
        pages = PAGES
        yield Forgotten()


def _changes(session: Session) -> int:
    """How many rows this connection has ever changed."""
    return int(session.connection().execute(text("SELECT total_changes()")).scalar_one())


def _delete_recording(session: Session, city: str, sid: str, at: dt.datetime) -> None:
    """Have Twilio delete it too: our row was only its address."""
    outbox.put(session, city, channel="rest_delete", recipient=sid, key=f"delete-recording-{sid}", at=at)
