"""Adding one row by a statement that is built once. SQLAlchemy's unit of work costs several times what the row does."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from storage.tables import Notification, Ticket, TicketEvent

Added = Ticket | TicketEvent | Notification


def insert(session: Session, row: Added) -> int | None:
    """Store a row within the session's transaction and return its id; None where a UNIQUE says it is there already.

    Waits for a transaction that is just storing the same. The object itself stays outside the session.
    """
    kind = type(row)
    statement = _statement(kind, session.get_bind().dialect.name)
    values = {name: getattr(row, name) for name in kind.model_fields if name != "id"}
    return cast("int | None", session.connection().execute(statement, values).scalar_one_or_none())


@cache
def _statement(kind: type[Added], dialect: str) -> Executable:
    table: Table = cast("Any", kind).__table__
    new = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return new.on_conflict_do_nothing().returning(table.c.id)
