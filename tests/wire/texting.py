"""Somebody who texts the city by signed webhooks, and what a clerk does and sees of it meanwhile."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

from flask import Flask

from dispatch import questions, tickets
from dispatch.new_ticket import By, NewTicket
from storage import tickets as ledger
from storage.database import Database
from storage.tables import Ticket, TicketEvent
from storage.vocabulary import Channel, Status
from tests.wire.twilio_side import CALLER, Twilio, line_of

NOON = dt.datetime(2026, 3, 2, 18, tzinfo=dt.UTC)
MARIA = By("maria", Channel.CONSOLE, NOON)


def filed(app: Flask, origin: str = "CA1:1", phone: str | None = CALLER, language: str = "en") -> str:
    """The number of a pothole somebody reported."""
    line = line_of(app)
    report = NewTicket(
        channel=Channel.PHONE,
        origin=origin,
        service="pothole",
        address="12 Main St",
        place_kind="address",
        description="a deep one",
        reporter_phone=phone,
        updates=True,
        language=language,
    )
    with line.database.transaction() as session:
        return tickets.file(session, line.packs.first.city, report, NOON - dt.timedelta(days=2)).number


def done(app: Flask, number: str, by: By = MARIA) -> None:
    line = line_of(app)
    with line.database.transaction() as session:
        city = line.packs.first.city
        tickets.change_status(session, city, number, Status.RESOLVED, by, public="We filled it.")


def stands(database: Database, number: str) -> Ticket:
    with database.reading() as session:
        found = ledger.by_number(session, "springfield", number)
    assert found
    return found


def history(database: Database, number: str) -> list[TicketEvent]:
    with database.reading() as session:
        return list(ledger.history(session, "springfield", stands(database, number)))


def grouped(number: str) -> str:
    return f"{number[:4]} {number[4:]}"


def asked_of(app: Flask, number: str, text: str = "Which lane is it in?", by: By = MARIA) -> None:
    line = line_of(app)
    with line.database.transaction() as session:
        found = ledger.by_number(session, "springfield", number)
        assert found
        questions.ask(session, line.packs.first.city, found, text, by)


class Texter:
    """Somebody with a telephone that can text."""

    def __init__(self, app: Flask, number: str = CALLER) -> None:
        self.twilio = Twilio(app, From=number)
        self.sent = 0

    def texts(self, body: str, sid: str = "", **form: str) -> str:
        """Send a message; the words that come back, "" for none."""
        self.sent += 1
        sid = sid or f"SM{self.sent:032x}"
        response = self.twilio.post("/sms", MessageSid=sid, Body=body, **form)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
        reply = re.fullmatch(
            r'<\?xml version="1.0" encoding="UTF-8"\?><Response>(?:<Message>(.*)</Message>)?</Response>',
            response.get_data(as_text=True),
        )
        assert reply
        return unescape(reply[1] or "")
