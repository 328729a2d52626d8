"""Whether a sentence about something else names a place, and which words do.

"There's a pothole at twelve thirty four mission street" does; "my street light is out" must not. Most sentences are
let go within a few microseconds: nothing is looked up before a house number, a street's type or a landmark turns up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from dispatch.city.gazetteer_names import LEADING_TYPES, TYPES
from ivr.understanding.numbers import house_numbers, is_number
from ivr.understanding.places_streets import StreetIndex
from ivr.understanding.places_words import CORNER, JOINS, STOPS, THINGS

_LONGEST_NAME = 5
_TYPES = frozenset(TYPES) - {"no", "is", "run", "view", "walk", "point", "green", "via", "row", "loop", "path", "mall", "ct"}


class Mention(NamedTuple):
    """The words of a sentence that name a place."""

    start: int
    end: int
    kind: Literal["address", "corner", "street"]
    tail: int = 5
    """How many more words may name the part of town."""


def mention(words: Sequence[str], language: str, index: StreetIndex) -> Mention | None:
    """Find the words that name a place, or None."""
    typed = [at for at, word in enumerate(words) if word in _TYPES and _ends_name(words, at, index)]
    for start, word in enumerate(words):
        if is_number(word, language) and (start == 0 or not is_number(words[start - 1], language)):
            for reading in house_numbers(words[start:], language)[:3]:
                after = start + reading.end
                end = next((at + 1 for at in typed if after < at <= after + _LONGEST_NAME), 0)
                if end and words[after] not in STOPS:
                    return Mention(start, end, "address")
                for size in range(min(3, len(words) - after), 0, -1):
                    if words[after] not in STOPS and index.exact(words[after : after + size]):
                        return Mention(start, after + size, "address")
    names = [span for at in typed if (span := _name(words, at, index))]
    for (start, end), (start_two, end_two) in zip(names, names[1:], strict=False):
        if 1 <= start_two - end <= 2 and words[end] in JOINS:
            return Mention(start, end_two, "corner")
    for at, word in enumerate(words):
        if word in CORNER and (rest := _after(words, at)) < len(words):
            return Mention(rest, min(len(words), rest + 9), "corner")
    return Mention(*names[0], "street") if names else None


def _ends_name(words: Sequence[str], at: int, index: StreetIndex) -> bool:
    """Whether the type at `at` may end (or, in Spanish and French, begin) a street's name rather than be a thing."""
    if at + 1 < len(words) and words[at + 1] in THINGS - STOPS and not index.exact(words[max(0, at - 1) : at + 1]):
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
