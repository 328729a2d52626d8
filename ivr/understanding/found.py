"""What understanding brings back: ranked guesses with calibrated confidences. Pure values.

A confidence is the chance that the guess is right: 0.9 means nine of ten such guesses are.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class ServiceGuess(msgspec.Struct, frozen=True):
    """One service the caller may mean."""

    code: str
    confidence: float


PlaceKind = Literal["address", "intersection", "landmark", "none"]


class Place(msgspec.Struct, frozen=True):
    """A spot in the city. `address` is in the gazetteer's own spelling: "1234 Mission St", "5th St & Main St"."""

    kind: PlaceKind
    address: str
    lat: float | None = None
    lon: float | None = None
    area: str = ""
    number: str = ""
    street: str = ""
    confidence: float = 0.0
    verified: bool = True
    """False where nothing in the gazetteer fits and the caller's own words stand as they are."""
    note: str = ""
    """What the caller said beyond the address, e.g. "across from the library", "behind the school"."""


class PlaceFinding(msgspec.Struct, frozen=True):
    """What was made of a place as spoken: guesses, best first, and what is still missing."""

    guesses: tuple[Place, ...] = ()
    missing: Literal["", "number", "street", "area"] = ""
    """"number": the street is clear but no house number was said (guesses then hold the street, number empty);
    "street": a number without a street; "area": the same street and number in several areas (guesses list them)."""
    number: str = ""
    """The house number as understood, kept for when the street is said again."""
    street: str = ""
    besides: str | None = None
    """The rest of a sentence that named the place in passing: what it is about. None where nothing was taken out."""

    @property
    def best(self) -> Place | None:
        """The likeliest place, or None."""
        return self.guesses[0] if self.guesses else None
