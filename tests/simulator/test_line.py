"""The telephone does what Twilio does, heard on a toy line."""

from __future__ import annotations

import msgspec
import pytest

from ivr.simulator.line import Line
from ivr.simulator.phone import Misheard
from tests.simulator.toy import Toy, gather, response


def test_a_call_is_answered_heard_and_ended() -> None:
    toy = Toy(voice=response(gather("How can I help?")), heard=response("<Say>Goodbye.</Say>", "<Hangup/>"))
    call = toy.phone().dials()
    call.hears("how can i help")
    call.says("there's a pothole", confidence=0.5).hears("goodbye")
    assert call.ended
    assert toy.paths() == ["/voice", "/heard", "/voice/status"]
    first, answer, status = (form for _, _, form in toy.requests)
    assert first["CallStatus"] == "ringing"
    assert answer["CallStatus"] == "in-progress"
    assert (answer["SpeechResult"], answer["Confidence"], answer["CallSid"]) == ("there's a pothole", "0.5", call.sid)
    assert status["CallStatus"] == "completed"
    assert int(status["CallDuration"]) == round(call.seconds)


def test_time_passes_as_words_are_spoken() -> None:
    toy = Toy(voice=response("<Say>one two three four five six seven</Say>", '<Pause length="2"/>', gather()))
    assert 4 < toy.phone().dials().seconds < 6


def test_what_was_not_said_fails_with_the_whole_call() -> None:
    call = Toy(voice=response(gather("How can I help?"))).phone().dials()
    with pytest.raises(Misheard, match="line: How can I help"):
        call.hears("good morning")
    with pytest.raises(Misheard):
        call.hears("help", "can")
    with pytest.raises(Misheard):
        call.does_not_hear("can I")


@pytest.mark.parametrize("apostrophe", ["'", "\u2019"])
def test_case_punctuation_and_apostrophes_do_not_matter(apostrophe: str) -> None:
    call = Toy(voice=response(gather(f"You{apostrophe}re at 1, 2, 3, 4 Mission Street."))).phone().dials()
    call.hears("youre at", "1 2 3 4 mission street").hears("you're")


def test_silence_reaches_the_action_only_where_it_is_asked_for() -> None:
    heard = response("<Say>I heard nothing.</Say>", "<Hangup/>")
    toy = Toy(voice=response(gather()), heard=heard)
    toy.phone().dials().waits().hears("heard nothing")
    form = toy.requests[1][2]
    assert (form["Digits"], form["SpeechResult"]) == ("", "")

    toy = Toy(voice=response(gather(actionOnEmptyResult="false"), "<Say>Still there?</Say>", gather("Hm?")))
    call = toy.phone().dials().waits().hears("still there", "hm")
    assert toy.paths() == ["/voice"]
    assert not call.ended


def test_a_document_that_ends_ends_the_call() -> None:
    assert Toy(voice=response("<Say>That is all.</Say>")).phone().dials().ended


def test_keys_end_a_gather_by_number_or_by_the_finishing_key() -> None:
    asked = response(gather(action="/number"))
    toy = Toy(voice=response(gather(numDigits="1")), heard=asked, number=response("<Hangup/>"))
    toy.phone().dials().presses("2").presses("1234#")
    assert [(form["Digits"], form["FinishedOnKey"]) for _, _, form in toy.requests[1:3]] == [("2", ""), ("1234", "#")]


def test_keys_pressed_too_early_go_to_the_next_question() -> None:
    digits: list[str] = []

    def heard(form: dict[str, str]) -> str:
        digits.append(form["Digits"])
        return response("<Hangup/>") if len(digits) == 3 else response(gather(numDigits="1"))

    call = Toy(voice=response(gather(numDigits="1")), heard=heard).phone().dials().presses("911")
    assert digits == ["9", "1", "1"]
    assert call.ended


def test_the_finishing_key_alone_ends_nothing() -> None:
    toy = Toy(voice=response(gather()))
    call = toy.phone().dials().presses("#")
    assert toy.paths() == ["/voice"]
    assert not call.ended


def test_words_are_silence_where_only_keys_are_heard() -> None:
    toy = Toy(voice=response(gather(input="dtmf")), heard=response("<Hangup/>"))
    toy.phone().dials().says("hello")
    assert "SpeechResult" not in toy.requests[1][2]


def test_partial_results_are_told_as_the_caller_speaks() -> None:
    toy = Toy(voice=response(gather(partialResultCallback="/partial")), heard=response("<Hangup/>"))
    toy.phone().dials().says("gas leak")
    told = [form["UnstableSpeechResult"] for _, path, form in toy.requests if path == "/partial"]
    assert told == ["gas", "gas leak"]


def test_a_message_is_recorded_transcribed_and_told() -> None:
    record = (
        '<Record action="/kept" maxLength="120" transcribe="true" transcribeCallback="/written"'
        ' recordingStatusCallback="/ready"/>'
    )
    toy = Toy(voice=response("<Say>Speak after the tone.</Say>", record), kept=response("<Hangup/>"))
    call = toy.phone().dials()
    assert call.records
    call.says("please call me back about the tree on my street")
    assert toy.paths() == ["/voice", "/kept", "/ready", "/written", "/voice/status"]
    kept, _, written = (form for _, _, form in toy.requests[1:4])
    assert int(kept["RecordingDuration"]) > 1
    assert written["TranscriptionText"].startswith("please call")
    assert written["RecordingSid"] == kept["RecordingSid"]


def test_an_empty_recording_falls_through() -> None:
    toy = Toy(voice=response('<Record action="/kept"/>', "<Say>Nothing was recorded.</Say>"))
    toy.phone().dials().waits().hears("nothing was recorded")
    assert "/kept" not in toy.paths()


def test_hanging_up_ends_a_recording_with_hangup() -> None:
    toy = Toy(voice=response('<Record action="/kept"/>'))
    toy.phone().dials().hangs_up()
    assert toy.requests[1][2]["Digits"] == "hangup"


@pytest.mark.parametrize("outcome", ["completed", "busy", "no-answer", "failed"])
def test_somebody_is_dialled(outcome: str) -> None:
    toy = Toy(voice=response('<Dial action="/dialled" timeout="20">+16175550100</Dial>'), dialled=response("<Hangup/>"))
    call = toy.phone().dials()
    assert call.dialed == "+16175550100"
    call.is_put_through(outcome)
    assert call.dialed is None
    assert toy.requests[1][2]["DialCallStatus"] == outcome


def test_nobody_answers_a_dial_that_rings_out() -> None:
    toy = Toy(voice=response('<Dial action="/dialled" timeout="20">+16175550100</Dial>'), dialled=response("<Hangup/>"))
    toy.phone().dials().waits()
    assert toy.requests[1][2]["DialCallStatus"] == "no-answer"


def test_hanging_up_while_it_rings_elsewhere_is_told_to_the_action() -> None:
    toy = Toy(voice=response('<Dial action="/dialled">+16175550100</Dial>'), dialled=response("<Say>Too late.</Say>"))
    call = toy.phone().dials().hangs_up()
    assert toy.paths() == ["/voice", "/dialled", "/voice/status"]
    call.does_not_hear("too late")


def test_a_queue_plays_its_wait_page_until_somebody_answers() -> None:
    toy = Toy(
        voice=response('<Enqueue action="/out" waitUrl="/wait">operators</Enqueue>'),
        wait=response("<Say>You are first in line.</Say>"),
        out=response("<Hangup/>"),
    )
    call = toy.phone().dials().hears("first in line")
    call.waits().hears("first in line")
    call.is_put_through("bridged")
    assert toy.requests[-2][2]["QueueResult"] == "bridged"
    assert call.ended


def test_a_redirect_fetches_another_page() -> None:
    redirect = response("<Say>One moment.</Say>", "<Redirect>/next</Redirect>")
    Toy(voice=redirect, next=response(gather("Here I am."))).phone().dials().hears("one moment", "here I am")


def test_a_rejected_call_is_never_answered() -> None:
    toy = Toy(voice=response('<Reject reason="busy"/>'))
    call = toy.phone().dials()
    assert call.ended
    assert toy.requests[-1][2]["CallStatus"] == "busy"


def test_hanging_up_before_the_reply_still_delivers_the_words() -> None:
    toy = Toy(voice=response(gather()), heard=response("<Say>You will not hear this.</Say>"))
    call = toy.phone().dials().hangs_up(saying="never mind")
    call.does_not_hear("you will not")
    assert toy.paths() == ["/voice", "/heard", "/voice/status"]


def test_an_application_that_runs_in_circles_is_cut_off() -> None:
    call = Toy(voice=response("<Redirect>/voice</Redirect>")).phone(strict=False, fallback=False).dials()
    call.hears("application error")
    assert call.ended


def test_a_line_can_be_written_down_between_turns() -> None:
    toy = Toy(voice=response(gather("How can I help?")), heard=response("<Say>Thank you.</Say>"))
    phone = toy.phone()
    call = phone.dials()
    call.line = msgspec.json.decode(msgspec.json.encode(call.line), type=Line)
    call.says("hello").hears("thank you")


def test_nobody_speaks_on_a_dead_line() -> None:
    call = Toy(voice=response("<Hangup/>")).phone().dials()
    with pytest.raises(Misheard, match="over"):
        call.says("hello?")
