"""A place as an operator types it, looked up in the city's gazetteer: a house, a corner, a landmark, however spelled.

Nothing is guessed, for nobody reads it back here: what is not found for certain, or in more than one place, is offered.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec
from rapidfuzz.distance import Indel

from dispatch.city.gazetteer import Address, Corner, Gazetteer, Street
from dispatch.city.gazetteer_names import parse_street, plain, words
from dispatch.city.gazetteer_sounds import sounds
from dispatch.city.model import City
from dispatch.city.packs import Pack
from dispatch.console.labels import in_language
from dispatch.new_ticket import Spot

OFFERED = 4
_ALIKE = 0.7
"""From this likeness on, 0 to 1, a street may be the one that was meant."""
_NUMBERED = re.compile(r"(\d{1,6})\s?([a-z]?)(?:\s?-\s?\d{1,6})?\s+(.+)|(.+?)\s+#?(\d{1,6})([a-z]?)", re.IGNORECASE)
"""A house number before the street, or behind it as in Spanish."""
_JOINED = re.compile(r"\s*[&/@+]\s*|\s+(?:and|at|y|e|con|et|avec)\s+", re.IGNORECASE)
_CORNER_OF = re.compile(
    r"(?:the\s+)?(?:corner|intersection)\s+of\s+|(?:la\s+)?esquina\s+de\s+|(?:le\s+)?coin\s+d(?:es?|u)\s+",
    re.IGNORECASE,
)
_FLAT = re.compile(
    r"(?:(?:apt|apartment|unit|suite|apto|apartamento|appartement|app)\.?\s+#?|#\s*)\w{1,5}$", re.IGNORECASE
)
_ZIP = re.compile(r"\d{5}")
_Place = TypeVar("_Place", Address, Corner)


class Found(msgspec.Struct, frozen=True):
    """What became of a look-up."""

    spot: Spot | None
    """None where our map knows no such place, or several."""
    near: tuple[str, ...] = ()
    """Then: what may have been meant, in words that are found."""


def as_typed(typed: str, note: str) -> Spot:
    """A place that no map knows, as somebody wants to have it kept."""
    return Spot(address=" ".join(typed.split()), place_note=note)


def look_up(pack: Pack, typed: str, note: str) -> Found:
    """Where that is, with its coordinates and area; or what it may be."""
    search = _Search(pack.city, pack.gazetteer)
    near: list[str] = []
    for place, areas, flat in search.readings(" ".join(typed.split())):
        found = search.landmark(place) or search.corner(place, areas) or search.house(place, areas)
        if found.spot:
            beyond = ", ".join(filter(None, (flat, note)))
            return Found(msgspec.structs.replace(found.spot, place_note=beyond))
        near += found.near
    return Found(None, tuple(dict.fromkeys(near))[:OFFERED])


class _Search:
    """One look-up in one city."""

    def __init__(self, city: City, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.city = city
        self.town = {city.region.casefold(), *(word for name in city.names.values() for word in words(name))}
        self.nicknames = {" ".join(words(known)): name for known, name in city.street_nicknames.items()}

    def readings(self, typed: str) -> Iterator[tuple[str, tuple[str, ...], str]]:
        """The ways to take what was typed apart: the place itself, the parts of town named with it, and the flat."""
        first, *rest = (part.strip() for part in typed.split(","))
        areas: list[str] = []
        flats: list[str] = []
        if first[:1].isdigit() and (within := _FLAT.search(first)):
            first = first[: within.start()].strip()
            flats.append(within[0])
        streets = [first]
        for part in filter(None, rest):
            if named := self._areas(part):
                areas += named
            elif _FLAT.fullmatch(part):
                flats.append(part)
            elif not all(word in self.town or _ZIP.fullmatch(word) for word in words(part)):
                streets.append(part)
        yield " & ".join(streets), tuple(areas), ", ".join(flats)
        # The same without commas: 100 Mission St Springfield IL 62701.
        bare = first.split()
        while len(bare) > 1 and (_ZIP.fullmatch(bare[-1]) or plain(bare[-1].strip(".")) in self.town):
            bare.pop()
        if len(bare) < len(first.split()):
            yield " ".join(bare), tuple(areas), ", ".join(flats)

    def landmark(self, place: str) -> Found | None:
        """A landmark of that name, or of another that people use for it; None where there is none."""
        named = words(place)
        for one in self.gazetteer.landmarks:
            if named and named in ([*map(words, (one.name, *one.also))]):
                spot = Spot(place_kind="landmark", address=one.name, area=one.area, lat=one.lat, lon=one.lon)
                return Found(spot)
        return None

    def corner(self, place: str, areas: Sequence[str]) -> Found | None:
        """Where two streets meet; None where what was typed does not name two."""
        bare = _CORNER_OF.sub("", place, count=1)
        near: list[Corner] = []
        for join in _JOINED.finditer(bare):
            left, right = bare[: join.start()], bare[join.end() :]
            if not left.strip() or not right.strip():
                continue
            one, other = self._called(left), self._called(right)
            sure = _within(self._meetings(one, other), areas)
            if len(sure) == 1:
                there = sure[0]
                spot = Spot(
                    place_kind="intersection", address=there.written, area=there.area, lat=there.lat, lon=there.lon
                )
                return Found(spot)
            near += sure or self._meetings(one or self._alike(left), other or self._alike(right))
            if not sure:
                near += self._crossing(one, right) or self._crossing(other, left)
        return Found(None, self._written(near)) if near else None

    def house(self, place: str, areas: Sequence[str]) -> Found:
        """A house by its number and street; of a street alone its corners are offered."""
        read = _NUMBERED.fullmatch(place)
        if read is None:
            known = self._called(place)
            corners = [one for street in known for some in self.gazetteer.corners(street.id).values() for one in some]
            return Found(None, self._written(corners) or tuple(street.name for street in self._alike(place)))
        number, suffix, street_name = int(read[1] or read[5]), (read[2] or read[6] or "").upper(), read[3] or read[4]
        streets = self._called(street_name)
        anywhere = [house for street in streets for house in self._numbered(street, number, suffix)]
        exactly = [house for house in anywhere if (house.number, house.suffix) == (number, suffix)]
        houses = _within(exactly or anywhere, areas) or _within(anywhere, areas)
        if len(houses) == 1:
            house = houses[0]
            return Found(Spot(address=house.written, area=house.area, lat=house.lat, lon=house.lon))
        houses = houses or anywhere
        if not houses:
            alike = [street for street in self._alike(street_name) if street not in streets]
            houses = [house for street in streets for house in self._beside(street, number)]
            houses += [house for street in alike for house in self._numbered(street, number, suffix)]
            houses += [house for street in alike for house in self._beside(street, number)[:1]]
        return Found(None, self._written(houses))

    def _numbered(self, street: Street, number: int, suffix: str) -> list[Address]:
        """The house of that number in each part of town where the street has one; ranges only where it has none."""
        best: dict[str, Address] = {}
        rows = self.gazetteer.at(street.id, number)
        for house in sorted(rows, key=lambda one: (one.number != number, one.suffix != suffix, one.suffix)):
            best.setdefault(house.area, house)
        return list(best.values())

    def _beside(self, street: Street, number: int) -> list[Address]:
        """The houses of a street whose numbers are next to one that it has not."""
        nearest = heapq.nsmallest(2, self.gazetteer.numbers(street.id), key=lambda one: abs(one - number))
        return [house for one in nearest for house in self._numbered(street, one, "")[:1]]

    def _meetings(self, one: Iterable[Street], other: Iterable[Street]) -> list[Corner]:
        pairs = [(street.id, crossing.id) for street in one for crossing in other]
        return [corner for pair in pairs for corner in self.gazetteer.corners_of(*pair)]

    def _crossing(self, streets: Sequence[Street], name: str) -> list[Corner]:
        """Corners of these streets with those whose names are most like one."""
        every = self.gazetteer.streets
        meeting = [every[other] for street in streets for other in self.gazetteer.meeting(street.id)]
        return self._meetings(streets, self._alike(name, meeting, least=0.0))

    def _called(self, name: str) -> list[Street]:
        """The streets called that: what was typed of type and direction must be right, the rest may be left out."""
        typed = parse_street(self.nicknames.get(" ".join(words(name)), name))
        same = [street for street in self.gazetteer.streets if street.core == typed.core]
        for part in ("type", "direction", "after"):
            if wanted := getattr(typed, part):
                same = [street for street in same if getattr(street, part) == wanted]
            elif plainly := [street for street in same if not getattr(street, part)]:
                same = plainly
        return same

    def _alike(self, name: str, among: Sequence[Street] = (), *, least: float = _ALIKE) -> list[Street]:
        """The streets whose names are spelled or sound most like that."""
        typed = parse_street(name)
        heard = sounds(f"{typed.direction} {typed.core} {typed.after}")

        def likeness(street: Street) -> float:
            spelled = Indel.normalized_similarity(typed.core, street.core)
            spoken = Indel.normalized_similarity(heard, street.sounds)
            return max(spelled, spoken) + (0.1 if typed.type == street.type else 0.0)

        weighed = ((likeness(street), street) for street in among or self.gazetteer.streets)
        best = heapq.nlargest(OFFERED, (one for one in weighed if one[0] >= least), key=lambda one: one[0])
        return [street for _likeness, street in best]

    def _areas(self, name: str) -> list[str]:
        """The codes of a part of town by any of its names."""
        wanted = words(name)
        areas = self.city.areas.items()
        return [code for code, one in areas if wanted in [*map(words, (code, *one.names.values(), *one.also))]]

    def _written(self, places: Sequence[Address | Corner]) -> tuple[str, ...]:
        """Places as they are found again: with the part of town where the same is in several."""
        in_areas: dict[str, set[str]] = {}
        for one in places:
            in_areas.setdefault(one.written, set()).add(one.area)
        lines = (
            f"{one.written}, {in_language(self.city.areas[one.area].names)}"
            if len(in_areas[one.written]) > 1 and one.area in self.city.areas
            else one.written
            for one in places
        )
        return tuple(dict.fromkeys(lines))[:OFFERED]


def _within(places: list[_Place], areas: Sequence[str]) -> list[_Place]:
    return [one for one in places if one.area in areas] if areas else places
