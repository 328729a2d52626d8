"""The outbox: what must leave the house is written here in the transaction it tells of, and sent afterwards.

A row is sent at least once: a worker claims it for a while, sends it, and says so. A worker that dies leaves a claim
that runs out, and the next one sends the row again with the same idempotency key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, or_, text, update
from sqlmodel import Session, col, select

from storage.insertion import insert
from storage.tables import Notification
from storage.vocabulary import NotificationStatus

ChannelName = Literal["sms", "email", "webhook", "rest_call", "rest_delete"]
"""At Twilio, `rest_call` redirects the live call `recipient`, `rest_delete` deletes a recording, message or photo."""
WAITING: Final = text("notifications.status IN ('pending', 'sending')")
"""What is still to be sent, letter for letter as the index of these rows has it: parameters would not match it."""


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


OVERTAKEN: Final = "overtaken"
"""Why something was never sent that a later message to the same person says as well."""


def overtake(session: Session, ticket_id: int, recipient: str, templates: Sequence[str], at: dt.datetime) -> None:
    """Cancel what still waits to be told of a ticket to somebody in these templates: what is told at `at` says more."""
    said = col(Notification.ticket_id) == ticket_id, col(Notification.recipient) == recipient
    waiting = col(Notification.status) == NotificationStatus.PENDING, col(Notification.template).in_(templates)
    session.exec(
        update(Notification)
        .where(*said, *waiting)
        .values(status=NotificationStatus.CANCELLED, held=OVERTAKEN, next_attempt_at=at)
    )


LIVE: Final = "rest_call"
"""The channel somebody in danger may be waiting for."""


def anything_due(session: Session, at: dt.datetime, *, live: bool | None = None) -> bool:
    """Whether `claim` would find something: a look without a lock, so that nobody waits for an empty outbox."""
    return session.exec(select(Notification.id).where(_due(at, live)).limit(1)).first() is not None


def claim(
    session: Session,
    worker: str,
    at: dt.datetime,
    *,
    lease: dt.timedelta,
    limit: int = 20,
    live: bool | None = None,
) -> Sequence[Notification]:
    """Take what is due, oldest first, for `lease`; workers that ask together get different rows and wait for nobody.

    With `live`, only calls that must be redirected, or all but those. The house's one outbox serves all its cities.
    Commit before sending, or a slow gateway holds the rows locked.
    """
    question = select(Notification).where(_due(at, live)).order_by(col(Notification.next_attempt_at)).limit(limit)
    rows = session.exec(question.with_for_update(skip_locked=True)).all()
    for row in rows:
        row.status = NotificationStatus.SENDING
        row.claimed_by, row.claimed_until = worker, at + lease
        row.attempts += 1
    session.flush()
    return rows


def _due(at: dt.datetime, live: bool | None) -> ColumnElement[bool]:  # noqa: FBT001 - as `claim` has it
    pending = col(Notification.status) == NotificationStatus.PENDING
    sending = col(Notification.status) == NotificationStatus.SENDING
    # Every row that is pending or being sent was due when it was first put or put off: that is what the index knows.
    free = or_(pending, and_(sending, col(Notification.claimed_until) <= at))
    due = and_(free, WAITING, col(Notification.next_attempt_at) <= at)
    if live is None:
        return due
    return and_(due, col(Notification.channel) == LIVE if live else col(Notification.channel) != LIVE)


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


def unwanted(session: Session, notification_id: int, worker: str, why: str) -> bool:
    """Note of a row that was to be sent that it never will be; False where the claim had run out in the meantime."""
    row = _mine(session, notification_id, worker)
    if row is None:
        return False
    drop(row, why)
    return True


def hold(row: Notification, until: dt.datetime, why: str) -> None:
    """Give a claimed row back until a better hour; that it was taken up does not count as an attempt."""
    row.status, row.held, row.next_attempt_at = NotificationStatus.PENDING, why, until
    row.attempts -= 1
    row.claimed_by = row.claimed_until = None


def drop(row: Notification, why: str) -> None:
    """Never send a claimed row; operators see why."""
    row.status, row.last_error = NotificationStatus.CANCELLED, why
    row.claimed_by = row.claimed_until = None


def by_key(session: Session, key: str) -> Notification | None:
    """The row of that idempotency key."""
    return session.exec(select(Notification).where(Notification.idempotency_key == key)).one_or_none()


def reported(
    session: Session, key: str, at: dt.datetime, fate: Literal["accepted", "delivered", "lost"], error: str = ""
) -> bool:
    """Note what the gateway says later of something it has taken; False where it says nothing new.

    A message we think is not sent yet, because the gateway's answer was lost, is then known to be.
    """
    question = select(Notification).where(Notification.idempotency_key == key).with_for_update()
    row = session.exec(question).one_or_none()
    open_still = row is not None and row.status in {NotificationStatus.PENDING, NotificationStatus.SENDING}
    if row is None or row.delivered_at or row.status is NotificationStatus.CANCELLED:
        return False
    if fate == "accepted" and not open_still:
        return False
    row.claimed_by = row.claimed_until = None
    row.status, row.sent_at, row.last_error = NotificationStatus.SENT, row.sent_at or at, ""
    if fate == "delivered":
        row.delivered_at = at
    elif fate == "lost":
        row.status, row.last_error = NotificationStatus.FAILED, error
    return True


def send_again(session: Session, city: str, notification_id: int, at: dt.datetime) -> bool:
    """Have a failed message tried again from the start, with the same key; False where it did not fail."""
    row = session.get(Notification, notification_id, with_for_update=True, populate_existing=True)
    if row is None or row.city != city or row.status is not NotificationStatus.FAILED or not row.recipient:
        return False
    row.status, row.attempts, row.next_attempt_at, row.held = NotificationStatus.PENDING, 0, at, ""
    row.sent_at = None
    return True


def cancel_for_call(session: Session, city: str, call_sid: str) -> int:
    """Cancel what was to be done to a call that has ended; returns how many rows."""
    rows = session.exec(
        select(Notification)
        .where(
            Notification.city == city,
            Notification.call_sid == call_sid,
            Notification.channel == LIVE,
            Notification.status == NotificationStatus.PENDING,
        )
        .with_for_update()
    ).all()
    for row in rows:
        row.status = NotificationStatus.CANCELLED
    return len(rows)
