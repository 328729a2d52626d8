"""What a list of tickets may be filtered by, and how that is asked of each engine."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Integer, Text, and_, column, false, func, literal_column, or_, text
from sqlalchemy import cast as cast_to

from storage.spelling import bare
from storage.vocabulary import Channel, Priority, Status

TOGETHER = {
    "department": "d",
    "service": "s",
    "area": "a",
    "channel": "c",
    "language": "l",
    "status": "t",
    "priority": "p",
    "assignee": "w",
}
"""What one PostgreSQL index holds together, in this order and under these letters: see the migration `0009_lists`."""
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
    due_before: dt.datetime | None = None
    """Only what is due before this moment, is open, and whose clock runs."""
    due_from: dt.datetime | None = None
    """Of that only what is not due before this one."""
    opened_from: dt.datetime | None = None
    opened_to: dt.datetime | None = None
    words: str = ""
    """All of them somewhere in place, description, transcript or public sentence, in singular or plural. A single word
    may also be the beginning of one."""
    box: Box | None = None


def tokens(words: str) -> list[str]:
    """What is searched for, word by word: small letters without accents."""
    return re.findall(r"[a-z0-9]+", bare(words))[:12]


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


def in_one_index(wanted: Wanted) -> dict[str, tuple[Any, ...]]:
    """The filters that PostgreSQL finds together in one index; it holds nothing of what nobody has."""
    return {name: values for name, values in facets(wanted).items() if "" not in values or name != "assignee"}


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
    if wanted.due_before:
        yield and_(columns["due_at"] < wanted.due_before, columns["paused_at"].is_(None))
    if wanted.due_from:
        yield columns["due_at"] >= wanted.due_from
    if wanted.box:
        south, west, north, east = wanted.box
        yield columns["lat"].between(south, north)
        yield columns["lon"].between(west, east)
    if wanted.words:
        yield _say(columns, tokens(wanted.words), is_sqlite=is_sqlite)


def _say(columns: Any, said: list[str], *, is_sqlite: bool) -> ColumnElement[bool]:
    """Whether all of these words are in it."""
    if not said:
        return false()
    if is_sqlite:
        hits = text("SELECT rowid FROM ticket_words WHERE ticket_words MATCH :match")
        hits = hits.bindparams(match=_written(said, '"{}"', '"{}"*', " OR ", " AND "))
        return cast("ColumnElement[bool]", columns["id"].in_(hits.columns(column("rowid", Integer))))
    return cast("ColumnElement[bool]", columns["words"].bool_op("@@")(func.to_tsquery("simple", tsquery(said))))


def tsquery(said: list[str]) -> str:
    """The words as PostgreSQL's `to_tsquery` reads them."""
    return _written(said, "{}", "{}:*", " | ", " & ")


def _written(said: list[str], whole: str, beginning: str, either: str, both: str) -> str:
    """The words as an engine reads them: each in singular and plural, and one by itself also as a beginning.

    Beginnings of several words at once would be too many to intersect.
    """
    if len(said) == 1 and len(said[0]) > 2:
        begun = _singulars(said[0])[0]
        others = [form for form in _forms(said[0]) if not form.startswith(begun)]
        return either.join([beginning.format(begun), *map(whole.format, others)])
    return both.join(f"({either.join(map(whole.format, _forms(word)))})" for word in said)


def _forms(word: str) -> list[str]:
    """A word in singular and plural, as the three languages form them; numbers have none."""
    singulars = _singulars(word)
    if singulars != [word]:
        return [word, *singulars]
    if len(word) < 3 or word.isdigit():
        return [word]
    return [word, f"{word}s", f"{word[:-1]}ces" if word.endswith("z") else f"{word}es"]


def _singulars(word: str) -> list[str]:
    """What a word may be the plural of: calles, señales, luces. The word itself where it is none."""
    if len(word) < 5 or not word.endswith("s"):
        return [word]
    ends = {"s": "", "es": "", "ces": "z"}
    return [word.removesuffix(end) + single for end, single in ends.items() if word.endswith(end)]


def holds(together: Mapping[str, Sequence[Any]]) -> Iterator[ColumnElement[bool]]:
    """Whether a ticket holds one of the values of each of these, asked of the one index that knows."""
    parts = ", ".join(f"'{short}:' || tickets.{name}" for name, short in TOGETHER.items())
    held: ColumnElement[Any] = literal_column(f"(ARRAY[{parts}])")
    for name, values in together.items():
        named = cast_to([f"{TOGETHER[name]}:{value}" for value in values], ARRAY(Text))
        yield held.bool_op("@>" if len(values) == 1 else "&&")(named)
