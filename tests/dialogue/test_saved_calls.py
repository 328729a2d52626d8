"""A deploy in mid-call strands nobody: calls saved by every release still load and go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.city.model import City
from ivr.dialogue.call import State, decode, encode
from ivr.dialogue.heard import DialResult, Recorded
from ivr.understanding.understanding import CityUnderstanding
from tests.dialogue.conversation import Conversation

SAVED = sorted((Path(__file__).parents[1] / "saved_calls").glob("*.json"))


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.stem)
def test_a_call_saved_by_an_earlier_release_goes_on(path: Path, city: City, understanding: CityUnderstanding) -> None:
    call = decode(path.read_bytes())
    assert decode(encode(call)) == call
    conversation = Conversation(city, understanding).at(call).says("yes")
    assert conversation.said


def test_every_state_of_this_release_is_among_them() -> None:
    assert {decode(path.read_bytes()).state for path in SAVED} >= set(State)


@pytest.mark.parametrize(
    "memory", [b"{}", b'{"state":"gone","new_field":[1,2]}', b'{"state":"place","lead":[{"prompt":"welcome"}]}']
)
def test_strange_memories_go_on_too(memory: bytes, city: City, understanding: CityUnderstanding) -> None:
    for heard in (DialResult("busy"), Recorded("u", "RE", 3)):
        assert Conversation(city, understanding).at(decode(memory)).hear(heard).said
