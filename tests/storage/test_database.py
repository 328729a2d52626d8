"""The ledger keeps all of a transaction or none of it, on both engines, and outlives its server's restarts."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlmodel import Session

from storage.database import Database
from storage.tables import Call, Notification
from storage.vocabulary import CallStatus
from tests.dispatch.desk import together

NOON = dt.datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=dt.UTC)
PATIENCE_S = 60.0
"""Far beyond what anything takes: the machine may be busy."""


def a_call(sid: str = "CA1", at: dt.datetime = NOON) -> Call:
    return Call(call_sid=sid, city="springfield", state="welcome", memory="{}", started_at=at, updated_at=at)


@pytest.fixture
def other(database: Database) -> Iterator[Database]:
    """The same ledger opened once more, as another process does, by one who can wait."""
    opened = Database(database.url.render_as_string(hide_password=False), patience_s=PATIENCE_S)
    yield opened
    opened.close()


def test_what_is_written_is_read_back_as_it_was(database: Database) -> None:
    with database.transaction() as session:
        session.add(a_call())
        session.add(
            Notification(
                city="springfield",
                channel="sms",
                recipient="+15550001111",
                template="filed",
                payload={"a": [1, None, "é"]},
                idempotency_key="k",
                next_attempt_at=NOON,
                created_at=NOON,
            )
        )
    with database.reading() as session:
        call = session.get_one(Call, "CA1")
        assert (call.status, call.turn, call.started_at, call.ended_at) == (CallStatus.ACTIVE, 0, NOON, None)
        assert session.get_one(Notification, 1).payload == {"a": [1, None, "é"]}


def test_a_time_is_the_same_moment_whatever_zone_it_was_written_in(database: Database) -> None:
    new_york = dt.timezone(dt.timedelta(hours=-5))
    with database.transaction() as session:
        session.add(a_call(at=NOON.astimezone(new_york)))
    with database.reading() as session:
        started = session.get_one(Call, "CA1").started_at
    assert started == NOON
    assert started.utcoffset() == dt.timedelta(0)


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="no time zone"), database.transaction() as session:
        session.add(a_call(at=NOON.replace(tzinfo=None)))


def test_an_unknown_word_never_reaches_a_table(database: Database) -> None:
    call = a_call()
    call.status = "sleeping"  # type: ignore[assignment]
    with pytest.raises(StatementError, match="sleeping"), database.transaction() as session:
        session.add(call)


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def half_done() -> None:
        with database.transaction() as session:
            session.add(a_call())
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    with database.reading() as session:
        assert session.get(Call, "CA1") is None


def test_a_reader_cannot_write(database: Database) -> None:
    with database.reading() as session:
        session.add(a_call())
        with pytest.raises(DBAPIError, match=r"(?i)read-?only|readonly"):
            session.flush()


def test_a_reader_holds_up_no_writer(database: Database) -> None:
    with database.reading() as reader:
        assert reader.get(Call, "CA1") is None
        with database.transaction() as writer:
            writer.add(a_call())
    with database.reading() as reader:
        assert reader.get(Call, "CA1") is not None


def test_fifty_threads_that_add_to_one_row_lose_nothing(database: Database, other: Database) -> None:
    with database.transaction() as session:
        session.add(a_call())

    def add() -> None:
        with other.transaction() as session:
            turn = session.get_one(Call, "CA1", with_for_update=True)
            turn.turn += 1

    together([add] * 50)
    with database.reading() as session:
        assert session.get_one(Call, "CA1").turn == 50


def test_two_processes_take_turns(database: Database, other: Database) -> None:
    started = threading.Event()

    def write() -> None:
        started.set()
        with other.transaction() as second:
            second.add(a_call("CA2"))

    with ThreadPoolExecutor() as meanwhile:
        with database.transaction() as session:
            session.add(a_call("CA1"))
            session.flush()
            writing = meanwhile.submit(write)
            assert started.wait(PATIENCE_S)
        writing.result()
    with database.reading() as session:
        assert session.get(Call, "CA1")
        assert session.get(Call, "CA2")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_is_durable_and_lets_readers_by(database: Database) -> None:
    with database.engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10000}


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_restart_of_postgresql_costs_the_next_caller_nothing(database: Database) -> None:
    with database.transaction() as session:
        session.add(a_call())
    with database.reading() as session:  # A restart ends every connection; so does this, seen from here.
        session.connection().exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        own = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    killer = Database(database.url.render_as_string(hide_password=False))
    with killer.engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": own})
    killer.close()
    with database.transaction() as session:
        assert session.get(Call, "CA1") is not None


@pytest.mark.parametrize(
    ("url", "cure"),
    [
        ("mysql://x/y", "sqlite:///path"),
        ("sqlite://", "sqlite:///path"),
        ("sqlite:///:memory:", "lost with the process"),
    ],
)
def test_a_database_we_do_not_keep_ledgers_in_is_refused_with_the_cure(url: str, cure: str) -> None:
    with pytest.raises(ValueError, match=cure):
        Database(url)


def test_two_who_wait_for_each_other_both_get_it_done(database: Database) -> None:
    with database.transaction() as session:
        session.add_all([a_call("CA1"), a_call("CA2")])
    both_hold_one = threading.Barrier(2, timeout=PATIENCE_S)

    def touch(first: str, second: str) -> None:
        def turns(session: Session) -> None:
            for sid in (first, second):
                session.get_one(Call, sid, with_for_update=True).turn += 1
                if sid == first and not (database.is_sqlite or tried):
                    tried.append(sid)
                    both_hold_one.wait()

        tried: list[str] = []
        database.keep(turns)

    together([partial(touch, "CA1", "CA2"), partial(touch, "CA2", "CA1")])
    with database.reading() as session:
        assert [session.get_one(Call, sid).turn for sid in ("CA1", "CA2")] == [2, 2]
