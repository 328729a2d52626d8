"""House numbers and streets together: each makes up for what the other lost on the line."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dispatch.city.gazetteer import Gazetteer
from dispatch.city.gazetteer_names import TYPES
from ivr.understanding.numbers import Reading, digits_of, house_numbers
from ivr.understanding.places_areas import Evidence
from ivr.understanding.places_cues import unframed
from ivr.understanding.places_numbers import misheard
from ivr.understanding.places_scores import (
    AREA,
    CLOSE,
    EVERYDAY_WORD,
    NUMBER_MISHEARD,
    NUMBER_ODD,
    NUMBER_PLAUSIBLE,
    NUMBER_UNLIKE,
    STREET_ALONE,
    VAGUE,
    street_points,
)
from ivr.understanding.places_streets import StreetIndex
from ivr.understanding.places_words import EVERYDAY, JOINS

READINGS = 5
"""House numbers tried, at most."""
SEGMENTS = 5
"""Ways to cut number from street tried, at most."""
CLEAR = 0.9
"""Points from which no other way to cut is tried."""
POOR = -5.0
"""Points below which figures are taken apart as well."""
NAME_LIKE = frozenset({"park", "green", "run", "point", "view", "walk", "via", "no", "st", "grove", "island", "bridge"})
"""Types that are as often the beginning of a name: Park Street, Saint Andrew Road."""
BEFORE_STREET = frozenset("on at of the in near de del la el en sur du des l d".split())
"""Words between a house number and its street: noventa y ocho de la calle Prince."""
NAMED = 0.4
"""Strength from which a named area brings up all of its streets with the number, however little they sound alike."""
LEFT_OVER = 0.4
ANOTHER_STREET = 8.0
LEADERS = 4
"""Streets whose own numbers are searched for one that sounds like the number heard."""


class Guess(NamedTuple):
    """A place and its points; places are made into `Place` with a confidence at the very end."""

    points: float
    street: int
    number: int = -1
    """-1: no number was said."""
    suffix: str = ""
    high: int = 0
    exists: bool = True


class AddressSearch:
    """Finds addresses in a city's gazetteer."""

    def __init__(self, gazetteer: Gazetteer, index: StreetIndex) -> None:
        self._gazetteer = gazetteer
        self._index = index

    def numbered(self, words: Sequence[str], language: str, evidence: Evidence) -> list[Guess]:
        """Guesses for words that start with a house number: "98th print street"."""
        cuts: dict[tuple[str, ...], list[Reading]] = {}
        for reading in house_numbers(words, language)[: READINGS + 3]:
            cuts.setdefault(tuple(words[reading.end :]), []).append(reading)
        found: dict[tuple[int, int, str], Guess] = {}
        for tried, (rest, readings) in enumerate([*cuts.items(), *swallowed(words)]):
            best = max((guess.points for guess in found.values()), default=-99.0)
            if best > CLEAR or (tried >= SEGMENTS and best > POOR):
                break
            for street_words, cost in segments(rest):
                self._add(found, self._with_numbers(street_words, readings[:READINGS], evidence), cost)
        return list(found.values())

    def on_streets(self, words: Sequence[str], reading: Reading, evidence: Evidence) -> list[Guess]:
        """Guesses for a house number known from before and words that name only the street."""
        found: dict[tuple[int, int, str], Guess] = {}
        for street_words, cost in segments(words):
            self._add(found, self._with_numbers(street_words, [reading], evidence), cost)
        return list(found.values())

    def heard_as_numbers(self, words: Sequence[str], readings: Sequence[Reading], evidence: Evidence) -> list[Guess]:
        """Guesses where the number itself became a word: "aiken coughland avenue" for 18 Croftland Avenue."""
        found: dict[tuple[int, int, str], Guess] = {}
        for reading in readings:
            self._add(found, self._with_numbers(words[reading.end :], [reading], evidence))
        return list(found.values())

    def in_block(self, words: Sequence[str], block: int, evidence: Evidence) -> list[Guess]:
        """Guesses for "the 400 block of" a street: the first address in that block."""
        found: dict[tuple[int, int, str], Guess] = {}
        for street_words, cost in segments(words):
            for like in self._index.like(street_words):
                points = street_points(like.sound, like.spelling, like.type)
                if points > POOR and (inside := self._gazetteer.block(like.street, block, block + 99)):
                    points += area_points(evidence, [one.area for one in inside])
                    self._add(found, [Guess(points, like.street, inside[0].number, inside[0].suffix)], cost)
        return list(found.values())

    def numbers_on(self, street: int, readings: Sequence[Reading], evidence: Evidence) -> list[Guess]:
        """Guesses for a house number on a street that is known."""
        found: dict[tuple[int, int, str], Guess] = {}
        for reading in readings:
            areas = self._gazetteer.holders(reading.number, [street]).get(street)
            if areas:
                points = area_points(evidence, areas) - reading.cost
                self._add(found, [Guess(points, street, reading.number, reading.suffix, reading.high)])
        if not found:
            self._add(found, self._number_missing(street, 0.0, readings, evidence))
        return list(found.values())

    def streets_only(self, words: Sequence[str], evidence: Evidence) -> list[Guess]:
        """Guesses for words that name a street and no number. Longer streets are likelier, a little."""
        found: dict[tuple[int, int, str], Guess] = {}
        everyday = len(words) == 1 and words[0] in EVERYDAY
        for street_words, cost in segments(words):
            for like in self._index.like(street_words):
                points = street_points(like.sound, like.spelling, like.type)
                if like.type in {0, 2} and (min(like.sound, like.spelling) < CLOSE or everyday):
                    points += EVERYDAY_WORD if everyday else VAGUE
                if points > POOR - 2:
                    stretches = self._gazetteer.stretches(like.street)
                    points += STREET_ALONE + 0.3 * math.log(1 + sum(one.addresses for one in stretches))
                    points += area_points(evidence, [one.area for one in stretches])
                    self._add(found, [Guess(points, like.street)], cost)
        return list(found.values())

    def _with_numbers(self, words: Sequence[str], readings: Sequence[Reading], evidence: Evidence) -> list[Guess]:
        likely = self._index.like(words)
        guesses: list[Guess] = []
        points = {like.street: street_points(like.sound, like.spelling, like.type) for like in likely}
        leaders = sorted(points, key=lambda street: -points[street])[:LEADERS]
        named = [area for area, strength in evidence.items() if strength > NAMED]
        for reading in readings:
            if named:
                rescued = self._gazetteer.streets_with(reading.number, named) - points.keys()
                for like in self._index.among(words, rescued):
                    points[like.street] = street_points(like.sound, like.spelling, like.type)
            holders = self._gazetteer.holders(reading.number, points)
            for street, areas in holders.items():
                total = points[street] - reading.cost + area_points(evidence, areas)
                guesses.append(Guess(total, street, reading.number, reading.suffix, reading.high))
        sound = max((guess.points for guess in guesses), default=-99.0)
        for street in leaders:
            if points[street] > sound:
                guesses += self._number_missing(street, points[street], readings, evidence)
        return guesses

    def _number_missing(
        self, street: int, points: float, readings: Sequence[Reading], evidence: Evidence
    ) -> Iterable[Guess]:
        """The street fits, but has no such number: it was misheard, or the gazetteer does not know it."""
        stretches = self._gazetteer.stretches(street)
        here = area_points(evidence, [one.area for one in stretches])
        numbers = self._gazetteer.numbers(street)
        for reading in readings[:3]:
            reaches = any(one.low <= reading.number <= one.high for one in stretches)
            odds = NUMBER_PLAUSIBLE if reaches else NUMBER_ODD
            yield Guess(points + here + odds - reading.cost, street, reading.number, reading.suffix, 0, exists=False)
            for number, alike in misheard(reading.number, numbers):
                if number != reading.number:
                    total = points + here + NUMBER_MISHEARD + NUMBER_UNLIKE * (1 - alike) - reading.cost
                    yield Guess(total, street, number)

    @staticmethod
    def _add(found: dict[tuple[int, int, str], Guess], guesses: Iterable[Guess], cost: float = 0.0) -> None:
        for guess in guesses:
            key = guess.street, guess.number, guess.suffix
            if key not in found or found[key].points < guess.points - cost:
                found[key] = guess._replace(points=guess.points - cost)


def area_points(evidence: Evidence, areas: Iterable[str]) -> float:
    """What being in these areas costs a guess when the caller named one."""
    if not evidence:
        return 0.0
    return AREA * (max(evidence.values()) - max((evidence.get(area, 0.0) for area in areas), default=0.0))


def segments(words: Sequence[str]) -> list[tuple[Sequence[str], float]]:
    """What of some words may be the street, and what it costs to leave the rest unexplained.

    All of them; and up to the first type: "main street by the school". A second street among the rest costs most.
    """
    found: list[tuple[Sequence[str], float]] = []
    if len(words) > 1 or (words and (words[0] not in TYPES or words[0] in NAME_LIKE)):
        found.append((words, 0.0))
    if len(words) > 1 and words[0] in BEFORE_STREET:
        found.append((unframed(words), LEFT_OVER))
    for at in range(1, len(words) - 1):
        if words[at] in TYPES and words[at] not in NAME_LIKE:
            rest = words[at + 1 :]
            another = rest[0] in JOINS or any(word in TYPES for word in rest)
            cost = LEFT_OVER * len(rest) + (ANOTHER_STREET if another else 0.0)
            found.insert(0, (words[: at + 1], cost))
            break
    return found


def swallowed(words: Sequence[str]) -> list[tuple[tuple[str, ...], list[Reading]]]:
    """Take figures apart that swallowed the start of the street's name: "2317 hill" may be 231 and "7 hill"."""
    figures = digits_of(words[0])
    cuts = range(1, min(len(figures), 5))
    return [((figures[cut:], *words[1:]), [Reading(int(figures[:cut]), 0, 2.0)]) for cut in cuts if figures[0] != "0"]
