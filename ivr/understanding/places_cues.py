"""What surrounds a place in an answer: "um it's at …", "… across from the library", "the 400 block of …"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dispatch.city.gazetteer_names import TYPES
from ivr.understanding.numbers import digits_of, house_numbers, is_number
from ivr.understanding.places_streets import MISHEARD_TYPES
from ivr.understanding.places_words import BESIDE, BETWEEN, BLOCK, FLAT, FRAME, HERE, JOINS, UNITS

POSTAL = 5
"""Digits of a postal code as it is said; longer ones end in four more that nobody says."""

_WHICH = frozenset({"the", "this", "that", "second", "first", "third", "last", "other", "which", "same", "green", "no"})
_SHORT = 3
"""Letters of a unit that may as well begin a street: a, pm, way."""
_BESIDE_FROM = {
    first: tuple(phrase for phrase in BESIDE if phrase[0] == first) for first in {phrase[0] for phrase in BESIDE}
}
"""Every phrase of `BESIDE` in its order, by its first word."""
_OF = frozenset({"of", "on", "de", "del", "du", "d", "the", "la", "le", "in", "at"})


class Cues(NamedTuple):
    """An answer taken apart: the words of the place itself, and what else was said of it."""

    words: tuple[str, ...]
    note: str = ""
    """In the caller's words: "across from the library"."""
    block: int = -1
    """400 for "the 400 block of"."""
    between: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    """The two cross streets of "main street between first and second"."""


def cues(words: Sequence[str], language: str) -> Cues:
    """Take an answer apart. What is left in `words` may still start with "um it's at"."""
    said, flat = without_flat(without_zip(tuple(words)))
    if flat:
        taken = cues(said, language)
        return taken._replace(note=", ".join(filter(None, (flat, taken.note))))
    for at, word in enumerate(said):
        if word in BETWEEN and at > 0 and (sides := _sides(said[at + 1 :])):
            return Cues(said[:at], " ".join(said[at:]), between=sides)
        if word in BLOCK and at > 0 and (block := _number_before(said, at, language)) >= 0:
            rest = at + 1
            while rest < len(said) - 1 and said[rest] in _OF:
                rest += 1
            return Cues(said[rest:], f"{block} block", block=block)
    return _beside(said, language)


def unframed(words: Sequence[str]) -> tuple[str, ...]:
    """The words without what callers put before a place: "um it's at the corner of" goes; one word always stays."""
    at = 0
    while at < len(words) - 1 and words[at] in FRAME and not _is_letter_street(words, at):
        at += 1
    return tuple(words[at:])


def _is_letter_street(words: Sequence[str], at: int) -> bool:
    """Whether a single letter names a street, "l street", rather than being a French article or half of "it's"."""
    return len(words[at]) == 1 and TYPES.get(words[at + 1]) in {"street", "avenue", "road", "place"}


def without_flat(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Part the flat from the address: "12 main street apartment 5 b" → the rest, and "apartment 5 b"."""
    for at, word in enumerate(words[:-1]):
        if word in FLAT and (digits_of(words[at + 1]) or len(words[at + 1]) == 1):
            end = at + 2
            if end < len(words) and digits_of(words[at + 1]) and len(words[end]) == 1:
                end += 1
            return words[:at] + words[end:], " ".join(words[at:end])
    return words, ""


def without_zip(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without a five-digit postal code at their end, if a house number comes before it."""
    coded = len(words) > 2 and words[-1].isdigit() and len(words[-1]) == POSTAL
    return words[:-1] if coded and any(map(digits_of, words[:-2])) else words


def number_starts(words: Sequence[str], language: str) -> list[int]:
    """Where a house number may start, at most six: not in "the second one", nor in "two houses", nor in mid-number."""
    found = []
    for at, word in enumerate(words):
        if not is_number(word, language) or (at > 0 and is_number(words[at - 1], language)):
            continue
        after = words[at + 1] if at + 1 < len(words) else ""
        pronoun = word == "one" and at > 0 and words[at - 1] in _WHICH
        street_follows = any(one in TYPES or one in MISHEARD_TYPES for one in words[at + 2 :])
        counted = after in UNITS and len(after) > _SHORT and not street_follows
        if not pronoun and not counted:
            found.append(at)
    return found[:6]


def is_here(words: Sequence[str]) -> bool:
    """Whether the answer is only "right here", "where I am", "mi casa": no place that can be looked up."""
    return all(word in FRAME or word in HERE for word in words)


def _sides(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    for at in range(1, len(words) - 1):
        if words[at] in JOINS:
            return words[:at], words[at + 1 :]
    return None


def _number_before(words: tuple[str, ...], at: int, language: str) -> int:
    for start in range(max(0, at - 4), at):
        if is_number(words[start], language) or digits_of(words[start]):
            whole = [one for one in house_numbers(words[start:at], language) if one.end == at - start]
            if whole:
                return whole[0].number
    return -1


def _beside(words: tuple[str, ...], language: str) -> Cues:
    """Part "12 main street | across from the library", and "behind | the school" at the very start."""
    for at in range(len(words)):
        phrase = next((one for one in _BESIDE_FROM.get(words[at], ()) if words[at : at + len(one)] == one), None)
        if phrase is None:
            continue
        before, after = words[:at], words[at + len(phrase) :]
        if not after:
            return Cues(before, " ".join(phrase))
        if any(word in TYPES or is_number(word, language) for word in before):
            return Cues(before, " ".join(words[at:]))
        if all(word in FRAME for word in before):
            return Cues(after, "" if phrase[-1] in {"near", "by", "of"} and phrase[0] == "in" else " ".join(phrase))
    return Cues(words)
