"""What Twilio tells beside the turns: late, twice, out of order, or never."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pytest
from flask import Flask
from sqlmodel import select, update

from ivr import ending
from storage import alarm_log, tables
from storage import tickets as ledger
from storage.alarm_log import Danger
from storage.database import Database
from storage.vocabulary import CallStatus, Priority, Status
from tests.wire.twilio_side import SID, Twilio, line_of, until_filed

WHAT_AND_WHERE = "there is a big deep pothole in the street, right in front of 12 maine avenue"
SOMEWHERE_ELSE = "there is a big deep pothole in the street, right in front of 1234 mission street"


def tickets(database: Database) -> Sequence[tables.Ticket]:
    with database.reading() as session:
        return session.exec(select(tables.Ticket)).all()


def outbox(database: Database, channel: str) -> Sequence[tables.Notification]:
    with database.reading() as session:
        return session.exec(select(tables.Notification).where(tables.Notification.channel == channel)).all()


def call(database: Database) -> tables.Call:
    with database.reading() as session:
        return session.exec(select(tables.Call)).one()


def tell(twilio: Twilio, path: str, **form: str) -> None:
    response = twilio.post(path, **form)
    assert (response.status_code, response.get_data()) == (204, b"")


def test_hanging_up_after_what_and_where_leaves_one_draft(twilio: Twilio, database: Database) -> None:
    twilio.turn(0)
    twilio.says(1, WHAT_AND_WHERE)
    for _ in range(3):
        tell(twilio, "/voice/status", CallStatus="completed")
    [draft] = tickets(database)
    assert (draft.status, draft.service) == (Status.DRAFT, "pothole")
    assert "dropped_call" in draft.review
    assert (call(database).status, call(database).outcome) == (CallStatus.ENDED, "abandoned")


def test_hanging_up_before_saying_where_leaves_nothing(twilio: Twilio, database: Database) -> None:
    twilio.turn(0)
    twilio.says(1, "there is a pothole")
    tell(twilio, "/voice/status", CallStatus="completed")
    assert not tickets(database)


def test_hanging_up_after_filing_leaves_no_draft_beside_the_ticket(twilio: Twilio, database: Database) -> None:
    until_filed(twilio)
    tell(twilio, "/voice/status", CallStatus="completed")
    assert [ticket.status for ticket in tickets(database)] == [Status.NEW]
    assert call(database).outcome == "filed"


def test_status_callbacks_out_of_order_or_of_nobody(twilio: Twilio, database: Database) -> None:
    tell(twilio, "/voice/status", CallStatus="completed")
    twilio.turn(0)
    for status in ("in-progress", "ringing", "", "something new"):
        tell(twilio, "/voice/status", CallStatus=status)
    assert call(database).status is CallStatus.ACTIVE
    tell(twilio, "/voice/status", CallStatus="no-answer")
    tell(twilio, "/voice/status", CallStatus="ringing")
    assert call(database).status is CallStatus.ENDED


def test_a_last_turn_that_overtakes_the_end_joins_its_draft(twilio: Twilio, database: Database) -> None:
    last, _ = until_filed(Twilio(twilio.client.application, sid="CA" + "e" * 32))
    twilio.turn(0)
    twilio.says(1, SOMEWHERE_ELSE)  # or the caller would be offered to join the other report
    for number in range(2, last):
        twilio.presses(number, "1")
    tell(twilio, "/voice/status", CallStatus="completed")
    twilio.presses(last, "1")
    mine = {ticket.status for ticket in tickets(database) if ticket.call_sid == SID}
    assert mine == {Status.NEW, Status.DUPLICATE}


def test_calls_nobody_told_us_the_end_of_are_swept(app: Flask, database: Database) -> None:
    twilio, line = Twilio(app), line_of(app)
    twilio.turn(0)
    twilio.says(1, WHAT_AND_WHERE)
    assert ending.sweep(line, line.now()) == 0, "it may still be going on"
    assert ending.sweep(line, line.now() + dt.timedelta(hours=1)) == 1
    assert [ticket.status for ticket in tickets(database)] == [Status.DRAFT]
    assert ending.sweep(line, line.now() + dt.timedelta(hours=1)) == 0


def test_a_call_forgotten_before_anybody_ended_it_is_ended_all_the_same(app: Flask, database: Database) -> None:
    twilio, line = Twilio(app), line_of(app)
    twilio.turn(0)
    with database.transaction() as session:
        session.exec(update(tables.Call).values(memory="{}", caller=None, forgotten_at=line.now()))
    assert ending.sweep(line, line.now() + dt.timedelta(hours=1)) == 1
    assert (call(database).status, call(database).outcome) == (CallStatus.ENDED, "abandoned")


def test_half_a_sentence_that_is_certain_redirects_the_live_call_once(twilio: Twilio, database: Database) -> None:
    twilio.turn(0)
    for number, words in enumerate(
        ("there", "there is a fire in", "there is a fire in my kitchen", "my kitchen is on fire")
    ):
        tell(twilio, "/voice/partial?turn=1&lang=es", UnstableSpeechResult=words, SequenceNumber=str(number))
    [order] = outbox(database, "rest_call")
    assert order.recipient == SID
    assert order.payload["url"].endswith("/voice/emergency?lang=es")
    assert order.payload["evidence"]
    response = twilio.post("/voice/emergency?lang=es")
    assert "marque 9 1 1" in response.get_data(as_text=True)


def test_half_a_sentence_without_danger_writes_nothing(twilio: Twilio, database: Database) -> None:
    tell(twilio, "/voice/partial?turn=1&lang=en", UnstableSpeechResult="there is a fire hydrant")
    assert not outbox(database, "rest_call")


def test_the_redirect_is_called_off_when_the_call_ends(twilio: Twilio, database: Database) -> None:
    twilio.turn(0)
    tell(twilio, "/voice/partial?turn=1", StableSpeechResult="my house is on fire")
    tell(twilio, "/voice/status", CallStatus="completed")
    assert [order.status for order in outbox(database, "rest_call")] == ["cancelled"]


def recording(**more: str) -> dict[str, str]:
    return {"RecordingSid": "RE1", "RecordingUrl": "https://r.example/RE1", "RecordingDuration": "9"} | more


def test_a_message_whose_turn_never_came_is_kept_once(twilio: Twilio, database: Database) -> None:
    twilio.turn(0)
    for _ in range(2):
        tell(twilio, "/voice/recording?turn=4&lang=en", **recording(RecordingStatus="completed"))
    [ticket] = tickets(database)
    assert (ticket.recording_sid, ticket.recording_seconds, ticket.status) == ("RE1", 9, Status.NEEDS_REVIEW)


def test_a_recording_that_failed_or_of_an_unknown_call_is_nothing(twilio: Twilio, database: Database) -> None:
    tell(twilio, "/voice/recording", **recording(RecordingStatus="completed"))
    twilio.turn(0)
    tell(twilio, "/voice/recording", **recording(RecordingStatus="absent"))
    assert not tickets(database)


def test_a_late_transcript_that_speaks_of_danger_alerts_people(twilio: Twilio, database: Database) -> None:
    twilio.turn(0)
    tell(twilio, "/voice/recording", **recording())
    tell(twilio, "/voice/transcript?turn=4", **recording(TranscriptionText="please help my father is not breathing"))
    [ticket] = tickets(database)
    assert ticket.transcript == "please help my father is not breathing"
    assert ticket.priority is Priority.URGENT
    assert "emergency_in_transcript" in ticket.review


def test_danger_in_a_recording_stands_in_the_log_of_emergencies_once_however_often_twilio_tells(
    twilio: Twilio, database: Database
) -> None:
    twilio.turn(0)
    said = recording(TranscriptionText="please help my father is not breathing")
    for _ in range(2):
        tell(twilio, "/voice/transcript?turn=4", **said)
    [ticket] = tickets(database)
    with database.reading() as session:
        [(alarm, number)] = alarm_log.elsewhere(session, "springfield", Danger(verdict="certain"), 10)
        kinds = [line.kind for line in ledger.history(session, "springfield", ticket)]
    assert (alarm.words, alarm.alarm_category, alarm.call_sid) == (said["TranscriptionText"], "medical", SID)
    assert "not breathing" in (alarm.alarm_evidence or "")
    assert number == ticket.number
    assert kinds == ["filed", "transcript"]


def test_a_transcript_that_overtakes_its_recording_is_kept_with_it(twilio: Twilio, database: Database) -> None:
    twilio.turn(0)
    tell(twilio, "/voice/transcript?turn=4", **recording(TranscriptionText="the lamp on my corner is dark"))
    tell(twilio, "/voice/recording", **recording())
    [ticket] = tickets(database)
    assert ticket.transcript == "the lamp on my corner is dark"
    assert ticket.priority is Priority.NORMAL


def test_twilios_fallback_tries_the_turn_once_more_then_a_person(twilio: Twilio) -> None:
    failed = "https://311.springfield.example/voice/turn/3?lang=es"
    first = twilio.post("/voice/fallback", ErrorCode="11200", ErrorUrl=failed).get_data(as_text=True)
    assert '<Redirect method="POST">/voice/turn/3?lang=es&amp;again=1#' in first
    assert "Lo siento" in first
    second = twilio.post("/voice/fallback", ErrorCode="11200", ErrorUrl=f"{failed}&again=1").get_data(as_text=True)
    assert "<Dial" in second


@pytest.mark.parametrize("url", ["", "https://evil.example/steal", "/voice/status", "http://[", "/voice/turn/x"])
def test_a_fallback_from_anywhere_else_goes_to_a_person(twilio: Twilio, url: str) -> None:
    twiml = twilio.post("/voice/fallback", ErrorUrl=url).get_data(as_text=True)
    assert "<Dial" in twiml
    assert "Redirect" not in twiml


def test_the_fallback_asks_the_guard_too(twilio: Twilio) -> None:
    response = twilio.post("/voice/fallback", SpeechResult="someone is breaking into my house right now")
    assert "dial 9 1 1" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    "path",
    ["status", "partial", "recording", "transcript", "emergency", "fallback", "turn/1"],
)
def test_every_door_is_shut_to_whoever_is_not_twilio(twilio: Twilio, path: str) -> None:
    assert twilio.post(f"/voice/{path}", token="another").status_code == 403
    assert twilio.client.get(f"/voice/{path}").status_code == 405


def test_with_the_ledger_gone_callbacks_are_swallowed_quietly(make_app: Callable[..., Flask]) -> None:
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:9/none")
    twilio = Twilio(make_app(database=nowhere))
    tell(twilio, "/voice/status", CallStatus="completed")
    tell(twilio, "/voice/partial", UnstableSpeechResult="my house is on fire")
    nowhere.close()
