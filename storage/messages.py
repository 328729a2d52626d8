"""What is asked of the ledger about messages: who wants none, questions, what came in, digests, and what went wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, String, Table, and_, case, exists, func, or_, text, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col, select

from storage import outbox
from storage.columns import UtcTime
from storage.message_tables import DigestLine, IncomingText, OptOut, Question
from storage.tables import Follower, Notification, Ticket
from storage.vocabulary import NotificationStatus, Status

_FAILED = text("notifications.status = 'failed'")
ALARMED = text("incoming_texts.alarm <> ''")
_UNFINISHED = text("incoming_texts.asked <> ''")
"""All letter for letter as the indexes of these rows have it."""


SAID_TO_CARRIER = "21610"
"""The word of those who said it to Twilio and not to us: the code of Twilio's refusal."""


def opt_out(session: Session, city: str, phone: str, word: str, at: dt.datetime) -> None:
    """Remember that a number wants no text messages; saying it twice is saying it once."""
    _add_once(session, OptOut(city=city, phone=phone, word=word, at=at))


def opt_in(session: Session, city: str, phone: str) -> bool:
    """Forget that wish; False where there was none."""
    found = session.get(OptOut, (city, phone), with_for_update=True)
    if found:
        session.delete(found)
    return found is not None


def opted_out(session: Session, city: str, phones: Collection[str]) -> set[str]:
    """Those of the numbers that want no text messages."""
    question = select(OptOut.phone).where(OptOut.city == city, col(OptOut.phone).in_(phones))
    return set(session.exec(question).all()) if phones else set()


def first_delivery(session: Session, came: IncomingText) -> IncomingText | None:
    """Keep a text message that came in; None where it was kept before. Waits for another delivery just under way."""
    return session.get(IncomingText, came.message_sid) if _add_once(session, came) else None


def incoming(session: Session, message_sid: str) -> IncomingText | None:
    """The text message of that identity."""
    return session.get(IncomingText, message_sid)


def texts(
    session: Session, city: str, *, before: tuple[dt.datetime, str] | None = None, limit: int = 50
) -> Sequence[tuple[IncomingText, str | None]]:
    """What came in, newest first, each with its ticket's number; `before` is time and identity of the last seen."""
    question = select(IncomingText, Ticket.number).join(Ticket, isouter=True).where(IncomingText.city == city)
    if before:
        here = tuple_(col(IncomingText.at), col(IncomingText.message_sid))
        question = question.where(here < tuple_(*before, types=[UtcTime(), String()]))
    newest = (col(IncomingText.at).desc(), col(IncomingText.message_sid).desc())
    return session.exec(question.order_by(*newest).limit(limit)).all()


def unfinished(session: Session, city: str, phone: str | None, since: dt.datetime) -> Sequence[IncomingText]:
    """The texts of a number that were asked for what they lack, and have not got it, oldest first."""
    if not phone:
        return []
    question = select(IncomingText).where(IncomingText.city == city, IncomingText.phone == phone, _UNFINISHED)
    question = question.where(col(IncomingText.at) >= since)
    return session.exec(question.order_by(col(IncomingText.at))).all()


def ask(session: Session, question: Question) -> Question:
    """Keep a question, with a number of its own."""
    session.add(question)
    session.flush()
    return question


def open_question(session: Session, city: str, phone: str) -> Question | None:
    """The last thing a number was asked and has not answered, of a ticket that still waits for it."""
    question = select(Question).join(Ticket).where(Question.city == city, Question.phone == phone)
    question = question.where(
        col(Question.answered_at).is_(None), Ticket.status == Status.WAITING, Ticket.waiting_on == "caller"
    )
    return session.exec(question.order_by(col(Question.id).desc()).limit(1)).one_or_none()


HopelessBecause = Literal["undelivered", "opted_out", "silent"]
"""Why nobody will answer a question: it did not arrive, they want no messages, or they have been silent too long."""


def hopeless(session: Session, city: str, before: dt.datetime) -> Sequence[tuple[Question, str, HopelessBecause]]:
    """Questions that nobody will answer, of tickets that wait for it all the same, with their numbers and why.

    Asked `before` then, a question has waited long enough; of several the last counts. What waits by somebody's own
    word, and not since it was asked about, is left to them.
    """
    later = aliased(Question)
    asked_again = exists().where(col(later.ticket_id) == col(Question.ticket_id), col(later.id) > col(Question.id))
    sent = and_(
        col(Notification.ticket_id) == col(Question.ticket_id),
        col(Notification.created_at) == col(Question.asked_at),
        col(Notification.template) == "public.asked",
    )
    waits = Ticket.status == Status.WAITING, Ticket.waiting_on == "caller"
    lost = col(Notification.status).in_((NotificationStatus.FAILED, NotificationStatus.CANCELLED))
    left = and_(col(OptOut.city) == city, col(OptOut.phone) == col(Question.phone))
    why = case((col(OptOut.phone).is_not(None), "opted_out"), (lost, "undelivered"), else_="silent")
    found = (
        select(Question, Ticket.number, why)
        .join(Ticket)
        .join(Notification, sent, isouter=True)
        .join(OptOut, left, isouter=True)
        .where(Question.city == city, col(Question.answered_at).is_(None), *waits)
        .where(col(Question.asked_at) >= col(Ticket.paused_at), ~asked_again)
        .where(or_(lost, col(OptOut.phone).is_not(None), col(Question.asked_at) < before))
    )
    return session.exec(found.order_by(col(Question.id))).all()


def questions(session: Session, ticket: Ticket) -> Sequence[Question]:
    """What was asked about a ticket, oldest first."""
    return session.exec(select(Question).where(Question.ticket_id == ticket.id).order_by(col(Question.id))).all()


def ticket_of(session: Session, city: str, ticket_id: int) -> Ticket | None:
    """A ticket by the number of its row."""
    return session.exec(select(Ticket).where(Ticket.city == city, Ticket.id == ticket_id)).one_or_none()


def latest_ticket(session: Session, city: str, phone: str) -> Ticket | None:
    """The newest ticket a number reported or follows; drafts, of which nobody was told, are none."""
    newest = [
        session.exec(
            select(Ticket)
            .where(Ticket.city == city, theirs, Ticket.status != Status.DRAFT)
            .order_by(col(Ticket.created_at).desc(), col(Ticket.id).desc())
            .limit(1)
        ).first()
        for theirs in _tickets_of(phone)
    ]
    return max(
        (found for found in newest if found), key=lambda ticket: (ticket.created_at, ticket.id or 0), default=None
    )


def last_ended(session: Session, city: str, phone: str, since: dt.datetime) -> tuple[Ticket, dt.datetime] | None:
    """Of the tickets a number reported or follows, the one that ended last, and when; None where none did `since`.

    A duplicate ends with the ticket it joined.
    """
    joined = aliased(Ticket)
    ended_at = case((col(joined.id).is_(None), col(Ticket.closed_at)), else_=col(joined.closed_at))
    last = [
        session.exec(
            select(Ticket, ended_at)
            .join(joined, col(joined.id) == col(Ticket.parent_id), isouter=True)
            .where(Ticket.city == city, theirs, ended_at >= since)
            .order_by(ended_at.desc(), col(Ticket.id).desc())
            .limit(1)
        ).first()
        for theirs in _tickets_of(phone)
    ]
    return max((found for found in last if found), key=lambda one: (one[1], one[0].id or 0), default=None)


def _tickets_of(phone: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What a number reported, and what it follows: asked one after the other, each has its index."""
    follows = select(Follower.ticket_id).where(Follower.phone == phone)
    return col(Ticket.reporter_phone) == phone, col(Ticket.id).in_(follows)


def add_digest_line(session: Session, line: DigestLine) -> None:
    """Have a department read something in its next digest."""
    session.add(line)


def digests_waiting(session: Session, city: str) -> dict[str, dt.datetime]:
    """The departments for which something waits, and since when."""
    question = select(DigestLine.department, func.min(DigestLine.at)).where(
        DigestLine.city == city, col(DigestLine.sent_at).is_(None)
    )
    return dict(session.exec(question.group_by(col(DigestLine.department))).all())


def digest_lines(session: Session, city: str, department: str, until: dt.datetime) -> Sequence[DigestLine]:
    """What waited for a department's digest by then, oldest first, held: whoever else makes the same digest waits."""
    question = select(DigestLine).where(
        DigestLine.city == city, DigestLine.department == department, col(DigestLine.sent_at).is_(None)
    )
    question = question.where(col(DigestLine.at) <= until)
    return session.exec(question.order_by(col(DigestLine.id)).with_for_update()).all()


class Figures(NamedTuple):
    """How a city's outbox stands."""

    waiting: int
    held: int
    """Of those waiting, the ones that wait for the end of the quiet hours."""
    failed: int
    opted_out: int


def figures(session: Session, city: str) -> Figures:
    """Count what waits, what is held, what failed, and who wants no messages."""
    mine = col(Notification.city) == city

    def count(kind: type[SQLModel], *which: Any) -> int:
        return session.exec(select(func.count()).select_from(kind).where(*which)).one()

    return Figures(
        count(Notification, mine, outbox.WAITING),
        count(Notification, mine, outbox.WAITING, col(Notification.held) != ""),
        count(Notification, mine, _FAILED),
        count(OptOut, col(OptOut.city) == city),
    )


def outgoing(
    session: Session,
    city: str,
    *,
    status: NotificationStatus | None = None,
    channel: str = "",
    before: int | None = None,
    limit: int = 50,
) -> Sequence[tuple[Notification, str | None]]:
    """What was or is to be sent, newest first, each with its ticket's number; `before` is the id of the last seen."""
    question = select(Notification, Ticket.number).join(Ticket, isouter=True).where(Notification.city == city)
    if status:
        question = question.where(_FAILED if status is NotificationStatus.FAILED else Notification.status == status)
    if channel:
        question = question.where(Notification.channel == channel)
    if before is not None:
        question = question.where(col(Notification.id) < before)
    return session.exec(question.order_by(col(Notification.id).desc()).limit(limit)).all()


def failed(session: Session, city: str, limit: int = 1000) -> Sequence[int]:
    """The ids of messages that failed for good, oldest first."""
    question = select(Notification.id).where(Notification.city == city, _FAILED, col(Notification.recipient) != "")
    return [found or 0 for found in session.exec(question.order_by(col(Notification.id)).limit(limit)).all()]


def _add_once(session: Session, row: OptOut | IncomingText) -> bool:
    """Store a row; False where one of its key is there already. Waits for a transaction that is just storing it."""
    kind: Any = type(row)
    table: Table = kind.__table__
    new = sqlite.insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)
    values = {name: getattr(row, name) for name in kind.model_fields}
    key = next(iter(table.primary_key.columns))
    added = session.connection().execute(new.values(values).on_conflict_do_nothing().returning(key))
    return added.scalar_one_or_none() is not None
