"""The door to the ledger: one engine, write transactions, reads. SQLite for one machine, PostgreSQL for several.

with database.transaction() as session:      # all of it is kept, or none
    session.add(ticket)
with database.reading() as session:          # cannot write, holds up nobody
    session.get(Ticket, 1)
"""

from __future__ import annotations

import select
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlmodel import Session

T = TypeVar("T")
_SWITCH_S = 10
_DEADLOCK = "40P01"
_SQLITE_PRAGMAS = (
    "synchronous = FULL",  # A caller who heard a ticket number must find the ticket after a power cut.
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "cache_size = -16384",
    "mmap_size = 268435456",
    "journal_size_limit = 67108864",
)


class Database:
    """One ledger, for as long as the process lives; safe to share between threads, to be made anew after a fork.

    `url` is `sqlite:///var/dial311.sqlite3` or `postgresql+psycopg://user@/name?host=/var/run/postgresql`
    (`postgres://` and `postgresql://` mean the same). `pool_size` is the number of PostgreSQL connections kept; twice
    as many may be open in a rush. Nothing is opened until it is needed, so a bad URL is a ValueError here and a server
    that is down is an OperationalError later. `patience_s`: how long to wait for one's turn, be it for a connection of
    ours that another thread has, or on SQLite for another process to have written.
    """

    def __init__(self, url: str, *, pool_size: int = 8, patience_s: float = 10) -> None:
        self.url = _normalised(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine: Engine
        """For writing. On SQLite every transaction here begins IMMEDIATE, and threads queue for the one connection."""
        self.reader: Engine
        """For reading, in the same database; the engine refuses writes."""
        if self.is_sqlite:
            _make_folder(self.url)
            # One writer at a time is SQLite's law. Threads that queue for one connection are served in turn; threads
            # that each had their own would poll for the file's lock, and the unlucky ones would starve.
            self.engine = _sqlite_engine(self.url, "BEGIN IMMEDIATE", 1, patience_s)
            self.reader = _sqlite_engine(self.url, "BEGIN", pool_size, patience_s)
        else:
            self.engine = _postgresql_engine(self.url, pool_size, patience_s)
            self.reader = self.engine.execution_options(postgresql_readonly=True)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open one write transaction: committed at the end of the block, rolled back if the block raises.

        Objects stay readable after the commit. Raises `sqlalchemy.exc.OperationalError` where the database is gone, or
        stayed locked for longer than our patience (PostgreSQL's rows: 5 s), `sqlalchemy.exc.TimeoutError` where this
        process had no connection to spare for so long. Do not nest: the inner would wait for the outer.
        """
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def keep(self, do: Callable[[Session], T]) -> T:
        """Do it in a write transaction, and once more from the beginning if others were in its way in a circle.

        PostgreSQL ends one of those that wait for each other. Nothing of it was kept, and the others go on.
        """
        try:
            with self.transaction() as session:
                return do(session)
        except OperationalError as problem:
            if getattr(problem.orig, "sqlstate", None) != _DEADLOCK:
                raise
        with self.transaction() as session:
            return do(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that reads one consistent state (SQLite) or committed rows (PostgreSQL) and cannot write."""
        with Session(self.reader, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        """Close the pooled connections; they open again when needed."""
        self.engine.dispose()
        self.reader.dispose()


def _normalised(url: str) -> URL:
    """Read the URL and name the driver; anything but SQLite in a file or PostgreSQL is refused with the cure."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        if parsed.database in {None, "", ":memory:"}:
            raise ValueError("DATABASE_URL: a ledger in memory is lost with the process; write sqlite:///path/to/file")
        return parsed.set(drivername="sqlite+pysqlite")
    raise ValueError(f"DATABASE_URL: {backend} is not supported; use sqlite:///path or postgresql+psycopg://…")


def _make_folder(url: URL) -> None:
    Path(url.database or "").expanduser().absolute().parent.mkdir(parents=True, exist_ok=True)


def _sqlite_engine(url: URL, begin: str, connections: int, patience_s: float) -> Engine:
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": patience_s},
        pool_size=connections,
        max_overflow=0,
        pool_timeout=patience_s,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        # Python's sqlite3 begins transactions by itself, late and DEFERRED, and two such readers that both turn to
        # writing deadlock. So it is told to keep out, and `begin` says how.
        connection.isolation_level = None
        _switch_to_wal(connection)
        for pragma in _SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if begin == "BEGIN":
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Have SQLite write ahead of the file. A file keeps that; only for the first switch processes may have to queue.

    SQLite does not wait by itself here: who meets another process in the middle of the switch is told "locked" at once.
    """
    deadline = time.monotonic() + _SWITCH_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _postgresql_engine(url: URL, pool_size: int, patience_s: float) -> Engine:
    engine = create_engine(
        url,
        connect_args={
            "connect_timeout": 5,
            "application_name": "dial311",
            # No caller waits 15 s for a lock, and a worker that hangs must not hold one for ever.
            # Compiling a query takes longer than any of ours runs.
            "options": "-c timezone=UTC -c jit=off -c statement_timeout=30s -c lock_timeout=5s"
            " -c idle_in_transaction_session_timeout=60s",
            "keepalives_idle": 30,
        },
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=patience_s,
        pool_recycle=3600,
    )

    @event.listens_for(engine, "checkout")
    def still_there(connection: Any, _: ConnectionPoolEntry, __: PoolProxiedConnection) -> None:
        # An idle connection has nothing to say: if its socket can be read, the server hung up. This asks the kernel,
        # not the server, so that a restart of PostgreSQL costs nobody an error and a turn no round trip.
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        if poll.poll(0):
            raise DisconnectionError("the server closed the connection")

    return engine
