"""Every way on the chart is walked, and none is walked that is not on it (the engine refuses those)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from dispatch.city.model import City
from ivr.dialogue.agenda import AGENDA
from ivr.dialogue.call import Call, State, encode
from ivr.dialogue.chart import NEXT_QUESTION, draw, ways
from ivr.dialogue.heard import DialResult, Digits, Heard, NoInput, Recorded, Speech, Unfinished
from ivr.dialogue.moves import AlikeTicket, KnownTicket
from ivr.dialogue.script import SCRIPT
from ivr.understanding.found import Place
from ivr.understanding.understanding import CityUnderstanding
from tests.dialogue.conversation import Conversation, every_state

CLOSED = KnownTicket("48210735", "pothole", "closed", "1234 Mission St", sentence="It was filled.", can_reopen=True)
ALIKE = AlikeTicket("48210735", "pothole", "1234 Mission St", 125)
STREET = Place("address", "Mission St", street="Mission St", confidence=0.9)
ANSWERED = dict.fromkeys(("item", "what", "items"), "")
SAID = [
    *(
        "yes",
        "no",
        "nothing",
        "there's a pothole at twelve thirty four mission street",
        "twelve thirty four mission street",
    ),
    *(
        "main and oak",
        "main street",
        "number twelve",
        "purple elephant dance",
        "trash",
        "it's about trash bags",
        "the place",
        "the problem",
    ),
    *(
        "I want to add something",
        "no, it's at twelve forty six mission street",
        "48210735",
        "it's not fixed",
        "records",
        "what is going on",
    ),
]
KEYS = ["", "1", "2", "3", "4", "5", "12", "1234", "6246", "48210735", "4155550142"]
WORLD: list[Heard] = [
    DialResult("completed"),
    DialResult("busy"),
    Recorded("u", "RE1", 9),
    Recorded("u", "RE1", 0),
    NoInput(),
]
HEARD: list[Heard] = [*map(Speech, SAID), *map(Digits, KEYS), *WORLD]


def standings(city: City) -> Iterator[Call]:
    """Calls in every state, with more and less known, that the ways start from."""
    for call in every_state(city):
        yield call
        yield msgspec.structs.replace(call, caller="", said=())
        yield msgspec.structs.replace(
            call, place=None, place_tries=2, attempts=1, service_guesses=("pothole",), corner=True, street=""
        )
        yield msgspec.structs.replace(call, place=None, place_tries=3, reopenable=True)
        yield msgspec.structs.replace(call, place=None, place_tries=1)
        yield msgspec.structs.replace(call, menu=(0, 0), place_tries=1, attempts=2, place_guesses=(STREET,))
        yield msgspec.structs.replace(call, service="bulky-pickup", answers=ANSWERED, place_tries=2)
        yield msgspec.structs.replace(call, service="records", place_tries=3, turned_down=1)


def walked(city: City, understanding: CityUnderstanding) -> set[tuple[str, str]]:
    """All that is walked by everything being heard everywhere, in a world that works and in one that does not."""
    found: set[tuple[str, str]] = set()
    for standing in standings(city):
        for heard in HEARD:
            for broken in (False, True):
                call = Conversation(city, understanding).at(standing)
                call.world.alike = ALIKE if standing.caller else None
                call.world.known["48210735"] = CLOSED
                call.world.broken = broken
                found |= call.hear(heard).walked
    broken_off = msgspec.structs.replace(next(every_state(city)), state=State.REVIEW)
    found |= Conversation(city, understanding).starts(Unfinished("CA0", encode(broken_off))).walked
    return found


@pytest.fixture(scope="module")
def all_walked(city: City, understanding: CityUnderstanding) -> set[tuple[str, str]]:
    return walked(city, understanding)


def test_every_way_is_walked(all_walked: set[tuple[str, str]]) -> None:
    taken = set(all_walked)
    for start, end in all_walked:
        if end in AGENDA and SCRIPT[State(start)].to >= AGENDA:
            taken.add((start, NEXT_QUESTION))
    missing = {(start, end) for start, end in ways() - taken if start != State.CHOOSE_LANGUAGE}
    assert not missing, f"no test walks {sorted(missing)}"


def test_every_question_of_the_agenda_is_reached(all_walked: set[tuple[str, str]]) -> None:
    assert {end for _, end in all_walked} >= {str(state) for state in AGENDA}


def test_the_language_menu_comes_back_to_wherever_it_was_asked_for(
    city: City, understanding: CityUnderstanding
) -> None:
    for standing in every_state(city):
        if standing.state in {
            State.EMERGENCY,
            State.POSSIBLE_EMERGENCY,
            State.FILING,
            State.PERSON,
            State.MESSAGE,
            State.GOODBYE,
        }:
            continue
        call = (
            Conversation(city, understanding).at(standing).says("another language please").is_in(State.CHOOSE_LANGUAGE)
        )
        call.presses("2")
        assert call.call.language == "es"


def test_the_picture_in_the_docs_is_today_s() -> None:
    assert Path("docs/call-flow.svg").read_text("utf-8") == draw(), "run: dial311 chart"


def test_a_broken_off_call_is_taken_up(city: City, understanding: CityUnderstanding) -> None:
    earlier = msgspec.structs.replace(next(every_state(city)), state=State.DESCRIBE, place_confirmed=True)
    call = Conversation(city, understanding).starts(Unfinished("CA0", encode(earlier)))
    call.hears("We were cut off").hears("1 2 3 4 Mission Street").says("yes")
    assert call.call.service == "pothole"
    assert call.call.resumed_from == "CA0"


def test_or_started_afresh(city: City, understanding: CityUnderstanding) -> None:
    earlier = msgspec.structs.replace(next(every_state(city)), state=State.DESCRIBE)
    call = (
        Conversation(city, understanding).starts(Unfinished("CA0", encode(earlier))).says("no").hears("How can I help")
    )
    assert call.call.service == ""
    assert call.call.resumed_from == ""
