"""Finding tickets: any filter, any words, any corner of the map, page by page, as quick at a million as at a thousand.

A page is read in one of two ways, and neither trusts the planner's guess how many tickets fit all filters at once:

1. The list is read in its own order, at most `WINDOW` tickets deep. What is common fills a page there, and tickets lie
   in that order on the disk as well.
2. What does not fill a page there is rare (below one in four hundred), so it is gathered by the indexes of its filters
   and sorted afterwards. That is cheap just because it is rare.

Pages are found by the last line of the page before (keyset), so the thousandth is as quick as the first, and a ticket
that arrives meanwhile shifts nothing. Counts stop at `COUNTED`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import ColumnElement, Select, Table, func, literal_column, select, tuple_
from sqlmodel import Session, col
from sqlmodel import select as rows_of

from storage.columns import RowId, UtcTime
from storage.search_filters import Box, Wanted, facets, filters, holds, in_one_index
from storage.tables import Ticket
from storage.vocabulary import Priority, Status

__all__ = ["Box", "Cursor", "Mark", "Order", "Page", "Wanted", "count", "in_box", "page", "stream"]
WINDOW = 20_000
COUNTED = 1_000
_BATCH = 500
_FEW_BLOCKS = 0.01
"""Degrees from south to north: a kilometre."""
_TABLE = cast("Table", cast("Any", Ticket).__table__)


class Order(StrEnum):
    """How a list is sorted."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"
    """What is due first comes first; of open tickets alone."""


class Cursor(NamedTuple):
    """A line of a list: pages begin after one, or end before one."""

    at: dt.datetime
    id: int


class Page(msgspec.Struct, frozen=True):
    """Some lines of a list."""

    tickets: Sequence[Ticket]
    count: int
    """How many fit from the list's beginning or the cursor on."""
    more: bool
    """Whether `count` is only what was counted, and there are more."""
    newer: Cursor | None
    """The first line, where there are lines before it."""
    older: Cursor | None
    """The last line, where there are lines after it."""


def page(
    session: Session,
    city: str,
    wanted: Wanted,
    order: Order = Order.NEWEST,
    *,
    after: Cursor | None = None,
    before: Cursor | None = None,
    limit: int = 50,
) -> Page:
    """The lines that follow `after`, or come before `before`, or else the first."""
    query = _Query(session, city, wanted, order, after or before, backwards=before is not None)
    found, whole = query.found(limit)
    shown = found[:limit]
    beyond = len(found) > limit
    if before:
        shown.reverse()
    return Page(
        _tickets(session, city, shown),
        min(len(found), COUNTED),
        more=len(found) > COUNTED or not whole,
        newer=shown[0] if shown and (beyond if before else after) else None,
        older=shown[-1] if shown and (before or beyond) else None,
    )


def count(session: Session, city: str, wanted: Wanted) -> int:
    """Exactly how many fit: a second or so where that is most of a million. For exports, not for pages."""
    query = _Query(session, city, wanted, Order.NEWEST, None, backwards=False)
    return session.connection().execute(select(func.count()).select_from(_TABLE).where(*query.conditions)).scalar_one()


def stream(session: Session, city: str, wanted: Wanted, order: Order = Order.NEWEST) -> Iterator[Ticket]:
    """All that fit, as they are read. Nothing is held between two batches, however slow the reader is."""
    after: Cursor | None = None
    while True:
        found = _Query(session, city, wanted, order, after, backwards=False).found(_BATCH)[0][:_BATCH]
        ids = [line.id for line in found]
        held = {
            one.id: one for one in session.exec(rows_of(Ticket).where(Ticket.city == city, col(Ticket.id).in_(ids)))
        }
        yield from (held[line.id] for line in found if line.id in held)
        session.expunge_all()
        if len(found) < _BATCH:
            return
        after = found[-1]


class Mark(NamedTuple):
    """A ticket on the map."""

    id: int
    number: str
    lat: float
    lon: float
    status: Status
    service: str
    priority: Priority
    created_at: dt.datetime
    due_at: dt.datetime | None
    paused_at: dt.datetime | None
    closed_at: dt.datetime | None


def in_box(session: Session, city: str, box: Box, wanted: Wanted, *, limit: int = 500) -> list[Mark]:
    """The newest tickets in a corner of the map, at most so many (and at most `COUNTED`)."""
    within = msgspec.structs.replace(wanted, box=box)
    lines = _Query(session, city, within, Order.NEWEST, None, backwards=False).found(limit)[0][:limit]
    question = select(*(_TABLE.c[name] for name in Mark._fields))
    question = question.where(_TABLE.c.city == city, _TABLE.c.id.in_([line.id for line in lines]))
    marks = (Mark(*row) for row in session.connection().execute(question))
    return sorted(marks, key=lambda mark: (mark.created_at, mark.id), reverse=True)


def _tickets(session: Session, city: str, lines: Sequence[Cursor]) -> list[Ticket]:
    question = rows_of(Ticket).where(Ticket.city == city, col(Ticket.id).in_([line.id for line in lines]))
    held = {ticket.id: ticket for ticket in session.exec(question)}
    return [held[line.id] for line in lines if line.id in held]


class _Query:
    """One list, asked from one line on."""

    def __init__(
        self, session: Session, city: str, wanted: Wanted, order: Order, start: Cursor | None, *, backwards: bool
    ) -> None:
        self.connection = session.connection()
        self.is_sqlite = self.connection.dialect.name == "sqlite"
        self.wanted = wanted
        self.by = "due_at" if order is Order.DUE else "created_at"
        self.falling = (order is Order.NEWEST) != backwards
        self.scope: list[ColumnElement[bool]] = [_TABLE.c.city == city]
        if order is Order.DUE:
            self.scope += [_TABLE.c.closed_at.is_(None), _TABLE.c.due_at.is_not(None)]
        elif wanted.open_only or wanted.overdue_at:
            self.scope.append(_TABLE.c.closed_at.is_(None))
        if wanted.opened_from:
            self.scope.append(_TABLE.c.created_at >= wanted.opened_from)
        if wanted.opened_to:
            self.scope.append(_TABLE.c.created_at < wanted.opened_to)
        if start:
            here, there = tuple_(_TABLE.c[self.by], _TABLE.c.id), tuple_(*start, types=[UtcTime(), RowId()])
            self.scope.append(here < there if self.falling else here > there)

    @property
    def _columns(self) -> dict[str, Any]:
        return {column.name: column for column in _TABLE.c} | {"words": literal_column("tickets.words")}

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """All that a ticket must fulfil."""
        return [*self.scope, *filters(self.wanted, self._columns, is_sqlite=self.is_sqlite)]

    @property
    def in_order(self) -> bool:
        """Whether the list lies in some index as it is: no filter, or one value of one."""
        wanted = self.wanted
        named = facets(wanted)
        single = len(named) <= 1 and all(len(values) == 1 for values in named.values())
        # Only what is open has an index by assignee, and priorities have none.
        known = "priority" not in named and ("assignee" not in named or self.by == "due_at")
        return single and known and not (wanted.words or wanted.box or wanted.overdue_at)

    def found(self, limit: int) -> tuple[list[Cursor], bool]:
        """The first lines, up to one more than are counted; and whether, if they are fewer, those are all."""
        if self.in_order:
            return self._lines(self._sorted(_TABLE.c, self.conditions).limit(COUNTED + 1)), True
        # A few blocks hold few tickets, and the index of places knows them.
        box = self.wanted.box
        lines = [] if box and box[2] - box[0] < _FEW_BLOCKS else self._in_window()
        if limit < len(lines) <= COUNTED:
            return lines, not self._reaches_beyond_window()
        return (lines, True) if len(lines) > limit else (self._by_filters(), True)

    def _in_window(self) -> list[Cursor]:
        """What fits among the first `WINDOW` lines that the list would have without its filters."""
        names = ("id", "created_at", "due_at", "paused_at", "lat", "lon", *facets(self.wanted))
        columns: list[Any] = [_TABLE.c[name] for name in dict.fromkeys(names)]
        if self.wanted.words and not self.is_sqlite:
            columns.append(literal_column("tickets.words").label("words"))
        first = self._sorted(_TABLE.c, self.scope, columns).limit(WINDOW).subquery("first")
        return self._lines(
            self._sorted(first.c, filters(self.wanted, first.c, is_sqlite=self.is_sqlite)).limit(COUNTED + 1)
        )

    def _by_filters(self) -> list[Cursor]:
        """All that fits, gathered first and then sorted: the planner is kept from walking the whole list for it."""
        at_once = {} if self.is_sqlite else in_one_index(self.wanted)
        fitting = [*filters(self.wanted, self._columns, is_sqlite=self.is_sqlite, left_out=at_once), *holds(at_once)]
        gathered = select(_TABLE.c.id, _TABLE.c[self.by]).where(*self.scope, *fitting).cte("gathered")
        gathered = gathered.prefix_with("MATERIALIZED")
        return self._lines(self._sorted(gathered.c, []).limit(COUNTED + 1))

    def _reaches_beyond_window(self) -> bool:
        """Whether the list without its filters is longer than the window."""
        beyond = self._sorted(_TABLE.c, self.scope, [_TABLE.c.id]).offset(WINDOW).limit(1)
        return self.connection.execute(beyond).first() is not None

    def _sorted(self, columns: Any, conditions: Iterable[ColumnElement[bool]], shown: Any = ()) -> Select[Any]:
        keys = [columns[self.by], columns["id"]]
        way = [key.desc() if self.falling else key.asc() for key in keys]
        return select(*(shown or keys)).where(*conditions).order_by(*way)

    def _lines(self, question: Select[Any]) -> list[Cursor]:
        return [Cursor(*row) for row in self.connection.execute(question)]
