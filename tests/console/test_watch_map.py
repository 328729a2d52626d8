"""Where it is, and how the city is set up: the map with and without tiles, and the city's page."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from dispatch.city.packs import Packs
from dispatch.city.street_lines import street_lines, within
from dispatch.console import city as city_page
from dispatch.console.desk import Desk
from dispatch.console.drawn_map import box_around, middle, width_m
from dispatch.console.street_names import written
from storage.database import Database
from storage.vocabulary import Role
from tests.console.clerk import Clerk, hired
from tests.console.conftest import Watch, house_with
from tests.console.town import filed


@pytest.fixture
def vera(database: Database, clerk: Clerk) -> Clerk:
    """A viewer, logged in."""
    clerk.logs_in(hired(database, "vera@springfield.gov", role=Role.VIEWER))
    return clerk


def somewhere(packs: Packs) -> dict[str, Any]:
    """An address that the gazetteer knows."""
    address = next(packs.first.gazetteer.sample(1))
    return {"address": address.written, "lat": address.lat, "lon": address.lon, "area": address.area}


def test_streets_run_along_their_houses(packs: Packs) -> None:
    lines = street_lines(packs.first.gazetteer)
    assert {line.name for line in lines} >= {street.name for street in packs.first.gazetteer.streets[:50]}
    address = next(packs.first.gazetteer.sample(1))
    near = within(lines, box_around(address.lat, address.lon, 120), 50)
    assert address.street in {line.name for line in near}
    assert within(lines, (0, 0, 1, 1), 10) == []
    assert len(within(lines, (30, -100, 50, -80), 3)) == 3


def test_a_box_is_as_wide_as_asked() -> None:
    box = box_around(40, -88, 700)
    assert middle(box) == pytest.approx((40, -88))
    assert width_m(box) == pytest.approx(700, abs=1)


def test_tickets_stand_on_the_map_with_and_without_scripts(desk: Desk, packs: Packs, vera: Clerk, watch: Watch) -> None:
    place = somewhere(packs)
    number = filed(desk, origin="a:1", **place)
    box = ",".join(map(str, box_around(place["lat"], place["lon"], 600)))
    page = unescape(vera.goes(f"/console/map?box={box}"))
    assert f'<a href="/console/tickets/{number}"' in page
    assert 'class="street' in page
    assert ">North</a>" in page
    found = json.loads(vera.goes(f"/console/map/tickets.json?box={box}"))
    assert [one["properties"]["url"] for one in found["features"]] == [f"/console/tickets/{number}"]
    assert json.loads(vera.goes(f"/console/map/tickets.json?box={box}&state=ended"))["features"] == []
    assert json.loads(vera.goes("/console/map/tickets.json?box=1,1,1.1,1.1"))["features"] == []
    streets = json.loads(vera.goes(f"/console/map/streets.json?box={box}"))
    assert {one["geometry"]["type"] for one in streets["features"]} == {"LineString"}


def test_tickets_of_one_house_are_one_dot_that_leads_to_all_of_them(desk: Desk, packs: Packs, vera: Clerk) -> None:
    place = somewhere(packs)
    numbers = {filed(desk, origin=f"{caller}:1", **place) for caller in "ab"}
    page = unescape(vera.goes("/console/map?state=all"))
    heap = re.search(r'<a href="([^"]+)" aria-label="2 tickets here">', page)
    assert heap
    listed = vera.goes(heap[1])
    assert "state=all" in heap[1]
    assert set(re.findall(r'name="ticket" value="(\d+)@|/console/tickets/(\d+)"', listed)) == {
        ("", number) for number in numbers
    }


def test_a_map_leads_to_the_list_of_the_corner_it_shows(packs: Packs, vera: Clerk) -> None:
    place = somewhere(packs)
    box = ",".join(map(str, box_around(place["lat"], place["lon"], 600)))
    page = vera.goes(f"/console/map?box={box}")
    assert f'href="/console/tickets?box={box.replace(",", "%2C")}" data-map-list' in page


def test_streets_are_named_along_their_way_and_never_over_each_other() -> None:
    crossing = [("Main St", ((-500.0, 300.0), (2000.0, 300.0))), ("Oak St", ((480.0, -50.0), (480.0, 900.0)))]
    main, *others = written([*crossing, ("Main St", ((0.0, 100.0), (960.0, 100.0)))], (960, 600), 15)
    assert main == ("Main St", 480, 300, 0)
    assert others == [], "Oak Street's name would lie on Main Street's"
    (oak,) = written(crossing[1:], (960, 600), 15)
    assert (oak.x, oak.y, abs(oak.turn)) == (480, 300, 90)
    assert written([("A very long name", ((10.0, 20.0), (40.0, 20.0)))], (960, 600), 15) == [], "no room"
    assert written([("Away", ((10.0, -20.0), (900.0, -20.0)))], (960, 600), 15) == [], "not in the picture"


def test_a_city_without_tiles_shows_the_names_of_its_main_streets(vera: Clerk) -> None:
    assert len(re.findall(r'<text class="label"[^>]*>[^<]+ (?:St|Ave|Rd|Blvd|Dr)<', vera.goes("/console/map"))) > 5


def test_a_ticket_shows_its_surroundings(desk: Desk, packs: Packs, vera: Clerk) -> None:
    place = somewhere(packs)
    number, near = filed(desk, origin="a:1", **place), filed(desk, origin="b:1", **place)
    page = vera.goes(f"/console/tickets/{number}")
    assert 'class="spot me"' in page
    assert f'<a href="/console/tickets/{near}" aria-label' in page
    assert 'class="spot me"' not in vera.goes(f"/console/tickets/{filed(desk, origin='c:1', address='somewhere')}")


@pytest.mark.parametrize("box", ["", "x", "1,2,3", "nan,nan,nan,nan", "50,0,40,1", "-90,-180,90,180", "inf,0,1,1"])
def test_any_box_shows_some_map(box: str, vera: Clerk) -> None:
    assert 'class="street' in vera.goes(f"/console/map?box={box}")
    assert vera.status == 200


def test_leaflet_is_served_from_its_package_and_nothing_else(vera: Clerk) -> None:
    assert "Leaflet" in vera.goes("/console/map/leaflet/leaflet.js")
    for path in ("../__init__.py", "nothing.js", "%2e%2e/__init__.py"):
        vera.goes(f"/console/map/leaflet/{path}")
        assert vera.status == 404, path


def test_only_tiles_that_are_set_may_be_fetched(desk: Desk, database: Database, vera: Clerk) -> None:
    vera.goes("/console/map")
    assert "tile" not in vera.last.headers["Content-Security-Policy"]
    tiled = Clerk(house_with(replace(desk, map_tiles="https://{s}.tile.example/{z}/{x}/{y}.png")))
    tiled.logs_in("vera@springfield.gov")
    tiled.goes("/console/map")
    assert "img-src 'self' data: https://*.tile.example;" in tiled.last.headers["Content-Security-Policy"]
    tiled.goes("/console/tickets")
    assert "tile.example" not in tiled.last.headers["Content-Security-Policy"]


def test_the_city_says_what_is_in_force_and_which_file_says_so(packs: Packs, vera: Clerk) -> None:
    page = unescape(vera.goes("/console/city"))
    city = packs.first.city
    for service in city.services.values():
        assert service.names["en"] in page
    for department in city.departments.values():
        assert department.names["en"] in page
    assert "services/street-repairs.toml" in page
    assert "public.filed" in page
    known = city_page.sources(packs.first)
    assert {("services", code) for code in city.services} <= set(known)
    assert {("departments", code) for code in city.departments} <= set(known)
    assert all(known["notices", notice.code] for notice in city.notices)


@pytest.mark.parametrize("language", ["es", "fr"])
def test_the_pages_speak_other_languages(language: str, database: Database, desk: Desk, clerk: Clerk) -> None:
    filed(desk)
    clerk.language = language
    clerk.logs_in(hired(database, "s@springfield.gov", role=Role.SUPERVISOR))
    for path, words in {
        "calls": {"es": "En la línea ahora", "fr": "En ligne maintenant"},
        "emergencies": {"es": "No se oyó ninguna emergencia.", "fr": "Aucune urgence n’a été entendue."},
        "reports": {"es": "Del primer tono al envío", "fr": "De la sonnerie à l’envoi"},
        "map": {"es": "Más cerca", "fr": "Plus près"},
        "city": {"es": "Días hábiles", "fr": "Jours ouvrables"},
    }.items():
        assert words[language] in unescape(clerk.goes(f"/console/{path}")), path
        assert not re.search(r"%\(\w+\)s", clerk.last.get_data(as_text=True)), path
