"""Landmarks: parks, schools, stations and what else people name instead of an address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Indel

from dispatch.city.gazetteer import Gazetteer
from dispatch.city.gazetteer_names import TYPES
from dispatch.city.gazetteer_names import words as plain_words
from dispatch.city.gazetteer_sounds import sounds
from dispatch.city.model import City
from ivr.understanding.numbers import is_number
from ivr.understanding.places_scores import SOUND
from ivr.understanding.places_streets import StreetIndex

_LONGEST = 7
TELLING = 6
"""A landmark's name of one word counts in a sentence only when it is longer than this: "Hilltop", not "Gate"."""
NAMED = -0.5
NUMBERED = -5.0


class Known(NamedTuple):
    """A landmark as it is read back."""

    name: str
    area: str
    lat: float
    lon: float


class LandmarkGuess(NamedTuple):
    """A landmark and the points of its being meant."""

    points: float
    known: Known


class LandmarkIndex:
    """The city file's landmarks and the gazetteer's, by every name they have."""

    def __init__(self, city: City, gazetteer: Gazetteer, index: StreetIndex) -> None:
        self._known: list[Known] = []
        self._sounds: list[str] = []
        self._by_first: dict[str, list[tuple[tuple[str, ...], Known]]] = {}
        listed = [(mark.name, mark.also, mark.area, mark.lat, mark.lon) for mark in city.landmarks]
        listed += [(mark.name, mark.also, mark.area, mark.lat, mark.lon) for mark in gazetteer.landmarks]
        for own, also, area, lat, lon in listed:
            known = Known(own, area, lat, lon)
            for name in (own, *also):
                said = plain_words(name)
                said = said[1:] if said[:1] == ["the"] and len(said) > 1 else said
                is_street = said[-1:] and said[-1] in TYPES and index.exact(said)
                if said and not is_street:  # "Columbia Road", listed as a park, is still the road.
                    self._known.append(known)
                    self._sounds.append(sounds(" ".join(said)))
                    self._by_first.setdefault(said[0], []).append((tuple(said), known))

    def __bool__(self) -> bool:
        return bool(self._known)

    def guesses(self, words: Sequence[str], bare: Sequence[str], language: str) -> list[LandmarkGuess]:
        """Guesses for an answer: landmarks named in it word for word, and those it sounds like.

        A number in the answer that is not in the landmark's name speaks for an address on a street of that name.
        """
        numbered = any(is_number(word, language) for word in words)
        found = self.guesses_word_for_word(words) or self._like(bare)
        return [guess._replace(points=guess.points + NUMBERED) for guess in found] if numbered else found

    def guesses_word_for_word(self, words: Sequence[str], at_least: int = 1) -> list[LandmarkGuess]:
        """Landmarks named in the words exactly, the longest name only. Single everyday words do not count.

        `at_least` so many words long: "Chestnut Street Fire Station" is no mention of Chestnut Street.
        """
        named: list[tuple[int, Known]] = []
        for start, word in enumerate(words):
            for said, known in self._by_first.get(word, ()):
                if tuple(words[start : start + len(said)]) == said and (len(said) > 1 or len(word) > TELLING):
                    named.append((len(said), known))
        longest = max((size for size, _ in named), default=0)
        if longest < at_least:
            return []
        return [
            LandmarkGuess(NAMED, known) for known in dict.fromkeys(known for size, known in named if size == longest)
        ]

    def _like(self, words: Sequence[str]) -> list[LandmarkGuess]:
        heard = sounds(" ".join(words[:_LONGEST]))
        found = process.extract(heard, self._sounds, scorer=Indel.normalized_similarity, limit=6, score_cutoff=0.7)
        best: dict[Known, float] = {}
        for _, likeness, at in found:
            best.setdefault(self._known[at], (SOUND + 2) * (likeness - 1) + NAMED)
        return [LandmarkGuess(points, known) for known, points in best.items()]
