"""What every table has in common: names by rule, quick new rows, indexes of some rows alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import Column, Index, MetaData, text
from sqlmodel import SQLModel


class Row(SQLModel):
    """Base of every table. Constraints are named by rule, so that migrations can name them on both engines."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )

    def __init__(self, **columns: Any) -> None:
        """Fill in the columns given, and the defaults of the others.

        SQLModel sets each through SQLAlchemy's instruments, as if every one were a change, and checks none of them in a
        table. A new row has no changes, and filing a ticket would take a quarter longer.
        """
        kind = type(self)
        given, made = _defaults(kind)
        unknown = columns.keys() - given.keys() - made.keys()
        if unknown:
            raise TypeError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
        self.__dict__.update(given)
        self.__dict__.update({name: make() for name, make in made.items() if name not in columns})
        self.__dict__.update(columns)


@cache
def _defaults(kind: type[Row]) -> tuple[dict[str, Any], dict[str, Callable[[], Any]]]:
    """Every column of a table with its default, None where it has none; and those whose default is made anew."""
    fields = kind.model_fields
    made: dict[str, Any] = {name: field.default_factory for name, field in fields.items() if field.default_factory}
    given = {name: None if field.is_required() else field.default for name, field in fields.items() if name not in made}
    return given, made


def partial(name: str, *columns: str | Column[Any], only: str) -> Index:
    """Make an index of some rows alone, in the words both engines understand."""
    return Index(name, *columns, sqlite_where=text(only), postgresql_where=text(only))
