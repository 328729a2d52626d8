"""The demo city is complete: every service of the house's list, in three languages, on a map that hangs together."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from dispatch.cities.atlas import Atlas
from dispatch.city.gazetteer import AddressRow, CornerRow
from dispatch.city.loader import SHIPPED, load_city
from dispatch.city.model import City, MenuEntry, in_language

FOLDER = SHIPPED / "springfield"
ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT.parent / "shared" / "data" / "services.csv"


@pytest.fixture(scope="module")
def springfield() -> City:
    """The city."""
    return load_city(FOLDER)


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    """Its map."""
    return Atlas.read(FOLDER / "streets.toml")


@pytest.fixture(scope="module")
def addresses(atlas: Atlas) -> list[AddressRow]:
    """Its houses."""
    return list(atlas.addresses())


@pytest.fixture(scope="module")
def corners(atlas: Atlas) -> list[CornerRow]:
    """Its corners."""
    return list(atlas.corners())


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the list of services is not on this machine (../shared/data)")
def test_every_service_of_the_list_is_there_as_the_list_has_it(springfield: City) -> None:
    with CATALOGUE.open(encoding="utf-8") as file:
        wanted = {row["code"]: (row["category"], row["department"], int(row["days"])) for row in csv.DictReader(file)}
    given = {code: (each.category, each.department, each.days) for code, each in springfield.services.items()}
    assert given == wanted


def test_the_city_is_whole(springfield: City) -> None:
    assert len(springfield.services) == 90
    assert len(springfield.categories) == 7
    assert len(springfield.departments) == 17
    assert 8 <= len(springfield.areas) <= 12
    assert len(springfield.landmarks) >= 40
    assert list(springfield.languages) == ["en", "es", "fr"]
    assert all(department.email and department.phone for department in springfield.departments.values())


def test_the_menu_can_be_listened_to(springfield: City) -> None:
    def groups(entries: tuple[MenuEntry, ...], depth: int) -> None:
        assert depth <= 3, "three keys reach every service"
        for entry in entries:
            if entry.entries:
                assert all(len(in_language(entry.names, language)) <= 40 for language in springfield.languages)
                groups(entry.entries, depth + 1)

    groups(springfield.menu, 1)


def test_the_map_is_a_citys(atlas: Atlas, addresses: list[AddressRow], corners: list[CornerRow]) -> None:
    assert len({street.name for street in atlas.streets}) >= 300
    assert len(addresses) >= 20_000
    met = {name for corner in corners for name in (corner.street, corner.other)}
    assert {street.name for street in atlas.streets} == met, "every street can be reached from another"


def test_every_address_stands_once_and_inside_the_city(springfield: City, addresses: list[AddressRow]) -> None:
    seen = Counter((row.number, row.street, row.area) for row in addresses)
    assert [address for address, count in seen.items() if count > 1] == []
    assert {row.area for row in addresses} == set(springfield.areas)
    assert springfield.bounds is not None
    south, west, north, east = springfield.bounds
    assert all(south < row.lat < north and west < row.lon < east for row in addresses)


def test_house_numbers_rise_along_the_street(addresses: list[AddressRow]) -> None:
    sides: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for row in addresses:
        number = int(row.number)
        sides[row.street, row.area, number % 2].append(number)
    assert all(numbers == sorted(numbers) for numbers in sides.values())
    assert all(number > 0 for numbers in sides.values() for number in numbers)


def test_the_addresses_people_try_first_are_there(addresses: list[AddressRow], corners: list[CornerRow]) -> None:
    written = {f"{row.number} {row.street}" for row in addresses}
    assert {"1234 Mission St", "12 Oak St", "100 Main St", "311 5th St"} <= written
    meeting = {frozenset((corner.street, corner.other)) for corner in corners}
    assert {frozenset(("Main St", "5th Ave")), frozenset(("Main St", "5th St"))} <= meeting


def test_names_are_as_confusable_as_in_a_real_city(atlas: Atlas) -> None:
    names = {street.name for street in atlas.streets}
    for alike in (
        {"Main St", "Maine St", "Maine Ave"},
        {"3rd St", "3rd Ave", "123rd St"},
        {"Park St", "Park Ave", "Park Pl", "Parker St"},
        {"Saint Ann St", "Saint Anthony Ave", "State St"},
        {"Kowalski St", "Kowalczyk Ct", "Kosciuszko Ave"},
        {"N Lincoln Ave", "S Lincoln Ave", "E Washington St", "W Washington St"},
        {"Avenue of the Pioneers", "Martin Luther King Jr Blvd", "Camino Real"},
    ):
        assert alike <= names
    areas = defaultdict(set)
    for street in atlas.streets:
        areas[street.name].add(street.area)
    assert sum(len(several) > 1 for several in areas.values()) >= 5, "some names are given in several areas"


def test_nobody_lives_in_the_river(atlas: Atlas, addresses: list[AddressRow]) -> None:
    lat, lon = atlas.hints.centre
    east = atlas.degrees((1000, 0))[1] - lon
    north = atlas.degrees((0, 1000))[0] - lat
    points = (((row.lon - lon) / east * 1000, (row.lat - lat) / north * 1000) for row in addresses)
    assert not any(atlas.in_river(point) for point in points)


def test_landmarks_stand_at_addresses_of_the_map(springfield: City, addresses: list[AddressRow]) -> None:
    houses = {(f"{row.number} {row.street}", row.area): (row.lat, row.lon) for row in addresses}
    for mark in springfield.landmarks:
        assert houses[mark.address, mark.area] == (mark.lat, mark.lon), mark.name


def test_nicknames_stand_for_streets_that_are_there(springfield: City, atlas: Atlas) -> None:
    names = {street.name for street in atlas.streets}
    assert set(springfield.street_nicknames.values()) <= names


def test_the_same_hints_draw_the_same_map(atlas: Atlas, addresses: list[AddressRow], corners: list[CornerRow]) -> None:
    again = Atlas.read(FOLDER / "streets.toml")
    assert list(again.addresses()) == addresses
    assert list(again.corners()) == corners
    assert len(again.streets) == len(atlas.streets)


def test_the_picture_of_the_city_is_drawn_from_its_streets(springfield: City) -> None:
    drawn = [sys.executable, str(ROOT / "docs" / "springfield.py"), "--print"]
    picture = subprocess.run(drawn, check=True, capture_output=True, text=True).stdout
    assert (ROOT / "docs" / "springfield.svg").read_text(encoding="utf-8") == picture, "`make docs` draws it anew"
    told = {element.text for element in ET.fromstring(picture).iter() if element.text}
    assert {area.names["en"] for area in springfield.areas.values()} <= told
    assert {f"{mark.name}, {mark.address}" for mark in springfield.landmarks} <= told
