"""Silence and mumbling: asked again, in full, then a person; nobody is dropped."""

from __future__ import annotations

import pytest

from ivr.dialogue.call import State
from ivr.dialogue.moves import Dial as Dialled
from ivr.dialogue.moves import Record
from tests.dialogue.conversation import Dial


def test_three_silences_fetch_a_person(dials: Dial) -> None:
    call = dials().waits().hears("I did not hear anything").waits().hears("press 0").waits()
    call.hears("Let me get a person").is_in(State.PERSON)
    assert call.turn is not None
    assert isinstance(call.turn.then, Dialled)


def test_nobody_answering_leads_to_a_message_and_a_ticket(dials: Dial) -> None:
    call = dials().presses("0").hears("putting you through").is_answered("no-answer")
    call.hears("leave a message").leaves_a_message().hears("Its number is 4 8 2, 1 0 7, 4 3").says("no").hears(
        "Goodbye"
    )
    assert call.world.messages


def test_after_hours_a_message(dials: Dial) -> None:
    call = dials(office_open=False).says("I want to talk to a person")
    call.hears("not in at the moment").hears("9 1 1").hears("leave a message")
    assert call.turn is not None
    assert isinstance(call.turn.then, Record)


def test_a_silent_caller_hears_911_and_a_person_before_the_line_hangs_up(dials: Dial) -> None:
    call = dials(office_open=False).waits().waits().waits().leaves_a_message(0)
    assert call.ended
    call.hears("press 0 for a person").hears("9 1 1")


def test_optional_questions_are_let_go(dials: Dial) -> None:
    call = (
        dials().says("there's a pothole").says("twelve thirty four mission street").presses("1").is_in(State.QUESTION)
    )
    call.waits().waits().is_in(State.DESCRIBE).waits().waits().hears("Shall I send it")


def test_six_misses_in_a_call_are_enough(dials: Dial) -> None:
    call = dials().waits().waits().says("pothole").hears("Where is it").waits().waits()
    call.says("twelve thirty four mission street").hears("Is that right").waits().says("hmm mumble")
    call.is_in(State.PERSON)


@pytest.mark.parametrize("words", ["no", "yes", "I don't know", "banana", "trash or something"])
def test_saying_the_same_again_and_again_in_the_menu_ends_with_a_person_or_a_question(words: str, dials: Dial) -> None:
    call = dials().presses("1").is_in(State.MENU)
    for _ in range(12):
        call.says(words)
        if call.call.state in {State.PERSON, State.MESSAGE} or call.world.filed:
            return
    raise AssertionError("\n".join(call.transcript))
