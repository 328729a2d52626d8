"""Somebody texts the city: danger first, then what they want, and the ticket's history keeps it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlmodel import col, select

from dispatch import questions, tickets
from dispatch.workflow import MoveRefused
from storage import messages
from storage import tickets as ledger
from storage.database import Database
from storage.tables import Notification
from storage.vocabulary import Channel, NotificationStatus, Priority, Status
from tests.wire.texting import MARIA, NOON, Texter, asked_of, done, filed, grouped, history, stands
from tests.wire.twilio_side import CALLER, Twilio, line_of


def test_danger_is_sent_to_911_at_once_and_those_who_have_the_ticket_learn_of_it(
    app: Flask, texter: Texter, database: Database
) -> None:
    number = filed(app)
    reply = texter.texts("the hole swallowed a car and it is on fire")
    assert "Call 911 now" in reply
    ticket = stands(database, number)
    assert ticket.priority is Priority.URGENT
    assert [event.why for event in history(database, number) if event.kind == "comment"] == [
        "the hole swallowed a car and it is on fire"
    ]


def test_danger_in_another_language_is_answered_in_that_one_first(texter: Texter) -> None:
    assert texter.texts("¡mi casa se está quemando!").startswith("Esto parece una emergencia. Llame al 911")


@pytest.mark.parametrize("digits", ["911", "112"])
def test_somebody_who_dials_by_text_is_told_to_call(texter: Texter, digits: str) -> None:
    assert "Call 911 now" in texter.texts(digits)


def test_danger_is_answered_with_the_ledger_gone(app: Flask, texter: Texter) -> None:
    line = line_of(app)
    line.database = Database("postgresql+psycopg://nobody@127.0.0.1:9/none")
    assert "Call 911 now" in texter.texts("my house is on fire")
    assert "something is not working" in texter.texts("status")


def test_what_was_not_signed_is_refused_and_what_is_no_message_too(app: Flask) -> None:
    twilio = Twilio(app)
    assert twilio.post("/sms", token="stolen", MessageSid="SM" + "0" * 32, Body="hi").status_code == 403
    assert twilio.post("/sms/status", token="stolen", MessageStatus="sent").status_code == 403
    assert twilio.post("/sms", Body="hi").status_code == 400


def test_help_is_what_carriers_demand_and_names_911_for_who_meant_it(texter: Texter) -> None:
    reply = texter.texts("HELP")
    assert "all 911 now." in reply.partition("Springfield 311")[0]
    assert "text STATUS and a number" in reply


def test_status_of_the_latest_or_the_one_named(app: Flask, texter: Texter) -> None:
    first, second = filed(app, "CA1:1"), filed(app, "CA2:1")
    done(app, first)
    assert texter.texts("status").startswith(f"{grouped(second)} (Pothole")
    assert "done. We filled it." in texter.texts(f"Status {grouped(first)}")
    assert "done. We filled it." in texter.texts(first)
    assert "should be done by" in texter.texts(f"estado {second}") or "Debería" in texter.texts(f"estado {second}")
    wrong = str(int(first) + 1) if first[-1] != "9" else str(int(first) - 1)
    assert (
        texter.texts(f"status {wrong}")
        == f"We have no report {grouped(wrong)}. Please look at the number again, or call 311."
    )


def test_a_number_that_has_reported_nothing_is_told_so(texter: Texter) -> None:
    assert "no report from this number" in texter.texts("status")
    assert "no report from this number" in texter.texts("the tree is still there on the road")


def test_a_yes_that_twilio_takes_for_a_start_answers_what_was_asked(
    app: Flask, texter: Texter, database: Database
) -> None:
    number = filed(app)
    asked_of(app, number, "Is the lane blocked?")
    assert texter.texts("Start", OptOutType="START") == ""
    assert stands(database, number).status is Status.WAITING
    assert texter.texts("Yes", OptOutType="START") == ""
    assert stands(database, number).status is Status.ASSIGNED
    assert "Yes" in [event.why for event in history(database, number)]


def test_words_and_photos_reach_the_history(app: Flask, texter: Texter, database: Database) -> None:
    number = filed(app)
    url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
    reply = texter.texts(
        "it is right behind the bus stop", NumMedia="1", MediaUrl0=url, MediaUrl1="javascript:alert(1)"
    )
    assert reply == f"Thank you. We have added it to your report {grouped(number)}."
    event = history(database, number)[-1]
    assert (event.who, event.channel, event.why) == ("reporter", Channel.SMS, "it is right behind the bus stop")
    assert event.data == {"photos": [url]}
    texter.texts("", NumMedia="1", MediaUrl0=url)
    assert history(database, number)[-1].why == "(photo)"


def test_a_message_delivered_twice_is_heeded_once_and_answered_the_same(
    app: Flask, texter: Texter, database: Database
) -> None:
    number = filed(app)
    before = len(history(database, number))
    replies = {texter.texts("by the way it grew", sid="SM" + "a" * 32) for _ in range(3)}
    assert len(replies) == 1
    assert len(history(database, number)) == before + 1


def test_an_answer_brings_the_ticket_back_to_whoever_asked(app: Flask, texter: Texter, database: Database) -> None:
    number, other = filed(app), filed(app, "CA9:1")
    asked_of(app, number)
    waiting = stands(database, number)
    assert (waiting.status, waiting.waiting_on, waiting.assignee) == (Status.WAITING, "caller", "maria")
    assert waiting.paused_at == NOON
    with database.reading() as session:
        asked = session.exec(select(Notification).order_by(col(Notification.id).desc())).first()
    assert asked
    assert (asked.recipient, asked.template) == (CALLER, "public.asked")
    assert "Which lane is it in?" in asked.body
    assert texter.texts("the left one") == f"Thank you. We go on with your report {grouped(number)}."
    back = stands(database, number)
    assert (back.status, back.assignee, back.paused_at) == (Status.ASSIGNED, "maria", None)
    assert "the left one" in [event.why for event in history(database, number)]
    assert texter.texts("oh and it is deep") == f"Thank you. We have added it to your report {grouped(other)}."


def test_stop_is_remembered_and_start_forgets_it(app: Flask, texter: Texter, database: Database) -> None:
    def opted_out() -> set[str]:
        with database.reading() as session:
            return messages.opted_out(session, "springfield", {CALLER})

    filed(app)
    assert texter.texts("Stop.") == "", "Twilio answers its own words, and a second answer would be refused"
    assert opted_out() == {CALLER}
    assert "volverá" not in texter.texts("START")
    assert opted_out() == set()
    assert texter.texts("¡ALTO!").startswith("Springfield 311: no recibirá más mensajes.")
    assert texter.texts("Arrêt").startswith("Springfield 311 : vous ne recevrez plus")
    assert opted_out() == {CALLER}
    assert texter.texts("comenzar").startswith("Springfield 311: recibirá mensajes otra vez.")
    assert texter.texts("whatever", OptOutType="STOP") == ""
    assert opted_out() == {CALLER}


def test_what_twilio_says_of_our_own_messages_is_kept(app: Flask, texter: Texter, database: Database) -> None:
    filed(app)
    with database.reading() as session:
        keys = [row.idempotency_key for row in session.exec(select(Notification)).all() if row.channel == "sms"]
    [key] = keys

    def said(status: str) -> Notification:
        path = f"/sms/status?key={key}"
        assert texter.twilio.post(path, MessageSid="SM1", MessageStatus=status, ErrorCode="30003").status_code == 204
        with database.reading() as session:
            return session.exec(select(Notification).where(Notification.idempotency_key == key)).one()

    assert said("sent").status is NotificationStatus.SENT
    assert said("undelivered").last_error == "Twilio 30003: undelivered"
    delivered = said("delivered")
    assert (delivered.status, delivered.delivered_at) == (NotificationStatus.SENT, NOON)
    assert said("failed").status is NotificationStatus.SENT


def test_what_twilio_refuses_because_of_a_stop_is_remembered_as_one(
    app: Flask, texter: Texter, database: Database
) -> None:
    filed(app)
    with database.reading() as session:
        [key] = [row.idempotency_key for row in session.exec(select(Notification)).all() if row.channel == "sms"]
    texter.twilio.post(f"/sms/status?key={key}", MessageSid="SM1", MessageStatus="failed", ErrorCode="21610")
    with database.reading() as session:
        assert messages.opted_out(session, "springfield", {CALLER}) == {CALLER}


def test_nobody_is_asked_who_cannot_be(app: Flask, texter: Texter) -> None:
    line = line_of(app)
    silent, city = filed(app, phone=None), line.packs.first.city
    texter.texts("stop")
    unwilling = filed(app, "CA5:1")
    for number, question, why in (
        (silent, "Where?", "no telephone"),
        (unwilling, "Where?", "no text"),
        (unwilling, " ", "1 to 600"),
    ):
        with line.database.transaction() as session:
            found = ledger.by_number(session, "springfield", number)
            assert found
            with pytest.raises(MoveRefused, match=why):
                questions.ask(session, city, found, question, MARIA)


def test_an_answer_is_no_longer_than_a_text_message(app: Flask, texter: Texter) -> None:
    number = filed(app)
    line = line_of(app)
    with line.database.transaction() as session:
        tickets.change_status(
            session, line.packs.first.city, number, Status.RESOLVED, MARIA, public="We filled it. " * 200
        )
    reply = texter.texts("status")
    assert (len(reply), reply[-1]) == (1600, "…")
