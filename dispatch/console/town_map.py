"""The map: tickets where they are, on tiles if the city has some, else on the streets of its own gazetteer.

Leaflet comes from a Python package and is served from here, as is every street: nothing is fetched from elsewhere
unless tiles are set. Without JavaScript the same corner of the city is a picture, with links to move it.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, make_response, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlmodel import Session
from werkzeug.datastructures import MultiDict
from xstatic.pkg import leaflet  # type: ignore[import-untyped]

from dispatch.accounts import Permission, current, needs
from dispatch.city.street_lines import Box, StreetLine, around, street_lines, within
from dispatch.console import filters, lists
from dispatch.console.desk import Desk
from dispatch.console.drawn_map import Dot, box_around, draw, middle, width_m
from dispatch.console.filters import Filters
from dispatch.console.headers import policy
from dispatch.console.i18n import _
from dispatch.console.labels import label
from dispatch.console.report import named
from storage import search
from storage.search import Mark
from storage.tables import Ticket

LEAFLET = Path(leaflet.BASE_DIR)
DRAWN = 4_000
"""Streets in one picture."""
SHOWN = 500
"""Tickets on one map, the newest."""
NEARBY_M = 700
"""How wide the small map of a ticket's page is."""
_CITY_M = 9_000
_EDGE = 0.00001
"""Degrees, about a metre: a corner of the map is written with six places, and must hold what stands on its edge."""


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the map, what it is drawn from, and the small map of a ticket's page."""
    streets = Streets(desk)

    @routes.record_once
    def small_map(state: Any) -> None:
        state.app.jinja_env.globals["small_map"] = lambda ticket: _around_ticket(desk, streets, ticket)

    @routes.get("/map", endpoint="map")
    @needs(Permission.SEE_TICKETS)
    def whole_map() -> ResponseReturnValue:
        """Show the tickets that fit the link, where they are."""
        asked = Filters.read(request.args)
        box = _box(asked) or streets.whole()
        with desk.database.reading() as session:
            found, people = _found(session, desk, asked, box), lists.people(session, desk.city)
        page = make_response(
            render_template(
                "console/map.html",
                picture=draw(_("Map"), box, streets.within(box), _dots(desk, found), partial(_listed, asked)),
                box=box,
                moves=list(_moves(asked, box)),
                asked=asked,
                chips=[chip for chip in asked.chips(desk.city, people) if chip[0] != _("In a corner of the map")],
                options=filters.options(desk.city, people),
                most=SHOWN,
                full=len(found) == SHOWN,
                query=_without_box(asked),
                listed=asked.query,
            )
        )
        if desk.map_tiles:
            page.headers["Content-Security-Policy"] = policy(_origin(desk.map_tiles))
        return page

    @routes.get("/map/streets.json")
    @needs(Permission.SEE_TICKETS)
    def map_streets() -> ResponseReturnValue:
        """The streets in a corner of the map, as GeoJSON."""
        box = _box(Filters.read(request.args)) or streets.whole()
        features = [
            {
                "type": "Feature",
                "properties": {"name": line.name, "houses": line.houses},
                "geometry": {"type": "LineString", "coordinates": [(lon, lat) for lat, lon in line.points]},
            }
            for line in streets.within(box, 1_500)
        ]
        return _json({"type": "FeatureCollection", "features": features})

    @routes.get("/map/tickets.json")
    @needs(Permission.SEE_TICKETS)
    def map_tickets() -> ResponseReturnValue:
        """The tickets in a corner of the map that fit the link, as GeoJSON."""
        asked = Filters.read(request.args)
        box = _box(asked) or streets.whole()
        with desk.database.reading() as session:
            dots = _dots(desk, _found(session, desk, asked, box))
        features = [
            {
                "type": "Feature",
                "properties": {"words": dot.words, "url": dot.url, "kind": dot.kind},
                "geometry": {"type": "Point", "coordinates": (dot.lon, dot.lat)},
            }
            for dot in dots
        ]
        return _json({"type": "FeatureCollection", "features": features, "full": len(features) == SHOWN})

    @routes.get("/map/leaflet/<path:name>")
    @needs(Permission.SEE_TICKETS)
    def map_leaflet(name: str) -> ResponseReturnValue:
        """Leaflet's own files, out of its package."""
        return send_from_directory(LEAFLET, name, max_age=86_400)


class Streets:
    """The streets of every city on the desk, worked out when a map is first asked for and kept."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk; nothing is worked out yet."""
        self._desk = desk
        self._lines: dict[str, tuple[StreetLine, ...]] = {}
        self._alone = threading.Lock()

    def lines(self) -> tuple[StreetLine, ...]:
        """Those of the city on the desk."""
        pack = self._desk.pack()
        with self._alone:
            if pack.city.slug not in self._lines:
                self._lines[pack.city.slug] = street_lines(pack.gazetteer)
            return self._lines[pack.city.slug]

    def within(self, box: Box, most: int = DRAWN) -> list[StreetLine]:
        """Those in a corner of the map, the busiest first."""
        return within(self.lines(), box, most)

    def whole(self) -> Box:
        """The middle of the city, as much of it as a map shows well."""
        bounds = self._desk.city.bounds
        spots = [spot for line in self.lines() for spot in line.points]
        whole = around(spots) if spots else bounds or (0.0, 0.0, 1.0, 1.0)
        tall = (whole[2] - whole[0]) * 111_195 * 1.6
        return box_around(*middle(whole), min(_CITY_M, max(width_m(whole), tall) * 1.05))


def _around_ticket(desk: Desk, streets: Streets, ticket: Ticket) -> Markup | str:
    """A small map with a ticket in its middle and the others near it; "" where nobody knows where it is."""
    if ticket.lat is None or ticket.lon is None:
        return ""
    box = box_around(ticket.lat, ticket.lon, NEARBY_M)
    with desk.database.reading() as session:
        near = search.in_box(session, desk.city.slug, box, search.Wanted(open_only=True), limit=50)
    dots = _dots(desk, [one for one in near if one.id != ticket.id])
    me = Dot(ticket.lat, ticket.lon, "me", f"{ticket.number} {ticket.address}")
    everything = partial(_listed, Filters.read(MultiDict()))
    return draw(_("Map of the surroundings"), box, streets.within(box), [*dots, me], everything, larger=1.8)


def _listed(asked: Filters, heap: Sequence[Dot]) -> str:
    """The address of the list of tickets that stand in one place, or nearly, of those a link asks for."""
    south, west, north, east = around((dot.lat, dot.lon) for dot in heap)
    corner = south - _EDGE, west - _EDGE, north + _EDGE, east + _EDGE
    return f"{url_for('console.tickets')}?{_with_box(asked, corner)}"


def _found(session: Session, desk: Desk, asked: Filters, box: Box) -> Sequence[Mark]:
    people = lists.people(session, desk.city)
    wanted = asked.wanted(desk.city, current(), people, desk.now())
    return search.in_box(session, desk.city.slug, box, wanted, limit=SHOWN)


def _dots(desk: Desk, found: Sequence[Mark]) -> list[Dot]:
    now, city = desk.now(), desk.city
    # A map has hundreds of dots of a few kinds: what they have in common is looked up once.
    service, status = cache(lambda code: named(city, "service", code)), cache(label)
    before, _number, after = url_for("console.tickets_one", number="NUMBER").rpartition("NUMBER")
    dots = []
    for one in found:
        late = bool(one.due_at and not one.closed_at and not one.paused_at and one.due_at < now)
        kind = "ended" if one.closed_at else "late" if late else ""
        words = [one.number, service(one.service), status(one.status), _("Overdue") if late else ""]
        dots.append(Dot(one.lat, one.lon, kind, " · ".join(filter(None, words)), f"{before}{one.number}{after}"))
    return dots


def _moves(asked: Filters, box: Box) -> list[tuple[str, str]]:
    """Where one can go from here without JavaScript: words, and the link's query."""
    south, west, north, east = box
    tall, wide = north - south, east - west

    def moved(up: float, right: float) -> Box:
        return south + up * tall, west + right * wide, north + up * tall, east + right * wide

    def zoomed(factor: float) -> Box:
        lat, lon = middle(box)
        return lat - tall * factor / 2, lon - wide * factor / 2, lat + tall * factor / 2, lon + wide * factor / 2

    corners = (
        (_("Closer"), zoomed(0.5)),
        (_("Farther"), zoomed(2.0)),
        (_("North"), moved(0.5, 0)),
        (_("South"), moved(-0.5, 0)),
        (_("West"), moved(0, -0.5)),
        (_("East"), moved(0, 0.5)),
    )
    return [(words, _with_box(asked, corner)) for words, corner in corners]


def _with_box(asked: Filters, box: Box) -> str:
    return urlencode({**asked.chosen, "box": _written(box)}, doseq=True)


def _without_box(asked: Filters) -> str:
    return urlencode({name: values for name, values in asked.chosen.items() if name != "box"}, doseq=True)


def _written(box: Box) -> str:
    return ",".join(f"{part:.6f}" for part in box)


def _box(asked: Filters) -> Box | None:
    """The corner a link asks for, if it is one that can be drawn."""
    try:
        south, west, north, east = (float(part) for part in asked.one("box").split(","))
    except ValueError:
        return None
    fits = -85 < south < north < 85 and -180 <= west < east <= 180 and north - south < 5 and east - west < 5
    return (south, west, north, east) if fits and math.isfinite(south + west + north + east) else None


def _origin(url: str) -> str:
    """The part of an address that a content policy names; "{s}" stands for any subdomain."""
    split = urlsplit(url.replace("{s}", "*"))
    return f"{split.scheme}://{split.netloc}"


def _json(value: dict[str, Any]) -> Response:
    return Response(json.dumps(value, separators=(",", ":")), mimetype="application/geo+json")
