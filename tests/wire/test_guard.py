"""The guard at every door: the telephone, a text message, a page, and where nothing else works."""

from __future__ import annotations

import pytest

from dispatch.city.packs import Packs
from ivr import lifeline
from ivr.emergency import guard
from ivr.signature import Form
from ivr.understanding.understanding import CityUnderstanding


@pytest.mark.parametrize(
    ("words", "alarms"),
    [
        ("trapped in a grain bin", True),  # a sign that this city alone has
        ("there's a gas leak and my mother won't wake up", True),
        ("la maison brûle, il y a quelqu'un dedans", True),
        ("the streetlight at 911 Oak Street is out", False),
        ("pothole at 1234 Main Street", False),
    ],
)
def test_every_door_hears_the_same(packs: Packs, understanding: CityUnderstanding, words: str, alarms: bool) -> None:
    city = packs.first.city
    heard = guard.heard(words, city)
    assert bool(heard) is alarms
    assert guard.written(words, city) == heard
    assert understanding.emergency(words) == heard
    assert lifeline.guard(Form(SpeechResult=[words]), city) == heard


def test_nothing_but_digits_may_be_somebody_dialling(packs: Packs) -> None:
    city = packs.first.city
    assert guard.written("911", city)
    assert not guard.written("912", city)
    assert lifeline.guard(Form(Digits=["911"]), city)
