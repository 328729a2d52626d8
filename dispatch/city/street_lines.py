"""The streets of a city as lines, out of its gazetteer alone: houses in the order of their numbers, joined at corners.

A gazetteer knows addresses and corners, not how streets run. Between two neighbouring numbers a street hardly turns, so
the middle between them is close to it, and corners put it right. Good to find one's way on a map without tiles; not to
measure by.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from dispatch.city.gazetteer import Gazetteer

Spot = tuple[float, float]
"""Latitude and longitude."""
Box = tuple[float, float, float, float]
"""South, west, north, east."""
METRES_A_DEGREE = 111_195.0
_GAP_M = 320.0
"""Where the next house is farther, the street is taken to go on somewhere else."""
_NEAR_M = 160.0
"""A corner farther from every house of a street than this is left out."""
_SMOOTHED = 4
_STRAIGHT_M = 6.0
"""By how much a point may lie beside the line and be left out."""


class StreetLine(NamedTuple):
    """A stretch of a street without a gap."""

    name: str
    points: tuple[Spot, ...]
    box: Box
    houses: int
    """Of the whole street: how important it is."""


def street_lines(gazetteer: Gazetteer) -> tuple[StreetLine, ...]:
    """Every street of the city, the longest first: a second or two for a large one, so keep them."""
    found = [line for street in gazetteer.streets for line in _of_street(gazetteer, street.id, street.name)]
    return tuple(sorted(found, key=lambda line: -line.houses))


def within(lines: Sequence[StreetLine], box: Box, most: int) -> list[StreetLine]:
    """The lines that touch a corner of the map, the streets with most houses first, at most so many."""
    south, west, north, east = box
    found = []
    for line in lines:
        if line.box[0] <= north and line.box[2] >= south and line.box[1] <= east and line.box[3] >= west:
            found.append(line)
            if len(found) == most:
                break
    return found


def around(spots: Iterable[Spot]) -> Box:
    """The smallest box that holds them all."""
    lats, lons = zip(*spots, strict=True)
    return min(lats), min(lons), max(lats), max(lons)


def _of_street(gazetteer: Gazetteer, street: int, name: str) -> Iterator[StreetLine]:
    houses = [(address.lat, address.lon) for address in gazetteer.block(street, 0, 10**9)]
    corners = [(corner.lat, corner.lon) for met in gazetteer.corners(street).values() for corner in met]
    for run in _runs(houses):
        joined = _joined(_middles(run), corners)
        if len(joined) > 1:
            points = tuple(_simplified(joined))
            yield StreetLine(name, points, around(points), len(houses))


def _middles(spots: Sequence[Spot]) -> list[Spot]:
    """Between each house and the next, which mostly stands across the street; and again, for often it does not."""
    line = list(spots)
    for _ in range(min(_SMOOTHED, len(line) - 1)):
        line = [((one[0] + other[0]) / 2, (one[1] + other[1]) / 2) for one, other in pairwise(line)]
    return line


def _runs(spots: Iterable[Spot]) -> list[list[Spot]]:
    """The houses of streets of one name that lie apart, each in order: a house goes on the run that ends near it."""
    runs: list[list[Spot]] = []
    for spot in spots:
        nearest = min(runs, key=lambda run: _metres(run[-1], spot), default=None)
        if nearest is None or _metres(nearest[-1], spot) > _GAP_M:
            runs.append([spot])
        elif nearest[-1] != spot:
            nearest.append(spot)
    return runs


def _joined(run: list[Spot], corners: Iterable[Spot]) -> list[Spot]:
    """The run with each corner put in where it lengthens the way least."""
    line = list(run)
    for corner in corners:
        near = min(range(len(line)), key=lambda place: _metres(line[place], corner))
        if _metres(line[near], corner) > _NEAR_M:
            continue
        before = _detour(line, near - 1, corner)
        after = _detour(line, near, corner)
        line.insert(near if before < after else near + 1, corner)
    return line


def _detour(line: Sequence[Spot], place: int, corner: Spot) -> float:
    """How much longer the way is by the corner, between the place and the next; at the ends, how far on it is."""
    if place < 0:
        return _metres(corner, line[0])
    if place + 1 >= len(line):
        return _metres(line[-1], corner)
    one, other = line[place], line[place + 1]
    return _metres(one, corner) + _metres(corner, other) - _metres(one, other)


def _simplified(points: Sequence[Spot]) -> list[Spot]:
    """Without the points that lie on the line anyway (Ramer, Douglas and Peucker)."""
    kept = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        aside, place = max(
            (_aside(points[place], points[first], points[last]), place) for place in range(first + 1, last)
        )
        if aside > _STRAIGHT_M:
            kept.add(place)
            spans += [(first, place), (place, last)]
    return [(round(points[place][0], 6), round(points[place][1], 6)) for place in sorted(kept)]


def _flat(spot: Spot, origin: Spot) -> tuple[float, float]:
    """Metres east and north."""
    return (
        (spot[1] - origin[1]) * METRES_A_DEGREE * math.cos(math.radians(origin[0])),
        (spot[0] - origin[0]) * METRES_A_DEGREE,
    )


def _metres(one: Spot, other: Spot) -> float:
    return math.hypot(*_flat(one, other))


def _aside(spot: Spot, one: Spot, other: Spot) -> float:
    """Metres from a point to the stretch between two others."""
    x, y = _flat(spot, one)
    to_x, to_y = _flat(other, one)
    length = to_x * to_x + to_y * to_y
    part = max(0.0, min(1.0, (x * to_x + y * to_y) / length)) if length else 0.0
    return math.hypot(x - part * to_x, y - part * to_y)
