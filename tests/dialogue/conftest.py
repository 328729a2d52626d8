"""Springfield, understood for real, and a conversation with it."""

from __future__ import annotations

import pytest

from dispatch.city.model import City
from dispatch.city.packs import Pack, Packs
from ivr.understanding.understanding import CityUnderstanding
from tests.dialogue.conversation import CALLER, Conversation, Dial


@pytest.fixture(scope="session")
def springfield(packs: Packs) -> Pack:
    return packs.first


@pytest.fixture(scope="session")
def city(springfield: Pack) -> City:
    return springfield.city


@pytest.fixture
def dials(city: City, understanding: CityUnderstanding) -> Dial:
    """Start a conversation: `dials()`, or `dials(office_open=False)`, `dials(caller="")`."""

    def start(*, office_open: bool = True, caller: str = CALLER) -> Conversation:
        return Conversation(city, understanding, office_open=office_open, caller=caller).starts()

    return start
