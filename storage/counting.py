"""What counting over a period needs: the two periods that are compared, and a few words both engines understand.

Times are grouped by hours of UTC, or such parts of an hour as a time zone's days are made up of, so that the ledger
needs to know nothing of time zones. What takes long is told by its distribution, so that medians need no sorting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, String, and_, case, func, literal, literal_column, select
from sqlalchemy import cast as as_type
from sqlmodel import Session

from storage.columns import UtcTime


class Period(NamedTuple):
    """From `start` up to `end`, and the period of the same kind before it, from `before` up to `start`."""

    before: dt.datetime
    start: dt.datetime
    end: dt.datetime

    @property
    def halves(self) -> Iterator[tuple[int, dt.datetime, dt.datetime]]:
        """The period (1) and the one before (0), each from when until when."""
        yield 0, self.before, self.start
        yield 1, self.start, self.end


Moment = tuple[int, int]
"""An hour since 1970, in UTC, or a part of one, and how many came in it."""


def moments(session: Session, at: Any, city: str, period: Period, grain_s: int) -> list[Moment]:
    """How many of a city's rows have their `at`, a column, in each hour or so many seconds, over both periods."""
    when = whole(seconds(session, at) / grain_s)
    within = and_(at.table.c.city == city, between(at, period.before, period.end))
    question = select(when, func.count()).where(within).group_by(*ordinals(1))
    return [(moment, many) for moment, many in session.connection().execute(question).all()]


def make_room(session: Session) -> None:
    """Let PostgreSQL count in memory, by plans made for these periods, until the transaction ends.

    It takes looking a row up for as slow as a disk that turns, and would rather read all turns than those of a sample.
    Nor can it tell how few groups an expression makes, so it fears to count them in several processes.
    """
    if not _is_sqlite(session):
        session.connection().exec_driver_sql(
            "SET LOCAL work_mem = '64MB'; SET LOCAL random_page_cost = 1.1;"
            " SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0;"
            " SET LOCAL plan_cache_mode = force_custom_plan"
        )


def between(at: Any, start: dt.datetime, end: dt.datetime) -> ColumnElement[bool]:
    """From `start` up to `end`."""
    return and_(at >= start, at < end)


def now_or_before(at: Any, period: Period) -> ColumnElement[int]:
    """1 in the period, 0 in the one before."""
    return case((at >= literal(period.start, UtcTime()), literal_column("1")), else_=literal_column("0"))


def how_many(condition: Any) -> ColumnElement[int]:
    """How many of a group are so."""
    return func.count().filter(condition)


def ordinals(count: int) -> list[Any]:
    """Group by the first columns of the answer: PostgreSQL takes two equal expressions with parameters for two."""
    return [literal_column(str(place + 1)) for place in range(count)]


def words(column: Any) -> Any:
    """A column of words as plain words."""
    return as_type(column, String)


def whole(value: Any) -> Any:
    """Without what is behind the point."""
    return as_type(func.floor(value), Integer)


def seconds(session: Session, at: Any) -> Any:
    """Seconds since 1970, in whichever way the engine says it."""
    if _is_sqlite(session):
        return as_type(func.strftime("%s", at), Integer)
    # As a double: `extract` makes a numeric of it, which takes several times as long to reckon with.
    return func.date_part("epoch", at)


def _is_sqlite(session: Session) -> bool:
    return session.connection().dialect.name == "sqlite"
