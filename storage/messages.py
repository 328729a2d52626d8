"""What is asked of the ledger about messages: who wants none, questions, what came in, digests, and what went wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Table, func, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from storage import outbox
from storage.message_tables import DigestLine, IncomingText, OptOut, Question
from storage.tables import Follower, Notification, Ticket
from storage.vocabulary import NotificationStatus, Status

_FAILED = text("notifications.status = 'failed'")
"""Letter for letter as the index of these rows has it."""


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


def texts(session: Session, city: str, *, before: dt.datetime | None = None, limit: int = 50) -> Sequence[IncomingText]:
    """What came in, newest first."""
    question = select(IncomingText).where(IncomingText.city == city)
    if before:
        question = question.where(col(IncomingText.at) < before)
    return session.exec(question.order_by(col(IncomingText.at).desc()).limit(limit)).all()


def ask(session: Session, question: Question) -> Question:
    """Keep a question, with a number of its own."""
    session.add(question)
    session.flush()
    return question


def open_question(session: Session, city: str, phone: str) -> Question | None:
    """The last thing a number was asked and has not answered."""
    question = select(Question).where(
        Question.city == city, Question.phone == phone, col(Question.answered_at).is_(None)
    )
    return session.exec(question.order_by(col(Question.id).desc()).limit(1)).one_or_none()


def questions(session: Session, ticket: Ticket) -> Sequence[Question]:
    """What was asked about a ticket, oldest first."""
    return session.exec(select(Question).where(Question.ticket_id == ticket.id).order_by(col(Question.id))).all()


def ticket_of(session: Session, city: str, ticket_id: int) -> Ticket | None:
    """A ticket by the number of its row."""
    return session.exec(select(Ticket).where(Ticket.city == city, Ticket.id == ticket_id)).one_or_none()


def latest_ticket(session: Session, city: str, phone: str) -> Ticket | None:
    """The newest ticket a number reported or follows; drafts, of which nobody was told, are none."""
    known = col(Ticket.status) != Status.DRAFT
    reported = select(Ticket).where(Ticket.city == city, Ticket.reporter_phone == phone, known)
    followed = select(Ticket).join(Follower).where(Ticket.city == city, Follower.phone == phone, known)
    newest = [
        session.exec(question.order_by(col(Ticket.created_at).desc(), col(Ticket.id).desc()).limit(1)).first()
        for question in (reported, followed)
    ]
    return max(
        (found for found in newest if found), key=lambda ticket: (ticket.created_at, ticket.id or 0), default=None
    )


def add_digest_line(session: Session, line: DigestLine) -> None:
    """Have a department read something in its next digest."""
    session.add(line)


def digests_waiting(session: Session, city: str) -> dict[str, dt.datetime]:
    """The departments for which something waits, and since when."""
    question = select(DigestLine.department, func.min(DigestLine.at)).where(
        DigestLine.city == city, col(DigestLine.sent_at).is_(None)
    )
    return dict(session.exec(question.group_by(col(DigestLine.department))).all())


def digest_lines(session: Session, city: str, department: str) -> Sequence[DigestLine]:
    """What waits for a department's digest, oldest first, held: whoever else makes the same digest waits."""
    question = select(DigestLine).where(
        DigestLine.city == city, DigestLine.department == department, col(DigestLine.sent_at).is_(None)
    )
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
