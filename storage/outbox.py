"""The outbox: what must leave the house is written here in the transaction it tells of, and sent afterwards.

A row is sent at least once: a worker claims it for a while, sends it, and says so. A worker that dies leaves a claim
that runs out, and the next one sends the row again with the same idempotency key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from storage.insertion import insert
from storage.tables import Notification
from storage.vocabulary import NotificationStatus

ChannelName = Literal["sms", "email", "webhook", "rest_call", "rest_delete"]
"""`rest_call` redirects the live call `recipient`, `rest_delete` deletes the recording `recipient`, both at Twilio."""


def put(  # noqa: PLR0913 - a message has as many parts
    session: Session,
    city: str,
    *,
    channel: ChannelName,
    recipient: str,
    key: str,
    at: dt.datetime,
    template: str = "",
    language: str = "en",
    body: str = "",
    payload: Mapping[str, Any] | None = None,
    ticket_id: int | None = None,
    call_sid: str | None = None,
) -> bool:
    """Add something to send, due at `at`; False where `key` says that it is there already.

    `key` is the idempotency key, unique in the house and free of personal data: it goes to the gateways.
    """
    row = Notification(
        city=city,
        channel=channel,
        recipient=recipient,
        template=template,
        language=language,
        body=body,
        payload=dict(payload or {}),
        idempotency_key=key,
        next_attempt_at=at,
        ticket_id=ticket_id,
        call_sid=call_sid,
        created_at=at,
    )
    return insert(session, row) is not None


def claim(
    session: Session, worker: str, at: dt.datetime, *, lease: dt.timedelta, limit: int = 20
) -> Sequence[Notification]:
    """Take what is due, oldest first, for `lease`; workers that ask together get different rows and wait for nobody.

    The house's one outbox serves all its cities. Commit before sending, or a slow gateway holds the rows locked.
    """
    pending = col(Notification.status) == NotificationStatus.PENDING
    sending = col(Notification.status) == NotificationStatus.SENDING
    due = or_(
        and_(pending, col(Notification.next_attempt_at) <= at), and_(sending, col(Notification.claimed_until) <= at)
    )
    question = select(Notification).where(due).order_by(col(Notification.next_attempt_at)).limit(limit)
    rows = session.exec(question.with_for_update(skip_locked=True)).all()
    for row in rows:
        row.status = NotificationStatus.SENDING
        row.claimed_by, row.claimed_until = worker, at + lease
        row.attempts += 1
    session.flush()
    return rows


def _mine(session: Session, notification_id: int, worker: str) -> Notification | None:
    """The row, if the worker still holds it: its claim may have run out and another be sending it."""
    row = session.get(Notification, notification_id, with_for_update=True, populate_existing=True)
    return row if row and row.status is NotificationStatus.SENDING and row.claimed_by == worker else None


def sent(session: Session, notification_id: int, worker: str, at: dt.datetime) -> bool:
    """Note that it was sent; False where the claim had run out in the meantime."""
    row = _mine(session, notification_id, worker)
    if row is None:
        return False
    row.status, row.sent_at, row.last_error = NotificationStatus.SENT, at, ""
    row.claimed_by = row.claimed_until = None
    return True


def failed(session: Session, notification_id: int, worker: str, error: str, *, again_at: dt.datetime | None) -> bool:
    """Note why it could not be sent, to be tried again at `again_at`, or never (None): operators see it then."""
    row = _mine(session, notification_id, worker)
    if row is None:
        return False
    row.status = NotificationStatus.FAILED if again_at is None else NotificationStatus.PENDING
    row.last_error, row.claimed_by, row.claimed_until = error, None, None
    if again_at is not None:
        row.next_attempt_at = again_at
    return True


def cancel_for_call(session: Session, city: str, call_sid: str) -> int:
    """Cancel what was to be done to a call that has ended; returns how many rows."""
    rows = session.exec(
        select(Notification)
        .where(
            Notification.city == city,
            Notification.call_sid == call_sid,
            Notification.channel == "rest_call",
            Notification.status == NotificationStatus.PENDING,
        )
        .with_for_update()
    ).all()
    for row in rows:
        row.status = NotificationStatus.CANCELLED
    return len(rows)
