"""A second city takes over what the first one has worked out, and says only what is different."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dispatch.city.loader import SHIPPED, CityError, load_city

WriteHeir = Callable[[str], Path]
WriteCity = Callable[..., Path]


def test_what_is_not_said_holds_as_in_the_other_city(write_heir: WriteHeir) -> None:
    city = load_city(write_heir("[services.pothole]\ndays = 9\n"))
    assert (city.slug, city.names["en"], city.based_on) == ("heirtown", "Heirtown", "smallville")
    assert city.services["pothole"].days == 9
    assert city.services["pothole"].names["es"] == "Bache"
    assert city.services["water-leak"].days == 1
    assert city.departments["streets"].names["es"] == "Calles"


def test_what_is_of_the_place_stays_there(write_heir: WriteHeir) -> None:
    city = load_city(write_heir(""))
    assert (city.numbers, city.landmarks, city.notices, city.bounds, city.areas) == ((), (), (), None, {})
    assert city.routing == (), "the rule is about a neighbourhood of the other city"


def test_nobody_is_put_through_to_another_citys_people(write_heir: WriteHeir, tmp_path: Path) -> None:
    city = load_city(write_heir('[departments.water]\nphone = "+12175550177"\n'))
    assert (city.departments["streets"].phone, city.departments["water"].phone) == (None, "+12175550177")
    folder = tmp_path / "newtown"
    folder.mkdir()
    text = 'slug = "newtown"\nbased_on = "springfield"\nnames = { en = "Newtown", es = "Newtown", fr = "Newtown" }\n'
    (folder / "city.toml").write_text(text, encoding="utf-8")
    emergency = load_city(folder).emergency
    assert emergency.psap_line is None
    assert (emergency.number, emergency.crisis_line) == ("911", "988")
    assert emergency.extra_signs, "signs of danger are taken over: a city never has fewer"


def test_signs_of_danger_are_added_to_those_of_the_other_city(tmp_path: Path) -> None:
    folder = tmp_path / "newtown"
    folder.mkdir()
    (folder / "city.toml").write_text(
        'slug = "newtown"\nbased_on = "springfield"\nnames = { en = "Newtown", es = "Newtown", fr = "Newtown" }\n'
        '[emergency.extra_signs]\nen = ["the levee broke"]\n',
        encoding="utf-8",
    )
    theirs = load_city(SHIPPED / "springfield").emergency.extra_signs
    ours = load_city(folder).emergency.extra_signs
    assert ours["en"] == (*theirs["en"], "the levee broke")
    assert {code: signs for code, signs in ours.items() if code != "en"} == {
        code: signs for code, signs in theirs.items() if code != "en"
    }


def test_what_is_not_wanted_is_dropped_everywhere(write_heir: WriteHeir) -> None:
    city = load_city(write_heir('[drop]\nservices = ["pothole"]\ndepartments = ["streets"]\nlanguages = ["es"]\n'))
    assert list(city.services) == ["water-leak"]
    assert [entry.service for entry in city.menu[0].entries] == ["water-leak"]
    assert list(city.departments) == ["water"]
    assert list(city.languages) == ["en"]


def test_a_group_of_the_menu_that_is_left_empty_goes_too(write_heir: WriteHeir) -> None:
    city = load_city(write_heir('[drop]\nservices = ["pothole", "water-leak"]\n'))
    assert city.menu == ()


def complaints(folder: Path) -> list[str]:
    """Everything that is wrong with a city."""
    with pytest.raises(CityError) as caught:
        load_city(folder)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_a_department_that_is_still_needed_is_missed_where_it_is_needed(write_heir: WriteHeir) -> None:
    [told] = complaints(write_heir('[drop]\ndepartments = ["streets"]\n'))
    assert told.startswith(
        'smallville/services/repairs.toml: services.pothole.department: there is no department "stree'
    )


def test_only_what_is_inherited_can_be_dropped(write_heir: WriteHeir) -> None:
    [told] = complaints(write_heir('[drop]\nservices = ["snow"]\n'))
    assert told == (
        'heirtown/city.toml: drop.services: "snow" is not inherited from smallville, so it cannot be dropped'
    )


def test_a_mistake_is_told_in_the_file_that_holds_it(write_heir: WriteHeir) -> None:
    [told] = complaints(write_heir('[services.pothole]\ndepartment = "street"\n'))
    assert told.startswith("heirtown/city.toml: services.pothole.department")


def test_a_service_of_ones_own_must_be_put_in_the_menu(write_heir: WriteHeir) -> None:
    service = (
        '[services.bee]\ncategory = "repairs"\nnames = { en = "Bee", es = "Abeja" }\ndepartment = "water"\ndays = 2\n'
    )
    [told] = complaints(write_heir(service))
    assert 'menu: does not reach the service "bee"' in told


def test_an_unknown_parent_is_named_with_those_there_are(write_city: WriteCity) -> None:
    folder = write_city(('slug = "smallville"', 'slug = "smallville"\nbased_on = "sprngfield"'))
    assert complaints(folder) == [
        'smallville/city.toml: based_on: there is no city "sprngfield"; did you mean "springfield"?'
    ]


def test_a_circle_of_cities_is_found(write_heir: WriteHeir, write_city: WriteCity) -> None:
    folder = write_heir("")
    write_city(('slug = "smallville"', 'slug = "smallville"\nbased_on = "heirtown"'))
    [told] = complaints(folder)
    assert "goes in a circle: heirtown → smallville → heirtown" in told


def test_a_city_can_be_based_on_a_shipped_one_from_anywhere(tmp_path: Path) -> None:
    folder = tmp_path / "newtown"
    folder.mkdir()
    text = 'slug = "newtown"\nbased_on = "springfield"\nnames = { en = "Newtown", es = "Newtown", fr = "Newtown" }\n'
    (folder / "city.toml").write_text(text, encoding="utf-8")
    springfield = load_city(SHIPPED / "springfield")
    city = load_city(folder)
    assert city.services == springfield.services
    assert city.menu == springfield.menu
    assert not set(city.numbers) & set(springfield.numbers)
