"""Springfield, understood for real, and a conversation with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.city.model import City
from dispatch.city.packs import Pack, open_pack, roots_with
from ivr.understanding.understanding import CityUnderstanding
from tests.dialogue.conversation import CALLER, Conversation, Dial


@pytest.fixture(scope="session")
def springfield(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Pack:
    """The shipped city, its gazetteer drawn once for all tests."""
    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    return open_pack("springfield", roots_with(Path(shared) / "cities"))


@pytest.fixture(scope="session")
def city(springfield: Pack) -> City:
    return springfield.city


@pytest.fixture(scope="session")
def understanding(springfield: Pack) -> CityUnderstanding:
    return CityUnderstanding(springfield.city, springfield.gazetteer)


@pytest.fixture
def dials(city: City, understanding: CityUnderstanding) -> Dial:
    """Start a conversation: `dials()`, or `dials(office_open=False)`, `dials(caller="")`."""

    def start(*, office_open: bool = True, caller: str = CALLER) -> Conversation:
        return Conversation(city, understanding, office_open=office_open, caller=caller).starts()

    return start
