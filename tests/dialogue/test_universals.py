"""What works in every state: repeat, back, main menu, a person, help, another language."""

from __future__ import annotations

import pytest

from dispatch.city.model import City
from ivr.dialogue.call import Call, State
from ivr.dialogue.script import SCRIPT
from ivr.understanding.understanding import CityUnderstanding
from tests.dialogue.conversation import Conversation, Dial, every_state

ASKING = sorted(state for state, scene in SCRIPT.items() if scene.asks and state is not State.GOODBYE)


def standing_in(state: State, city: City, understanding: CityUnderstanding) -> Conversation:
    """A conversation in the middle of a call."""
    (call,) = (call for call in every_state(city) if call.state == state)
    return Conversation(city, understanding).at(call)


@pytest.mark.parametrize("state", ASKING)
def test_zero_is_a_person(state: State, city: City, understanding: CityUnderstanding) -> None:
    if state in {State.EMERGENCY, State.POSSIBLE_EMERGENCY}:
        pytest.skip("here only 911 comes first; see test_emergencies")
    standing_in(state, city, understanding).presses("0").is_in(State.PERSON)


@pytest.mark.parametrize("state", ASKING)
@pytest.mark.parametrize("words", ["operator", "quiero hablar con una persona", "parler à quelqu'un"])
def test_a_person_can_be_asked_for(state: State, words: str, city: City, understanding: CityUnderstanding) -> None:
    standing_in(state, city, understanding).says(words).is_in(State.PERSON)


@pytest.mark.parametrize("state", ASKING)
def test_repeat_says_it_again_and_counts_no_miss(state: State, city: City, understanding: CityUnderstanding) -> None:
    call = standing_in(state, city, understanding).says("can you repeat that")
    assert call.call.stumbles == 0


@pytest.mark.parametrize("state", [state for state in ASKING if "emergency" not in state])
def test_the_language_can_be_changed(state: State, city: City, understanding: CityUnderstanding) -> None:
    call = standing_in(state, city, understanding).says("español por favor")
    assert call.call.language == "es"
    assert call.call.service or state == State.WELCOME


def test_repeat_gives_the_number_once_more(dials: Dial) -> None:
    call = dials().says("there's a pothole at twelve thirty four mission street").says("yes").hears("4 8 2, 1 0 7, 3 5")
    call.says("sorry, can you say that again").hears("4 8 2, 1 0 7, 3 5").hears("text updates")


def test_star_goes_back(dials: Dial) -> None:
    call = (
        dials()
        .says("there's a pothole")
        .hears("Where is it")
        .says("twelve thirty four mission street")
        .hears("Is that right")
    )
    call.presses("*").is_in(State.PLACE).presses("*").is_in(State.HOW_CAN_I_HELP).presses("*").is_in(
        State.HOW_CAN_I_HELP
    )


def test_star_climbs_the_menu(dials: Dial) -> None:
    call = dials().presses("1").presses("1").presses("*").is_in(State.MENU)
    assert call.call.menu == ()


def test_help_gives_the_keys(dials: Dial) -> None:
    dials().says("pothole").says("what can I say").hears("press 0")


def test_the_main_menu_starts_afresh(dials: Dial) -> None:
    call = dials().says("there's a pothole").says("start over").is_in(State.HOW_CAN_I_HELP)
    assert call.call.service == ""
    assert call.call.caller


def test_a_state_that_a_deploy_took_away(city: City, understanding: CityUnderstanding) -> None:
    from ivr.dialogue.call import decode  # noqa: PLC0415 - the point of this test

    call = Conversation(city, understanding).at(
        decode(b'{"city":"springfield","state":"ask_the_moon","service":"pothole"}')
    )
    call.says("hello?").hears("I lost my place").hears("Where is it")


def test_another_language_by_menu(dials: Dial) -> None:
    call = (
        dials()
        .says("another language please")
        .is_in(State.CHOOSE_LANGUAGE)
        .presses("3")
        .hears("Comment puis-je vous aider")
    )
    assert isinstance(call.call, Call)


def test_who_is_abusive_is_answered_like_anybody_and_it_is_remembered_for_the_whole_call(dials: Dial) -> None:
    call = dials().says("you are all idiots").is_in(State.HOW_CAN_I_HELP)
    call.says("there's a pothole at twelve thirty four mission street").hears("Pothole").hears("Shall I send it")
    assert call.call.abusive
    call.says("start over").is_in(State.HOW_CAN_I_HELP)
    assert call.call.abusive


def test_danger_comes_before_abuse(dials: Dial) -> None:
    dials().says("you idiots, my house is on fire").is_in(State.EMERGENCY)


def test_swearing_is_not_abuse(dials: Dial) -> None:
    call = dials().says("there's a damn huge pothole at twelve thirty four mission street").hears("Pothole")
    assert not call.call.abusive
