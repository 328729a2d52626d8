"""Where the names of streets are written on a drawn map: along the street, the busiest first, none over another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

Point = tuple[float, float]
"""Right and down, in the units of the picture."""
_MARGIN = 14.0
_LETTER = 0.56
"""How wide a letter is against its height, on average."""
_COVERED = 0.5
"""How much of a name its street must run along: a bend under its end is no harm, a mere crossing says nothing."""


class Name(NamedTuple):
    """The name of a street, the middle of it, and by how many degrees it is turned (to the right)."""

    words: str
    x: float
    y: float
    turn: float


def written(lines: Iterable[tuple[str, Sequence[Point]]], size: Point, letters: float) -> list[Name]:
    """The names that have room in a picture of a size, each once; `lines` are names and ways, what matters most first.

    `letters` says how high they are.
    """
    found: dict[str, Name] = {}
    taken: list[tuple[float, float, float, float]] = []
    for words, way in lines:
        parts = [part for one, other in pairwise(way) if (part := _seen(one, other, size))]
        if words in found or not parts:
            continue
        (x1, y1), (x2, y2) = max(parts, key=lambda part: math.dist(*part))
        long = len(words) * letters * _LETTER
        if math.dist((x1, y1), (x2, y2)) < long * _COVERED:
            continue
        name = Name(words, (x1 + x2) / 2, (y1 + y2) / 2, _upright(math.degrees(math.atan2(y2 - y1, x2 - x1))))
        frame = _frame(name, long, letters)
        if all(frame[0] > one[2] or frame[2] < one[0] or frame[1] > one[3] or frame[3] < one[1] for one in taken):
            found[words] = name
            taken.append(frame)
    return list(found.values())


def _upright(turn: float) -> float:
    """The turn that does not stand words on their head; those that climb straight are read from below."""
    return (turn + 90) % 180 - 90


def _frame(name: Name, long: float, high: float) -> tuple[float, float, float, float]:
    """The upright box that holds a name, with some air: left, top, right, bottom."""
    cosine, sine = abs(math.cos(math.radians(name.turn))), abs(math.sin(math.radians(name.turn)))
    wide, tall = (long * cosine + high * sine) / 2 + high / 2, (long * sine + high * cosine) / 2 + high / 2
    return name.x - wide, name.y - tall, name.x + wide, name.y + tall


def _seen(one: Point, other: Point, size: Point) -> tuple[Point, Point] | None:
    """What of a straight stretch is in the picture (Liang and Barsky)."""
    start, end = 0.0, 1.0
    way = other[0] - one[0], other[1] - one[1]
    for axis in (0, 1):
        low, high = _MARGIN - one[axis], size[axis] - _MARGIN - one[axis]
        if not way[axis]:
            if low > 0 or high < 0:
                return None
            continue
        enters, leaves = sorted((low / way[axis], high / way[axis]))
        start, end = max(start, enters), min(end, leaves)
    if start >= end:
        return None
    return (one[0] + start * way[0], one[1] + start * way[1]), (one[0] + end * way[0], one[1] + end * way[1])
