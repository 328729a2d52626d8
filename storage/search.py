"""Finding tickets: any filter, any words, any corner of the map, page by page, as quick at a million as at a thousand.

A page is read in one of two ways, and neither trusts the planner's guess how many tickets fit all filters at once:

1. The list is read in its own order, at most `WINDOW` tickets deep. What is common fills a page there.
2. What does not fill a page there is rare (below one in two hundred), so it is gathered by the indexes of its filters
   and sorted afterwards. That is cheap just because it is rare.

Pages are found by the last line of the page before (keyset), so the thousandth is as quick as the first, and a ticket
that arrives meanwhile shifts nothing. Counts stop at `COUNTED`.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Table,
    and_,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
    tuple_,
)
from sqlmodel import Session, col
from sqlmodel import select as rows_of

from storage.columns import RowId, UtcTime
from storage.tables import Ticket
from storage.vocabulary import Channel, Priority, Status

WINDOW = 10_000
COUNTED = 1_000
_BATCH = 500
_TABLE = cast("Table", cast("Any", Ticket).__table__)
Box = tuple[float, float, float, float]
"""South, west, north, east, in degrees."""


class Order(StrEnum):
    """How a list is sorted."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"
    """What is due first comes first; of open tickets alone."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is to show. Everything named must fit; of several values of one kind, one. Nothing named: all."""

    statuses: tuple[Status, ...] = ()
    departments: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    priorities: tuple[Priority, ...] = ()
    assignees: tuple[str, ...] = ()
    """Logins; "" is nobody."""
    open_only: bool = False
    overdue_at: dt.datetime | None = None
    """Only what was due before this moment, is open, and whose clock runs."""
    opened_from: dt.datetime | None = None
    opened_to: dt.datetime | None = None
    words: str = ""
    """Beginnings of words, all of them somewhere in place, description, transcript or public sentence."""
    box: Box | None = None


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


def in_box(
    session: Session, city: str, box: Box, wanted: Wanted | None = None, *, limit: int = 500
) -> Sequence[Ticket]:
    """The newest tickets in a corner of the map, at most so many."""
    within = msgspec.structs.replace(wanted or Wanted(), box=box)
    return page(session, city, within, limit=limit).tickets


def tokens(words: str) -> list[str]:
    """What is searched for, word by word: small letters without accents, and a plural's "s" left off."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    found = re.findall(r"[a-z0-9]+", bare)
    return [word[:-1] if len(word) > 4 and word.endswith("s") else word for word in found][:12]


def _tickets(session: Session, city: str, lines: Sequence[Cursor]) -> list[Ticket]:
    question = rows_of(Ticket).where(Ticket.city == city, col(Ticket.id).in_([line.id for line in lines]))
    held = {ticket.id: ticket for ticket in session.exec(question)}
    return [held[line.id] for line in lines if line.id in held]


def _facets(wanted: Wanted) -> dict[str, tuple[Any, ...]]:
    """The filters that name values of a column, by the column."""
    named = {
        "status": wanted.statuses,
        "department": wanted.departments,
        "service": wanted.services,
        "area": wanted.areas,
        "language": wanted.languages,
        "channel": wanted.channels,
        "priority": wanted.priorities,
        "assignee": wanted.assignees,
    }
    return {column: values for column, values in named.items() if values}


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
    def conditions(self) -> list[ColumnElement[bool]]:
        """All that a ticket must fulfil."""
        columns = {column.name: column for column in _TABLE.c}
        return [*self.scope, *self._filters(columns | {"words": literal_column("tickets.words")})]

    @property
    def in_order(self) -> bool:
        """Whether the list lies in some index as it is: no filter, or one value of one."""
        wanted = self.wanted
        facets = _facets(wanted)
        single = len(facets) <= 1 and all(len(values) == 1 for values in facets.values())
        # Only what is open has an index by assignee, and priorities have none.
        known = "priority" not in facets and ("assignee" not in facets or self.by == "due_at")
        return single and known and not (wanted.words or wanted.box or wanted.overdue_at)

    def found(self, limit: int) -> tuple[list[Cursor], bool]:
        """The first lines, up to one more than are counted; and whether, if they are fewer, those are all."""
        if self.in_order:
            return self._lines(self._sorted(_TABLE.c, self.conditions).limit(COUNTED + 1)), True
        lines = self._in_window()
        if limit < len(lines) <= COUNTED:
            return lines, not self._reaches_beyond_window()
        return (lines, True) if len(lines) > limit else (self._by_filters(), True)

    def _in_window(self) -> list[Cursor]:
        """What fits among the first `WINDOW` lines that the list would have without its filters."""
        names = ("id", "created_at", "due_at", "paused_at", "lat", "lon", *_facets(self.wanted))
        columns: list[Any] = [_TABLE.c[name] for name in dict.fromkeys(names)]
        if self.wanted.words and not self.is_sqlite:
            columns.append(literal_column("tickets.words").label("words"))
        first = self._sorted(_TABLE.c, self.scope, columns).limit(WINDOW).subquery("first")
        return self._lines(self._sorted(first.c, self._filters(first.c)).limit(COUNTED + 1))

    def _by_filters(self) -> list[Cursor]:
        """All that fits, gathered first and then sorted: the planner is kept from walking the whole list for it."""
        gathered = select(_TABLE.c.id, _TABLE.c[self.by]).where(*self.conditions).cte("gathered")
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

    def _filters(self, columns: Any) -> Iterator[ColumnElement[bool]]:
        """The filters, said of the table's columns or of the window's."""
        wanted = self.wanted
        for name, values in _facets(wanted).items():
            column = columns[name]
            if name == "assignee" and "" in values:
                yield or_(column.is_(None), column.in_(values))
            else:
                yield column == values[0] if len(values) == 1 else column.in_(values)
        if wanted.overdue_at:
            yield and_(columns["due_at"] < wanted.overdue_at, columns["paused_at"].is_(None))
        if wanted.box:
            south, west, north, east = wanted.box
            yield columns["lat"].between(south, north)
            yield columns["lon"].between(west, east)
        if wanted.words:
            yield self._say(columns, tokens(wanted.words))

    def _say(self, columns: Any, beginnings: list[str]) -> ColumnElement[bool]:
        """Whether all of these words begin somewhere in it. Two letters must be the whole word: they begin too much."""
        if not beginnings:
            return false()
        if self.is_sqlite:
            match = " ".join(f'"{word}"*' if len(word) > 2 else f'"{word}"' for word in beginnings)
            hits = text("SELECT rowid FROM ticket_words WHERE ticket_words MATCH :match").bindparams(match=match)
            return cast("ColumnElement[bool]", columns["id"].in_(hits.columns(column("rowid", Integer))))
        query = " & ".join(f"{word}:*" if len(word) > 2 else word for word in beginnings)
        return cast("ColumnElement[bool]", columns["words"].bool_op("@@")(func.to_tsquery("simple", query)))
