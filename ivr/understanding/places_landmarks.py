"""Landmarks: parks, schools, stations and what else people name instead of an address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Indel

from dispatch.city.gazetteer import Gazetteer
from dispatch.city.gazetteer_names import words as plain_words
from dispatch.city.gazetteer_sounds import sounds
from dispatch.city.model import City
from ivr.understanding.places_scores import SOUND

_LONGEST = 7


class Known(NamedTuple):
    """A landmark as it is read back."""

    name: str
    area: str
    lat: float
    lon: float


class LandmarkIndex:
    """The city file's landmarks and the gazetteer's, by every name they have."""

    def __init__(self, city: City, gazetteer: Gazetteer) -> None:
        self._known: list[Known] = []
        self._sounds: list[str] = []
        self._by_first: dict[str, list[tuple[tuple[str, ...], Known]]] = {}
        for mark in (*city.landmarks, *gazetteer.landmarks):
            known = Known(mark.name, mark.area, mark.lat, mark.lon)
            for name in (mark.name, *mark.also):
                said = plain_words(name)
                said = said[1:] if said[:1] == ["the"] and len(said) > 1 else said
                if said:
                    self._known.append(known)
                    self._sounds.append(sounds(" ".join(said)))
                    self._by_first.setdefault(said[0], []).append((tuple(said), known))

    def __bool__(self) -> bool:
        return bool(self._known)

    def mentioned(self, words: Sequence[str]) -> Iterator[tuple[int, int, Known]]:
        """Landmarks named word for word, with where: (start, end, landmark). Names of one common word do not count."""
        for start, word in enumerate(words):
            for said, known in self._by_first.get(word, ()):
                if tuple(words[start : start + len(said)]) == said and (len(said) > 1 or len(word) > 6):
                    yield start, start + len(said), known

    def like(self, words: Sequence[str]) -> list[tuple[float, Known]]:
        """Points and landmarks for words that name one, the best first."""
        heard = sounds(" ".join(words[:_LONGEST]))
        found = process.extract(heard, self._sounds, scorer=Indel.normalized_similarity, limit=6, score_cutoff=0.7)
        best: dict[Known, float] = {}
        for _, likeness, at in found:
            best.setdefault(self._known[at], (SOUND + 2) * (likeness - 1))
        return [(points, known) for known, points in best.items()]
