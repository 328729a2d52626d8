"""From guesses to what the caller hears back: addresses in the gazetteer's spelling, with coordinates and a chance."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dispatch.city.gazetteer import Address, Corner, Gazetteer
from ivr.understanding.found import Place, PlaceFinding
from ivr.understanding.places_addresses import Guess, area_points
from ivr.understanding.places_areas import Evidence
from ivr.understanding.places_corners import CornerGuess
from ivr.understanding.places_scores import confidences

SAME_SPOT = 400
"""Metres within which one address listed under two areas is one place."""
KEPT = 12


class Readback:
    """Makes places out of guesses."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def finding(
        self, numbers: Sequence[Guess], corners: Sequence[CornerGuess], evidence: Evidence, limit: int
    ) -> PlaceFinding:
        """The best guesses of all kinds, best first."""
        ranked: list[Guess | CornerGuess] = sorted([*numbers, *corners], key=lambda guess: -guess.points)[:KEPT]
        chances = confidences([guess.points for guess in ranked])
        places: list[Place] = []
        missing = ""
        for guess, chance in zip(ranked, chances, strict=True):
            if len(places) >= limit:
                break
            if isinstance(guess, CornerGuess):
                places += self._corner(guess, chance)
                continue
            found = self._address(guess, chance, evidence)
            if not places and len(found) > 1:
                missing = "area"
            if not places and guess.number < 0:
                missing = "number"
            places += found
        return PlaceFinding(tuple(places[:limit]), missing)

    def _address(self, guess: Guess, chance: float, evidence: Evidence) -> list[Place]:
        street = self._gazetteer.streets[guess.street].name
        if guess.number < 0:
            stretches = self._gazetteer.stretches(guess.street)
            return [Place("address", street, area="", street=street, confidence=chance)]
        number = f"{guess.number}{guess.suffix}{f'-{guess.high}' if guess.high else ''}"
        written = f"{number} {street}"
        if not guess.exists:
            return [Place("address", written, number=number, street=street, confidence=chance, verified=False)]
        spots: list[Address] = []
        for one in self._gazetteer.at(guess.street, guess.number):
            if all(_metres(one, spot) > SAME_SPOT for spot in spots):
                spots.append(one)
        points = [area_points(evidence, [spot.area]) for spot in spots]
        top = max(points)
        likely = [(spot, point) for spot, point in zip(spots, points, strict=True) if point > top - 2]
        total = sum(math.exp(point - top) for _, point in likely)
        return [
            Place("address", written, spot.lat, spot.lon, spot.area, number, street, chance * math.exp(point - top) / total)
            for spot, point in sorted(likely, key=lambda pair: -pair[1])
        ]

    def _corner(self, guess: CornerGuess, chance: float) -> list[Place]:
        corner = guess.corner
        if corner is None:
            names = self._gazetteer.streets[guess.street].name, self._gazetteer.streets[guess.other].name
            return [Place("intersection", " & ".join(names), street=names[0], confidence=chance, verified=False)]
        return [Place("intersection", corner.written, corner.lat, corner.lon, corner.area, "", corner.street, chance)]


def _metres(one: Address | Corner, two: Address | Corner) -> float:
    flat = math.cos(math.radians(one.lat))
    return math.hypot(one.lat - two.lat, (one.lon - two.lon) * flat) * 111_195
