"""Webhooks are signed, followed, tried again and given up on as Twilio does it."""

from __future__ import annotations

import pytest

from ivr.simulator.delivery import Delivery
from ivr.simulator.faults import Fault, UnequalReplies
from ivr.simulator.transport import InProcess
from tests.simulator.toy import Toy, gather, response


def test_the_signature_is_the_one_in_twilios_documentation() -> None:
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    delivery = Delivery(InProcess(lambda: Toy().app), "12345")
    headers = delivery.headers("https://example.com/myapp.php?foo=1&bar=2", params, "")
    assert headers["X-Twilio-Signature"] == "L/OH5YylLD5NRKLltdqwSvS0BnU="


def test_a_redirect_is_followed_by_get_and_forgets_what_was_said() -> None:
    toy = Toy(voice=response(gather()), heard="->/elsewhere", elsewhere=response("<Hangup/>"))
    toy.phone().dials().says("hello")
    method, path, form = toy.requests[2]
    assert method == "GET"
    assert path.startswith("/elsewhere?")
    assert "SpeechResult" not in form
    assert form["CallSid"]


def test_an_error_turns_to_the_fallback_address_in_mid_call() -> None:
    toy = Toy(voice=response(gather()), heard=500, voice__fallback=response("<Say>Hang up and dial 9 1 1.</Say>"))
    call = toy.phone(strict=False).dials().says("hello").hears("dial 9 1 1")
    form = toy.requests[2][2]
    assert (form["ErrorCode"], form["ErrorUrl"]) == ("11200", "https://toy.example/heard")
    assert call.problems


def test_bad_twiml_turns_to_the_fallback_address() -> None:
    toy = Toy(voice="<Response><Say>unfinished", voice__fallback=response("<Say>Sorry.</Say>"))
    toy.phone(strict=False).dials().hears("sorry")
    assert toy.requests[1][2]["ErrorCode"] == "12100"


def test_without_a_fallback_the_caller_hears_an_application_error() -> None:
    call = Toy(voice=500).phone(strict=False, fallback=False).dials().hears("application error")
    assert call.ended


def test_a_failing_fallback_is_the_end() -> None:
    toy = Toy(voice=500, voice__fallback=500)
    assert toy.phone(strict=False).dials().hears("application error").ended
    assert toy.paths() == ["/voice", "/voice/fallback", "/voice/status"]


def test_a_lost_request_is_tried_once_more() -> None:
    toy = Toy(voice=response(gather()), heard=response("<Say>Thanks.</Say>"))
    toy.phone().dials().meets(Fault.LOST_REQUEST).says("hello").hears("thanks")
    assert toy.paths().count("/heard") == 1


def test_a_lost_reply_is_fallen_back_from_or_tried_again_as_the_fragment_says() -> None:
    def pages() -> Toy:
        return Toy(
            voice=response(gather(action="/heard#rc=2&amp;rp=ct,rt,5xx")),
            heard=response("<Say>Thanks.</Say>"),
            voice__fallback=response("<Say>Sorry.</Say>"),
        )

    toy = pages()
    toy.phone().dials().meets(Fault.LOST_REPLY).says("hello").hears("thanks")
    assert toy.paths().count("/heard") == 2

    toy = pages()
    toy.pages["/voice"] = response(gather())
    toy.phone(strict=False).dials().meets(Fault.LOST_REPLY).says("hello").hears("sorry")
    assert toy.paths().count("/heard") == 1


def test_a_server_error_is_tried_again_where_the_fragment_says_so() -> None:
    answers = iter([500, 503, 200])

    def voice(_: dict[str, str]) -> str | int:
        status = next(answers)
        return status if status != 200 else response(gather("At last."))

    Toy(voice=voice).phone(overrides="rc=2&rp=5xx").dials().hears("at last")


def test_whoever_answers_too_late_is_not_heard() -> None:
    sorry = response("<Say>Sorry.</Say>")
    toy = Toy(voice=response(gather()), heard=response("<Say>Here.</Say>"), voice__fallback=sorry)
    call = toy.phone(strict=False).dials().meets(Fault.SLOW).says("hello")
    call.hears("sorry").does_not_hear("here")
    assert toy.requests[2][2]["ErrorCode"] == "11205"


def test_a_delivery_can_come_twice_and_must_be_answered_alike() -> None:
    toy = Toy(voice=response(gather()), heard=response("<Say>Thanks.</Say>"))
    toy.phone().dials().meets(Fault.TWICE).says("hello").hears("thanks")
    assert toy.paths().count("/heard") == 2

    counted = iter(["one", "two"])
    toy = Toy(voice=response(gather()), heard=lambda _: response(f"<Say>{next(counted)}</Say>"))
    with pytest.raises(UnequalReplies):
        toy.phone().dials().meets(Fault.TWICE).says("hello")


def test_a_delivery_can_come_twice_at_the_same_moment() -> None:
    toy = Toy(voice=response(gather()), heard=response("<Say>Thanks.</Say>"))
    toy.phone().dials().meets(Fault.AT_ONCE).says("hello").hears("thanks")
    assert toy.paths().count("/heard") == 2


def test_an_old_delivery_can_knock_again_after_a_newer_one() -> None:
    toy = Toy(voice=response(gather()), heard=response(gather(action="/then")), then=response("<Hangup/>"))
    toy.phone().dials().meets(Fault.LATE).says("hello").says("again")
    assert toy.paths() == ["/voice", "/heard", "/then", "/heard", "/voice/status"]


def test_a_status_callback_that_fails_is_a_problem_but_no_callers() -> None:
    call = Toy(voice=response("<Hangup/>"), voice__status=500).phone(strict=False).dials()
    assert call.ended
    assert "answered 500" in call.problems[0]
