"""What a clerk types to look at cities, and what she reads then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import main

WriteCity = Callable[..., Path]


@pytest.fixture
def type_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `dial311 …` with the cities of the test's own folder beside the shipped ones."""
    monkeypatch.setenv("CITIES_PATH", str(tmp_path / "cities"))
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(main, words)


def test_the_list_names_every_city_and_where_it_lies(write_city: WriteCity, type_in: Callable[..., Result]) -> None:
    write_city()
    listed = type_in("city", "list")
    assert listed.exit_code == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["City", "smallville", "springfield"]
    assert "+12175550142" in listed.stdout


def test_the_list_points_at_mistakes(write_city: WriteCity, type_in: Callable[..., Result]) -> None:
    write_city(("days = 3", "days = -3"))
    assert "1 mistake: see dial311 city check smallville" in type_in("city", "list").stdout


def test_a_city_without_mistakes_passes_the_check(write_city: WriteCity, type_in: Callable[..., Result]) -> None:
    checked = type_in("city", "check", str(write_city()))
    assert (checked.exit_code, checked.stdout) == (
        0,
        "smallville: nothing is wrong (2 services, 2 departments).\n",
    )


def test_a_city_may_be_named_by_its_file_from_wherever_one_is(
    write_city: WriteCity, type_in: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_city())
    assert type_in("city", "check", "city.toml").stdout.startswith("smallville: nothing is wrong")
    assert type_in("city", "check", ".").stdout.startswith("smallville: nothing is wrong")


def test_the_check_tells_every_mistake_of_every_city(write_city: WriteCity, type_in: Callable[..., Result]) -> None:
    write_city(("days = 3", "days = -3"), ('"America/Chicago"', '"Mars"'))
    checked = type_in("city", "check")
    assert checked.exit_code == 1
    assert "springfield: nothing is wrong" in checked.stdout
    assert "services.pothole.days: -3 is too small" in checked.stderr
    assert 'time_zone: "Mars" is not a time zone' in checked.stderr
    assert "2 mistakes to put right." in checked.stderr


def test_the_check_finds_two_cities_with_one_number(write_city: WriteCity, type_in: Callable[..., Result]) -> None:
    write_city(("+12175550142", "+12175550311"))
    checked = type_in("city", "check")
    assert checked.exit_code == 1
    assert "+12175550311 is smallville's number already" in checked.stderr


def test_a_shipped_citys_map_is_built_on_demand(type_in: Callable[..., Result], tmp_path: Path) -> None:
    built = type_in("city", "build", "springfield")
    assert built.exit_code == 0
    assert "addresses" in built.stdout
    assert (tmp_path / "cities" / "springfield" / "gazetteer.sqlite").is_file()


def test_an_unknown_city_is_answered_with_the_name_it_comes_nearest_to(type_in: Callable[..., Result]) -> None:
    built = type_in("city", "build", "sprngfield")
    assert built.exit_code == 1
    assert 'did you mean "springfield"?' in built.stderr


def test_a_prompt_of_the_citys_own_is_checked_like_all_the_rest(
    write_city: WriteCity, type_in: Callable[..., Result]
) -> None:
    spoken = '[prompts.welcome.en]\nsay = "Smallville here."\n'
    missing = type_in("city", "check", str(write_city(also=spoken)))
    assert "smallville/city.toml: prompts.welcome: is not said in Spanish (es)" in missing.stderr
    both = spoken + '[prompts.welcome.es]\nsay = "Bienvenido a {city}. En una emergencia marque {emergency}."\n'
    checked = type_in("city", "check", str(write_city(also=both)))
    assert "smallville/city.toml: prompts.welcome.en.say: must hold the slots city, emergency; it holds none" in (
        checked.stderr
    )
    assert checked.exit_code == 1
