"""A day is promised only while it lies ahead and the work goes on: in a text, on the page, by telephone, by e-mail."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, select

from dispatch import tickets
from dispatch.new_ticket import By
from ivr.dialogue.moves import FindTicket, KnownTicket
from ivr.effects import look
from ivr.settings import Settings
from storage.tables import Notification
from storage.vocabulary import Channel, Status
from tests.wire.test_report_link import Browser
from tests.wire.texting import MARIA, NOON, Texter, filed
from tests.wire.twilio_side import CALLER, line_of

FIXED = dt.datetime(2026, 3, 5, 14, tzinfo=dt.UTC)
A_DAY = re.compile(r"\b(March|marzo|mars)\b")
CONTRACTOR = {
    "en": "waiting for a contractor",
    "es": "en espera de un contratista",
    "fr": "en attente d'un prestataire",
}
STATUS = {"en": "STATUS", "es": "ESTADO", "fr": "STATUT"}
UPDATED = {"en": "corrected", "es": "corregido", "fr": "corrigé"}


class Asked:
    """Somebody who asks in every way at once how their pothole stands, so many days after noon."""

    def __init__(self, app: Flask, settings: Settings, language: str) -> None:
        self.app, self.settings, self.texter, self.language = app, settings, Texter(app), language
        self.city = line_of(app).packs.first.city
        self.number = filed(app, language=language)

    def clerk(self, to: Status, days: float = 0, **more: Any) -> None:
        """Move it, so many days after noon."""
        with line_of(self.app).database.transaction() as session:
            tickets.change_status(session, self.city, self.number, to, _at(MARIA, days), **more)

    def corrected(self, days: float) -> str:
        """What is texted where a clerk corrects what it is about."""
        with line_of(self.app).database.transaction() as session:
            for service in ("sewer", "pothole"):
                tickets.change_service(session, self.city, self.number, service, _at(MARIA, days))
        with line_of(self.app).database.reading() as session:
            texts = select(Notification).where(Notification.recipient == CALLER)
            last = session.exec(texts.order_by(col(Notification.id).desc())).first()
        assert last
        return last.body

    def hears(self, days: float) -> list[str]:
        """What a text message, the page and the telephone answer so many days after noon."""
        at = NOON + dt.timedelta(days=days)
        line_of(self.app).now = lambda: at
        with line_of(self.app).database.reading() as session:
            known = look(session, self.city, FindTicket(self.number), at).value
        assert isinstance(known, KnownTicket)
        by_telephone = f"March {known.due}" if known.due else ""
        return [self.texter.texts(STATUS[self.language]), Browser(self.app, self.settings).opens(), by_telephone]


def _at(by: By, days: float) -> By:
    return By(by.who, by.channel, by.at + dt.timedelta(days=days))


@pytest.fixture(params=["en", "es", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def asked(app: Flask, settings: Settings, language: str) -> Asked:
    return Asked(app, settings, language)


def test_a_day_ahead_is_told_by_every_way(asked: Asked) -> None:
    assert all(A_DAY.search(said) for said in asked.hears(0))


def test_a_day_that_is_over_is_told_by_none(asked: Asked, language: str) -> None:
    assert not any(A_DAY.search(said) for said in asked.hears(28))
    told = asked.corrected(28)
    assert UPDATED[language] in told
    assert not A_DAY.search(told)
    assert ".." not in told
    assert told.endswith(".")


def test_nor_is_a_day_that_was_fixed_and_is_over(asked: Asked) -> None:
    asked.clerk(Status.SCHEDULED, scheduled_for=FIXED)
    assert all(A_DAY.search(said) for said in asked.hears(2))
    assert not any(A_DAY.search(said) for said in asked.hears(28))
    assert not A_DAY.search(asked.corrected(28))


def test_who_waits_for_a_contractor_hears_that_and_of_no_day(asked: Asked, language: str) -> None:
    asked.clerk(Status.WAITING, waiting_on="contractor")
    said = asked.hears(0.1)
    assert not any(A_DAY.search(one) for one in said)
    assert all(CONTRACTOR[language] in one for one in said[:2])
    assert not A_DAY.search(asked.corrected(0.1))


def test_what_is_closed_or_opened_again_and_old_is_promised_for_no_day_gone(app: Flask, asked: Asked) -> None:
    asked.clerk(Status.RESOLVED, public="…")
    assert not any(A_DAY.search(said) for said in asked.hears(0.1))
    caller = By("reporter", Channel.SMS, NOON + dt.timedelta(days=20), CALLER)
    with line_of(app).database.transaction() as session:
        tickets.not_fixed(session, asked.city, asked.number, "still there", caller)
    assert all(A_DAY.search(said) for said in asked.hears(20)), "a new deadline"
    assert not any(A_DAY.search(said) for said in asked.hears(27))
