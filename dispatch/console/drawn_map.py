"""A corner of the city as SVG: its streets out of the gazetteer, tickets as dots that lead to them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from dispatch.city.street_lines import METRES_A_DEGREE, Box, StreetLine

_WIDTH, _HEIGHT = 960, 600
NAMED_UP_TO_M = 2_600
"""How wide a corner may be for its streets to be named."""


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


def draw(title: str, box: Box, streets: Sequence[StreetLine], dots: Sequence[Dot], *, larger: float = 1) -> Markup:
    """The picture. Streets are for the eye; each dot says what it is. Small pictures have `larger` dots and names."""
    south, west, north, east = box

    def at(lat: float, lon: float) -> tuple[float, float]:
        return (lon - west) / (east - west) * _WIDTH, (north - lat) / (north - south) * _HEIGHT

    busy = sorted((line.houses for line in streets), reverse=True)[: max(1, len(streets) // 12)]
    parts = []
    for line in streets:
        path = " ".join("{:.1f},{:.1f}".format(*at(*point)) for point in line.points)
        wide = " wide" if busy and line.houses >= busy[-1] else ""
        parts.append(f'<polyline class="street{wide}" points="{path}"/>')
    if width_m(box) <= NAMED_UP_TO_M:
        parts += _names(streets, at, larger)
    radius = (9 if len(dots) < 60 else 6) * larger
    for dot in sorted(dots, key=lambda one: "me" in one.kind):
        x, y = at(dot.lat, dot.lon)
        if not (0 <= x <= _WIDTH and 0 <= y <= _HEIGHT):
            continue
        circle = f'<circle class="spot {dot.kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'
        words = f"<title>{escape(dot.words)}</title>"
        if dot.url:
            parts.append(f'<a href="{escape(dot.url)}" aria-label="{escape(dot.words)}">{words}{circle}</a>')
        else:
            parts.append(f"<g>{words}{circle}</g>")
    head = f'<svg class="still" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="xMidYMid meet"'
    head += f' role="group" aria-label="{escape(title)}">'
    return Markup(f"{head}{''.join(parts)}</svg>")  # noqa: S704 - every word in it is escaped above


def _names(
    streets: Sequence[StreetLine], at: Callable[[float, float], tuple[float, float]], larger: float
) -> list[str]:
    """The names of streets, each once, where nothing else is written."""
    taken: list[tuple[float, float]] = []
    named: set[str] = set()
    parts = []
    for line in streets:
        inside = [(x, y) for x, y in (at(*point) for point in line.points) if _fits(x, y)]
        if line.name in named or not inside:
            continue
        x, y = inside[len(inside) // 2]
        if all(abs(x - other_x) > 130 * larger or abs(y - other_y) > 22 * larger for other_x, other_y in taken):
            taken.append((x, y))
            named.add(line.name)
            place = f'x="{x:.1f}" y="{y:.1f}" font-size="{15 * larger:.0f}" text-anchor="middle"'
            parts.append(f'<text class="label" {place}>{escape(line.name)}</text>')
    return parts


def _fits(x: float, y: float) -> bool:
    return 60 < x < _WIDTH - 60 and 20 < y < _HEIGHT - 20
