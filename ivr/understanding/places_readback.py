"""From guesses to what the caller hears back: addresses in the gazetteer's spelling, with coordinates and a chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from dispatch.city.gazetteer import Address, Gazetteer
from ivr.understanding.found import Place, PlaceFinding
from ivr.understanding.places_addresses import Guess, area_points
from ivr.understanding.places_areas import Evidence
from ivr.understanding.places_corners import CornerGuess
from ivr.understanding.places_landmarks import LandmarkGuess
from ivr.understanding.places_scores import OFFER, STREET_ALONE_OFFER, STREET_SURE, confidences

SAME_SPOT = 400
"""Metres within which one address listed under two areas is one place."""
KEPT = 12
SAME_STREET = 2
UNLIKELIER = 2.0
"""Points by which an area fits worse than the best before its address is not even offered."""

AnyGuess = Guess | CornerGuess | LandmarkGuess


class Readback:
    """Makes places out of guesses. A place's area is the gazetteer's, which is the area's code in the city file."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def finding(self, guesses: Sequence[AnyGuess], evidence: Evidence, limit: int) -> PlaceFinding:
        """The best guesses of all kinds, best first, and what is missing from the best."""
        likeliest = sorted(guesses, key=lambda guess: -guess.points)[: 3 * KEPT]
        ranked = _distinct([self._as_listed(guess) for guess in likeliest])[:KEPT]
        chances = confidences([guess.points for guess in ranked])
        ranked, chances = _varied(ranked, chances)
        missing: Literal["", "number", "street", "area"] = ""
        places: list[Place] = []
        for guess, chance in zip(ranked, chances, strict=True):
            if len(places) >= limit:
                break
            found = self._places(guess, chance, evidence)
            if not places and len(found) > 1:
                missing, limit = "area", max(limit, len(found))
            places += found
        if ranked and isinstance(ranked[0], Guess) and ranked[0].number < 0:
            alone = len(places) == 1 or places[1].confidence < OFFER
            if alone and places[0].confidence < STREET_ALONE_OFFER:
                return PlaceFinding()
            missing = "number" if places[0].confidence >= STREET_SURE or alone else ""
        best = places[0] if places else None
        return PlaceFinding(
            tuple(places[:limit]),
            missing,
            number=best.number if best else "",
            street=best.street if best and missing == "number" else "",
        )

    def address(self, guess: Guess, chance: float, evidence: Evidence) -> list[Place]:
        """An address, once for every part of town that has it; without coordinates where the gazetteer has none."""
        street = self._gazetteer.streets[guess.street].name
        if guess.number < 0:
            stretches = self._gazetteer.stretches(guess.street)
            area = stretches[0].area if len(stretches) == 1 else ""
            return [Place("address", street, area=area, street=street, confidence=chance)]
        number = f"{guess.number}{guess.suffix}{f'-{guess.high}' if guess.high else ''}"
        if not guess.exists:
            return [Place("address", f"{number} {street}", None, None, "", number, street, chance, verified=False)]
        spots = self._spots(guess)
        points = [area_points(evidence, [spot.area]) for spot in spots]
        top = max(points)
        likely = [(spot, math.exp(point - top)) for spot, point in zip(spots, points, strict=True)]
        likely = sorted((one for one in likely if one[1] > math.exp(-UNLIKELIER)), key=lambda one: -one[1])
        total = sum(weight for _, weight in likely)
        places = []
        for spot, weight in likely:
            share = chance * weight / total
            places.append(Place("address", f"{number} {street}", spot.lat, spot.lon, spot.area, number, street, share))
        return places

    def _places(self, guess: AnyGuess, chance: float, evidence: Evidence) -> list[Place]:
        if isinstance(guess, Guess):
            return self.address(guess, chance, evidence)
        if isinstance(guess, LandmarkGuess):
            mark = guess.known
            return [Place("landmark", mark.name, mark.lat, mark.lon, mark.area, confidence=chance)]
        if (corner := guess.corner) is None:
            one, two = (self._gazetteer.streets[street].name for street in (guess.street, guess.other))
            return [Place("intersection", f"{one} & {two}", street=one, confidence=chance, verified=False)]
        return [Place("intersection", corner.written, corner.lat, corner.lon, corner.area, "", corner.street, chance)]

    def _as_listed(self, guess: AnyGuess) -> AnyGuess:
        """The guess without a letter that the number does not have: "502 e fifth" is no 502E."""
        if not isinstance(guess, Guess) or not guess.suffix or not guess.exists:
            return guess
        has = any(one.suffix == guess.suffix for one in self._gazetteer.at(guess.street, guess.number))
        return guess if has else guess._replace(suffix="")

    def _spots(self, guess: Guess) -> list[Address]:
        """Where the address is: several spots when far apart parts of town have it, one when they are neighbours."""
        spots: list[Address] = []
        found = self._gazetteer.at(guess.street, guess.number)
        for one in sorted(found, key=lambda one: (one.number != guess.number, one.suffix != guess.suffix)):
            if all(_metres(one, spot) > SAME_SPOT for spot in spots):
                spots.append(one)
        return spots


def _varied(ranked: list[AnyGuess], chances: list[float]) -> tuple[list[AnyGuess], list[float]]:
    """No more than two numbers of one street before other streets have their turn: three choices should differ."""
    of_street: dict[int, int] = {}
    first: list[int] = []
    later: list[int] = []
    for at, guess in enumerate(ranked):
        if isinstance(guess, Guess):
            of_street[guess.street] = of_street.get(guess.street, 0) + 1
        crowded = isinstance(guess, Guess) and of_street[guess.street] > SAME_STREET
        (later if crowded else first).append(at)
    order = [*first, *later]
    return [ranked[at] for at in order], [chances[at] for at in order]


def _distinct(guesses: Sequence[AnyGuess]) -> list[AnyGuess]:
    """Each place once, at its best, the best first."""
    best: dict[tuple[object, ...], AnyGuess] = {}
    for guess in guesses:
        match guess:
            case Guess():
                key: tuple[object, ...] = (guess.street, guess.number, guess.suffix)
            case CornerGuess():
                area = guess.corner.area if guess.corner else ""
                key = (*sorted((guess.street, guess.other)), "&", area)
            case _:
                key = (guess.known,)
        if key not in best or best[key].points < guess.points:
            best[key] = guess
    return sorted(best.values(), key=lambda guess: -guess.points)


def _metres(one: Address, two: Address) -> float:
    flat = math.cos(math.radians(one.lat))
    return math.hypot(one.lat - two.lat, (one.lon - two.lon) * flat) * 111_195
