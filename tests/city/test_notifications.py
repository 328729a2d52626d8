"""What a city's file says about messages, and what is said of its mistakes."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import get_args

import pytest
from pydantic import ValidationError

from dispatch.city.messages import SLOTS, Notifications, Template
from dispatch.city.model import Department
from dispatch.city.pack_tables import LINES


def mistakes(**rules: object) -> str:
    with pytest.raises(ValidationError) as problem:
        Notifications.model_validate(rules)
    return str(problem.value)


def test_every_shipped_message_can_be_worded_anew_and_no_other() -> None:
    words = tomllib.loads(resources.files("dispatch.notifications.words").joinpath("en.toml").read_text("utf-8"))
    shipped = {f"{group}.{name}" for group in ("public", "department") for name in words[group]}
    assert shipped == set(get_args(Template))


def test_a_city_s_own_words_may_use_what_can_be_filled_in() -> None:
    body = " ".join(f"{{{slot}}}" for slot in sorted(SLOTS))
    rules = Notifications.model_validate({"words": {"public.filed": {"body": {"en": body}}}})
    assert rules.words["public.filed"].body["en"] == body


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Your report is {nubmer}", 'there is no slot "nubmer"; did you mean "number"?'),
        ("Your report {", "has a stray brace"),
        ("Your report {}", "has a stray brace"),
        ("Your report {number.__class__}", "there is no slot"),
        ("Your report {0}", "there is no slot"),
    ],
)
def test_what_cannot_be_filled_in_is_a_mistake(body: str, said: str) -> None:
    assert said in mistakes(words={"public.filed": {"body": {"en": body}}})


@pytest.mark.parametrize("time", ["9:00", "24:00", "20:60", "evening", ""])
def test_what_is_no_time_of_day_is_a_mistake(time: str) -> None:
    assert 'is not a time of day such as "21:00"' in mistakes(quiet_from=time)


@pytest.mark.parametrize(
    "address", ["works.example.gov", "ftp://works.example.gov", "https://", "https://me:secret@works.example.gov"]
)
def test_what_nothing_can_be_posted_to_is_a_mistake(address: str) -> None:
    with pytest.raises(ValidationError, match="is not an address such as"):
        Department.model_validate({"code": "streets", "names": {"en": "Streets"}, "webhook": address})


def test_another_city_s_systems_are_not_inherited() -> None:
    assert {"email", "webhook"} <= set(LINES["departments"])
