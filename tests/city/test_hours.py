"""Smallville opens at nine, closes at noon on Mondays for lunch, and keeps its own holidays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.city.hours import (
    add_working_days,
    add_working_time,
    holiday,
    is_open,
    is_working_day,
    working_time_between,
)
from dispatch.city.loader import SHIPPED, load_city
from dispatch.city.model import City
from dispatch.city.spoken_hours import office_hours_in_words

WriteCity = Callable[..., Path]
CHICAGO = ZoneInfo("America/Chicago")


@pytest.fixture
def smallville(write_city: WriteCity) -> City:
    """The city of these stories."""
    return load_city(write_city())


def at(written: str) -> dt.datetime:
    """A moment on Smallville's clocks: `2026-11-23 09:00`, a Monday."""
    return dt.datetime.fromisoformat(written).replace(tzinfo=CHICAGO)


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-11-23 08:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 12:00", False),
        ("2026-11-23 13:00", True),
        ("2026-11-23 16:59", True),
        ("2026-11-23 17:00", False),
        ("2026-11-22 10:00", False),  # a Sunday
        ("2026-11-26 10:00", False),  # Thanksgiving
        ("2026-10-12 10:00", True),  # Columbus Day, which the city works
        ("2026-08-14 10:00", False),  # its own Founders' Day
    ],
)
def test_somebody_is_there_in_hours_only(smallville: City, moment: str, *, there: bool) -> None:
    assert is_open(smallville, None, at(moment)) is there
    assert is_open(smallville, None, at(moment).astimezone(dt.UTC)) is there
    assert is_open(smallville, smallville.departments["streets"], at(moment)) is there
    assert is_open(smallville, smallville.departments["water"], at(moment)), "the waterworks never close"


def test_a_moment_without_a_zone_is_refused(smallville: City) -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        is_open(smallville, None, dt.datetime(2026, 11, 23, 9))  # noqa: DTZ001 - that is the mistake


def test_holidays_have_names(smallville: City) -> None:
    assert holiday(smallville, dt.date(2026, 3, 2)) == "Casimir Pulaski Day"
    assert holiday(smallville, dt.date(2026, 8, 14)) == "Founders' Day"
    assert holiday(smallville, dt.date(2026, 10, 12)) is None
    assert holiday(smallville, dt.date(2026, 10, 13)) is None


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23 10:00", 0, "2026-11-23 10:00"),
        ("2026-11-23 10:00", 1, "2026-11-24 17:00"),
        ("2026-11-23 10:00", 3, "2026-11-27 17:00"),  # Thanksgiving does not count
        ("2026-11-27 10:00", 1, "2026-11-30 17:00"),  # nor does the weekend
        ("2026-11-28 10:00", 1, "2026-11-30 17:00"),
        ("2026-03-06 10:00", 1, "2026-03-09 17:00"),  # clocks change between
        ("2026-12-31 23:59", 1, "2027-01-04 17:00"),
    ],
)
def test_working_days_are_counted_from_the_next_one_on(smallville: City, start: str, days: int, due: str) -> None:
    assert add_working_days(smallville, at(start), days) == at(due)


def test_where_nothing_ever_closes_each_day_counts_to_its_last_minute(smallville: City) -> None:
    water = smallville.departments["water"]
    assert add_working_days(smallville, at("2026-11-25 10:00"), 1, water) == at("2026-11-26 23:59")


def test_days_are_not_counted_backwards(smallville: City) -> None:
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(smallville, at("2026-11-25 10:00"), -1)


moments = st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(start=moments, days=st.integers(1, 60))
def test_a_working_day_is_added_after_another(smallville: City, start: dt.datetime, days: int) -> None:
    due = add_working_days(smallville, start, days)
    assert due > start
    assert is_working_day(smallville, due.date())
    assert due == add_working_days(smallville, add_working_days(smallville, start, days - 1), 1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(start=moments, minutes=st.integers(0, 60_000))
def test_working_time_that_was_added_is_counted_again(smallville: City, start: dt.datetime, minutes: int) -> None:
    time = dt.timedelta(minutes=minutes)
    for department in (None, smallville.departments["water"]):
        done = add_working_time(smallville, start, time, department)
        assert done >= start
        assert working_time_between(smallville, start, done, department) == time


def test_nobody_works_where_nobody_ever_comes(write_city: WriteCity) -> None:
    city = load_city(write_city())
    every_day = [dt.date(2026, 1, 1) + dt.timedelta(days=ahead) for ahead in range(800)]
    closed = city.holidays.model_copy(update={"also": dict.fromkeys(every_day, "Flood")})
    city = city.model_copy(update={"holidays": closed})
    assert not working_time_between(city, at("2026-02-03 10:00"), at("2027-06-03 10:00"))


SPOKEN = [
    ("en", None, "Monday from 9 a.m. to noon and from 1 p.m. to 5 p.m. and Tuesday to Friday from 9 a.m. to 5 p.m."),
    (
        "es",
        None,
        (
            "el lunes de las 9 de la mañana a mediodía y de la 1 de la tarde a las 5 de la tarde"
            " y de martes a viernes de las 9 de la mañana a las 5 de la tarde"
        ),
    ),
    (
        "fr",
        None,
        "le lundi de 9 heures à midi et de 13 heures à 17 heures et du mardi au vendredi de 9 heures à 17 heures",
    ),
    ("en", "water", "at any hour, every day"),
    ("pl", "water", "at any hour, every day"),
]


@pytest.mark.parametrize(("language", "department", "said"), SPOKEN)
def test_hours_are_said_as_people_say_them(smallville: City, language: str, department: str | None, said: str) -> None:
    assert office_hours_in_words(smallville, language, smallville.departments.get(department or "")) == said


def test_odd_hours_can_be_said_too() -> None:
    springfield = load_city(SHIPPED / "springfield")
    night = springfield.hours.model_copy(update=dict.fromkeys(("sat", "sun"), ("00:00-06:30", "20:00-24:00")))
    bar = springfield.departments["police"].model_copy(update={"hours": night})
    assert office_hours_in_words(springfield, "en", bar).endswith(
        "Saturday to Sunday from midnight to 6:30 a.m. and from 8 p.m. to midnight"
    )
    assert office_hours_in_words(springfield, "fr", bar).endswith(
        "du samedi au dimanche de minuit à 6 heures 30 et de 20 heures à minuit"
    )
