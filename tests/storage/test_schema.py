"""Migrations end at the tables the code expects, on both engines, however many processes start at once."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, Table

from storage import schema
from storage.database import Database
from storage.rows import Row
from storage.search_tables import has_model

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


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


def test_what_alarmed_in_texts_of_the_release_before_is_taken_apart(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/before.sqlite3")
    with database.engine.begin() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        for sid, alarm in (("SM1", "certain: fire: it burns: badly [burning]"), ("SM2", "")):
            connection.exec_driver_sql(
                "INSERT INTO incoming_texts (message_sid, city, body, media, reply, alarm, at)"
                f" VALUES ('{sid}', 'springfield', '', '[]', '', '{alarm}', '2026-03-02 14:00:00')"
            )
        command.upgrade(config, "0007")
        read = "SELECT alarm, alarm_category, alarm_evidence FROM incoming_texts ORDER BY message_sid"
        assert [tuple(row) for row in connection.exec_driver_sql(read)] == [
            ("certain", "fire", "it burns: badly [burning]"),
            ("", None, None),
        ]
        command.downgrade(config, "0006")
        joined = connection.exec_driver_sql("SELECT alarm FROM incoming_texts ORDER BY message_sid").scalars()
        assert list(joined) == ["certain: fire: it burns: badly [burning]", ""]
    database.close()


def test_what_those_hold_who_left_before_is_nobody_s(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/before.sqlite3")
    with database.engine.begin() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0010")
        metadata = MetaData()
        metadata.reflect(connection, only=["operators", "tickets"])
        staff, held = metadata.tables["operators"], metadata.tables["tickets"]
        for email, active in (("ana@x.gov", True), ("bob@x.gov", False)):
            connection.execute(staff.insert().values(_whole(staff, email=email, session_key=email, active=active)))
        holders = {"1": "ana@x.gov", "2": "bob@x.gov", "3": "bob@x.gov", "4": None}
        for number, holder in holders.items():
            row = _whole(held, number=number, assignee=holder, closed_at=NOON if number == "3" else None)
            connection.execute(held.insert().values(row))
        command.upgrade(config, "0011")
        found = connection.exec_driver_sql("SELECT number, assignee FROM tickets ORDER BY number")
        assert {row.number: row.assignee for row in found} == holders | {"2": None}
    database.close()


def _whole(table: Table, **known: object) -> dict[str, object]:
    """A row with something in every column that must have something."""
    fill: dict[str, object] = {"VARCHAR": "x", "TEXT": "x", "JSON": [], "INTEGER": 0, "BOOLEAN": False}
    needed = (column for column in table.columns if not (column.nullable or column.primary_key))
    return {column.name: fill.get(str(column.type), NOON) for column in needed} | known


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
