"""A clerk writes a city file, makes every mistake there is, and is told of each in her own words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dispatch.city.loader import SHIPPED, CityError, check_together, load_city

WriteCity = Callable[..., Path]


def complaints(folder: Path) -> list[str]:
    """Everything that is wrong with a city."""
    with pytest.raises(CityError) as caught:
        load_city(folder)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_a_city_without_mistakes_is_read_from_all_its_files(write_city: WriteCity) -> None:
    city = load_city(write_city())
    assert list(city.services) == ["pothole", "water-leak"]
    assert city.services["pothole"].code == "pothole"
    assert city.default_language == "en"
    assert city.hours.mon == ("09:00-12:00", "13:00-17:00")


SPOILT = [
    # What is mistyped, and all that is said about it.
    (
        'department = "streets"',
        'department = "street"',
        'services/repairs.toml: services.pothole.department: there is no department "street"; did you mean "streets"?',
    ),
    (
        'department = "streets"',
        'department = "xyz"',
        'services.pothole.department: there is no department "xyz". There are: streets, water',
    ),
    ('category = "repairs"', 'category = "repair"', 'there is no category "repair"; did you mean "repairs"?'),
    ("days = 3", "day = 3", 'services.pothole.day: there is no such key here; did you mean "days"?'),
    ("days = 3", 'days = "three"', 'services.pothole.days: "three" is given where a whole number is wanted'),
    ("days = 3", "days = -3", "services.pothole.days: -3 is too small: 0 is the least"),
    ('kind = "choice"', 'kind = "choise"', '; did you mean "choice"?'),
    ('kind = "choice"', 'kind = "text"', 'answers are listed, but the kind is "text" and not "choice"'),
    ('answer = "large"', 'answer = "lage"', 'there is no answer "lage" to "size"; did you mean "large"?'),
    ('question = "size"', 'question = "sise"', 'there is no question "sise" of pothole; did you mean "size"?'),
    ('question = "size"\nanswer = "large"', "", "says neither which answer nor which words make it urgent"),
    (
        'code = "large", names = { en = "large", es = "grande" }',
        'code = "large", names = { en = "large" }',
        "services.pothole.questions[1].choices[2].names: is not said in Spanish (es)",
    ),
    ('{ service = "water-leak" }', '{ service = "water-leek" }', '; did you mean "water-leak"?'),
    ('{ service = "water-leak" }', '{ service = "pothole" }', 'menu: reaches the service "pothole" 2 times'),
    (', { service = "water-leak" }', "", 'menu: does not reach the service "water-leak"'),
    (
        '{ service = "pothole" },',
        '{ service = "pothole" }, {}, {}, {}, {},',
        "menu[1].entries: holds 6 entries, and may hold 5 at most",
    ),
    ('{ service = "pothole" },', '{ service = "pothole" }, {},', "menu[1].entries[2]: must hold either a service or"),
    ('names = { en = "repairs", es = "reparaciones" }\n', "", "menu[1].names: is missing: a group has no name"),
    ('"America/Chicago"', '"America/Chicage"', 'time_zone: "America/Chicage" is not a time zone'),
    ('["+12175550142"]', '["12175550142"]', 'numbers[1]: "12175550142" is not a phone number with its country code'),
    ('["+12175550142"]', '["+1217555014"]', 'numbers[1]: "+1217555014" is no number anybody can have'),
    ('["+12175550142"]', '["+12175550142", "+12175550142"]', 'the number "+12175550142" stands here 2 times'),
    ('tue = ["09:00-17:00"]', 'tue = ["9-17"]', 'hours.tue[1]: "9-17" is not a range of hours such as "08:00-17:00"'),
    ('tue = ["09:00-17:00"]', 'tue = ["22:00-06:00"]', '"22:00-24:00", and "00:00-06:00" on the next day'),
    ('"13:00-17:00"', '"11:00-17:00"', "hours.mon: the ranges overlap, or are not in order"),
    ("hours = { always = true }", "hours = {}", "departments.water.hours: is never open"),
    ('country = "US"', 'country = "USA!"', "holidays.country: there is no country"),
    ('subdivision = "IL"', 'subdivision = "ILL"', 'there is no part "ILL" of US; did you mean "IL"?'),
    ('["Columbus Day"]', '["Colombus Day"]', '; did you mean "Columbus Day"?'),
    ('area = "downtown"\nlat', 'area = "downtwon"\nlat', 'landmarks[1].area: there is no area "downtwon"'),
    ("lat = 39.5", "lat = 49.5", 'landmarks[1]: "Town Hall" lies outside the city\'s bounds'),
    ("lat = 39.5", "lat = 399.5", "landmarks[1].lat: 399.5 is too large: 90.0 is the most"),
    ('areas = ["downtown"]', 'areas = ["uptown"]', 'routing[1].areas: there is no area "uptown"'),
    ('services = ["pothole"]', 'services = ["potholes"]', 'there is no service "potholes"; did you mean "pothole"?'),
    ("end = 2026-03-02", "end = 2026-02-02", 'notices[1]: "storm" ends before it begins'),
    ("end = 2026-03-02T06:00:00", 'end = "soon"', "notices[1].end: "),
    ("[39.0, -90.0, 40.0, -89.0]", "[40.0, -90.0, 39.0, -89.0]", "bounds: must be south, west, north, east"),
    ('slug = "smallville"', 'slug = "smalville"', 'slug: "smalville" is not the name of the folder, "smallville"'),
    ('slug = "smallville"', 'slug = "smallville"\ninclude = ["more.toml"]', 'there is no file "more.toml"'),
    ("[departments.streets]", '[departments.streets]\ncode = "roads"', 'is "roads", but the table is called "streets"'),
    ("[categories.repairs]", "[catgories.repairs]", 'catgories: there is no such key here; did you mean "categories"?'),
    ("[services.water-leak]", "[departments.parks]", "departments.parks.category: there is no such key here"),
    ("slug =", "slug", "smallville/city.toml: this is not TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "said"), SPOILT, ids=[said[:60] for _, _, said in SPOILT])
def test_a_mistake_is_told_in_the_words_of_the_file(write_city: WriteCity, right: str, wrong: str, said: str) -> None:
    told = complaints(write_city((right, wrong)))
    assert any(said in each for each in told), told


def test_all_mistakes_are_told_at_once_and_one_does_not_drag_others_along(write_city: WriteCity) -> None:
    told = complaints(
        write_city(
            ('"America/Chicago"', '"Mars"'),
            ("days = 3", "days = 3\ncolour = 1"),
            ('department = "water"\ndays', 'department = "waters"\ndays'),
            ('phone = "+12175550121"', 'phone = "12"'),
            ("lat = 39.5", "lat = 'north'"),
            ('name = { en = "Spanish", es = "español" }', 'name = { en = "Spanish" }'),
        )
    )
    assert sorted(each.split(": ")[1] for each in told) == [
        "departments.streets.phone",
        "landmarks[1].lat",
        "languages.es.name",
        "services.pothole.colour",
        "services.water-leak.department",
        "time_zone",
    ]


def test_an_empty_file_is_told_what_it_needs(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    folder.mkdir()
    (folder / "city.toml").touch()
    told = complaints(folder)
    assert "nowhere/city.toml: services: is missing, and is needed" in told
    assert "nowhere/city.toml: hours: is missing, and is needed" in told


def test_a_folder_without_a_city_is_named(tmp_path: Path) -> None:
    assert complaints(tmp_path / "nowhere") == [f"nowhere/city.toml: there is no such file in {tmp_path}"]


def test_one_thing_said_in_two_files_is_a_mistake(write_city: WriteCity) -> None:
    folder = write_city()
    (folder / "services" / "water.toml").write_text("[services.pothole]\ndays = 9\n", encoding="utf-8")
    assert complaints(folder) == [
        "smallville/services/water.toml: services.pothole.days: stands in smallville/services/repairs.toml already"
    ]


def test_two_cities_cannot_claim_one_number(write_city: WriteCity) -> None:
    here = load_city(write_city())
    there = here.model_copy(update={"slug": "elsewhere", "numbers": ("+12175550199", "+12175550142")})
    with pytest.raises(CityError, match=r"numbers\[2\]: \+12175550142 is smallville's number already"):
        check_together([here, there])


def test_the_shipped_cities_are_without_mistakes() -> None:
    assert load_city(SHIPPED / "springfield").slug == "springfield"
