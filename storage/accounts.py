"""Operators' accounts, their history, and failed log-ins: named queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from storage.account_tables import EndedSession, LoginAttempt, Operator, OperatorEvent


def find(session: Session, column: Any, value: Any) -> Operator | None:
    """The operator with that value in that unique column; None where there is none."""
    return session.scalars(select(Operator).where(column == value)).one_or_none()


def by_email(session: Session, email: str, *, lock: bool = False) -> Operator | None:
    """The operator who logs in with that address, in any letters; locked until the transaction ends, if asked."""
    query = select(Operator).where(col(Operator.email) == email.strip().lower())
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def by_id(session: Session, operator_id: int, *, lock: bool = False) -> Operator | None:
    """The operator of that number; locked until the transaction ends, if asked."""
    query = select(Operator).where(col(Operator.id) == operator_id)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def is_active(session: Session, email: str) -> bool:
    """Whether somebody logs in with that address now."""
    operator = by_email(session, email)
    return operator is not None and operator.active


def everybody(session: Session) -> Sequence[Operator]:
    """All operators: those who may log in first, then by name."""
    return session.scalars(
        select(Operator).order_by(col(Operator.active).desc(), func.lower(Operator.name), col(Operator.id))
    ).all()


def append(
    session: Session, operator: Operator, at: dt.datetime, who: str, kind: str, data: dict[str, Any] | None = None
) -> None:
    """Write a line of an account's history."""
    session.add(OperatorEvent(operator_id=operator.id or 0, at=at, who=who, kind=kind, data=data or {}))


def history(
    session: Session, operators: Sequence[int], limit: int = 100, before: int | None = None
) -> Sequence[OperatorEvent]:
    """The last lines of the histories of those accounts; newest first. `before` is the id of the last seen."""
    theirs = select(OperatorEvent).where(col(OperatorEvent.operator_id).in_(operators))
    if before is not None:
        theirs = theirs.where(col(OperatorEvent.id) < before)
    return session.scalars(theirs.order_by(col(OperatorEvent.id).desc()).limit(limit)).all()


def failures(session: Session, since: dt.datetime, *, account: str, network: str) -> tuple[int, int, int]:
    """How many log-ins failed since then: for that account from that network, for that account, from that network."""
    mine, theirs = col(LoginAttempt.account) == account, col(LoginAttempt.network) == network
    row = session.execute(
        select(*(func.count().filter(which) for which in (mine & theirs, mine, theirs))).where(
            col(LoginAttempt.at) > since, mine | theirs
        )
    ).one()
    return int(row[0]), int(row[1]), int(row[2])


def forget_failures(session: Session, *, before: dt.datetime, account: str = "", network: str = "") -> None:
    """Drop failures from before that moment, and those of an account from a network, which has now logged in."""
    done = (col(LoginAttempt.account) == account) & (col(LoginAttempt.network) == network)
    session.execute(delete(LoginAttempt).where((col(LoginAttempt.at) < before) | done))


def has_ended(session: Session, key: str) -> bool:
    """Whether somebody logged out of that session."""
    return session.get(EndedSession, key) is not None


def end(session: Session, key: str, at: dt.datetime, *, forget_before: dt.datetime) -> None:
    """Note that a session is over, and forget those that were over long ago. Ending one twice is no harm."""
    session.execute(delete(EndedSession).where(col(EndedSession.at) < forget_before))
    if not has_ended(session, key):
        session.add(EndedSession(key=key, at=at))
