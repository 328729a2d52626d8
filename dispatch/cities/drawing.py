"""An invented city's map as a picture: its river, its streets, its quarters and landmarks, in SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import pairwise

from dispatch.cities.atlas import METRES_A_DEGREE, Atlas
from dispatch.cities.geometry import Point
from dispatch.city.model import City

_STRAIGHT = 0.5
"""Metres by which a point may lie beside the line and be left out of the picture."""
_STYLE = """
.land { fill: #f7f4ec } .river { fill: none; stroke: #a9cfe8; stroke-linecap: round }
.street { fill: none; stroke: #c9c2b4; stroke-width: 9 } .avenue { fill: none; stroke: #e0a458; stroke-width: 22 }
.landmark { fill: #7a4b8c } text { font-family: sans-serif; fill: #3b3a36 }
.name { font-size: 58px; paint-order: stroke; stroke: #f7f4ec; stroke-width: 14px }
.area { font-size: 130px; font-weight: bold; fill: #2f5d50; text-anchor: middle; opacity: .8;
        paint-order: stroke; stroke: #f7f4ec; stroke-width: 26px }
""".strip()


def draw(atlas: Atlas, city: City) -> str:
    """The whole map, one metre a unit, north at the top. Landmarks are dots that tell their name when pointed at."""
    points = [point for street in atlas.streets for point in street.line.points]
    left, right = min(x for x, _ in points) - 150, max(x for x, _ in points) + 150
    bottom, top = min(y for _, y in points) - 150, max(y for _, y in points) + 150
    frame = f"{left:.0f} {-top:.0f} {right - left:.0f} {top - bottom:.0f}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{frame}" role="img" aria-labelledby="title">',
        f'<title id="title">Map of {escape(city.names["en"])}</title>',
        f"<style>{_STYLE}</style>",
        f'<rect class="land" x="{left:.0f}" y="{-top:.0f}" width="{right - left:.0f}" height="{top - bottom:.0f}"/>',
    ]
    width = f"{atlas.hints.river.width:.0f}"
    lines += [f'<path class="river" stroke-width="{width}" d="{_path(river.points)}"/>' for river in atlas.river.lines]
    quiet = "".join(_path(street.line.points) for street in atlas.streets if street.area)
    lines.append(f'<path class="street" d="{quiet}"/>')
    lines += _avenues(atlas)
    lines += _landmarks(atlas, city)
    lines += _areas(atlas, city)
    return "\n".join([*lines, "</svg>", ""])


def _avenues(atlas: Atlas) -> Iterator[str]:
    """The city's own streets with their names, read from left to right."""
    for number, street in enumerate(street for street in atlas.streets if not street.area):
        points = street.line.points
        if (points[-1][0], points[0][1]) < (points[0][0], points[-1][1]):
            points = points[::-1]
        yield f'<path class="avenue" id="avenue{number}" d="{_path(points)}"/>'
        yield (
            f'<text class="name" dy="-16"><textPath href="#avenue{number}" startOffset="12%">'
            f"{escape(street.name)}</textPath></text>"
        )


def _landmarks(atlas: Atlas, city: City) -> Iterator[str]:
    lat, lon = atlas.hints.centre
    for mark in city.landmarks:
        east = (mark.lon - lon) * METRES_A_DEGREE * math.cos(math.radians(lat))
        north = (mark.lat - lat) * METRES_A_DEGREE
        title = escape(f"{mark.name}, {mark.address}")
        yield f'<circle class="landmark" cx="{east:.0f}" cy="{-north:.0f}" r="22"><title>{title}</title></circle>'


def _areas(atlas: Atlas, city: City) -> Iterator[str]:
    for quarter in atlas.hints.quarter:
        width, depth = quarter.size
        x, y = quarter.to_map((width / 2, depth / 2))
        name = city.areas[quarter.area].names["en"]
        yield f'<text class="area" x="{x:.0f}" y="{-y:.0f}">{escape(name)}</text>'


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.0f} {-y:.0f}" for x, y in _thinned(points))


def _thinned(points: Sequence[Point]) -> Iterable[Point]:
    """Leave out the points that lie on the line between their neighbours: nobody would see them."""
    kept = [points[0]]
    for here, there in pairwise(points[1:]):
        (ax, ay), (bx, by) = kept[-1], there
        aside = abs((bx - ax) * (ay - here[1]) - (ax - here[0]) * (by - ay)) / (math.dist(kept[-1], there) or 1.0)
        if aside > _STRAIGHT:
            kept.append(here)
    return [*kept, points[-1]]
