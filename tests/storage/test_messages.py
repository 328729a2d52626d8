"""Texts, questions and digests are forgotten like what was said; a deed taken back takes them back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

from sqlmodel import Session, SQLModel, select

from dispatch import deeds, questions, tickets
from dispatch.new_ticket import By
from storage import messages, outbox, retention
from storage import tickets as ledger
from storage.database import Database
from storage.message_tables import DigestLine, IncomingText, OptOut, Question
from storage.tables import Notification, Ticket, TicketEvent
from storage.vocabulary import NotificationStatus, Status
from tests.dispatch.littleton import CLERK, LITTLETON, MONDAY, a_report, later

PHONE = "+12125550001"
LATER = MONDAY + dt.timedelta(days=400)
Kind = TypeVar("Kind", bound=SQLModel)


def all_of(database: Database, kind: type[Kind]) -> Sequence[Kind]:
    with database.reading() as session:
        return session.exec(select(kind)).all()


def ticket(database: Database, number: str) -> Ticket:
    with database.reading() as session:
        found = ledger.by_number(session, "littleton", number)
    assert found
    return found


def filed(database: Database) -> str:
    with database.transaction() as session:
        return tickets.file(session, LITTLETON, a_report(), MONDAY).number


def a_text(sid: str, ticket_id: int | None) -> IncomingText:
    return IncomingText(
        message_sid=sid, city="littleton", phone=PHONE, body="secret words", reply="secret answer",
        media=[f"https://api.twilio.com/Messages/{sid}/Media/ME1"], ticket_id=ticket_id, at=MONDAY,
        alarm="possible", alarm_category="gas", alarm_evidence="secret words [gas]",
    )  # fmt: skip


def test_what_was_texted_is_forgotten_with_its_ticket_and_at_twilio_too(database: Database) -> None:
    number = filed(database)
    with database.transaction() as session:
        row = ledger.by_number(session, "littleton", number)
        assert row
        questions.ask(session, LITTLETON, row, "secret question?", CLERK)
        tickets.comment(session, LITTLETON, number, "secret words", CLERK, photos=("https://api.twilio.com/ME1",))
        line = DigestLine(
            city="littleton", department="streets", ticket_id=row.id or 0, subject="s", body="secret words", at=MONDAY
        )
        messages.add_digest_line(session, line)
        messages.first_delivery(session, a_text("MM1", row.id))
        messages.first_delivery(session, a_text("MM2", None))
        messages.opt_out(session, "littleton", PHONE, "stop", MONDAY)
    done = later(CLERK, days=1)
    with database.transaction() as session:
        tickets.change_status(session, LITTLETON, number, Status.RESOLVED, done, public="Filled.")
    before = LATER - dt.timedelta(days=30)
    retention.forget(database, "littleton", calls_before=before, tickets_before=before, at=LATER)
    assert all_of(database, DigestLine) == []
    assert [(one.phone, one.text) for one in all_of(database, Question)] == [("", "")]
    assert {(one.phone, one.body, one.reply, tuple(one.media)) for one in all_of(database, IncomingText)} == {
        (None, "", "", ())
    }
    assert {(one.alarm_category, one.alarm_evidence) for one in all_of(database, IncomingText)} == {("gas", None)}
    assert [event.data for event in all_of(database, TicketEvent) if event.kind == "comment"] == [{}]
    deleted = {row.recipient for row in all_of(database, Notification) if row.channel == "rest_delete"}
    assert deleted == {"MM1", "MM1/ME1", "MM2", "MM2/ME1"}
    assert [one.phone for one in all_of(database, OptOut)] == [PHONE], "or the wish could not be honoured"


def _asked(session: Session, row: Ticket, seen: int | None, by: By) -> Ticket:
    questions.ask(session, LITTLETON, row, "Which lane?", by, seen=seen)
    return row


def test_a_question_taken_back_is_not_sent_and_not_waited_for(database: Database) -> None:
    number = filed(database)

    by = later(CLERK, hours=1)
    with database.transaction() as session:
        row = ledger.by_number(session, "littleton", number)
        assert row
        done = deeds.do(
            session, LITTLETON, by, "ask", {number: row.version},
            lambda _, seen: _asked(session, row, seen, by),
        )  # fmt: skip
    assert ticket(database, number).status is Status.WAITING
    with database.transaction() as session:
        deeds.take_back(session, LITTLETON, done.key, CLERK.who, by.at + dt.timedelta(seconds=5))
    assert ticket(database, number).status is Status.NEW
    assert all_of(database, Question) == []
    [sms] = [row for row in all_of(database, Notification) if row.template == "public.asked"]
    assert sms.status is NotificationStatus.CANCELLED


def test_what_a_gateway_says_later_is_believed_once(database: Database) -> None:
    with database.transaction() as session:
        outbox.put(session, "littleton", channel="sms", recipient=PHONE, key="k", at=MONDAY)

    def reported(fate: str) -> bool:
        with database.transaction() as session:
            return outbox.reported(session, "k", MONDAY, fate, "30003")  # type: ignore[arg-type]

    assert reported("accepted"), "its answer was lost, and it is on its way"
    assert not reported("accepted")
    assert reported("delivered")
    assert not reported("lost")
    with database.transaction() as session:
        assert not outbox.reported(session, "unknown", MONDAY, "delivered")
    [row] = all_of(database, Notification)
    assert (row.status, row.delivered_at) == (NotificationStatus.SENT, MONDAY)
