"""One webhook is one turn is one transaction: whatever Twilio delivers, and however often."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

import pytest
from flask import Flask
from sqlmodel import select

from ivr.dialogue.heard import Heard
from storage import tables
from storage.calls import Calls, Stored
from storage.database import Database
from storage.vocabulary import Status
from tests.dispatch.desk import together
from tests.wire.twilio_side import DIALLED, SID, Twilio, line_of, until_filed


def tickets(database: Database) -> Sequence[tables.Ticket]:
    with database.reading() as session:
        return session.exec(select(tables.Ticket)).all()


def turns(database: Database) -> Sequence[tables.Turn]:
    with database.reading() as session:
        return session.exec(select(tables.Turn).order_by(tables.Turn.number)).all()  # type: ignore[arg-type]


def test_a_call_leaves_a_ticket_and_its_transcript(twilio: Twilio, database: Database) -> None:
    last, reply = until_filed(twilio)
    [ticket] = tickets(database)
    assert ticket.service == "pothole"
    assert ticket.address.startswith("12 Maine Av")
    assert ticket.call_sid == SID
    assert ticket.number in re.sub(r"\D", "", reply)
    kept = turns(database)
    assert [turn.number for turn in kept] == list(range(last + 1))
    assert kept[1].heard.startswith('[["Speech"')
    assert kept[-1].reply == reply


def test_a_repeated_delivery_gets_the_stored_reply_byte_for_byte(twilio: Twilio, database: Database) -> None:
    replies = [twilio.turn(0), twilio.says(1, "there is a pothole")]
    assert twilio.says(1, "something quite different") == replies[1]
    assert twilio.turn(0) == replies[0]
    assert len(turns(database)) == 2


def test_a_filing_turn_delivered_again_files_nothing_again(twilio: Twilio, database: Database) -> None:
    last, reply = until_filed(twilio)
    assert twilio.presses(last, "1") == reply
    assert len(tickets(database)) == 1


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns wait for the ledger as long as it takes: a busy machine is no broken ledger."""
    monkeypatch.setattr("storage.calls.PATIENCE_MS", 60_000)


@pytest.mark.usefixtures("patient")
def test_one_turn_delivered_ten_times_at_once_files_once(make_app: Callable[..., Flask], database: Database) -> None:
    apps = [make_app(), make_app()]
    last, _ = until_filed(Twilio(apps[0], sid="CA" + "e" * 32))
    twilio = Twilio(apps[0])
    twilio.turn(0)
    twilio.says(1, "there is a big deep pothole in the street, right in front of 1234 mission street")
    for number in range(2, last):
        twilio.presses(number, "1")
    replies: list[str] = []

    def deliver(other: Twilio) -> None:
        replies.append(other.presses(last, "1"))

    together([partial(deliver, Twilio(apps[number % 2])) for number in range(10)])
    assert len(replies) == 10
    assert len(set(replies)) == 1
    assert "request number is" in replies[0]
    assert len([ticket for ticket in tickets(database) if ticket.call_sid == SID]) == 1


@pytest.mark.usefixtures("patient")
def test_the_first_webhook_delivered_at_once_begins_one_call(app: Flask, database: Database) -> None:
    replies: list[str] = []
    together([lambda: replies.append(Twilio(app).turn(0))] * 6)
    assert len(replies) == 6
    assert len(set(replies)) == 1
    assert len(turns(database)) == 1


def test_every_turn_may_meet_another_process(make_app: Callable[..., Flask], database: Database) -> None:
    Twilio(make_app()).turn(0)
    reply = Twilio(make_app()).says(1, "there is a pothole")
    assert Twilio(make_app()).says(1, "there is a pothole") == reply


def test_a_call_the_ledger_has_lost_goes_on(twilio: Twilio, database: Database) -> None:
    reply = twilio.says(4, "yes")
    assert "<Gather" in reply
    assert "/voice/turn/5?" in reply
    assert twilio.says(4, "yes") == reply
    assert [turn.number for turn in turns(database)] == [4]


def test_a_call_further_on_than_the_ledger_remembers_goes_on_with_what_is_known(
    twilio: Twilio, database: Database
) -> None:
    twilio.turn(0)
    twilio.says(1, "there is a pothole")
    reply = twilio.presses(5, "1")
    assert "/voice/turn/6?" in reply
    assert twilio.presses(3, "1") == reply, "a turn that was never taken hears what is being asked now"


def test_an_effect_that_fails_leaves_nothing_and_the_turn_can_be_taken_again(
    make_app: Callable[..., Flask], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    last, _ = until_filed(Twilio(make_app(), sid="CA" + "e" * 32))
    twilio = Twilio(make_app())
    twilio.turn(0)
    twilio.says(1, "there is a big deep pothole in the street, right in front of 1234 mission street")
    for number in range(2, last):
        twilio.presses(number, "1")
    calls = line_of(make_app()).calls
    with monkeypatch.context() as broken:
        broken.setattr(type(calls), "keep_in", lambda *_: 1 / 0)
        sorry = twilio.presses(last, "1")
    assert f"/voice/turn/{last}?lang=en&amp;again=1#" in sorry
    assert len(tickets(database)) == 1
    filed = twilio.turn(last, url="?lang=en&again=1", Digits="1")
    assert "request number is" in filed
    assert len(tickets(database)) == 2


def test_a_dialogue_that_goes_in_circles_ends_in_an_apology(make_app: Callable[..., Flask]) -> None:
    def circles(*_: object) -> Heard:
        raise RecursionError

    assert "<Redirect" in Twilio(make_app(advance=circles)).turn(0)


def test_the_next_call_from_the_same_number_may_go_on(app: Flask, database: Database) -> None:
    first = Twilio(app)
    first.turn(0)
    first.says(1, "there is a big deep pothole in the street, right in front of 12 maine avenue")
    assert first.post("/voice/status", CallStatus="completed").status_code == 204
    [draft] = tickets(database)
    assert draft.status is Status.DRAFT
    second = Twilio(app, sid="CA" + "b" * 32)
    assert "We were cut off" in second.turn(0)
    reply = second.presses(1, "1")
    for number in range(2, 8):
        if "request number is" in reply:
            break
        reply = second.presses(number, "1")
    by_status = {ticket.status: ticket for ticket in tickets(database)}
    assert by_status[Status.DUPLICATE].number == draft.number
    assert by_status[Status.DUPLICATE].parent_id == by_status[Status.NEW].id


def test_hanging_up_in_the_moment_of_filing_leaves_no_draft_beside_the_ticket(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    twilio = Twilio(app)
    twilio.turn(0)
    reply = twilio.says(1, "there is a big deep pothole in the street, right in front of 12 maine avenue")
    number = 2
    while "Shall I send it" not in reply:
        reply, number = twilio.presses(number, "1"), number + 1
        assert number < 10
    read = Calls.read

    def read_and_hang_up(calls: Calls, sid: str) -> Stored | None:
        stored = read(calls, sid)
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(Calls, "read", read)
            assert twilio.post("/voice/status", CallStatus="completed").status_code == 204
        return stored

    with monkeypatch.context() as race:
        race.setattr(Calls, "read", read_and_hang_up)
        assert "request number is" in twilio.presses(number, "1")
    mine = {ticket.status: ticket for ticket in tickets(database)}
    assert set(mine) == {Status.NEW, Status.DUPLICATE}
    assert mine[Status.DUPLICATE].parent_id == mine[Status.NEW].id


def test_another_number_is_not_told_of_it(app: Flask) -> None:
    first = Twilio(app)
    first.turn(0)
    first.says(1, "there is a big deep pothole in the street, right in front of 12 maine avenue")
    for stranger in ("+16175550199", "anonymous", "+266696687", "client:anna"):
        assert "cut off" not in Twilio(app, sid=f"CA{abs(hash(stranger)):032x}", From=stranger).turn(0)


@pytest.mark.parametrize(
    "form",
    [
        {"SpeechResult": "pothole " * 1300},
        {"SpeechResult": "a\x00b\x01\x1f\ufffe\x0b pothole"},
        {"SpeechResult": "\u202eelohtop a si ereht\u202c \U0001f6a8\U0001f573"},
        {"SpeechResult": '<Hangup/> & "quotes" \']]>'},
        {"SpeechResult": "", "Confidence": ""},
        {"SpeechResult": "pothole", "Confidence": "NaN"},
        {"SpeechResult": "pothole", "Confidence": "not a number"},
        {"Digits": "hangup"},
        {"Digits": "ABCD"},
        {"Digits": "٣"},
        {"Digits": "1" * 5000},
        {"RecordingUrl": "https://x.example", "RecordingDuration": "²"},
        {"DialCallStatus": "no such thing"},
        {"From": "", "To": ""},
        {"From": "sip:anna@example.org", "To": "+19999999999"},
        {"Whatever": "is new", "AnotherOne": "é" * 300},
        {"CallStatus": ""},
    ],
)
def test_whatever_is_said_or_sent_twiml_is_answered(twilio: Twilio, form: dict[str, str]) -> None:
    twilio.turn(0, **{name: value for name, value in form.items() if name in {"From", "To"}})
    assert "<Response>" in twilio.turn(1, **form)
    assert "again=1" not in twilio.turn(1, **form), "it was answered, not apologised for"


@pytest.mark.parametrize("number", ["999999999999999999999", "-1", "x", "1/2", ""])
def test_a_url_that_is_none_of_ours_is_not_found(twilio: Twilio, number: str) -> None:
    assert twilio.post(f"/voice/turn/{number}").status_code == 404


def test_get_and_empty_and_huge_requests_are_refused_clearly(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/voice").status_code == 405
    assert client.post("/voice").status_code == 403
    assert client.post("/voice", data=b"a" * 300_000, content_type="text/plain").status_code == 413
    many = "&".join(f"a{number}=1" for number in range(600))
    assert client.post("/voice", data=many, content_type="application/x-www-form-urlencoded").status_code == 400


def test_a_signed_form_without_a_call_is_refused_clearly(app: Flask) -> None:
    response = Twilio(app, sid="").post("/voice")
    assert response.status_code == 400
    assert "CallSid" in response.get_data(as_text=True)
    assert Twilio(app, sid="../../etc\x00").post("/voice").status_code == 400


def test_keys_do_not_drown_words_of_danger(twilio: Twilio) -> None:
    twilio.turn(0)
    reply = twilio.turn(1, Digits="2", SpeechResult="there is a gas leak and my mother is not breathing")
    assert "9 1 1" in reply


def test_the_city_is_the_one_that_was_dialled(twilio: Twilio, database: Database) -> None:
    twilio.turn(0, To=DIALLED)
    with database.reading() as session:
        [call] = session.exec(select(tables.Call)).all()
    assert (call.city, call.caller, call.turn) == ("springfield", twilio.usual["From"], 0)
