"""Lines on a plane, in metres: how long they are, where they cross, how far a point is from them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Point = tuple[float, float]
"""Metres east and north of the city's centre."""
_CELL = 120.0
"""Side of the squares that lines are sorted into, so that only near ones are compared."""
_ROUNDS = 3
"""How often corners are cut: after three a bend looks like one."""


@dataclass(frozen=True)
class Line:
    """A street's middle as a chain of points."""

    points: tuple[Point, ...]
    distances: tuple[float, ...] = field(init=False)
    """Of each point from the beginning, along the line."""

    def __post_init__(self) -> None:
        """Measure it once."""
        lengths = [0.0]
        for here, there in self.segments():
            lengths.append(lengths[-1] + math.dist(here, there))
        object.__setattr__(self, "distances", tuple(lengths))

    @property
    def length(self) -> float:
        """In metres."""
        return self.distances[-1]

    def segments(self) -> Iterator[tuple[Point, Point]]:
        """Each piece between two points."""
        return pairwise(self.points)

    def at(self, distance: float, aside: float = 0.0) -> Point:
        """The point so far along, and `aside` to the right of it (to the left where negative)."""
        place = min(max(bisect_right(self.distances, distance) - 1, 0), len(self.points) - 2)
        (x, y), (to_x, to_y) = self.points[place], self.points[place + 1]
        length = self.distances[place + 1] - self.distances[place] or 1.0
        east, north = (to_x - x) / length, (to_y - y) / length
        along = distance - self.distances[place]
        return x + east * along + north * aside, y + north * along - east * aside

    def in_steps(self, step: float) -> Line:
        """The same line with a point every `step` metres at least, so that it can be bent."""
        points: list[Point] = [self.points[0]]
        for here, there in self.segments():
            pieces = max(1, math.ceil(math.dist(here, there) / step))
            points += [
                (here[0] + (there[0] - here[0]) * part / pieces, here[1] + (there[1] - here[1]) * part / pieces)
                for part in range(1, pieces + 1)
            ]
        return Line(tuple(points))


def smoothed(points: Sequence[Point]) -> tuple[Point, ...]:
    """Cut the corners of a chain of points (Chaikin's way), ends kept: a road for the wheels of a car."""
    chain = list(points)
    for _ in range(_ROUNDS if len(chain) > 2 else 0):
        cut = [chain[0]]
        for (x, y), (to_x, to_y) in pairwise(chain):
            cut += [(0.75 * x + 0.25 * to_x, 0.75 * y + 0.25 * to_y), (0.25 * x + 0.75 * to_x, 0.25 * y + 0.75 * to_y)]
        chain = [*cut, chain[-1]]
    return tuple(chain)


@dataclass(frozen=True)
class Crossing:
    """Where two lines meet: which ones, how far along each, and the point."""

    first: int
    second: int
    along_first: float
    along_second: float
    point: Point


class Net:
    """Lines sorted into squares, so that a new one is compared only with those near it."""

    def __init__(self, lines: Sequence[Line] = ()) -> None:
        """Sort the lines in; they are numbered from 0."""
        self.lines: list[Line] = []
        self._inside: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for line in lines:
            self.add(line)

    def add(self, line: Line) -> None:
        """Sort one more line in."""
        for piece, (here, there) in enumerate(line.segments()):
            for cell in _cells(here, there):
                self._inside[cell].append((len(self.lines), piece))
        self.lines.append(line)

    def met_by(self, line: Line) -> Iterator[Crossing]:
        """Where a line that is not in the net meets those that are: `second` is the new one's number to be."""
        seen: set[tuple[int, int, int]] = set()
        for piece, (here, there) in enumerate(line.segments()):
            for cell in _cells(here, there):
                for number, other in self._inside.get(cell, ()):
                    if (piece, number, other) in seen:
                        continue
                    seen.add((piece, number, other))
                    if meeting := _meeting(self.lines[number], other, line, piece):
                        yield Crossing(number, len(self.lines), *meeting)

    def distance_to(self, point: Point) -> float:
        """How far the nearest line is, in metres; infinity where none is within a square's side."""
        column, row = math.floor(point[0] / _CELL), math.floor(point[1] / _CELL)
        near = (self._inside.get((x, y), ()) for x in range(column - 1, column + 2) for y in range(row - 1, row + 2))
        pieces = {piece for cell in near for piece in cell}
        ends = ((self.lines[number].points[piece : piece + 2]) for number, piece in pieces)
        return min((_from_segment(point, here, there) for here, there in ends), default=math.inf)


def crossings(lines: Sequence[Line]) -> list[Crossing]:
    """Every point where two different lines meet, in the order of the lines; near-linear in their number."""
    net = Net()
    found: list[Crossing] = []
    for line in lines:
        found += net.met_by(line)
        net.add(line)
    return sorted(found, key=lambda crossing: (crossing.first, crossing.second, crossing.along_first))


def _cells(here: Point, there: Point) -> Iterator[tuple[int, int]]:
    left, right = sorted((math.floor(here[0] / _CELL), math.floor(there[0] / _CELL)))
    bottom, top = sorted((math.floor(here[1] / _CELL), math.floor(there[1] / _CELL)))
    for x in range(left, right + 1):
        for y in range(bottom, top + 1):
            yield x, y


def _meeting(first: Line, piece: int, second: Line, other: int) -> tuple[float, float, Point] | None:
    (ax, ay), (bx, by) = first.points[piece], first.points[piece + 1]
    (cx, cy), (dx, dy) = second.points[other], second.points[other + 1]
    across = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    if across == 0:
        return None
    along_first = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / across
    along_second = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / across
    if not (0 <= along_first <= 1 and 0 <= along_second <= 1):
        return None
    return (
        first.distances[piece] + along_first * math.dist((ax, ay), (bx, by)),
        second.distances[other] + along_second * math.dist((cx, cy), (dx, dy)),
        (ax + along_first * (bx - ax), ay + along_first * (by - ay)),
    )


def _from_segment(point: Point, here: Point, there: Point) -> float:
    (x, y), (ax, ay), (bx, by) = point, here, there
    squared = (bx - ax) ** 2 + (by - ay) ** 2 or 1.0
    part = min(1.0, max(0.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / squared))
    return math.dist(point, (ax + part * (bx - ax), ay + part * (by - ay)))
