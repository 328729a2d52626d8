"""What must leave the house is written once, taken by one worker at a time, and sent at least once."""

from __future__ import annotations

import datetime as dt
from functools import partial

from sqlmodel import col, select

from storage import outbox
from storage.database import Database
from storage.tables import Notification
from storage.vocabulary import NotificationStatus
from tests.dispatch.desk import together

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def put(database: Database, key: str, at: dt.datetime = NOON, call_sid: str | None = None) -> bool:
    with database.transaction() as session:
        channel: outbox.ChannelName = "rest_call" if call_sid else "sms"
        return outbox.put(
            session, "springfield", channel=channel, recipient="x", key=key, at=at, body="hello", call_sid=call_sid
        )


def claim(database: Database, worker: str, at: dt.datetime = NOON, limit: int = 20) -> list[str]:
    with database.transaction() as session:
        return [row.idempotency_key for row in outbox.claim(session, worker, at, lease=MINUTE, limit=limit)]


def row(database: Database, key: str) -> Notification:
    with database.reading() as session:
        return session.exec(select(Notification).where(Notification.idempotency_key == key)).one()


def number(database: Database, key: str) -> int:
    return row(database, key).id or 0


def test_the_same_thing_is_put_once(database: Database) -> None:
    assert (put(database, "a"), put(database, "a"), put(database, "b")) == (True, False, True)
    with database.reading() as session:
        assert session.exec(select(Notification.idempotency_key).order_by(col(Notification.id))).all() == ["a", "b"]


def test_what_is_due_is_taken_oldest_first_and_the_future_waits(database: Database) -> None:
    put(database, "late", NOON)
    put(database, "early", NOON - MINUTE)
    put(database, "tomorrow", NOON + dt.timedelta(days=1))
    assert claim(database, "w1", limit=1) == ["early"]
    assert claim(database, "w1") == ["late"]
    assert claim(database, "w1") == []


def test_workers_that_ask_at_once_get_each_row_once(database: Database) -> None:
    for each in range(40):
        put(database, str(each))
    taken: list[str] = []

    def work(name: str) -> None:
        while mine := claim(database, name, limit=3):
            taken.extend(mine)

    together([partial(work, f"w{each}") for each in range(8)])
    assert sorted(taken, key=int) == [str(each) for each in range(40)]


def test_a_dead_worker_s_rows_are_taken_again_when_its_claim_runs_out(database: Database) -> None:
    put(database, "a")
    assert claim(database, "dead") == ["a"]
    assert claim(database, "alive", NOON + MINUTE / 2) == []
    assert claim(database, "alive", NOON + MINUTE) == ["a"]
    with database.transaction() as session:
        assert not outbox.sent(session, number(database, "a"), "dead", NOON)
    with database.transaction() as session:
        assert outbox.sent(session, number(database, "a"), "alive", NOON + MINUTE)
    found = row(database, "a")
    assert (found.status, found.attempts, found.sent_at) == (NotificationStatus.SENT, 2, NOON + MINUTE)
    assert claim(database, "alive", NOON + 10 * MINUTE) == []


def test_what_failed_is_tried_again_later_or_shown_to_operators(database: Database) -> None:
    put(database, "a")
    claim(database, "w")
    with database.transaction() as session:
        assert outbox.failed(session, number(database, "a"), "w", "busy", again_at=NOON + MINUTE)
    assert claim(database, "w", NOON) == []
    assert claim(database, "w", NOON + MINUTE) == ["a"]
    with database.transaction() as session:
        assert outbox.failed(session, number(database, "a"), "w", "no such number", again_at=None)
    found = row(database, "a")
    assert (found.status, found.last_error) == (NotificationStatus.FAILED, "no such number")
    with database.transaction() as session:
        assert not outbox.failed(session, number(database, "a"), "w", "again", again_at=NOON)


def test_a_call_that_ended_is_not_redirected_any_more(database: Database) -> None:
    put(database, "a", call_sid="CA1")
    put(database, "b", call_sid="CA2")
    with database.transaction() as session:
        assert outbox.cancel_for_call(session, "springfield", "CA1") == 1
    assert claim(database, "w") == ["b"]
