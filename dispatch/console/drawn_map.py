"""A corner of the city as SVG: its streets out of the gazetteer, tickets as dots that lead to them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from dispatch.city.street_lines import METRES_A_DEGREE, Box, StreetLine
from dispatch.console.i18n import _, number
from dispatch.console.street_names import Point, written

_WIDTH, _HEIGHT = 960, 600
_LETTERS = 15
NAMED_UP_TO_M = 2_600
"""How wide a corner may be for all its streets to be named; in a wider one the busiest are."""
_APART = 26
"""Dots nearer to each other than this are one, which leads to all of them: a dot must be hit by a finger."""
KINDS = ("late", "", "ended")
"""What a dot shows that stands for several, the first that one of them is."""


class Dot(NamedTuple):
    """A ticket on the map."""

    lat: float
    lon: float
    kind: str
    """Classes: late, ended, me, or none."""
    words: str
    url: str = ""


def box_around(lat: float, lon: float, metres: float, shape: float = _WIDTH / _HEIGHT) -> Box:
    """A box so many metres wide, as wide against its height as the picture."""
    north = metres / shape / 2 / METRES_A_DEGREE
    east = metres / 2 / (METRES_A_DEGREE * math.cos(math.radians(lat)))
    return round(lat - north, 6), round(lon - east, 6), round(lat + north, 6), round(lon + east, 6)


def middle(box: Box) -> tuple[float, float]:
    """The point in its middle."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def width_m(box: Box) -> float:
    """How many metres it is wide."""
    return (box[3] - box[1]) * METRES_A_DEGREE * math.cos(math.radians(middle(box)[0]))


def draw(
    title: str,
    box: Box,
    streets: Sequence[StreetLine],
    dots: Sequence[Dot],
    listed: Callable[[Sequence[Dot]], str],
    *,
    larger: float = 1,
) -> Markup:
    """The picture. Streets are for the eye; each dot says what it is. Small pictures have `larger` dots and names.

    `listed` gives the address of a list of tickets that stand too near to each other for dots of their own.
    """
    south, west, north, east = box

    def at(lat: float, lon: float) -> Point:
        return (lon - west) / (east - west) * _WIDTH, (north - lat) / (north - south) * _HEIGHT

    busy = sorted((line.houses for line in streets), reverse=True)[: max(1, len(streets) // 12)]
    parts, named = [], []
    for line in streets:
        way = [at(*point) for point in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in way)
        wide = bool(busy) and line.houses >= busy[-1]
        parts.append(f'<polyline class="street{" wide" if wide else ""}" points="{path}"/>')
        if wide or width_m(box) <= NAMED_UP_TO_M:
            named.append((line.name, way))
    for name in written(named, (_WIDTH, _HEIGHT), _LETTERS * larger):
        place = f'transform="translate({name.x:.1f} {name.y:.1f}) rotate({name.turn:.0f})" dy=".35em"'
        size = f'font-size="{_LETTERS * larger:.0f}" text-anchor="middle"'
        parts.append(f'<text class="label" {place} {size}>{escape(name.words)}</text>')
    parts += [_heap(heap, at(heap[0].lat, heap[0].lon), listed, larger) for heap in _heaps(dots, at, _APART * larger)]
    head = f'<svg class="still" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="xMidYMid meet"'
    head += f' role="group" aria-label="{escape(title)}">'
    return Markup(f"{head}{''.join(parts)}</svg>")  # noqa: S704 - every word in it is escaped above


def _heaps(dots: Sequence[Dot], at: Callable[[float, float], Point], apart: float) -> list[list[Dot]]:
    """The dots in the picture, with those that would lie over each other in one list; the ticket itself is alone."""
    heaps: list[tuple[Point, list[Dot]]] = []
    alone = []
    for dot in dots:
        here = at(dot.lat, dot.lon)
        if not (0 <= here[0] <= _WIDTH and 0 <= here[1] <= _HEIGHT):
            continue
        if not dot.url:
            alone.append([dot])
            continue
        heap = next((heap for spot, heap in heaps if math.dist(spot, here) < apart), None)
        if heap is None:
            heaps.append((here, [dot]))
        else:
            heap.append(dot)
    return [heap for _spot, heap in heaps] + alone


def _heap(heap: Sequence[Dot], spot: Point, listed: Callable[[Sequence[Dot]], str], larger: float) -> str:
    """One dot, which leads to its ticket, or to the list of all that it stands for and says how many."""
    (x, y), many = spot, len(heap) > 1
    kind = next((kind for kind in KINDS if any(dot.kind == kind for dot in heap)), heap[0].kind)
    radius = (12 if many else 9) * larger
    circle = f'<circle class="spot {kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.0f}"/>'
    words = escape(_("%(n)s tickets here", n=number(len(heap))) if many else heap[0].words)
    title = f"<title>{words}</title>"
    if many:
        circle += f'<text class="many" x="{x:.1f}" y="{y:.1f}" dy=".35em" text-anchor="middle"'
        circle += f' font-size="{14 * larger:.0f}">{len(heap)}</text>'
    url = listed(heap) if many else heap[0].url
    return f'<a href="{escape(url)}" aria-label="{words}">{title}{circle}</a>' if url else f"<g>{title}{circle}</g>"
