"""A report becomes a ticket once, however often and with however many others it arrives."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from functools import partial
from typing import Any

import msgspec
import pytest
from sqlmodel import select

from dispatch import tickets
from dispatch.new_ticket import NewTicket
from dispatch.ticket_numbers import NumbersExhausted, check
from storage import tickets as ledger
from storage.database import Database
from storage.tables import Notification, Ticket, TicketEvent
from storage.vocabulary import Channel, Priority, Status
from tests.dispatch.desk import change, filed, history, ticket, together, told
from tests.dispatch.littleton import CALLER, CLERK, LITTLETON, MONDAY, a_report

RECORDED: dict[str, Any] = {"service": "", "place_kind": "none", "address": "", "recording_sid": "RE1"}


def test_a_report_becomes_a_ticket_with_a_department_and_a_deadline(database: Database) -> None:
    number = filed(database)
    found = ticket(database, number)
    assert check(number, LITTLETON.tickets.digits)
    assert (found.status, found.department, found.routed_because) == (Status.NEW, "streets", "usual:pothole:streets")
    assert (found.address, found.lat, found.channel) == ("12 Elm St", 40.5, Channel.PHONE)
    assert found.due_at is not None
    assert found.due_at.date() == dt.date(2026, 3, 5)
    (event,) = history(database, number)
    assert (event.kind, event.who, event.to_status, event.at) == ("filed", "caller", Status.NEW, MONDAY)


def test_department_and_reporter_are_told_in_the_same_transaction(database: Database) -> None:
    filed(database, language="es")
    (department, mail), (reporter, text) = told(database)
    assert (department, reporter) == ("streets@littleton.example", "+12125550001")
    assert "Pothole, 12 Elm St" in mail
    assert "a deep one" in mail
    assert "Bache, 12 Elm St" in text
    assert "5 de marzo" in text
    assert "a deep one" not in text


def test_a_city_words_its_messages_as_it_likes(database: Database) -> None:
    words = {
        "body": {"en": "Got it: {number}. Call {emergency} if it burns.", "es": "Recibido: {number}."},
        "sms": {"es": "ALTO: no más."},
    }
    rules = type(LITTLETON.notifications).model_validate({"words": {"public.filed": words}})
    city = LITTLETON.model_copy(update={"notifications": rules})
    with database.transaction() as session:
        tickets.file(session, city, a_report(origin="CA1:1"), MONDAY)
        tickets.file(session, city, a_report(origin="CA2:1", language="es"), MONDAY)
    english, spanish = (body for recipient, body in told(database) if recipient == "+12125550001")
    assert english.startswith("Got it: ")
    assert english.endswith(". Call 911 if it burns. Reply STOP for no more messages.")
    assert spanish.startswith("Recibido: ")
    assert spanish.endswith(". ALTO: no más.")


def test_who_does_not_want_to_hear_of_it_does_not(database: Database) -> None:
    filed(database, updates=False)
    assert [recipient for recipient, _ in told(database)] == ["streets@littleton.example"]


def test_a_report_handed_in_again_is_the_same_ticket(database: Database) -> None:
    numbers = {filed(database) for _ in range(3)}
    assert len(numbers) == 1
    assert len(history(database, numbers.pop())) == 1
    assert len(told(database)) == 2


def test_one_call_may_file_two_tickets_and_two_cities_may_share_an_origin(database: Database) -> None:
    elsewhere = LITTLETON.model_copy(update={"slug": "bigton"})
    with database.transaction() as session:
        filed_ones = [
            tickets.file(session, LITTLETON, a_report(origin="CA1:1"), MONDAY),
            tickets.file(session, LITTLETON, a_report(origin="CA1:2"), MONDAY),
            tickets.file(session, elsewhere, a_report(origin="CA1:1"), MONDAY),
        ]
        assert len({one.id for one in filed_ones}) == 3
        assert [one.number for one in ledger.of_call(session, "littleton", "CA1")] == [
            one.number for one in filed_ones[:2]
        ]


def test_a_number_that_is_taken_is_drawn_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = filed(database, origin="CA1:1")
    draws = iter([taken, taken, "12345674"])
    monkeypatch.setattr("dispatch.ticket_numbers.draw", lambda _: next(draws))
    assert filed(database, origin="CA1:2") == "12345674"


def test_a_city_whose_numbers_are_used_up_says_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = filed(database, origin="CA1:1")
    monkeypatch.setattr("dispatch.ticket_numbers.draw", lambda _: taken)
    with pytest.raises(NumbersExhausted, match="digits were all taken"):
        filed(database, origin="CA1:2")


def test_fifty_callers_who_file_at_once_get_fifty_numbers(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dispatch.ticket_numbers.draw", scarce)
    numbers: list[str] = []

    def call(caller: int) -> None:
        numbers.append(filed(database, origin=f"CA{caller}:1"))

    together([partial(call, caller) for caller in range(50)])
    assert len(set(numbers)) == 50
    with database.reading() as session:
        assert len(session.exec(select(Ticket)).all()) == 50
        assert len(session.exec(select(TicketEvent)).all()) == 50
        assert len(session.exec(select(Notification)).all()) == 100


def test_one_report_delivered_fifty_times_at_once_is_one_ticket(database: Database) -> None:
    numbers: list[str] = []
    together([lambda: numbers.append(filed(database))] * 50)
    assert Counter(numbers).most_common() == [(numbers[0], 50)]
    assert len(history(database, numbers[0])) == 1
    assert len(told(database)) == 2


def scarce(_: int) -> str:
    """Draw from a hundred numbers only, so that many draws meet."""
    return str(random.randrange(10_000_000, 10_000_100))


def test_a_draft_waits_for_a_person_and_tells_nobody_until_then(database: Database) -> None:
    number = filed(database, draft=True)
    assert (ticket(database, number).status, ticket(database, number).review) == (Status.DRAFT, ["dropped_call"])
    assert told(database) == []
    change(database, tickets.change_status, number, Status.NEW, CLERK)
    assert [recipient for recipient, _ in told(database)] == ["streets@littleton.example", "+12125550001"]


def test_a_message_is_kept_for_review_and_its_transcript_beside_it(database: Database) -> None:
    with database.transaction() as session:
        kept = tickets.keep_message(session, LITTLETON, a_report(**RECORDED), MONDAY)
        assert (kept.status, kept.department, kept.review) == (Status.NEEDS_REVIEW, "information", ["message"])
    change(database, tickets.add_transcript, "RE1", "there is a hole", CALLER)
    assert ticket(database, kept.number).transcript == "there is a hole"
    assert ticket(database, kept.number).priority is Priority.NORMAL
    assert change(database, tickets.add_transcript, "RE2", "?", CALLER) is None


def test_a_message_that_speaks_of_an_emergency_is_urgent(database: Database) -> None:
    number = filed(database, **(RECORDED | {"service": "pothole"}))
    change(database, tickets.add_transcript, "RE1", "he does not breathe", CALLER, alarm="medical")
    found = ticket(database, number)
    assert (found.priority, found.review) == (Priority.URGENT, ["message", "emergency_in_transcript"])
    assert "he does not breathe" in told(database)[-1][1]


def test_a_transcript_delivered_again_changes_nothing(database: Database) -> None:
    number = filed(database, **(RECORDED | {"service": "pothole"}))
    for _ in range(2):
        change(database, tickets.add_transcript, "RE1", "he does not breathe", CALLER, alarm="medical")
    assert [line.kind for line in history(database, number)] == ["filed", "transcript"]
    assert sum("he does not breathe" in body for _, body in told(database)) == 1


def test_a_message_without_a_recording_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="recording_sid"), database.transaction() as session:
        tickets.keep_message(session, LITTLETON, a_report(), MONDAY)


def test_a_report_that_fails_half_way_leaves_nothing(database: Database) -> None:
    def half_done() -> None:
        with database.transaction() as session:
            tickets.file(session, LITTLETON, a_report(), MONDAY)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    with database.reading() as session:
        assert all(session.exec(select(table)).first() is None for table in (Ticket, TicketEvent, Notification))


def test_every_field_of_a_report_is_a_column_of_its_ticket() -> None:
    columns = set(Ticket.model_fields)
    assert {field.name for field in msgspec.structs.fields(NewTicket)} - columns == {"draft"}
