"""Migrations end at the tables the code expects, on both engines, however many processes start at once."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from storage import schema
from storage.database import Database
from storage.rows import Row
from storage.search_tables import has_model


def test_migrations_and_models_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": has_model})
        assert compare_metadata(context, Row.metadata) == []


def test_partial_indexes_agree_too(database: Database) -> None:
    """Alembic does not compare their conditions, and a wrong one would make a query slow in silence."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            found = connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            )
        else:
            found = connection.exec_driver_sql("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        partial = {str(name) for name, sql in found if " WHERE " in sql}
    assert partial == {
        str(index.name)
        for table in Row.metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    assert schema.upgrade(database_url) == schema.upgrade(database_url) == schema.expected_revision()


def test_a_database_that_was_never_migrated_is_not_ready(tmp_path: Path, database: Database) -> None:
    empty = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
    assert not schema.is_current(empty)
    empty.close()
    assert schema.is_current(database)


def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.sqlite3"
    revisions: list[str] = []
    threads = [threading.Thread(target=lambda: revisions.append(schema.upgrade(url))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert revisions == [schema.expected_revision()] * 4


def test_no_index_holds_what_a_turn_changes() -> None:
    """Or PostgreSQL could not rewrite a call in its own page, and every turn would pay for every index."""
    rewritten = {"language", "state", "turn", "memory", "alarm", "updated_at"}
    indexed = {column.name for index in Row.metadata.tables["calls"].indexes for column in index.columns}
    assert indexed.isdisjoint(rewritten)
