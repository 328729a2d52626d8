"""An operator sees what was sent and what was not, has it sent again, and reads what the house's words look like."""

from __future__ import annotations

import datetime as dt
from html import unescape

import pytest
from flask import Flask
from sqlmodel import select

from dispatch import tickets
from dispatch.console import labels
from dispatch.console.desk import Desk
from dispatch.new_ticket import By, NewTicket
from dispatch.notifications.preview import TEMPLATES
from storage import messages, outbox
from storage.database import Database
from storage.message_tables import IncomingText
from storage.tables import Call, Notification
from storage.tickets import by_number as find_ticket
from storage.vocabulary import Channel, NotificationStatus, Role, Status
from tests.console.clerk import Clerk, hired
from tests.console.conftest import MORNING

PHONE = "+12175550142"


def put(database: Database, key: str, *, status: NotificationStatus, error: str = "", channel: str = "sms") -> int:
    row = Notification(
        city="springfield", channel=channel, recipient=PHONE, template="public.changed", body=f"About {key}",
        idempotency_key=key, status=status, last_error=error, attempts=3, next_attempt_at=MORNING,
        created_at=MORNING, held="quiet_hours" if status is NotificationStatus.PENDING else "",
    )  # fmt: skip
    with database.transaction() as session:
        session.add(row)
        session.flush()
        return row.id or 0


def row(database: Database, number: int) -> Notification:
    with database.reading() as session:
        found = session.get(Notification, number)
    assert found
    return found


@pytest.fixture
def supervisor(house: Flask, database: Database) -> Clerk:
    clerk = Clerk(house)
    clerk.logs_in(hired(database, "ana@springfield.gov", role=Role.SUPERVISOR))
    return clerk


def test_what_failed_is_shown_with_its_reason_and_sent_again(supervisor: Clerk, database: Database) -> None:
    number = put(database, "one", status=NotificationStatus.FAILED, error="400 21211 not a number")
    put(database, "two", status=NotificationStatus.SENT)
    put(database, "three", status=NotificationStatus.PENDING)
    page = supervisor.goes("/console/messages")
    assert "1 failed" in page
    assert "1 held until morning" in page
    assert "Waits for the end of the quiet hours" in page
    page = supervisor.goes("/console/messages?status=failed")
    assert "400 21211 not a number" in page
    assert "About one" in page
    assert "About two" not in page
    supervisor.sends(f"/console/messages/{number}/again")
    assert supervisor.told == ["It is tried again now."]
    again = row(database, number)
    assert (again.status, again.attempts, again.idempotency_key) == (NotificationStatus.PENDING, 0, "one")


def test_why_something_was_never_sent_is_said_in_words(supervisor: Clerk, database: Database) -> None:
    put(database, "one", status=NotificationStatus.CANCELLED, error=outbox.OVERTAKEN)
    page = supervisor.goes("/console/messages?status=cancelled")
    assert "A later message says it as well" in page
    assert outbox.OVERTAKEN not in page


def test_all_that_failed_is_sent_again_after_a_setting_was_mended(supervisor: Clerk, database: Database) -> None:
    numbers = [put(database, str(each), status=NotificationStatus.FAILED) for each in range(3)]
    supervisor.goes("/console/messages")
    supervisor.sends("/console/messages/again")
    assert supervisor.told == ["3 messages are tried again now."]
    assert {row(database, number).status for number in numbers} == {NotificationStatus.PENDING}


def test_what_was_sent_is_not_sent_again_by_a_made_up_address(supervisor: Clerk, database: Database) -> None:
    number = put(database, "one", status=NotificationStatus.SENT)
    supervisor.goes("/console/messages")
    supervisor.sends(f"/console/messages/{number}/again")
    assert supervisor.status == 404
    assert row(database, number).status is NotificationStatus.SENT


def test_an_operator_sees_but_does_not_resend_and_a_viewer_sees_nothing(house: Flask, database: Database) -> None:
    number = put(database, "one", status=NotificationStatus.FAILED)
    operator, viewer = Clerk(house), Clerk(house, address="192.0.2.9")
    operator.logs_in(hired(database, "op@springfield.gov"))
    assert PHONE in operator.goes("/console/messages")
    operator.sends(f"/console/messages/{number}/again")
    assert operator.status == 403
    viewer.logs_in(hired(database, "view@springfield.gov", role=Role.VIEWER))
    viewer.goes("/console/messages")
    assert viewer.status == 403


def test_what_came_in_is_shown_with_its_answer_and_what_was_alarming(supervisor: Clerk, database: Database) -> None:
    with database.transaction() as session:
        text = IncomingText(
            message_sid="SM1", city="springfield", phone=PHONE, body="<b>fire</b>", reply="Call 911 now.",
            alarm="certain", alarm_category="fire", alarm_evidence="fire [burning]", at=MORNING,
            media=["https://api.twilio.com/ME1"],
        )  # fmt: skip
        messages.first_delivery(session, text)
    page = supervisor.goes("/console/messages/incoming")
    assert "&lt;b&gt;fire" in page
    assert "Fire: <q>fire [burning]</q>" in page
    assert "1 photo" in page


def test_texts_that_came_in_go_on_a_page_further(supervisor: Clerk, database: Database) -> None:
    with database.transaction() as session:
        for each in range(55):
            at = MORNING + dt.timedelta(seconds=each)
            came = IncomingText(message_sid=f"SM{each}", city="springfield", phone=PHONE, body=f"text {each}.", at=at)
            messages.first_delivery(session, came)
    page = supervisor.goes("/console/messages/incoming")
    assert "text 54." in page
    assert "text 4." not in page
    older = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    page = supervisor.goes(older)
    assert "text 4." in page
    assert "text 5." not in page
    assert 'rel="prev" href="/console/messages/incoming"' in page
    assert "text 54." in supervisor.goes("/console/messages/incoming?before=x-SM1"), "no page, the first"


def test_messages_are_called_by_what_they_are_for_in_every_language(house: Flask, database: Database) -> None:
    put(database, "one", status=NotificationStatus.SENT)
    for language, words in {"en": "Change of status", "es": "Cambio de estado", "fr": "Changement d’état"}.items():
        clerk = Clerk(house, language=language)
        clerk.logs_in(hired(database, f"{language}@springfield.gov"))
        page = unescape(clerk.goes("/console/messages"))
        assert f"<summary>{words}</summary>" in page
        assert "public.changed" not in page
        assert f"<h2>{words}</h2>" in unescape(clerk.goes("/console/messages/words"))


def test_every_template_has_a_name_at_the_desk() -> None:
    assert set(labels.MESSAGES) >= set(TEMPLATES)


def test_a_live_call_is_named_by_its_caller_and_leads_to_the_call(supervisor: Clerk, database: Database) -> None:
    call = Call(
        call_sid="CA40f", city="springfield", caller=PHONE, state="emergency", memory="{}",
        started_at=MORNING, updated_at=MORNING,
    )  # fmt: skip
    with database.transaction() as session:
        session.add(call)
        session.flush()
        outbox.put(
            session, "springfield", channel="rest_call", recipient="CA40f", key="emergency:CA40f", at=MORNING,
            template="emergency", call_sid="CA40f",
        )  # fmt: skip
    page = supervisor.goes("/console/messages")
    assert f'<a href="/console/calls/CA40f">{PHONE}</a>' in page
    assert "Danger was heard: the call was interrupted" in page


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Quiet hours"), ("es", "Horas de silencio"), ("fr", "Heures calmes")]
)
def test_the_house_s_words_are_shown_in_every_language(
    house: Flask, database: Database, language: str, title: str
) -> None:
    clerk = Clerk(house, language=language)
    clerk.logs_in(hired(database))
    page = clerk.goes("/console/messages/words")
    assert title in page
    for words in ("your report 1234 5678", "su reporte 1234 5678", "votre demande 1234 5678"):
        assert words in page


def test_a_long_list_goes_on_a_page_further(supervisor: Clerk, database: Database, desk: Desk) -> None:
    with database.transaction() as session:
        for each in range(55):
            outbox.put(
                session, "springfield", channel="sms", recipient=PHONE, key=f"k{each}",
                at=MORNING + dt.timedelta(seconds=each), body=f"number {each}.",
            )  # fmt: skip
    page = supervisor.goes("/console/messages")
    assert "number 54." in page
    assert "number 4." not in page
    older = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    page = supervisor.goes(older)
    assert "number 4." in page
    assert "number 5." not in page


def test_an_operator_asks_the_reporter_from_the_ticket_s_page(house: Flask, database: Database, desk: Desk) -> None:
    clerk = Clerk(house)
    clerk.logs_in(hired(database, "maria@springfield.gov"))
    report = NewTicket(
        channel=Channel.PHONE, origin="CA1:1", service="pothole", address="12 Main St", reporter_phone=PHONE
    )
    with database.transaction() as session:
        city = desk.packs.first.city
        number = tickets.file(session, city, report, MORNING - dt.timedelta(days=1)).number
        tickets.comment(
            session, city, number, "see", By("reporter", Channel.SMS, MORNING), photos=("https://x.test/p1",)
        )
    page = clerk.goes(f"/console/tickets/{number}")
    assert f'href="/console/tickets/{number}/photos/' in page
    assert "Ask the reporter by text message" in page
    seen = page.partition(f'value="{number}@')[2].partition('"')[0]
    clerk.sends(f"/console/tickets/{number}", do="ask", text="Which lane?", ticket=f"{number}@{seen}")
    with database.reading() as session:
        ticket = find_ticket(session, "springfield", number)
        rows = session.exec(select(Notification)).all()
    assert ticket
    assert (ticket.status, ticket.waiting_on, ticket.assignee) == (Status.WAITING, "caller", "maria@springfield.gov")
    assert next(row for row in rows if row.template == "public.asked").body.count("Which lane?") == 1
