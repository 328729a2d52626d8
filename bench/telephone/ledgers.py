"""Databases for benchmarks: made, migrated, looked into, and gone afterwards."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from storage import schema
from storage.database import Database
from storage.tables import Ticket


@contextmanager
def ledger(engine: str, scratch: Path) -> Iterator[str]:
    """A migrated, empty database of that kind; its URL. PostgreSQL is looked for at TEST_POSTGRES_URL, then locally."""
    scratch.mkdir(parents=True, exist_ok=True)
    if engine == "sqlite":
        url = f"sqlite:///{scratch / 'ledger.sqlite3'}"
        schema.upgrade(url)
        yield url
        return
    name = f"d311_bench_{os.getpid()}"
    local = f"postgresql+psycopg://{getpass.getuser()}@/postgres?host=/var/run/postgresql"
    server = make_url(os.environ.get("TEST_POSTGRES_URL", local)).set(drivername="postgresql+psycopg")
    admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        url = server.set(database=name).render_as_string(hide_password=False)
        schema.upgrade(url)
        yield url
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def close_tickets(url: str) -> None:
    """Close what is open: the next report of the same spot is of something new."""
    database = Database(url)
    try:
        with database.transaction() as session:
            session.connection().execute(
                text("UPDATE tickets SET status = 'closed', closed_at = updated_at WHERE closed_at IS NULL")
            )
    finally:
        database.close()


def tickets_in(url: str) -> int:
    """How many tickets were filed by calls."""
    database = Database(url)
    try:
        with database.reading() as session:
            return session.scalar(select(func.count()).select_from(Ticket)) or 0
    finally:
        database.close()


def tickets_by_call(url: str) -> dict[str, list[tuple[str, str]]]:
    """Number and status of every ticket, by the call it came from."""
    database = Database(url)
    found: dict[str, list[tuple[str, str]]] = {}
    try:
        with database.reading() as session:
            for call, number, status in session.execute(
                select(Ticket.call_sid, Ticket.number, Ticket.status)  # type: ignore[call-overload]
            ):
                found.setdefault(call or "", []).append((number, str(status)))
    finally:
        database.close()
    return found
