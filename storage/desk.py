"""What the desk remembers for operators: filters they saved, words not sent yet, and what can be taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Table, delete, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from storage.message_tables import DigestLine, Question
from storage.outbox import OVERTAKEN
from storage.search_tables import Deed, SavedFilter, UnsentWords
from storage.tables import Call, Notification, Ticket, Turn
from storage.vocabulary import NotificationStatus

_UNSENT_FOR = dt.timedelta(days=30)
_DEEDS_FOR = dt.timedelta(hours=1)
EVERYBODY = ""
"""The owner of filters that are everybody's."""


def filters(session: Session, city: str, operator: str) -> Sequence[SavedFilter]:
    """The filters of an operator and those of everybody, by name."""
    question = select(SavedFilter).where(SavedFilter.city == city, col(SavedFilter.owner).in_((operator, EVERYBODY)))
    return session.exec(question.order_by(SavedFilter.name, col(SavedFilter.id))).all()


def save_filter(session: Session, city: str, owner: str, name: str, query: str, at: dt.datetime) -> None:
    """Keep a filter; one of the same owner and name becomes this one."""
    mine = SavedFilter.city == city, SavedFilter.owner == owner, SavedFilter.name == name
    known = session.exec(select(SavedFilter).where(*mine).with_for_update()).one_or_none()
    if known:
        known.query = query
    else:
        session.add(SavedFilter(city=city, owner=owner, name=name, query=query, created_at=at))


def drop_filter(session: Session, city: str, owners: Sequence[str], filter_id: int) -> None:
    """Forget a filter, if one of these owns it."""
    theirs = col(SavedFilter.city) == city, col(SavedFilter.owner).in_(owners), col(SavedFilter.id) == filter_id
    session.exec(delete(SavedFilter).where(*theirs))


def unsent(session: Session, operator: str, ticket_id: int) -> dict[str, Any]:
    """What an operator has begun to write about a ticket, as it was kept; empty if nothing."""
    kept = session.get(UnsentWords, (operator, ticket_id))
    return dict(kept.words) if kept else {}


def keep_unsent(session: Session, operator: str, ticket_id: int, words: dict[str, Any], at: dt.datetime) -> None:
    """Keep what was begun, or with nothing in it forget it; forget what nobody sent in a month."""
    mine = (col(UnsentWords.operator) == operator) & (col(UnsentWords.ticket_id) == ticket_id)
    session.exec(delete(UnsentWords).where(or_(mine, col(UnsentWords.at) < at - _UNSENT_FOR)))
    if words:
        table: Table = cast("Any", UnsentWords).__table__
        new = sqlite.insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)
        new = new.values(operator=operator, ticket_id=ticket_id, words=words, at=at)
        # The page keeps them by itself, and may be doing so at the very moment somebody presses a button.
        later = new.on_conflict_do_update(
            index_elements=["operator", "ticket_id"], set_={"words": new.excluded.words, "at": new.excluded.at}
        )
        session.connection().execute(later)


def rename(session: Session, before: str, after: str) -> None:
    """Have an operator whose login changed find their filters, unsent words and last deeds again."""
    session.exec(update(SavedFilter).where(col(SavedFilter.owner) == before).values(owner=after))
    session.exec(update(UnsentWords).where(col(UnsentWords.operator) == before).values(operator=after))
    session.exec(update(Deed).where(col(Deed.who) == before).values(who=after))


def keep_deed(session: Session, deed: Deed) -> None:
    """Remember what can be taken back; what no longer can is forgotten."""
    session.exec(delete(Deed).where(col(Deed.at) < deed.at - _DEEDS_FOR))
    session.add(deed)


def deed(session: Session, city: str, key: str, who: str) -> Deed | None:
    """What this operator did under that key, held until the end of the transaction."""
    question = select(Deed).where(Deed.key == key, Deed.city == city, Deed.who == who)
    return session.exec(question.with_for_update()).one_or_none()


def last_deed(session: Session, city: str, who: str, at: dt.datetime) -> Deed | None:
    """The last thing an operator did, if it can still be taken back."""
    question = select(Deed).where(
        Deed.city == city, Deed.who == who, Deed.until >= at, col(Deed.taken_back_at).is_(None)
    )
    return session.exec(question.order_by(col(Deed.at).desc()).limit(1)).one_or_none()


def hold(session: Session, tickets: Iterable[Ticket], said_at: dt.datetime, until: dt.datetime) -> None:
    """Have what was just put into the outbox about these tickets wait until then."""
    session.exec(update(Notification).where(*_said(tickets, said_at)).values(next_attempt_at=until))


def unsay(session: Session, tickets: Sequence[Ticket], said_at: dt.datetime) -> None:
    """Cancel what was put into the outbox about these tickets at that moment; what it overtook is sent after all."""
    session.exec(update(Notification).where(*_said(tickets, said_at)).values(status=NotificationStatus.CANCELLED))
    ids = [ticket.id for ticket in tickets]
    overtaken = col(Notification.held) == OVERTAKEN, col(Notification.next_attempt_at) == said_at
    before = col(Notification.created_at) < said_at
    session.exec(
        update(Notification)
        .where(col(Notification.ticket_id).in_(ids), *overtaken, before)
        .values(status=NotificationStatus.PENDING, held="")
    )
    session.exec(delete(DigestLine).where(col(DigestLine.ticket_id).in_(ids), col(DigestLine.at) == said_at))
    session.exec(delete(Question).where(col(Question.ticket_id).in_(ids), col(Question.asked_at) == said_at))


def _said(tickets: Iterable[Ticket], at: dt.datetime) -> list[Any]:
    waiting = col(Notification.status) == NotificationStatus.PENDING
    theirs = col(Notification.ticket_id).in_([ticket.id for ticket in tickets])
    return [theirs, col(Notification.created_at) == at, waiting]


def told(session: Session, ticket: Ticket) -> Sequence[Notification]:
    """What people and departments were told of a ticket or are about to be, oldest first."""
    ways = col(Notification.channel).in_(("sms", "email", "webhook"))
    question = select(Notification).where(Notification.ticket_id == ticket.id, ways)
    return session.exec(question.order_by(col(Notification.id))).all()


def turns_of(session: Session, city: str, call_sid: str) -> Sequence[Turn]:
    """What was heard and said in a call of that city, turn by turn."""
    question = select(Turn).join(Call, col(Call.call_sid) == col(Turn.call_sid))
    question = question.where(Call.city == city, Turn.call_sid == call_sid)
    return session.exec(question.order_by(col(Turn.number))).all()
