"""Danger in a text about a ticket: whoever has it is told at once, and the ticket waits for nothing any more."""

from __future__ import annotations

from flask import Flask
from sqlmodel import select

from dispatch import texts, tickets
from dispatch.text_reports import Understood
from dispatch.texts import Alarm, Text
from storage.database import Database
from storage.tables import Notification
from storage.vocabulary import Priority, Status
from tests.dispatch.littleton import LITTLETON, a_report
from tests.wire.texting import NOON, Texter, asked_of, done, filed, stands
from tests.wire.twilio_side import CALLER


def test_danger_in_an_answer_is_an_answer_too(app: Flask, texter: Texter, database: Database) -> None:
    number = filed(app)
    asked_of(app, number)
    assert "Call 911 now" in texter.texts("the left lane, and there is a gas leak")
    back = stands(database, number)
    assert (back.status, back.paused_at, back.priority) == (Status.ASSIGNED, None, Priority.URGENT)


def test_danger_where_it_was_said_to_be_done_opens_it_again(app: Flask, texter: Texter, database: Database) -> None:
    number, _newer = filed(app, "CA1:1"), filed(app, "CA2:1")
    done(app, number)
    assert "Call 911 now" in texter.texts("it is not fixed and now the house is on fire")
    ticket = stands(database, number)
    assert (ticket.status, ticket.priority) == (Status.REOPENED, Priority.URGENT)


def test_what_is_urgent_by_text_waits_for_no_digest(database: Database) -> None:
    streets = LITTLETON.departments["streets"].model_copy(update={"told": "daily"})
    city = LITTLETON.model_copy(update={"departments": {**LITTLETON.departments, "streets": streets}})
    alarm = Alarm("certain", "gas", "gas leak", "en")
    text = Text("SM1", CALLER, "there is a gas leak in the hole", alarm=alarm)
    with database.transaction() as session:
        tickets.file(session, city, a_report(reporter_phone=CALLER), NOON)
        texts.receive(session, city, text, NOON, lambda *_: Understood("en"))
    with database.reading() as session:
        told = session.exec(select(Notification).where(Notification.template == "department.comment")).one()
    assert (told.recipient, told.channel) == ("streets@littleton.example", "email")
