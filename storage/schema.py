"""Bringing a database to the tables this release expects, and telling whether it is there."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.database import Database

_LOCK = 311_311_311
"""The PostgreSQL lock that lets one process migrate at a time: any number, the same in every release."""


def upgrade(url: str) -> str:
    """Create or migrate the tables of the database at `url`; returns the revision it now has.

    One transaction: a migration that fails leaves everything as it was. Several processes may try at once; one does
    it and the others find it done. Raises `OperationalError` where the database cannot be reached.
    """
    database = Database(url)
    try:
        with database.engine.begin() as connection:
            if not database.is_sqlite:
                # A migration of a large table takes the time it takes.
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return revision(connection) or ""
    finally:
        database.close()


def revision(connection: Connection) -> str | None:
    """The revision a database is at; None where it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def expected_revision() -> str:
    """The revision this release expects."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def is_current(database: Database) -> bool:
    """Whether the tables are the ones this release expects: what `/readyz` asks."""
    with database.reader.connect() as connection:
        return revision(connection) == expected_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
