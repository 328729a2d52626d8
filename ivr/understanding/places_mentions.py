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
_UNTYPED = 4
"""Words looked at behind a house number when no type turns up."""
_JOINING = JOINS | {"in", "it", "near", "by", "on"}
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
            yield from _numbered(words, start, language, index)
    yield from _joined(words, typed, index)
    for at, word in enumerate(words):
        if word in CORNER and (rest := _after(words, at)) < len(words) - 2:
            yield Mention(rest, min(len(words), rest + 9), "corner", exact=False)
        elif word in JOINS and (corner := _bare_corner(words, at, index)):
            yield corner
    if name := next((span for at in typed if (span := _name(words, at, index))), None):
        yield Mention(*name, "street")


def _numbered(words: Sequence[str], start: int, language: str, index: StreetIndex) -> Iterator[Mention]:
    """Find a street behind a house number: up to a type; or, after "at" and the like, whatever follows."""
    announced = start == 0 or words[start - 1] in PLACE_BEFORE
    for reading in house_numbers(words[start:], language)[:3]:
        after = start + reading.end
        if after >= len(words) or words[after] in UNITS:
            continue
        at = next((at for at in range(after, min(len(words), after + 1 + _LONGEST_NAME)) if words[at] in _TYPES), -1)
        while at >= 0 and at + 1 < len(words) and words[at + 1] in _TYPES and words[at + 1] not in THINGS:
            at += 1
        exact = at >= after and bool(index.exact(words[after : at + 1]))
        if exact or (announced and at > after):
            yield Mention(start, _with_area(words, at + 1), "address", exact)
            return
        if announced and words[after] not in STOPS:
            size = next((size for size in (3, 2, 1) if index.exact(words[after : after + size])), 0)
            end = after + size if size else min(len(words), after + _UNTYPED)
            yield Mention(start, _with_area(words, end), "address", exact=size > 0)
            return


def _joined(words: Sequence[str], typed: Sequence[int], index: StreetIndex) -> Iterator[Mention]:
    """Two streets one after the other with "and", "at", "near", or what a recogniser writes for them."""
    for one, two in pairwise(typed):
        between = words[one + 1 : two]
        if not 2 <= len(between) <= _LONGEST_NAME or between[0] not in _JOINING:
            continue
        name = between[1:] if between[1] not in JOINS else between[2:]
        if not name or any(word in STOPS for word in name):
            continue
        first = _name(words, one, index)
        start = first[0] if first else one - 1
        while not first and start > one - 3 and start > 0 and words[start - 1] not in STOPS:
            start -= 1
        exact = first is not None and bool(index.exact([*name, words[two]]))
        yield Mention(start, _with_area(words, two + 1), "corner", exact)


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
