"""How a few Python types lie in the tables, alike on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any, ClassVar, cast

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcTime(TypeDecorator[dt.datetime]):
    """A moment: aware, and UTC both ways. A time without a zone is refused, because nobody could say when it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Turn a moment into UTC; SQLite has no zones, so there it is stored as UTC without saying so."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"{value!r} has no time zone; a stored time must say which moment it means"
            raise ValueError(message)
        moment = value.astimezone(dt.UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Give the moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if dialect.name == "sqlite" else value.astimezone(dt.UTC)


class _EnumText(TypeDecorator[StrEnum]):
    """A member of an enum as its value: a word that SQL, an export and a person can read, and a release can add to."""

    impl = String
    cache_ok = True
    kind: ClassVar[type[StrEnum]]

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Check that the word is one of the enum's; a stranger is a ValueError before it reaches the table."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Give the member back."""
        return None if value is None else self.kind(value)


def words_of(kind: type[StrEnum]) -> type[_EnumText]:
    """Make a column type that holds the words of one enum."""
    return cast("type[_EnumText]", type(f"{kind.__name__}Text", (_EnumText,), {"kind": kind, "cache_ok": True}))


class Document(TypeDecorator[Any]):
    """A small JSON value, JSONB where the engine has it. Assign a new value to change it: edits in place go unseen."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """JSONB on PostgreSQL, JSON text elsewhere."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(JSON(none_as_null=True))


class RowId(TypeDecorator[int]):
    """A row's own number: 64 bits on PostgreSQL; on SQLite the rowid itself, which only plain INTEGER gives."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[int]:
        """INTEGER on SQLite, BIGINT elsewhere."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())
