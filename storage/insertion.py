"""Adding one row at the driver's level, by a statement that is built once for each engine.

SQLAlchemy's unit of work costs several times what the row does, and its Core still twice as much.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlmodel import Session

from storage.alarm_tables import HeardAlarm
from storage.tables import Notification, Ticket, TicketEvent

Added = Ticket | TicketEvent | Notification | HeardAlarm


def insert(session: Session, row: Added) -> int | None:
    """Store a row within the session's transaction and return its id; None where a UNIQUE says it is there already.

    Waits for a transaction that is just storing the same. The object itself stays outside the session. Raises the
    driver's own errors.
    """
    connection = session.connection()
    statement = _statement(type(row), connection.dialect)
    raw: Any = connection.connection.driver_connection
    stored = raw.execute(statement.sql, statement.values(row)).fetchone()
    return cast("int", stored[0]) if stored else None


class _Statement(NamedTuple):
    sql: str
    columns: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    """Each with how its values are written on this engine, where they are not written as they are."""

    def values(self, row: Added) -> dict[str, Any]:
        held = row.__dict__
        return {name: written(held[name]) if written else held[name] for name, written in self.columns}


@cache
def _statement(kind: type[Added], dialect: Dialect) -> _Statement:
    table: Table = cast("Any", kind).__table__
    columns = [column for column in table.c if column.name != "id"]
    # sqlite3 is given its parameters by name too, so that one dictionary does for both drivers.
    named = sqlite.dialect(paramstyle="named") if dialect.name == "sqlite" else dialect
    new: Any = sqlite.insert(table) if dialect.name == "sqlite" else postgresql.insert(table)
    new = new.values({column.name: None for column in columns}).on_conflict_do_nothing().returning(table.c.id)
    return _Statement(
        str(new.compile(dialect=named)),
        tuple((column.name, column.type.dialect_impl(dialect).bind_processor(dialect)) for column in columns),
    )
