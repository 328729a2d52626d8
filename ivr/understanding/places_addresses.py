"""House numbers and streets together: each makes up for what the other lost on the line."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dispatch.city.gazetteer import Address, Gazetteer
from ivr.understanding.found import Place
from ivr.understanding.numbers import Reading, digits_of, house_numbers
from ivr.understanding.places_areas import Evidence
from ivr.understanding.places_numbers import misheard
from ivr.understanding.places_scores import AREA, NUMBER_MISHEARD, NUMBER_ODD, NUMBER_PLAUSIBLE, NUMBER_UNLIKE, street_points
from ivr.understanding.places_streets import Likeness, StreetIndex, split_type
from dispatch.city.gazetteer_names import TYPES

READINGS = 5
"""House numbers tried, at most."""
SEGMENTS = 5
"""Ways to cut number from street tried, at most."""
CLEAR = -1.0
"""Points from which no other way to cut is tried."""
POOR = -5.0
"""Points below which figures are taken apart as well."""
LEADERS = 4
"""Streets whose own numbers are searched for one that sounds like the number heard."""
SAME_SPOT = 400
"""Metres within which one address listed under two areas is one place."""


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
            for street_words in segments(rest):
                self._add(found, self._with_numbers(street_words, readings[:READINGS], evidence))
        return list(found.values())

    def on_streets(self, words: Sequence[str], reading: Reading, evidence: Evidence) -> list[Guess]:
        """Guesses for a house number known from before and words that name only the street."""
        found: dict[tuple[int, int, str], Guess] = {}
        for street_words in segments(words):
            self._add(found, self._with_numbers(street_words, [reading], evidence))
        return list(found.values())

    def streets_only(self, words: Sequence[str], evidence: Evidence) -> list[Guess]:
        """Guesses for words that name a street and no number. Longer streets are likelier, a little."""
        found: dict[tuple[int, int, str], Guess] = {}
        for street_words in segments(words):
            guesses = []
            for like in self._index.like(street_words):
                points = street_points(like.sound, like.spelling, like.type)
                if points > -9:
                    stretches = self._gazetteer.stretches(like.street)
                    points += 0.3 * math.log(1 + sum(one.addresses for one in stretches)) - 1.0
                    points += area_points(evidence, [one.area for one in stretches])
                    guesses.append(Guess(points, like.street))
            self._add(found, guesses)
        return list(found.values())

    def _with_numbers(self, words: Sequence[str], readings: Sequence[Reading], evidence: Evidence) -> list[Guess]:
        likely = self._index.like(words)
        if not likely:
            return []
        guesses: list[Guess] = []
        points = {like.street: street_points(like.sound, like.spelling, like.type) for like in likely}
        leaders = sorted(points, key=lambda street: -points[street])[:LEADERS]
        for reading in readings:
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
    def _add(found: dict[tuple[int, int, str], Guess], guesses: Iterable[Guess]) -> None:
        for guess in guesses:
            key = guess.street, guess.number, guess.suffix
            if key not in found or found[key].points < guess.points:
                found[key] = guess


def area_points(evidence: Evidence, areas: Iterable[str]) -> float:
    """What being in these areas costs a guess when the caller named one."""
    if not evidence:
        return 0.0
    return AREA * (max(evidence.values()) - max((evidence.get(area, 0.0) for area in areas), default=0.0))


def segments(words: Sequence[str]) -> list[Sequence[str]]:
    """What of some words may be the street: all of them, and up to the first type ("main street by the school")."""
    found = [words] if words else []
    for at in range(1, len(words) - 1):
        if words[at] in TYPES and words[at] not in {"park", "green", "run", "point", "view", "walk", "via", "no"}:
            found.insert(0, words[: at + 1])
            break
    return found


def swallowed(words: Sequence[str]) -> list[tuple[tuple[str, ...], list[Reading]]]:
    """ "2317 hill" may be 231 and "7 hill": figures that swallowed the start of the street's name."""
    figures = digits_of(words[0])
    cuts = range(1, min(len(figures), 5))
    return [((figures[cut:], *words[1:]), [Reading(int(figures[:cut]), 0, 2.0)]) for cut in cuts if figures[0] != "0"]
