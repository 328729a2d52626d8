"""From what a caller said to a spot in the city: ranked, with an honest chance of being right.

A recogniser writes "838-blue hill", "98th print street", "the SW parkway". Nothing of that is in a gazetteer, so every
part helps the others: the street's sound and spelling, its type, whether it has that number, the part of town, and for
corners whether the two streets meet. The steps, each in its own file:

    places_cues        "um it's at", "across from"    places_areas       the part of town, taken off the end
    places_addresses   number and street              places_streets     which streets sound like that
    places_corners     two streets that meet          places_numbers     which number sounds like that
    places_landmarks   parks, schools, stations       places_mentions    is there a place in this sentence at all?
    places_scores      points into chances            places_readback    guesses into places
    places_hints       what the recogniser should expect
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import islice

import msgspec

from dispatch.city.gazetteer import Gazetteer
from dispatch.city.gazetteer_names import TYPES
from dispatch.city.model import City
from ivr.understanding.found import Place, PlaceFinding
from ivr.understanding.numbers import as_reading, house_numbers, in_figures, is_number, tokens
from ivr.understanding.places_addresses import POOR, AddressSearch, Guess
from ivr.understanding.places_areas import PLAIN, AreaIndex, Evidence, Tail
from ivr.understanding.places_corners import CornerGuess, CornerSearch, may_be_corner
from ivr.understanding.places_cues import Cues, cues, is_here, number_starts, unframed
from ivr.understanding.places_hints import hints, in_parks
from ivr.understanding.places_landmarks import LandmarkGuess, LandmarkIndex
from ivr.understanding.places_mentions import mentions
from ivr.understanding.places_numbers import number_sounds
from ivr.understanding.places_readback import Readback
from ivr.understanding.places_scores import MENTIONED, OFFER, SURE
from ivr.understanding.places_streets import StreetIndex
from ivr.understanding.places_words import CORNER, JOINS

__all__ = ["OFFER", "SURE", "PlaceFinder"]
_WORDS = 40
"""An answer is cut after so many words: nobody gives an address in more."""
_LONG_NAME = 3
"""Words from which a landmark's name is taken before any street in it."""
_SENTENCES = 250
"""A description is searched for a place this far, two minutes of talk: nobody names it later."""
_NUMBER = frozenset({"number", "no", "numero", "num", "nro"})
_MENTIONS = 3
"""Runs of words in a sentence that are looked at as a place, at most."""
_GOOD = -2.0
"""Points from which an address is not doubted, so that no corner or landmark is looked for."""


class PlaceFinder:
    """Finds places in one city. Thread-safe; the street names are compared from memory, all else stays in the file."""

    def __init__(self, city: City, gazetteer: Gazetteer) -> None:
        self._city = city
        self._hints: dict[tuple[str, str, bool, str], tuple[str, ...]] = {}
        self._gazetteer = gazetteer

    def find(
        self, text: str, language: str, *, asked: bool, number: str = "", street: str = "", area: str = "",
        service: str = "", limit: int = 3,  # noqa: ARG002 - what it is about does not move where it is
    ) -> PlaceFinding:  # fmt: skip
        """Find the place in what was said: best guesses first, and what is still missing.

        `asked`: the text answers "where is it?", so something in it must be the place. Otherwise the text may be about
        anything, and nothing is returned unless it names one. `number` and `street` are what is known already, `area`
        where the caller is thought to be. `service` does not change what is found. No more than `limit` guesses come
        back, but where only the area is missing, one for each area.
        """
        words = in_figures(tokens(text), language)
        if not words:
            return PlaceFinding(number=number, street=street)
        if not asked:
            return self._mentioned(words[:_SENTENCES], language, area, limit)
        if street and (finding := self._number_on(words, language, street, area, limit)):
            return finding
        return self._answered(words[:_WORDS], language, number, area, limit)

    def by_keys(self, keys: str, number: str = "", limit: int = 5) -> tuple[Place, ...]:
        """Streets spelled with the letters on the keypad (6246 is MAIN), those with the house number first."""
        streets = self._gazetteer.by_keys(keys)
        wanted = int(number) if number.isdigit() else -1
        holders = self._gazetteer.holders(wanted, [one.id for one in streets]) if wanted >= 0 else {}
        streets.sort(key=lambda one: (one.keys != keys, wanted >= 0 and one.id not in holders))
        share = 0.9 / max(1, min(limit, len(streets)))
        guesses = [Guess(0.0, one.id, wanted, "", 0, wanted < 0 or one.id in holders) for one in streets[:limit]]
        places = [place for guess in guesses for place in self._readback.address(guess, share, {})]
        return tuple(places[:limit])

    def hints(self, kind: str, language: str, service: str = "", area: str = "") -> tuple[str, ...]:
        """Words the recogniser should expect when a place is asked for: at most 500, of 100 characters at most.

        The same turn of another call gets the same hints, so they are put together once.
        """
        parks = in_parks(self._city, service)
        asked_for = kind, language, parks, area
        if asked_for not in self._hints:
            self._hints[asked_for] = hints(
                self._city, self._gazetteer, self._areas, kind, language, parks=parks, area=area
            )
        return self._hints[asked_for]

    def _answered(self, said: Sequence[str], language: str, number: str, area: str, limit: int) -> PlaceFinding:
        """The words are a place, whole or in part."""
        if is_here(said):
            return PlaceFinding(number=number)
        taken = cues(said, language)
        evidence: Evidence = dict.fromkeys(self._areas.named(area), 0.3) if area else {}
        words: Sequence[str] = taken.words or said
        if (tail := self._areas.tail(words)) and self._is_area(words, tail, language):
            words, evidence = words[: tail.start], tail.evidence
        if not number and (only := self._only_number(words, language)):
            return PlaceFinding(missing="street", number=only)
        if taken.between is not None:
            return self._between(taken, evidence, limit)
        if taken.block >= 0:
            guesses = self._addresses.in_block(unframed(words), taken.block, evidence)
            return _noted(self._readback.finding(guesses, evidence, limit), taken.note)
        found = self._candidates(words, language, number, evidence)
        finding = self._readback.finding(found, evidence, limit)
        if number and not finding.number:
            finding = msgspec.structs.replace(finding, number=number)
        return _noted(finding, taken.note)

    def _candidates(
        self, words: Sequence[str], language: str, number: str, evidence: Evidence
    ) -> list[Guess | CornerGuess | LandmarkGuess]:
        bare = unframed(words)
        if named := self._landmarks.guesses_word_for_word(bare, at_least=len(bare)):
            return [*named]
        found: list[Guess | CornerGuess | LandmarkGuess] = [*self._numbered(words, language, number, evidence)]
        if _best(found) > _GOOD:
            return found
        if any(word in CORNER for word in words) or may_be_corner(bare):
            found += self._corners.find(bare, evidence)
        if _best(found) > _GOOD:
            return found
        if not any(is_number(word, language) for word in words) or _best(found) < POOR:
            found += self._addresses.streets_only(bare, evidence)
        if self._landmarks and _best(found) < _GOOD:
            found += self._landmarks.guesses(words, bare, language)
        return found

    def _numbered(self, words: Sequence[str], language: str, number: str, evidence: Evidence) -> list[Guess]:
        """Guesses that are addresses: the number known before, in the words, after the street, or misheard as words."""
        bare = unframed(words)
        known = as_reading(number)
        found = self._addresses.on_streets(bare, known, evidence) if known else []
        if _best(found) > _GOOD:
            return found
        for start in number_starts(words, language):
            found += self._addresses.numbered(words[start:], language, evidence)
            if _best(found) > _GOOD:
                return found
        found += self._number_last(words, language, evidence)
        if not found and any(word in TYPES for word in bare):
            found += self._addresses.heard_as_numbers(bare, number_sounds(bare), evidence)
        return found

    def _only_number(self, words: Sequence[str], language: str) -> str:
        """The house number, where an answer is nothing but one; "" otherwise."""
        bare = unframed(words)
        whole = [one for one in house_numbers(bare, language) if one.end == len(bare) and one.cost < 1]
        return f"{whole[0].number}{whole[0].suffix}" if whole and not self._index.exact(bare) else ""

    def _is_area(self, words: Sequence[str], tail: Tail, language: str) -> bool:
        """Whether a tail is an area and not a street: neither "mass ave and beacon" nor "36 fenway" ends in an area."""
        rest = unframed(words[: tail.start])
        numbered = [is_number(word, language) for word in rest]
        named = self._index.exact(words[tail.start + (words[tail.start] in JOINS) :])
        if words[tail.start] in JOINS and not any(numbered):
            return tail.likeness >= PLAIN and not named
        return not (named and all(numbered))

    def _number_last(self, words: Sequence[str], language: str, evidence: Evidence) -> list[Guess]:
        """Guesses where the number follows the street, as in Spanish: calle Prince, número 98."""
        start = len(words)
        while start > 0 and is_number(words[start - 1], language):
            start -= 1
        street = unframed([word for word in words[:start] if word not in _NUMBER])
        readings = [one for one in house_numbers(words[start:], language) if one.end == len(words) - start]
        if not readings or not street:
            return []
        return self._addresses.on_streets(street, readings[0]._replace(cost=readings[0].cost + 0.5), evidence)

    def _between(self, taken: Cues, evidence: Evidence, limit: int) -> PlaceFinding:
        """Find "main street between first and second": the corner with the first, the whole stretch in the note."""
        first, second = taken.between or ((), ())
        guesses = self._corners.between(unframed(taken.words), first, evidence)
        guesses += [one for one in self._corners.between(unframed(taken.words), second, evidence) if not guesses]
        return _noted(self._readback.finding(guesses, evidence, limit), taken.note)

    def _mentioned(self, words: list[str], language: str, area: str, limit: int) -> PlaceFinding:
        """The words are a sentence about something else, which may name a place in passing."""
        if marks := self._landmarks.guesses_word_for_word(words, at_least=_LONG_NAME):
            return self._readback.finding(marks, {}, limit)
        for one in islice(mentions(words, language, self._index), _MENTIONS):
            finding = self._answered(words[one.start : one.end], language, "", area, limit)
            best = finding.best
            if best is not None and best.verified and best.confidence >= (OFFER if one.exact else MENTIONED):
                besides = " ".join((*words[: one.start], *words[one.end :]))
                return msgspec.structs.replace(finding, besides=besides)
        marks = self._landmarks.guesses_word_for_word(words)
        return self._readback.finding(marks, {}, limit) if marks else PlaceFinding()

    def _number_on(self, words: list[str], language: str, street: str, area: str, limit: int) -> PlaceFinding | None:
        """The words should be the house number on a street known from before; None where they are something else."""
        known = self._index.named(street)
        start = next((at for at, word in enumerate(words) if is_number(word, language)), 0)
        readings = house_numbers(words[start:], language)
        if not known or not readings:
            return None
        rest = words[start + readings[0].end :]
        if rest and self._index.exact(rest) and known[0] not in self._index.exact(rest):
            return None
        evidence: Evidence = dict.fromkeys(self._areas.named(area), 0.5) if area else {}
        if tail := self._areas.tail(words):
            evidence = tail.evidence
        longest = max(one.end for one in readings)
        whole = [one for one in readings if one.end == longest]
        guesses = [guess for one in known for guess in self._addresses.numbers_on(one, whole, evidence)]
        finding = self._readback.finding(guesses, evidence, limit)
        return msgspec.structs.replace(finding, street=street, number=finding.best.number if finding.best else "")

    @cached_property
    def _index(self) -> StreetIndex:
        return StreetIndex(self._gazetteer, self._city.street_nicknames)

    @cached_property
    def _areas(self) -> AreaIndex:
        return AreaIndex(self._city, self._gazetteer)

    @cached_property
    def _readback(self) -> Readback:
        return Readback(self._gazetteer)

    @cached_property
    def _addresses(self) -> AddressSearch:
        return AddressSearch(self._gazetteer, self._index)

    @cached_property
    def _corners(self) -> CornerSearch:
        return CornerSearch(self._gazetteer, self._index)

    @cached_property
    def _landmarks(self) -> LandmarkIndex:
        return LandmarkIndex(self._city, self._gazetteer, self._index)


def _best(found: Sequence[Guess | CornerGuess | LandmarkGuess]) -> float:
    return max((guess.points for guess in found), default=-99.0)


def _noted(finding: PlaceFinding, note: str) -> PlaceFinding:
    if not note:
        return finding
    guesses = tuple(msgspec.structs.replace(place, note=note) for place in finding.guesses)
    return msgspec.structs.replace(finding, guesses=guesses)
