"""Whether a sentence about something else names a place, and which words do.

"There's a pothole at twelve thirty four mission street" does; "my street light is out" must not. Most sentences are
let go within a few microseconds: nothing is looked up before a house number, a street's type or a corner turns up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from dispatch.city.gazetteer_names import LEADING_TYPES, TYPES
from ivr.understanding.numbers import house_numbers, is_number
from ivr.understanding.places_streets import StreetIndex
from ivr.understanding.places_words import CORNER, JOINS, PLACE_BEFORE, STOPS, THINGS, UNITS

_LONGEST_NAME = 5
_TYPES = frozenset(TYPES) - {
    "no",
    "is",
    "run",
    "view",
    "walk",
    "point",
    "green",
    "via",
    "row",
    "loop",
    "path",
    "mall",
    "ct",
}
_AREA_WORDS = 5
"""How many more words may name the part of town: "in west roxbury"."""


class Mention(NamedTuple):
    """The words of a sentence that name a place."""

    start: int
    end: int
    kind: Literal["address", "corner", "street"]
    exact: bool = True
    """Whether the street is spelled as in the gazetteer, so that no doubt is left what the words are."""


def mentions(words: Sequence[str], language: str, index: StreetIndex) -> Iterator[Mention]:
    """Find the words that may name a place, the most telling first."""
    typed = [at for at, word in enumerate(words) if word in _TYPES and _ends_name(words, at, index)]
    for start, word in enumerate(words):
        if is_number(word, language) and (start == 0 or not is_number(words[start - 1], language)):
            yield from _numbered(words, start, typed, language, index)
    names = [span for at in typed if (span := _name(words, at, index))]
    for (start, end), (start_two, end_two) in pairwise(names):
        if 1 <= start_two - end <= 2 and (words[end] in JOINS or words[end] in {"near", "by"}):
            yield Mention(start, end_two, "corner")
    for at, word in enumerate(words):
        if word in CORNER and (rest := _after(words, at)) < len(words) - 2:
            yield Mention(rest, min(len(words), rest + 9), "corner", exact=False)
        elif word in JOINS and (corner := _bare_corner(words, at, index)):
            yield corner
    if names:
        yield Mention(*names[0], "street")


def _numbered(
    words: Sequence[str], start: int, typed: Sequence[int], language: str, index: StreetIndex
) -> Iterator[Mention]:
    """Find a street behind a house number: up to a type; or, after "at" and the like, a name without one."""
    for reading in house_numbers(words[start:], language)[:3]:
        after = start + reading.end
        if after >= len(words) or words[after] in STOPS or words[after] in UNITS:
            continue
        at = next((at for at in typed if after <= at <= after + _LONGEST_NAME), -1)
        while at >= 0 and at + 1 < len(words) and words[at + 1] in _TYPES and words[at + 1] not in THINGS:
            at += 1
        if at > after:
            exact = bool(index.exact(words[after : at + 1]))
            if exact or not any(word in STOPS for word in words[after:at]):
                yield Mention(start, _with_area(words, at + 1), "address", exact)
                return
        if start > 0 and words[start - 1] not in PLACE_BEFORE:
            continue
        for size in range(min(3, len(words) - after), 0, -1):
            if index.exact(words[after : after + size]):
                yield Mention(start, _with_area(words, after + size), "address")
                return


def _bare_corner(words: Sequence[str], at: int, index: StreetIndex) -> Mention | None:
    """Two street names without types, as in "at washington and park", if they follow a word like "at"."""
    for end in range(min(len(words), at + 4), at + 1, -1):
        if words[at + 1] not in STOPS and index.exact(words[at + 1 : end]):
            break
    else:
        return None
    for start in range(max(1, at - 3), at):
        if words[start - 1] in PLACE_BEFORE and words[start] not in STOPS and index.exact(words[start:at]):
            return Mention(start, _with_area(words, end), "corner")
    return None


def _with_area(words: Sequence[str], end: int) -> int:
    """Where the words end when "in west roxbury" is taken along."""
    if end < len(words) and words[end] in {"in", "en", "a", "dans", "over"}:
        return min(len(words), end + _AREA_WORDS)
    return end


def _ends_name(words: Sequence[str], at: int, index: StreetIndex) -> bool:
    """Whether the type at `at` may end (or, in Spanish and French, begin) a street's name rather than be a thing."""
    if at + 1 < len(words) and words[at + 1] in THINGS and not index.exact(words[max(0, at - 1) : at + 1]):
        return False
    return (at > 0 and words[at - 1] not in STOPS) or (words[at] in LEADING_TYPES and at + 1 < len(words))


def _name(words: Sequence[str], at: int, index: StreetIndex) -> tuple[int, int] | None:
    """The longest run of words up to the type that the city has a street of, exactly."""
    for start in range(max(0, at - _LONGEST_NAME), at):
        if words[start] not in STOPS and index.exact(words[start : at + 1]):
            return start, at + 1
    if words[at] in LEADING_TYPES:
        for end in range(min(len(words), at + 1 + _LONGEST_NAME), at + 1, -1):
            if index.exact(words[at:end]):
                return at, end
    return None


def _after(words: Sequence[str], at: int) -> int:
    """Where the streets begin after "corner of"."""
    at += 1
    while at < len(words) and words[at] in {"of", "de", "del", "the", "la", "le", "du", "des"}:
        at += 1
    return at
