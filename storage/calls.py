"""Calls and their turns, as the line reads and writes them: on every turn, so at the driver's level.

A turn costs one read and one write. The statements are compiled once from the tables, so that a column renamed there
is renamed here; what SQLAlchemy would do around them on every turn costs more than the statements themselves.

* PostgreSQL: the read, then one statement that moves the call on and adds the turn, each its own transaction.
* SQLite: threads that wait for the writer's place hand their turns to the one who holds it, who commits them together:
  one flush to disk for all of them.

Either way a turn is kept once: it is written only where the call still stands at the turn before.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, NamedTuple

import psycopg
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import Session

from storage.call_statements import Statements
from storage.database import Database

PATIENCE_MS: Final = 2_000
"""How long a turn waits for a lock or a statement. Then the caller hears an apology rather than nothing."""
GONE: Final = (psycopg.OperationalError, sqlite3.OperationalError, OperationalError)
"""What is raised where the database is gone for a moment: worth one more try, as nothing is ever kept twice."""
UNUSABLE: Final = (psycopg.Error, sqlite3.Error, SQLAlchemyError)
"""What is raised where the database is gone, or is not ours."""


class Stored(NamedTuple):
    """A call as it stands in the ledger."""

    turn: int
    memory: str
    status: str
    alarm: str
    started_at: dt.datetime


class Earlier(NamedTuple):
    """The newest other call from the same number."""

    call_sid: str
    memory: str
    updated_at: dt.datetime


class Kept(NamedTuple):
    """All that one turn leaves behind: how the call stands now, and the turn itself."""

    call_sid: str
    city: str
    caller: str | None
    language: str
    state: str
    turn: int
    memory: str
    call_alarm: str
    """The worst verdict of the call."""
    heard: str
    state_before: str
    said: str
    reply: str
    alarm: str | None
    alarm_category: str | None
    alarm_evidence: str | None
    took_us: int
    at: dt.datetime
    before: int | None
    """Number of the turn the call must still stand at; None: the ledger does not know the call yet."""
    missed: str | None = None
    """no_input or no_match, where the question got no answer."""


class Calls:
    """The calls of one ledger. Safe to share between threads; to be made anew after a fork, as the database is."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sqlite = database.is_sqlite
        self._sql = Statements(sqlite.dialect(paramstyle="named") if self._sqlite else postgresql.psycopg.dialect())  # type: ignore[no-untyped-call]
        self._idle: list[Any] = []
        """Connections nobody uses now: popped and put back, which is all the pool a turn needs."""
        self._waiting: deque[_Place] = deque()
        self._writer = threading.Lock()
        if self._sqlite:
            event.listen(database.engine, "connect", _impatient)

    def read(self, call_sid: str) -> Stored | None:
        """How the call stands, or None where the ledger does not know it."""
        row = self._one(self._sql.read, {"call_sid": call_sid})
        return Stored(row[0], row[1], row[2], row[3], self._moment(row[4])) if row else None

    def reply(self, call_sid: str, turn: int) -> str | None:
        """What was answered to that turn, word for word."""
        row = self._one(self._sql.reply, {"call_sid": call_sid, "turn": turn})
        return row[0] if row else None

    def earlier(self, city: str, caller: str, call_sid: str, since: dt.datetime) -> Earlier | None:
        """The newest other call from this number that began after `since`."""
        since_bound: Any = _sqlite_time(since) if self._sqlite else since
        row = self._one(self._sql.earlier, {"city": city, "caller": caller, "call_sid": call_sid, "since": since_bound})
        if not row:
            return None
        return Earlier(row[0], row[1], self._moment(row[2]))

    def hold(self, session: Session, call_sid: str) -> tuple[int, str] | None:
        """The call's latest turn and status, as they stay until the end of the transaction: its end waits for us.

        From here on the transaction waits for others no longer than a turn may.
        """
        raw: Any = session.connection().connection.driver_connection
        if not self._sqlite:
            raw.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS}; SET LOCAL lock_timeout = {PATIENCE_MS}")
        row = raw.execute(self._sql.hold, {"call_sid": call_sid}).fetchone()
        return (row[0], row[1]) if row else None

    def keep(self, kept: Kept) -> bool:
        """Keep a turn durably, in a transaction of its own. False where somebody else has answered this turn already.

        Raises the driver's own error (`sqlite3.OperationalError`, `psycopg.OperationalError`) where the database is
        gone or stayed locked. Trying again is harmless: what was kept is not kept twice.
        """
        if self._sqlite:
            return self._keep_together(kept)
        with self._connection() as connection:
            return bool(connection.execute(self._sql.at_once(kept.before), self._values(kept)).rowcount)

    def keep_in(self, session: Session, kept: Kept) -> bool:
        """Keep a turn within a transaction. False where somebody else has answered it: then roll everything back."""
        raw: Any = session.connection().connection.driver_connection
        values = self._values(kept)
        if self._sqlite:
            return self._sql.keep(raw, values)
        return bool(raw.execute(self._sql.at_once(kept.before), values).rowcount)

    def ready(self) -> None:
        """Ask the database for a sign of life; raises the driver's own error where there is none."""
        self._one(self._sql.read, {"call_sid": ""})

    def close(self) -> None:
        """Close the idle connections; they open again when needed."""
        while self._idle:
            self._idle.pop().close()

    def _moment(self, column: Any) -> dt.datetime:
        """A time as it is stored, aware."""
        moment: dt.datetime = dt.datetime.fromisoformat(column).replace(tzinfo=dt.UTC) if self._sqlite else column
        return moment

    def _values(self, kept: Kept) -> dict[str, Any]:
        values = kept._asdict()
        if self._sqlite:
            values["at"] = _sqlite_time(kept.at)
        return values

    def _keep_together(self, kept: Kept) -> bool:
        """Wait for the writer's place; whoever gets it commits for everybody who waits by then."""
        place = _Place(self._values(kept))
        self._waiting.append(place)
        if not self._writer.acquire(timeout=PATIENCE_MS / 1000):
            try:
                self._waiting.remove(place)
            except ValueError:
                self._writer.acquire()  # somebody commits it just now: what came of it is known in a moment
            else:
                message = "others were writing for longer than a caller waits"
                raise sqlite3.OperationalError(message)
        try:
            if place.kept is None and place.failed is None:
                self._commit(list(self._all_waiting()))
        finally:
            self._writer.release()
        if place.failed is not None:
            raise place.failed
        return bool(place.kept)

    def _all_waiting(self) -> Iterator[_Place]:
        with suppress(IndexError):  # whoever waited too long leaves the queue by themselves
            while True:
                yield self._waiting.popleft()

    def _commit(self, places: list[_Place]) -> None:
        outcomes: list[bool] = []
        try:
            pooled = self._database.engine.raw_connection()
            try:
                raw: Any = pooled.driver_connection
                raw.execute("BEGIN IMMEDIATE")
                outcomes.extend(self._sql.keep(raw, place.values) for place in places)
                raw.execute("COMMIT")
            finally:
                pooled.close()  # which rolls back what was not committed
        except Exception as problem:  # noqa: BLE001 - each waiting thread raises it as its own
            for place in places:
                place.failed = problem
        else:
            for place, kept in zip(places, outcomes, strict=True):
                place.kept = kept

    def _one(self, statement: str, values: dict[str, Any]) -> Any:
        with self._connection() as connection:
            return connection.execute(statement, values).fetchone()

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        """A connection in autocommit. One that failed is thrown away with its idle sisters, likely dead too."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        except Exception:
            connection.close()
            self.close()
            raise
        self._idle.append(connection)

    def _connect(self) -> Any:
        pooled = (self._database.reader if self._sqlite else self._database.engine).raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()
        if isinstance(connection, psycopg.Connection):
            connection.autocommit = True
            connection.execute(f"SET statement_timeout = {PATIENCE_MS}; SET lock_timeout = {PATIENCE_MS}")
        else:
            connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        return connection


class _Place:
    """A thread's place in the queue for the writer."""

    __slots__ = ("failed", "kept", "values")

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.kept: bool | None = None
        self.failed: Exception | None = None


def _impatient(connection: sqlite3.Connection, _: object) -> None:
    """Wait for another process's lock no longer than a caller should."""
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")


def _sqlite_time(moment: dt.datetime) -> str:
    """A moment as SQLAlchemy stores it on SQLite."""
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
