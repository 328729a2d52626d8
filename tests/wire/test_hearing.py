"""From Twilio's form to what was heard."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue.heard import Arrived, DialResult, Digits, Heard, NoInput, Recorded, Result, Speech, Unfinished
from ivr.dialogue.moves import FiledTicket, KnownTicket
from ivr.hearing import also_said, caller_of, every_word, hear, plain, read_line, write_line
from ivr.signature import Form


def form(**values: str) -> Form:
    return Form({name: [value] for name, value in values.items()})


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ({}, NoInput()),
        ({"msg": "Gather End"}, NoInput()),
        ({"SpeechResult": "  "}, NoInput()),
        ({"SpeechResult": "A pothole.", "Confidence": "0.87"}, Speech("A pothole.", 0.87)),
        ({"SpeechResult": "A pothole."}, Speech("A pothole.")),
        ({"SpeechResult": "A pothole.", "Confidence": "0.0"}, Speech("A pothole.")),
        ({"Digits": "12*", "FinishedOnKey": "#"}, Digits("12*")),
        ({"Digits": "1", "SpeechResult": "one"}, Digits("1")),
        ({"Digits": ""}, NoInput()),
        (
            {
                "RecordingUrl": "https://r.example/RE1",
                "RecordingSid": "RE1",
                "RecordingDuration": "7",
                "Digits": "hangup",
            },
            Recorded("https://r.example/RE1", "RE1", 7),
        ),
        ({"DialCallStatus": "answered"}, DialResult("completed")),
        ({"DialCallStatus": "no-answer"}, DialResult("no-answer")),
        ({"DialCallStatus": "who knows"}, DialResult("failed")),
    ],
)
def test_what_twilio_sends_is_what_was_heard(sent: dict[str, str], heard: Heard) -> None:
    assert hear(form(**sent)) == heard


def test_silence_after_a_recording_is_no_message() -> None:
    assert hear(form(), after="record") == Recorded("", "", 0)


def test_words_that_came_with_keys_are_not_lost() -> None:
    assert also_said(form(Digits="1", SpeechResult="there is a fire")) == "there is a fire"
    assert also_said(form(SpeechResult="a fire")) == ""


def test_the_guard_reads_every_text_in_a_form() -> None:
    words, keys = every_word(form(UnstableSpeechResult="a fire", StableSpeechResult="in my", Digits="9#1"))
    assert "a fire" in words
    assert "in my" in words
    assert keys == "9#1"


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("+16175550142", "+16175550142"),
        ("anonymous", ""),
        ("+266696687", ""),
        ("client:anna", ""),
        ("sip:x@y.example", ""),
        ("", ""),
        ("+1617555\n0142", ""),
    ],
)
def test_a_caller_is_a_number_or_nobody(sent: str, number: str) -> None:
    assert caller_of(form(From=sent)) == number


@given(st.text(max_size=200))
def test_whatever_is_sent_something_is_heard_that_can_be_kept(text: str) -> None:
    for sent in (form(SpeechResult=text), form(Digits=text), form(RecordingUrl=text, RecordingDuration=text)):
        heard = hear(sent)
        assert read_line(write_line((heard,))) == (heard,)
    cleaned = plain(text)
    assert cleaned == " ".join(cleaned.split())
    assert "\x00" not in cleaned
    cleaned.encode()


def test_ten_thousand_characters_are_read_to_the_end() -> None:
    heard = hear(form(SpeechResult="um " * 3500 + "there is a fire"))
    assert isinstance(heard, Speech)
    assert heard.text.endswith("there is a fire")


@pytest.mark.parametrize(
    "heard",
    [
        Arrived(),
        Arrived(Unfinished("CA1", b'{"sid":"CA1"}')),
        NoInput(),
        Digits("1"),
        Speech("é", 0.5),
        Recorded("u", "s", 1),
        DialResult("busy"),
        Result("FindTicket", ok=False),
        Result("TextMapLink", ok=True),
        Result("FileTicket", True, FiledTicket("12345675", "streets", "2026-11-25")),
        Result("FindTicket", True, KnownTicket("12345675", "pothole", "new", can_reopen=True)),
    ],
)
def test_a_transcript_line_is_read_back_as_it_was(heard: Any) -> None:
    assert read_line(write_line((NoInput(), heard))) == (NoInput(), heard)
