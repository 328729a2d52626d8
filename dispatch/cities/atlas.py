"""Draws the map of an invented city: from the hints of a `streets.toml`, every address and corner with its coordinates.

Deterministic: the same hints give the same map on every machine, so it need not be kept with the source.
"""

from __future__ import annotations

import math
import tomllib
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from dispatch.cities.geometry import Line, Net, Point, crossings, smoothed
from dispatch.city.gazetteer import AddressRow, CornerRow

METRES_A_DEGREE = 111_320.0
_STEP = 25.0
"""Metres between the points of a street, so that it can wind."""
_REACH = 2.5
"""How many blocks a street may run on past its quarter to meet a street of the city's."""
_SETBACK = 13.0
"""Metres from the middle of a street to its houses."""
_CORNER = 11.0
"""Metres around a corner in which no house stands."""
_BY_THE_HUNDRED = 50
"""From how many numbers in 100 metres on every block has a hundred to itself."""
_GAPS = 6
"""Of a hundred places for a house, so many are empty: a yard, a car park."""


class _Hints(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class River(_Hints):
    """What only the city's own streets cross."""

    width: float
    path: tuple[Point, ...]


class Avenue(_Hints):
    """A street that belongs to no quarter; its numbers rise along `path`."""

    name: str
    path: tuple[Point, ...]
    house: float = 26
    per_100: float = 66


class Quarter(_Hints):
    """A patch of parallel streets; see the head of Springfield's streets.toml."""

    area: str
    corner: Point
    spacing: tuple[float, float]
    across: tuple[str, ...]
    along: tuple[str, ...]
    turned: float = 0
    bend: float = 0
    house: float = 28
    per_100: float = 66

    @property
    def size(self) -> Point:
        """Metres from the first to the last line, west to east and south to north."""
        return (len(self.across) - 1) * self.spacing[0], (len(self.along) - 1) * self.spacing[1]

    def to_map(self, point: Point) -> Point:
        """From the quarter's own straight lines to the map: bent, turned, put in its place."""
        u, v = point
        width, depth = self.size
        u, v = (
            u + self.bend * math.sin(2.6 * math.pi * v / depth + self.corner[0]),
            v + self.bend * math.sin(2.6 * math.pi * u / width + self.corner[1]),
        )
        angle = math.radians(self.turned)
        east = u * math.cos(angle) - v * math.sin(angle)
        north = u * math.sin(angle) + v * math.cos(angle)
        return self.corner[0] + east, self.corner[1] + north

    def distance_to(self, point: Point) -> float:
        """Metres from a point to the quarter's edge; 0 inside."""
        angle = -math.radians(self.turned)
        east, north = point[0] - self.corner[0], point[1] - self.corner[1]
        u = east * math.cos(angle) - north * math.sin(angle)
        v = east * math.sin(angle) + north * math.cos(angle)
        width, depth = self.size
        return math.hypot(max(-u, 0.0, u - width), max(-v, 0.0, v - depth))


class Hints(_Hints):
    """A whole `streets.toml`."""

    centre: tuple[float, float]
    river: River
    numbers: dict[str, tuple[int, ...]] = {}
    street: tuple[Avenue, ...]
    quarter: tuple[Quarter, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Street:
    """One street as drawn. `area` is empty where it runs through several."""

    name: str
    area: str
    line: Line
    house: float
    per_100: float


class Atlas:
    """The map of an invented city."""

    def __init__(self, hints: Hints) -> None:
        """Draw the streets; addresses and corners are worked out when they are asked for."""
        self.hints = hints
        self.river = Net([_drawn(hints.river.path)])
        avenues = [Street(each.name, "", _drawn(each.path), each.house, each.per_100) for each in hints.street]
        self.avenues = Net([avenue.line for avenue in avenues])
        self.streets = avenues + [street for quarter in hints.quarter for street in self._streets_of(quarter)]
        self.crossings = [
            crossing
            for crossing in crossings([street.line for street in self.streets])
            if self.streets[crossing.first].name != self.streets[crossing.second].name
            and not self.in_river(crossing.point)
        ]

    @classmethod
    def read(cls, file: Path) -> Atlas:
        """Draw the map that a `streets.toml` describes; pydantic's ValidationError where it is not one."""
        return cls(Hints.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))))

    def corners(self) -> Iterator[CornerRow]:
        """Every corner once an area, named in alphabetical order."""
        seen: set[tuple[str, str, str]] = set()
        for crossing in self.crossings:
            first, second = self.streets[crossing.first], self.streets[crossing.second]
            area = first.area or second.area or self.area_of(crossing.point)
            one, other = sorted((first.name, second.name))
            if (one, other, area) not in seen:
                seen.add((one, other, area))
                yield CornerRow(one, other, area, *self.degrees(crossing.point))

    def addresses(self) -> Iterator[AddressRow]:
        """Every house, street by street, in the order of their numbers."""
        met: dict[int, list[float]] = defaultdict(list)
        for crossing in self.crossings:
            met[crossing.first].append(crossing.along_first)
            met[crossing.second].append(crossing.along_second)
        wanted = {name: set(numbers) for name, numbers in self.hints.numbers.items()}
        for place, street in enumerate(self.streets):
            for number, distance, aside in _houses(street, met[place], wanted.pop(street.name, set())):
                point = street.line.at(distance, aside)
                if not self.in_river(point):
                    yield AddressRow(str(number), street.name, street.area or self.area_of(point), *self.degrees(point))

    def degrees(self, point: Point) -> tuple[float, float]:
        """Latitude and longitude of a point of the map, to a tenth of a metre."""
        lat, lon = self.hints.centre
        east, north = point
        return (
            round(lat + north / METRES_A_DEGREE, 6),
            round(lon + east / (METRES_A_DEGREE * math.cos(math.radians(lat))), 6),
        )

    def area_of(self, point: Point) -> str:
        """The area of the nearest quarter."""
        return min(self.hints.quarter, key=lambda quarter: quarter.distance_to(point)).area

    def in_river(self, point: Point) -> bool:
        """Whether a point lies in the water."""
        return self.river.distance_to(point) < self.hints.river.width / 2

    def _streets_of(self, quarter: Quarter) -> Iterator[Street]:
        width, depth = quarter.size
        for place, entry in enumerate(quarter.across):
            at = place * quarter.spacing[0]
            yield from self._street(quarter, entry, (at, 0), (0, 1), depth, quarter.spacing[1])
        for place, entry in enumerate(quarter.along):
            at = place * quarter.spacing[1]
            yield from self._street(quarter, entry, (0, at), (1, 0), width, quarter.spacing[0])

    def _street(
        self, quarter: Quarter, entry: str, start: Point, way: Point, length: float, block: float
    ) -> Iterator[Street]:
        """Draw one entry of a quarter: straight in its own frame, bent and turned on the map, cut where it must end."""
        name, _, span = (part.strip() for part in entry.partition("|"))
        if not name:
            return
        reach = _REACH * block
        if span:
            first, last = (int(part) * block for part in span.split("-"))
            reach = 0.0
        else:
            first, last = 0.0, length

        def drawn(begin: float, end: float) -> list[Point]:
            pieces = max(1, math.ceil(abs(end - begin) / _STEP))
            steps = [begin + (end - begin) * piece / pieces for piece in range(pieces + 1)]
            return [quarter.to_map((start[0] + way[0] * step, start[1] + way[1] * step)) for step in steps]

        before = self._until_met(drawn(first, first - reach), block)
        after = self._until_met(drawn(last, last + reach), block)
        points = self._dry([*reversed(before), *drawn(first, last)[1:-1], *after])
        if len(points) > 1:
            if math.hypot(*points[0]) > math.hypot(*points[-1]):
                points.reverse()
            yield Street(name, quarter.area, Line(tuple(points)), quarter.house, quarter.per_100)

    def _until_met(self, points: list[Point], block: float) -> list[Point]:
        """Run on to the first of the city's own streets and a step over it; a third of a block if there is none."""
        way_on = Line(tuple(points))
        met = [crossing.along_second for crossing in self.avenues.met_by(way_on)]
        longest = min(met) + 2.0 if met else block / 3
        kept = [point for point, along in zip(points, way_on.distances, strict=True) if along < longest]
        return [*kept, way_on.at(longest)] if way_on.length > longest else kept

    def _dry(self, points: list[Point]) -> list[Point]:
        """The longest stretch of a street that keeps off the river's banks."""
        bank = self.hints.river.width / 2 + 12
        runs: list[list[Point]] = [[]]
        for point in points:
            if self.river.distance_to(point) > bank:
                runs[-1].append(point)
            elif runs[-1]:
                runs.append([])
        return max(runs, key=len)


def _drawn(path: tuple[Point, ...]) -> Line:
    return Line(smoothed(path)).in_steps(_STEP)


def _houses(street: Street, met: list[float], wanted: set[int]) -> Iterator[tuple[int, float, float]]:
    """Number, metres along and metres aside of each house: even numbers stand on the right, odd ones on the left.

    Where blocks are numbered by the hundred each begins with its round number, as callers like to say it.
    """
    longest = street.line.length - 2
    rounds = range(100, int(longest * street.per_100 / 100), 100) if street.per_100 > _BY_THE_HUNDRED else ()
    houses = {number: number * 100 / street.per_100 for number in (*rounds, *wanted)}
    for side in (0, 1):
        last = 0
        distance = street.house / 2
        while distance < longest:
            chance = zlib.crc32(f"{street.name} {street.area} {side} {distance:.1f}".encode())
            free = all(abs(distance - along) > _CORNER for along in met)
            number = max(last + 2 if last else 1, 2 * round(distance * street.per_100 / 200)) // 2 * 2 + side
            if free and chance % 100 >= _GAPS:
                houses.setdefault(number, distance)
                last = number
            distance += street.house * (0.8 + 0.4 * (chance // 100 % 100) / 100)
    for number, distance in sorted(houses.items()):
        yield number, distance, -_SETBACK if number % 2 else _SETBACK
