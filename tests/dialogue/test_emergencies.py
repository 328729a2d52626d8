"""Whoever is in danger is sent to 911 at once, in whatever words, language or state of the call."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.city.model import City
from ivr.dialogue.call import State
from ivr.dialogue.moves import Dial as Dialled
from ivr.dialogue.moves import HangUp, Listen
from ivr.emergency import Verdict, assess
from ivr.understanding.understanding import CityUnderstanding
from tests.dialogue.conversation import Conversation, Dial, every_state

FIRST_WORDS = Path(__file__).parents[2].parent / "shared" / "data" / "emergency_dev.csv"
CERTAIN = ["my house is on fire", "he has a gun", "she's not breathing", "mi esposo no respira", "ma maison est en feu"]


@pytest.mark.parametrize("words", CERTAIN)
def test_in_every_state(words: str, city: City, understanding: CityUnderstanding) -> None:
    for standing in every_state(city):
        call = Conversation(city, understanding).at(standing).says(words)
        call.is_in(State.EMERGENCY).hears("9 1 1")


@pytest.mark.parametrize("keys", ["911", "9911", "112", "999"])
def test_keyed_in_every_state(keys: str, city: City, understanding: CityUnderstanding) -> None:
    for standing in every_state(city):
        call = Conversation(city, understanding).at(standing).presses(keys)
        assert call.call.state in {State.EMERGENCY, State.POSSIBLE_EMERGENCY}, standing.state
        call.hears("9 1 1")


def test_keyed_one_digit_a_turn(dials: Dial) -> None:
    dials().presses("9").presses("1").presses("1").is_in(State.EMERGENCY).hears("dial 9 1 1")


def test_nine_alone_does_nothing_bad(dials: Dial) -> None:
    dials().presses("9").is_in(State.HOW_CAN_I_HELP)


@pytest.mark.skipif(not FIRST_WORDS.exists(), reason="needs ../shared/data/emergency_dev.csv")
def test_every_utterance_the_detector_hears_is_heeded_in_every_state(
    city: City, understanding: CityUnderstanding
) -> None:
    with FIRST_WORDS.open(encoding="utf-8", newline="") as rows:
        utterances = [row["text"] for row in csv.DictReader(rows)]
    heeded = 0
    for words in utterances:
        if not assess(words):
            continue
        for standing in every_state(city):
            call = Conversation(city, understanding).at(standing).says(words)
            assert call.call.state in {State.EMERGENCY, State.POSSIBLE_EMERGENCY}, (words, standing.state)
            call.hears("9 1 1")
            heeded += 1
    assert heeded


def test_a_possible_emergency_is_asked_about_and_a_no_goes_on(dials: Dial, understanding: CityUnderstanding) -> None:
    words = _possible(understanding)
    call = dials().says("there's a pothole").hears("Where is it").says(words).is_in(State.POSSIBLE_EMERGENCY)
    call.hears("Is anyone hurt or in danger").says("no").hears("Let's go on")
    assert "possible_emergency_denied" in call.call.review
    call.says(words)
    assert call.call.state not in {State.EMERGENCY, State.POSSIBLE_EMERGENCY}, "a no is remembered"


@pytest.mark.parametrize("answer", ["yes", "I don't know", "please hurry", "ehm"])
def test_anything_but_a_no_counts_as_yes(answer: str, dials: Dial, understanding: CityUnderstanding) -> None:
    dials().says(_possible(understanding)).says(answer).is_in(State.EMERGENCY).hears("9 1 1")


def test_silence_counts_as_yes(dials: Dial, understanding: CityUnderstanding) -> None:
    dials().says(_possible(understanding)).waits().is_in(State.EMERGENCY).hears("9 1 1")


def test_a_no_does_not_silence_another_danger(dials: Dial, understanding: CityUnderstanding) -> None:
    dials().says(_possible(understanding)).says("no, but he is having a heart attack").is_in(State.EMERGENCY)


def test_the_sentence_comes_in_the_language_of_the_caller(dials: Dial) -> None:
    dials().says("mi casa se está quemando").hears("marque el 9 1 1")


def test_a_false_alarm_can_go_on_with_what_was_said(city: City, understanding: CityUnderstanding) -> None:
    call = Conversation(without_psap(city), understanding).starts().says("my house is on fire")
    call.hears("hang up now and dial 9 1 1").presses("2").hears("Let's go on")
    assert call.call.state not in {State.EMERGENCY, State.POSSIBLE_EMERGENCY}


def test_the_dispatchers_own_line_is_bridged_and_the_sentence_repeated_if_it_fails(
    city: City, understanding: CityUnderstanding
) -> None:
    emergency = city.emergency.model_copy(update={"psap_line": "+12175550911"})
    call = (
        Conversation(city.model_copy(update={"emergency": emergency}), understanding)
        .starts()
        .says("my house is on fire")
    )
    call.hears("Hang up now and dial 9 1 1")
    assert call.turn is not None
    assert call.turn.then == Dialled("+12175550911")
    call.is_answered("busy").hears("Hang up now and dial 9 1 1").waits().hears("Dial 9 1 1 now")
    assert call.turn is not None
    assert isinstance(call.turn.then, HangUp)


def test_without_a_psap_line_the_caller_is_let_go_to_dial(city: City, understanding: CityUnderstanding) -> None:
    call = Conversation(without_psap(city), understanding).starts().says("my house is on fire")
    assert call.turn is not None
    assert isinstance(call.turn.then, Listen)
    call.waits().hears("Dial 9 1 1 now")
    assert call.ended
    assert not call.world.filed


def test_the_crisis_line_is_named_after_911(city: City, understanding: CityUnderstanding) -> None:
    call = Conversation(without_psap(city), understanding).starts().says("I want to kill myself")
    call.hears("dial 9 1 1").hears("9 8 8")
    assert call.said.index("9 1 1") < call.said.index("9 8 8")


def test_poison_control_is_named_after_911(city: City, understanding: CityUnderstanding) -> None:
    call = Conversation(without_psap(city), understanding).starts().says("my toddler drank bleach")
    call.hears("dial 9 1 1").hears("1 8 0 0")


def without_psap(city: City) -> City:
    """The city as if it named no line of its dispatchers."""
    return city.model_copy(update={"emergency": city.emergency.model_copy(update={"psap_line": None})})


def _possible(understanding: CityUnderstanding) -> str:
    """Words the detector finds possibly dangerous; which ones is its own business."""
    candidates = [
        "I think I smell smoke somewhere",
        "something smells like it's burning",
        "there was some kind of crash",
        "someone is yelling",
    ]
    return next(words for words in candidates if understanding.emergency(words).verdict is Verdict.POSSIBLE)


@settings(max_examples=60)
@given(words=st.sampled_from(CERTAIN), before=st.text(max_size=40), state=st.sampled_from(list(State)))
def test_whatever_surrounds_it(
    words: str, before: str, state: State, city: City, understanding: CityUnderstanding
) -> None:
    alarm = understanding.emergency(f"{before} {words}")
    if not alarm:
        return  # what surrounds it may deny it; the detector's own tests say when
    (standing,) = (call for call in every_state(city) if call.state == state)
    call = Conversation(city, understanding).at(msgspec.structs.replace(standing, denied=())).says(f"{before} {words}")
    assert call.call.state in {State.EMERGENCY, State.POSSIBLE_EMERGENCY}
