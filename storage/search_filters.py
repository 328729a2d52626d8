"""What a list of tickets may be filtered by, and how that is asked of each engine."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Container, Iterator, Mapping
from typing import Any, cast

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Integer, Text, and_, column, false, func, literal_column, or_, text
from sqlalchemy import cast as cast_to

from storage.vocabulary import Channel, Priority, Status

TOGETHER = {"department": "d", "service": "s", "area": "a", "channel": "c", "language": "l"}
"""What one PostgreSQL index holds together, in this order and under these letters: see the migration `0003_search`.
Neither statuses nor who holds a ticket: they change too often."""
Box = tuple[float, float, float, float]
"""South, west, north, east, in degrees."""


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
    """All of them somewhere in place, description, transcript or public sentence, in singular or plural. A single word
    may also be the beginning of one."""
    box: Box | None = None


def tokens(words: str) -> list[str]:
    """What is searched for, word by word: small letters without accents, and a plural's "s" left off."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    found = re.findall(r"[a-z0-9]+", bare)
    return [word[:-1] if len(word) > 4 and word.endswith("s") else word for word in found][:12]


def facets(wanted: Wanted) -> dict[str, tuple[Any, ...]]:
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


def in_one_index(wanted: Wanted) -> dict[str, str]:
    """The filters that PostgreSQL finds together in one index, where there are two or more of them."""
    named = facets(wanted)
    single = {name: str(named[name][0]) for name in TOGETHER if len(named.get(name, ())) == 1}
    return single if len(single) > 1 else {}


def filters(
    wanted: Wanted, columns: Any, *, is_sqlite: bool, left_out: Container[str] = ()
) -> Iterator[ColumnElement[bool]]:
    """The conditions of what is wanted, said of the table's columns or of a part of the table."""
    for name, values in facets(wanted).items():
        if name in left_out:
            continue
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
        yield _say(columns, tokens(wanted.words), is_sqlite=is_sqlite)


def _say(columns: Any, said: list[str], *, is_sqlite: bool) -> ColumnElement[bool]:
    """Whether all of these words are in it. Beginnings of several words at once would be too many to intersect."""
    if not said:
        return false()
    whole = len(said) > 1 or len(said[0]) < 3
    if is_sqlite:
        words = [_either(word, '"{}"', " OR ") if whole else f'"{word}"*' for word in said]
        hits = text("SELECT rowid FROM ticket_words WHERE ticket_words MATCH :match")
        hits = hits.bindparams(match=" AND ".join(words))
        return cast("ColumnElement[bool]", columns["id"].in_(hits.columns(column("rowid", Integer))))
    query = " & ".join(_either(word, "{}", " | ") if whole else f"{word}:*" for word in said)
    return cast("ColumnElement[bool]", columns["words"].bool_op("@@")(func.to_tsquery("simple", query)))


def _either(word: str, written: str, between: str) -> str:
    """A word in singular or plural, as the three languages form it."""
    forms = [word] if len(word) < 3 or word.isdigit() else [word, f"{word}s", f"{word}es"]
    return f"({between.join(written.format(form) for form in forms)})"


def holds(together: Mapping[str, str]) -> Iterator[ColumnElement[bool]]:
    """Whether a ticket holds all of these, asked of the one index that knows."""
    if together:
        wanted = [f"{TOGETHER[name]}:{value}" for name, value in together.items()]
        parts = ", ".join(f"'{short}:' || tickets.{name}" for name, short in TOGETHER.items())
        held: ColumnElement[Any] = literal_column(f"(ARRAY[{parts}])")
        yield held.bool_op("@>")(cast_to(wanted, ARRAY(Text)))
