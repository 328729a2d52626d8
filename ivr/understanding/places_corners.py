"""Corners: two streets that meet. That they do meet makes up for much that was misheard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dispatch.city.gazetteer import Corner, Gazetteer
from dispatch.city.gazetteer_names import TYPES
from ivr.understanding.places_addresses import area_points
from ivr.understanding.places_areas import Evidence
from ivr.understanding.places_cues import unframed
from ivr.understanding.places_scores import CORNER, NO_CORNER, NO_CORNER_PLAIN, PLAINLY, street_points
from ivr.understanding.places_streets import MISHEARD_TYPES, StreetIndex
from ivr.understanding.places_words import JOINS, WEAK_JOINS

SPLITS = 3
LEADERS = 25
"""Streets of each side whose corners are all looked at."""


class CornerGuess(NamedTuple):
    """Two streets, the points of their being meant, and where they meet (None: not known to meet)."""

    points: float
    street: int
    other: int
    corner: Corner | None


class CornerSearch:
    """Finds corners in a city's gazetteer."""

    def __init__(self, gazetteer: Gazetteer, index: StreetIndex) -> None:
        self._gazetteer = gazetteer
        self._index = index
        self._meeting: dict[int, set[int]] = {}

    def find(self, words: Sequence[str], evidence: Evidence) -> list[CornerGuess]:
        """Guesses for words that name two streets, split wherever a joining word or a type may part them."""
        found: dict[tuple[int, int], CornerGuess] = {}
        for left, right, cost in splits(words)[:SPLITS]:
            for guess in self.between(left, right, evidence):
                key = min(guess.street, guess.other), max(guess.street, guess.other)
                if key not in found or found[key].points < guess.points - cost:
                    found[key] = guess._replace(points=guess.points - cost)
            if found and max(guess.points for guess in found.values()) > -1.5:
                break
        return list(found.values())

    def between(self, left: Sequence[str], right: Sequence[str], evidence: Evidence) -> list[CornerGuess]:
        """Guesses for one street's words and the other's."""
        left, right = unframed(left), unframed(right)
        one, two = self._points(left), self._points(right)
        pairs: set[tuple[int, int]] = set()
        firsts, seconds = _leaders(one), _leaders(two)
        for street in firsts:
            pairs.update((street, other) for other in self._meets(street))
        for street in seconds:
            pairs.update((other, street) for other in self._meets(street))
        self._fill(one, left, {street for street, _ in pairs})
        self._fill(two, right, {other for _, other in pairs})
        ranked = sorted(((one[street] + two[other], street, other) for street, other in pairs), reverse=True)[:8]
        guesses = []
        for points, street, other in ranked:
            for corner in self._gazetteer.corners_of(street, other):
                here = area_points(evidence, [corner.area])
                guesses.append(CornerGuess(points + CORNER + here, street, other, corner))
        if firsts and seconds and firsts[0] != seconds[0] and (firsts[0], seconds[0]) not in pairs:
            points = one[firsts[0]] + two[seconds[0]]
            doubt = NO_CORNER_PLAIN if min(one[firsts[0]], two[seconds[0]]) >= PLAINLY else NO_CORNER
            guesses.append(CornerGuess(points + doubt, firsts[0], seconds[0], None))
        return guesses

    def _points(self, words: Sequence[str]) -> dict[int, float]:
        return {like.street: street_points(like.sound, like.spelling, like.type) for like in self._index.like(words)}

    def _fill(self, known: dict[int, float], words: Sequence[str], wanted: set[int]) -> None:
        """Score the streets that only their partner brought up."""
        for like in self._index.among(words, wanted - known.keys()):
            known[like.street] = street_points(like.sound, like.spelling, like.type)

    def _meets(self, street: int) -> set[int]:
        if street not in self._meeting:
            self._meeting[street] = self._gazetteer.meeting(street)
        return self._meeting[street]


def _leaders(points: dict[int, float]) -> list[int]:
    return sorted(points, key=lambda street: -points[street])[:LEADERS]


def may_be_corner(words: Sequence[str]) -> bool:
    """Whether there is a word that joins two streets, or there are two types: "camden street westfield street"."""
    joined = any(word in JOINS or word in WEAK_JOINS for word in words[1:])
    return joined or sum(word in TYPES or word in MISHEARD_TYPES for word in words[1:]) > 1


def splits(words: Sequence[str]) -> list[tuple[Sequence[str], Sequence[str], float]]:
    """Ways to part words into two streets, the likeliest first, with what each costs.

    "centre street at lake street" is parted at "at"; "cottage street it goes street" after the first type.
    """
    found: list[tuple[Sequence[str], Sequence[str], float]] = []
    for at in range(1, len(words) - 1):
        word, typed = words[at], words[at - 1] in TYPES or words[at - 1] in MISHEARD_TYPES
        if word in JOINS:
            found.append((words[:at], words[at + 1 :], 0.0 if typed else 0.3))
        elif word in WEAK_JOINS:
            found.append((words[:at], words[at + 1 :], 0.4 if typed else 1.2))
        if typed and word not in JOINS:
            found.append((words[:at], words[at:], 0.9))
    found.sort(key=lambda split: split[2])
    return found
