"""Who has which ticket before their eyes: light, and gone by itself when nobody says it any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from storage.likeness_tables import Presence

LASTS = dt.timedelta(seconds=45)
"""How long somebody counts as there after their page was last heard of."""


def note(session: Session, ticket_id: int, operator: str, at: dt.datetime, *, writing: bool) -> None:
    """Note that an operator is at a ticket now; those of whom nothing was heard for long are forgotten."""
    session.exec(delete(Presence).where(col(Presence.ticket_id) == ticket_id, col(Presence.seen_at) < at - LASTS))
    table: Table = cast("Any", Presence).__table__
    new = sqlite.insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)
    new = new.values(ticket_id=ticket_id, operator=operator, writing=writing, since=at, seen_at=at)
    again = new.on_conflict_do_update(
        index_elements=["ticket_id", "operator"], set_={"seen_at": at, "writing": writing}
    )
    session.connection().execute(again)


def leave(session: Session, ticket_id: int, operator: str) -> None:
    """Note that an operator has left a ticket's page."""
    session.exec(delete(Presence).where(col(Presence.ticket_id) == ticket_id, col(Presence.operator) == operator))


def others(session: Session, ticket_id: int, operator: str, at: dt.datetime) -> Sequence[Presence]:
    """Who else is at a ticket now: those who write first, then whoever came first."""
    question = select(Presence).where(
        Presence.ticket_id == ticket_id, Presence.operator != operator, col(Presence.seen_at) >= at - LASTS
    )
    return session.exec(question.order_by(col(Presence.writing).desc(), col(Presence.since))).all()
