"""From what a caller said to a spot in the city: ranked, with an honest chance of being right.

A recogniser writes "838-blue hill", "98th print street", "the SW parkway". Nothing of that is in a gazetteer, so every
part helps the others: the street's sound and spelling, its type, whether it has that number, the part of town, and for
corners whether the two streets meet. The steps, each in its own file:

    places_areas       the part of town, taken off the end
    places_addresses   number and street          places_streets   which streets sound like that
    places_corners     two streets that meet      places_numbers   which number sounds like that
    places_landmarks   parks, schools, stations   places_mentions  is there a place in this sentence at all?
    places_scores      points into chances        places_hints     what the recogniser should expect
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from dispatch.city.gazetteer import Gazetteer
from dispatch.city.model import City
from ivr.understanding.found import Place, PlaceFinding
from ivr.understanding.numbers import Reading, house_numbers, is_number, tokens
from ivr.understanding.places_addresses import AddressSearch, Guess
from ivr.understanding.places_areas import AreaIndex, Evidence
from ivr.understanding.places_corners import CornerGuess, CornerSearch
from ivr.understanding.places_landmarks import LandmarkIndex
from ivr.understanding.places_mentions import mention
from ivr.understanding.places_readback import Readback
from ivr.understanding.places_scores import OFFER, SURE
from ivr.understanding.places_streets import StreetIndex
from ivr.understanding.places_words import CORNER, FRAME, JOINS, WEAK_JOINS

__all__ = ["OFFER", "SURE", "PlaceFinder"]


class PlaceFinder:
    """Finds places in one city. Thread-safe; the street names are compared from memory, all else stays in the file."""

    def __init__(self, city: City, gazetteer: Gazetteer) -> None:
        self._city = city
        self._gazetteer = gazetteer
        self._readback = Readback(gazetteer)

    @cached_property
    def _index(self) -> StreetIndex:
        return StreetIndex(self._gazetteer, self._city.street_nicknames)

    @cached_property
    def _areas(self) -> AreaIndex:
        return AreaIndex(self._city, self._gazetteer)

    @cached_property
    def _addresses(self) -> AddressSearch:
        return AddressSearch(self._gazetteer, self._index)

    @cached_property
    def _corners(self) -> CornerSearch:
        return CornerSearch(self._gazetteer, self._index)

    @cached_property
    def _landmarks(self) -> LandmarkIndex:
        return LandmarkIndex(self._city, self._gazetteer)

    def find(
        self, text: str, language: str, *, asked: bool, number: str = "", street: str = "", area: str = "",
        service: str = "", limit: int = 3,
    ) -> PlaceFinding:  # fmt: skip
        """Find the place in what was said: best guesses first, and what is still missing.

        `asked`: the text answers "where is it?", so something in it must be the place. Otherwise the text may be about
        anything, and nothing is returned unless it names one. `number` and `street` are what is known already, `area`
        where the caller is thought to be.
        """
        words = tokens(text)
        if not words:
            return PlaceFinding(number=number, street=street)
        if street:
            return self._number_on(words, language, street, area, limit)
        if not asked:
            return self._mentioned(words, language, area, limit)
        return self._answered(words, language, number, area, limit)

    def _answered(self, words: list[str], language: str, number: str, area: str, limit: int) -> PlaceFinding:
        evidence: Evidence = {raw: 0.3 for raw in self._areas.named(area)} if area else {}
        tail = self._areas.tail(words)
        rest: Sequence[str] = words
        if tail:
            rest, evidence = words[: tail.start], tail.evidence
        numbers: list[Guess] = []
        corners: list[CornerGuess] = []
        if number:
            reading = Reading(int(number), 0)
            numbers = self._addresses.on_streets(unframed(rest), reading, evidence)
        else:
            start = next((at for at, word in enumerate(rest) if is_number(word, language)), -1)
            if start >= 0:
                numbers = self._addresses.numbered(rest[start:], language, evidence)
        best = max((guess.points for guess in numbers), default=-99.0)
        joined = any(word in JOINS or word in WEAK_JOINS for word in unframed(rest)[1:])
        if not number and best < -2 and (joined or any(word in CORNER for word in rest)):
            corners = self._corners.find(unframed(rest), evidence)
        if not numbers and not corners:
            numbers = self._addresses.streets_only(unframed(rest), evidence)
        return self._readback.finding(numbers, corners, evidence, limit)

    def _mentioned(self, words: list[str], language: str, area: str, limit: int) -> PlaceFinding:
        found = mention(words, language, self._index)
        if found is None:
            return PlaceFinding()
        return self._answered(words[found.start : found.end], language, "", area, limit)

    def _number_on(self, words: list[str], language: str, street: str, area: str, limit: int) -> PlaceFinding:
        return PlaceFinding(street=street)


def unframed(words: Sequence[str]) -> Sequence[str]:
    """The words without what callers put before a place: "um it's at the corner of" goes."""
    at = 0
    while at < len(words) - 1 and words[at] in FRAME:
        at += 1
    return words[at:]
