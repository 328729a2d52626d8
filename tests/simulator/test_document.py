"""What Twilio would not execute, or would complain of, is found."""

from __future__ import annotations

import pytest
from twilio.twiml.voice_response import VoiceResponse

from ivr.simulator.document import LARGEST, BrokenTwiml, read, response_grammar
from tests.simulator.toy import gather, response


def test_what_twilios_own_library_builds_is_sound() -> None:
    built = VoiceResponse()
    built.say("Welcome.", voice="Polly.Joanna-Neural", language="en-US")
    asked = built.gather(
        input="dtmf speech",
        action="/voice/2",
        method="POST",
        timeout=5,
        speech_timeout="auto",
        num_digits=1,
        language="en-US",
        hints="pothole, street light",
        action_on_empty_result=True,
        profanity_filter=False,
    )
    asked.say("How can I help?")
    asked.pause(length=1)
    built.redirect("/voice/2")
    document = read(str(built))
    assert document.problems == ()
    assert [verb.name for verb in document.verbs] == ["Say", "Gather", "Redirect"]
    assert [child.name for child in document.verbs[1].children] == ["Say", "Pause"]


def test_the_permissions_are_read_out_of_twilios_classes() -> None:
    grammar = response_grammar()
    assert set(grammar.children["Gather"].children) == {"Say", "Play", "Pause"}
    assert "actionOnEmptyResult" in grammar.children["Gather"].attributes
    assert "Number" in grammar.children["Dial"].children


def test_words_marked_up_are_still_words() -> None:
    say = '<Say>Your number is <say-as interpret-as="digits">123</say-as><break/> again</Say>'
    document = read(response(say))
    assert document.problems == ()
    assert document.verbs[0].text == "Your number is 123 again"


@pytest.mark.parametrize(
    ("verbs", "complaint"),
    [
        ("<Shout>Hello</Shout>", "<Shout> may not stand in <Response>"),
        (gather().replace("<Say>", "<Dial>").replace("</Say>", "</Dial>"), "<Dial> may not stand in <Gather>"),
        ('<Say volume="11">Hello</Say>', "knows no attribute 'volume'"),
        ("Hello", "words outside any verb"),
        ("<Say>Hello</Say>stray", "words after <Say>"),
        ("<Say></Say>", "nothing to say"),
        (f'<Say voice="Polly.Joanna">{"a" * 3001}</Say>', "3001 characters"),
        (f'<Say voice="Google.en-US">{"a" * 5001}</Say>', "5001 characters"),
        (gather(method="PUT"), "not a value Twilio takes"),
        (gather(timeout="0"), "not a value Twilio takes"),
        (gather(timeout="1.5"), "not a value Twilio takes"),
        (gather(input="voice"), "not a value Twilio takes"),
        (gather(language="english"), "not a value Twilio takes"),
        (gather(hints=",".join(["word"] * 501)), "501 hints"),
        (gather(hints="x" * 101), "a hint of 101 characters"),
        (gather(speechModel="phone_call", speechTimeout="auto"), "whole number of seconds"),
        (gather(profanityFilter="true"), "masks threats"),
        (gather(action="javascript:alert(1)"), "not an address"),
        ('<Dial action="/d">911</Dial>', "never dialled by machine"),
        ("<Dial><Number>911</Number></Dial>", "never dialled by machine"),
        ("<Dial>617-555-0100</Dial>", "not a number"),
        ("<Dial/>", "dials nobody"),
        ('<Dial timeout="3">+16175550100</Dial>', "from 5 to 600"),
        ("<Redirect></Redirect>", "nothing of where to"),
        ("<Play></Play>", "nothing to play"),
        ("<Enqueue>operators</Enqueue>", "no action"),
        ('<Record transcribe="true"/>', "2 to 120 seconds"),
        ("<Hangup/><Say>Wait!</Say>", "nothing after <Hangup>"),
        ('<Dial action="/d">+16175550100</Dial><Say>Hi</Say>', "nothing after <Dial>"),
        ("<Say>Hello</Say><Reject/>", "must come first"),
    ],
)
def test_complaints(verbs: str, complaint: str) -> None:
    assert any(complaint in problem for problem in read(response(verbs)).problems)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", 12100),
        ("<Response>", 12100),
        ("<Response><Say>\x07</Say></Response>", 12100),
        ("<html/>", 12100),
        (f"<Response><Say>{'é' * (LARGEST // 2)}</Say></Response>", 11750),
    ],
)
def test_nothing_twilio_could_execute(body: str, code: int) -> None:
    with pytest.raises(BrokenTwiml) as broken:
        read(body)
    assert broken.value.code == code
