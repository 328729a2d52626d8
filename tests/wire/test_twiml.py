"""TwiML held against twilio's own classes: their methods are the children permitted, their arguments the attributes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml import voice_response as theirs

from dispatch.city.model import Voice
from ivr.dialogue.call import Call
from ivr.dialogue.moves import Dial, HangUp, Listen, Next, Pause, Record, Saying, Turn
from ivr.twiml import LONGEST_SAY, OVERRIDES, document, legal, render, spoken

VOICES = {
    "en": Voice(name={"en": "English"}, locale="en-US", voice="Polly.Joanna-Neural"),
    "es": Voice(name={"en": "Spanish"}, locale="es-MX", voice="Polly.Mia-Neural"),
}
ACTION = "/voice/turn/3?lang=en"
SAYS = (Saying('Which <one> & "why"?', "en"), Pause(), Saying("¿Cuál?", "es"), Saying("", "en", audio="/a.mp3"))


def written(then: Next | None, says: tuple[Saying | Pause, ...] = SAYS, language: str = "en") -> str:
    return document(says, then, VOICES, ACTION, language)  # type: ignore[arg-type]


def speak(parent: Any) -> None:
    parent.say('Which <one> & "why"?', language="en-US", voice="Polly.Joanna-Neural")
    parent.pause(length=1)
    parent.say("¿Cuál?", language="es-MX", voice="Polly.Mia-Neural")
    parent.play("/a.mp3")


def test_listening_is_a_gather_with_the_words_inside() -> None:
    response = theirs.VoiceResponse()
    gather = response.gather(
        action=ACTION + OVERRIDES,
        action_on_empty_result=True,
        finish_on_key="#",
        hints="Main Street,Saint John's & Co",
        input="dtmf speech",
        language="es-MX",
        method="POST",
        num_digits=1,
        partial_result_callback="/voice/partial?turn=3&lang=en" + OVERRIDES,
        partial_result_callback_method="POST",
        profanity_filter=False,
        speech_timeout="auto",
        timeout=5,
    )
    speak(gather)
    assert written(Listen("es", digits=1, hints=("Main Street", "Saint, John's & Co"))) == str(response)


def test_listening_for_keys_alone_asks_for_no_speech() -> None:
    response = theirs.VoiceResponse()
    gather = response.gather(
        action=ACTION + OVERRIDES, action_on_empty_result=True, finish_on_key="", input="dtmf", method="POST", timeout=8
    )
    speak(gather)
    assert written(Listen("en", speech=False, finish_on_key="", timeout=8)) == str(response)


def test_a_message_is_recorded_and_goes_on_even_if_nothing_was_said() -> None:
    response = theirs.VoiceResponse()
    speak(response)
    response.record(
        action="/voice/turn/3?lang=en&after=record" + OVERRIDES,
        finish_on_key="1234567890*#",
        max_length=120,
        method="POST",
        play_beep=True,
        recording_status_callback="/voice/recording?turn=3&lang=en" + OVERRIDES,
        timeout=5,
        transcribe=True,
        transcribe_callback="/voice/transcript?turn=3&lang=en" + OVERRIDES,
        trim="trim-silence",
    )
    response.redirect("/voice/turn/3?lang=en&after=record" + OVERRIDES, method="POST")
    assert written(Record()) == str(response)
    assert "transcribe" not in written(Record(), language="es"), "Twilio transcribes American English only"


def test_putting_through_hanging_up_and_going_on() -> None:
    endings: list[tuple[Next | None, Callable[[Any], Any]]] = [
        (
            Dial("+15550003111", 30),
            lambda r: r.dial("+15550003111", action=ACTION + OVERRIDES, method="POST", timeout=30),
        ),
        (HangUp(), lambda r: r.hangup()),
        (None, lambda r: r.redirect(ACTION + OVERRIDES, method="POST")),
    ]
    for then, finish in endings:
        response = theirs.VoiceResponse()
        speak(response)
        finish(response)
        assert written(then) == str(response)


def test_an_action_without_a_language_has_neighbours_too() -> None:
    twiml = document((), Listen("en"), VOICES, "/voice/turn/1", "en")  # type: ignore[arg-type]
    assert 'partialResultCallback="/voice/partial?turn=1#' in twiml


@given(st.text(max_size=100))
def test_whatever_is_echoed_the_document_is_xml_and_says_it(text: str) -> None:
    root = ET.fromstring(written(Listen("en", hints=(text,)), (Saying(text, "en"),)).encode())
    said = "".join(say.text or "" for say in root.iter("Say"))
    assert said.replace("\r\n", "\n").replace("\r", "\n") == legal(text).replace("\r\n", "\n").replace("\r", "\n")


@given(st.text(max_size=100))
def test_any_text_is_escaped_as_theirs_is(text: str) -> None:
    clean = legal(text)
    response = theirs.VoiceResponse()
    response.say(clean, language="en-US", voice="Polly.Joanna-Neural")
    response.redirect(ACTION + OVERRIDES, method="POST")
    assert written(None, (Saying(text, "en"),)) == (
        str(response) if clean else str(response).replace(" /><R", "></Say><R")
    )


@pytest.mark.parametrize("text", ["a" * 9_000, "&" * 9_000, "One sentence. " * 600, "🕳" * 9_000])
def test_long_words_are_said_in_pieces_twilio_takes(text: str) -> None:
    hints = tuple(f"{'&' * 90}{number}" for number in range(600))
    twiml = written(Listen("en", hints=hints), (Saying(text, "en"),))
    assert len(twiml.encode()) < 64_000
    root = ET.fromstring(twiml.encode())
    assert all(0 < len(say.text or "") <= LONGEST_SAY for say in root.iter("Say"))
    [gather] = root.iter("Gather")
    kept = gather.attrib["hints"].split(",")
    assert len(kept) <= 500
    assert all(len(hint) <= 100 for hint in kept)


def test_at_most_500_hints_are_given() -> None:
    [gather] = ET.fromstring(written(Listen("en", hints=tuple(f"Elm {n}" for n in range(900))))).iter("Gather")
    assert len(gather.attrib["hints"].split(",")) == 500


def test_a_turn_is_rendered_and_written_down() -> None:
    turn = Turn(Call(language="en"), SAYS, HangUp())
    assert render(turn, VOICES, ACTION) == written(HangUp())  # type: ignore[arg-type]
    assert spoken(turn.says) == 'Which <one> & "why"?\n¿Cuál?\n'


def test_a_language_the_city_lacks_is_said_in_its_first_voice() -> None:
    assert 'language="en-US"' in written(HangUp(), (Saying("Bonjour", "fr"),))
