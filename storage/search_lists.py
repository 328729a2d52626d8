"""One list of tickets, and how its first lines are read: in one of two ways.

1. The list is read in its own order, at most `WINDOW` tickets deep, out of an index that holds all that filters ask
   for. What is common fills a page there.
2. What does not fill a page there is rare (below one in four hundred), so it is gathered by the indexes of its filters
   and sorted afterwards. That is cheap just because it is rare.

Neither trusts the planner's guess how many tickets fit all filters at once. Only where words are searched for, which
stand in no such index, is PostgreSQL asked first how rare it takes them to be: it keeps count of the commonest. A wrong
guess costs time, never a line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import CTE, ColumnElement, Select, Table, func, literal_column, select, text, tuple_
from sqlmodel import Session

from storage.columns import RowId, UtcTime
from storage.search_filters import Wanted, facets, filters, holds, in_one_index, tokens, tsquery
from storage.tables import Ticket

WINDOW = 20_000
MANY = 50
"""A map wants hundreds of lines. Where a window holds more than so many, all would be thousands to gather, and a second
look goes as deep as it should take."""
GATHERED = 4_000
"""So few tickets with some words are gathered as quickly as a window is read."""
DEEPER, CANDIDATES = 5, 5_000
"""Words among what else is asked for are searched for in a window so many times as deep, in so many of what fits."""
_FEW_BLOCKS = 0.01
"""Degrees from south to north: a kilometre."""
_GUESS = text("EXPLAIN (FORMAT JSON) SELECT 1 FROM tickets WHERE words @@ to_tsquery('simple', :said)")
_YES: ColumnElement[Any] = literal_column("1")
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


class Found(NamedTuple):
    """The beginning of a list."""

    lines: list[Cursor]
    """As many as were asked for, and one more if there is one."""
    many: int
    """How many fit, up to one more than were to be counted."""
    whole: bool
    """Whether, if they are fewer, that is all."""


class List:
    """One list, asked from one line on."""

    def __init__(
        self,
        session: Session,
        city: str,
        wanted: Wanted,
        order: Order = Order.NEWEST,
        start: Cursor | None = None,
        *,
        backwards: bool = False,
    ) -> None:
        self.connection = session.connection()
        self.is_sqlite = self.connection.dialect.name == "sqlite"
        self.wanted = wanted
        self.by = "due_at" if order is Order.DUE else "created_at"
        self.falling = (order is Order.NEWEST) != backwards
        self.scope: list[ColumnElement[bool]] = [_TABLE.c.city == city]
        if order is Order.DUE:
            self.scope += [_TABLE.c.closed_at.is_(None), _TABLE.c.due_at.is_not(None)]
        elif wanted.open_only or wanted.due_before:
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
        return single and known and not (wanted.words or wanted.box or wanted.due_before)

    def first(self, limit: int, *, counted: int = 0) -> Found:
        """The first lines; and how many there are, as far as they are to be counted."""
        if not self.is_sqlite:
            # A plan made for any values would be a bad one for these; and a bitmap of a million tickets wants its room.
            self.connection.exec_driver_sql(
                "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL work_mem = '16MB'"
            )
        if self.in_order:
            return self._in_order(limit, counted)
        if not self._is_rare():
            deep, found = self._looked(limit, counted)
            if found.many > limit:
                whole = found.whole and found.many <= counted and not self._reaches_beyond(deep)
                return found._replace(whole=whole)
            if self._may_be_short and not self._reaches_beyond(deep):
                return found
        return self._by_filters(limit)

    def _looked(self, limit: int, counted: int) -> tuple[int, Found]:
        """How deep the list was read in its own order, and what was found there."""
        wanted = self.wanted
        if wanted.words and (wanted.box or facets(wanted)) and not (self.is_sqlite or self._may_be_short):
            return WINDOW * DEEPER, self._among_candidates(limit, counted, WINDOW * DEEPER)
        found = self._in_window(limit, counted, WINDOW)
        if not MANY < found.many <= limit or wanted.words:
            return WINDOW, found
        deep = WINDOW * (1 + 2 * limit // found.many)
        return deep, self._in_window(limit, counted, deep)

    @property
    def _may_be_short(self) -> bool:
        """Whether the list might end within the window even without its filters."""
        return len(self.scope) > 1

    def _is_rare(self) -> bool:
        """Whether it is best gathered without a look at the window."""
        wanted = self.wanted
        if wanted.box and wanted.box[2] - wanted.box[0] < _FEW_BLOCKS:
            return True  # A few blocks hold few tickets, and the index of places knows them.
        said = tokens(wanted.words)
        if not said or self.is_sqlite:
            return False
        guess = self.connection.execute(_GUESS, {"said": tsquery(said)}).scalar_one()
        return bool(guess[0]["Plan"]["Plan Rows"] < GATHERED)

    def _in_order(self, limit: int, counted: int) -> Found:
        """What some index has as it is. Counting needs not even the tickets' ids."""
        some: Select[Any] = select(literal_column("1")).select_from(_TABLE).where(*self.conditions).limit(counted + 1)
        many = select(func.count()).select_from(some.subquery("some")).scalar_subquery()
        shown = [*self._keys(_TABLE.c), many if counted else literal_column("0"), _YES]
        return self._found(select(*shown).where(*self.conditions).order_by(*self._sorted(_TABLE.c)).limit(limit + 1))

    def _in_window(self, limit: int, counted: int, deep: int) -> Found:
        """What fits among the first lines that the list would have without its filters."""
        words: ColumnElement[Any] = literal_column("tickets.words")
        more = [words.label("words")] if self.wanted.words and not self.is_sqlite else []
        fitting = self._fitting(self.wanted, deep, more)
        return self._read(fitting.limit(max(limit, counted) + 1).cte("some"), limit)

    def _among_candidates(self, limit: int, counted: int, deep: int) -> Found:
        """The same, words last: only what fits all else is looked up in the table, where the words are."""
        bare = msgspec.structs.replace(self.wanted, words="")
        candidates: CTE = self._fitting(bare, deep).limit(CANDIDATES).cte("candidates").prefix_with("MATERIALIZED")
        examined = select(func.count()).select_from(candidates).scalar_subquery()
        said = filters(Wanted(words=self.wanted.words), self._columns, is_sqlite=self.is_sqlite)
        fitting = select(*self._keys(candidates.c)).join(_TABLE, _TABLE.c.id == candidates.c.id).where(*said)
        fitting = fitting.order_by(*self._sorted(candidates.c)).limit(max(limit, counted) + 1)
        return self._read(fitting.cte("some"), limit, whole=examined < CANDIDATES)

    def _fitting(self, wanted: Wanted, deep: int, more: Sequence[Any] = ()) -> Select[Any]:
        names = ["id", self.by, *facets(wanted)]
        names += ["due_at", "paused_at"] if wanted.due_before else []
        names += ["lat", "lon"] if wanted.box else []
        columns = [*(_TABLE.c[name] for name in dict.fromkeys(names)), *more]
        first = select(*columns).where(*self.scope).order_by(*self._sorted(_TABLE.c)).limit(deep).subquery("first")
        fitting = select(*self._keys(first.c)).where(*filters(wanted, first.c, is_sqlite=self.is_sqlite))
        return fitting.order_by(*self._sorted(first.c))

    def _by_filters(self, limit: int) -> Found:
        """All that fits, gathered first and then sorted: the planner is kept from walking the whole list for it."""
        at_once = {} if self.is_sqlite else in_one_index(self.wanted)
        fitting = [*filters(self.wanted, self._columns, is_sqlite=self.is_sqlite, left_out=at_once), *holds(at_once)]
        return self._read(select(*self._keys(_TABLE.c)).where(*self.scope, *fitting).cte("some"), limit)

    def _reaches_beyond(self, deep: int) -> bool:
        """Whether the list without its filters is longer than that."""
        beyond = select(_TABLE.c.id).where(*self.scope).order_by(*self._sorted(_TABLE.c)).offset(deep).limit(1)
        return self.connection.execute(beyond).first() is not None

    def _keys(self, columns: Any) -> list[Any]:
        return [columns[self.by], columns["id"]]

    def _sorted(self, columns: Any) -> list[Any]:
        return [key.desc() if self.falling else key.asc() for key in self._keys(columns)]

    def _read(self, lines: CTE, limit: int, whole: Any = _YES) -> Found:
        """The first of these lines, and how many they are."""
        some: CTE = lines.prefix_with("MATERIALIZED")
        many = select(func.count()).select_from(some).scalar_subquery()
        return self._found(select(*self._keys(some.c), many, whole).order_by(*self._sorted(some.c)).limit(limit + 1))

    def _found(self, question: Select[Any]) -> Found:
        rows = self.connection.execute(question).all()
        lines = [Cursor(at, ticket) for at, ticket, *_ in rows]
        return Found(lines, rows[0][2], bool(rows[0][3])) if rows else Found([], 0, whole=True)
