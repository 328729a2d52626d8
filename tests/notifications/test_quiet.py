"""Nobody is woken for a pothole: what comes by itself waits for the morning, on the city's own clocks."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dispatch.city.model import City
from dispatch.notifications.quiet import held_until, next_time
from tests.dispatch.littleton import LITTLETON

ZONE = ZoneInfo("America/New_York")


def city(**rules: Any) -> City:
    return LITTLETON.model_copy(update={"notifications": type(LITTLETON.notifications).model_validate(rules)})


def at(written: str) -> dt.datetime:
    return dt.datetime.fromisoformat(written).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-02T20:59", None),
        ("2026-03-02T21:00", "2026-03-03T08:00"),
        ("2026-03-02T23:59", "2026-03-03T08:00"),
        ("2026-03-03T00:00", "2026-03-03T08:00"),
        ("2026-03-03T07:59", "2026-03-03T08:00"),
        ("2026-03-03T08:00", None),
        ("2026-03-07T22:00", "2026-03-08T08:00"),  # the night in which an hour is left out
        ("2026-10-31T22:00", "2026-11-01T08:00"),  # and that in which one comes twice
    ],
)
def test_a_night_is_waited_out(now: str, until: str | None) -> None:
    assert held_until(LITTLETON, "sms", "public.changed", at(now), at(now)) == (until and at(until))


def test_a_receipt_is_read_with_the_telephone_still_in_hand_and_later_it_wakes_somebody() -> None:
    midnight = at("2026-03-03T00:00")
    for minutes, until in ((0, None), (10, None), (11, at("2026-03-03T08:00"))):
        reported = midnight - dt.timedelta(minutes=minutes)
        assert held_until(LITTLETON, "sms", "public.filed", midnight, reported) == until


def test_a_siesta_is_too_and_no_quiet_hours_are_none() -> None:
    siesta, never = city(quiet_from="13:00", quiet_until="15:00"), city(quiet_from="00:00", quiet_until="00:00")
    two, eleven, midnight = (at(f"2026-03-02T{hour}:00") for hour in ("14", "23", "00"))
    assert held_until(siesta, "sms", "public.asked", two, two) == at("2026-03-02T15:00")
    assert held_until(siesta, "sms", "public.asked", eleven, eleven) is None
    assert held_until(never, "sms", "public.asked", midnight, midnight) is None


@pytest.mark.parametrize(
    ("channel", "template"),
    [
        ("sms", "public.filed"),
        ("sms", ""),
        ("email", "public.changed"),
        ("webhook", "department.filed"),
        ("rest_call", "emergency"),
    ],
)
def test_what_somebody_waits_for_or_nobody_is_woken_by_goes_at_any_hour(channel: str, template: str) -> None:
    night = at("2026-03-02T03:00")
    assert held_until(LITTLETON, channel, template, night, night) is None


@pytest.mark.parametrize(
    ("after", "then"),
    [
        ("2026-03-02T06:59", "2026-03-02T07:00"),
        ("2026-03-02T07:00", "2026-03-03T07:00"),
        ("2026-03-07T12:00", "2026-03-08T07:00"),
    ],
)
def test_the_next_morning_is_found_on_the_city_s_calendar(after: str, then: str) -> None:
    assert next_time(LITTLETON, "07:00", at(after)) == at(then)
