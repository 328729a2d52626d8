"""A place as a clerk types it: found however it is spelled, never guessed, and given up only on purpose."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from dispatch.city.gazetteer import AddressRow, CornerRow, Gazetteer, build
from dispatch.city.packs import Pack, Packs
from dispatch.console.desk import Desk
from dispatch.console.spots import look_up
from storage.database import Database
from tests.console.clerk import Clerk, hired
from tests.console.town import SLUG, filed, history, said_to, ticket


@pytest.fixture
def springfield(packs: Packs, house: Flask) -> Pack:
    return packs[SLUG]


@pytest.fixture
def maria(database: Database, clerk: Clerk) -> Clerk:
    hired(database, departments=("streets",))
    clerk.logs_in("maria@springfield.gov")
    return clerk


@pytest.mark.parametrize(
    ("typed", "kind", "address", "area"),
    [
        ("100 mission street", "address", "100 Mission St", "west-end"),
        ("100 Mission", "address", "100 Mission St", "west-end"),
        ("100 Mission St, Springfield", "address", "100 Mission St", "west-end"),
        ("100 Mission St., Springfield, IL 62701", "address", "100 Mission St", "west-end"),
        ("100 mission st springfield il 62701", "address", "100 Mission St", "west-end"),
        ("100 Mission St, west end", "address", "100 Mission St", "west-end"),
        ("calle mission 100", "address", "100 Mission St", "west-end"),
        ("12 MAINE", "address", "12 Maine Ave", "lakeview"),
        ("Mission St & S Lincoln Ave", "intersection", "Mission St & S Lincoln Ave", "west-end"),
        ("lincoln and mission", "intersection", "Mission St & S Lincoln Ave", "west-end"),
        ("Mission St, 14th Ave", "intersection", "14th Ave & Mission St", "west-end"),
        ("the corner of 14th and Mission", "intersection", "14th Ave & Mission St", "west-end"),
        ("esquina de Broadway y Mission", "intersection", "Broadway & Mission St", "west-end"),
        ("coin de Broadway et Mission", "intersection", "Broadway & Mission St", "west-end"),
        ("MLK & main", "intersection", "Main St & Martin Luther King Jr Blvd", "college-hill"),
        ("town hall", "landmark", "City Hall", "downtown"),
        ("L’Hôtel de Ville", "landmark", "City Hall", "downtown"),
    ],
)
def test_a_place_is_found_however_it_is_spelled(
    springfield: Pack, typed: str, kind: str, address: str, area: str
) -> None:
    found = look_up(springfield, typed, "by the gate").spot
    assert found is not None
    assert (found.place_kind, found.address, found.area, found.place_note) == (kind, address, area, "by the gate")
    assert found.lat
    assert found.lon


def test_the_flat_is_kept_beyond_the_address(springfield: Pack) -> None:
    found = look_up(springfield, "12 maine avenue, Apt 3B", "second door").spot
    assert found is not None
    assert (found.address, found.place_note) == ("12 Maine Ave", "Apt 3B, second door")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("100 Misson Street", "100 Mission St"),
        ("105 Mission St", "101 Mission St"),
        ("99999 Mission St", "1999 Mission St"),
        ("100 Mission St, Downtown", "100 Mission St"),
        ("corner of 5th and Main", "5th Ave & Main St"),
        ("14th Ave & Misson", "14th Ave & Mission St"),
        ("Mainn", "Main St"),
        ("Main St", "Broadway & Main St"),
    ],
)
def test_what_is_not_sure_is_offered_and_not_guessed(springfield: Pack, typed: str, offered: str) -> None:
    found = look_up(springfield, typed, "")
    assert found.spot is None
    assert offered in found.near
    assert all(look_up(springfield, one, "").spot or look_up(springfield, one, "").near for one in found.near)


@pytest.mark.parametrize("typed", ["", "&", ",", "1 Nowhere Blvd", "42", "#", "and and and", "100 " + "x" * 300])
def test_what_is_no_place_is_none(springfield: Pack, typed: str) -> None:
    assert look_up(springfield, typed, "").spot is None


def test_a_place_our_map_does_not_know_is_not_saved_by_mistake(desk: Desk, maria: Clerk) -> None:
    number = filed(desk, lat=39.947, lon=-88.7, area="west-end", updates=True)
    maria.goes(f"/console/tickets/{number}")
    told = len(said_to(desk, "+12175550101"))
    page = maria.sends(f"/console/tickets/{number}/place", seen="1", address="100 Misson St", place_note="by the gate")
    assert maria.status == 422
    assert "Our map does not know that place" in page
    assert 'value="100 Misson St"' in page
    assert 'value="by the gate"' in page
    assert (ticket(desk, number).lat, ticket(desk, number).address) == (39.947, "12 Elm St")
    assert len(said_to(desk, "+12175550101")) == told

    offers = re.findall(r'<button name="offer" value="([^"]+)"', page)
    maria.sends(
        f"/console/tickets/{number}/place", seen="1", address="100 Misson St", place_note="by the gate", offer=offers[0]
    )
    found = ticket(desk, number)
    assert (found.address, found.area, found.place_note) == ("100 Mission St", "west-end", "by the gate")


def test_a_place_is_saved_without_a_spot_on_purpose(desk: Desk, maria: Clerk) -> None:
    number = filed(desk, lat=39.947, lon=-88.7)
    maria.goes(f"/console/tickets/{number}")
    page = maria.sends(f"/console/tickets/{number}/place", seen="1", address="behind the old rock")
    assert "Save without a spot" in page
    maria.sends(f"/console/tickets/{number}/place", seen="1", address="behind the old rock", without_spot="1")
    found = ticket(desk, number)
    assert (found.address, found.lat) == ("behind the old rock", None)
    assert history(desk, number)[-1].kind == "place"


def test_the_same_address_in_two_parts_of_town_is_told_apart(springfield: Pack, tmp_path: Path) -> None:
    rows = [
        AddressRow("12", "Elm St", "west-end", 39.94, -88.71),
        AddressRow("12", "Elm St", "downtown", 39.95, -88.69),
        AddressRow("12B", "Elm St", "downtown", 39.951, -88.69),
        AddressRow("35-39", "Elm St", "downtown", 39.952, -88.69),
    ]
    corners = [CornerRow("Elm St", "Oak St", area, 39.94, -88.7) for area in ("west-end", "downtown")]
    build(tmp_path / "two.sqlite", rows, corners)
    town = replace(springfield, gazetteer=Gazetteer.open(tmp_path / "two.sqlite"))
    for typed in ("12 elm", "oak & elm"):
        found = look_up(town, typed, "")
        assert found.spot is None
        assert len(found.near) == 2
        spots = [look_up(town, one, "").spot for one in found.near]
        assert {spot.area for spot in spots if spot} == {"west-end", "downtown"}
    in_the_yard, in_a_range = (look_up(town, one, "").spot for one in ("12b elm st", "37 Elm Street, el centro"))
    assert in_the_yard
    assert (in_the_yard.address, in_the_yard.area) == ("12B Elm St", "downtown")
    assert in_a_range
    assert (in_a_range.address, in_a_range.area) == ("35-39 Elm St", "downtown")
