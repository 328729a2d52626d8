"""Somebody who never called texts what is wrong: it becomes a ticket, or they are asked once for what it lacks."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from sqlmodel import col, select

from dispatch.new_ticket import By
from dispatch.text_reports import COMPLETED_WITHIN
from storage.database import Database
from storage.message_tables import IncomingText
from storage.tables import Follower, Notification, Ticket, TicketEvent
from storage.vocabulary import Channel, Status
from tests.wire.texting import NOON, Texter, done
from tests.wire.twilio_side import CALLER, line_of

POTHOLE = "there is a pothole at 100 mission street"


def all_tickets(database: Database) -> list[Ticket]:
    with database.reading() as session:
        return list(session.exec(select(Ticket).order_by(col(Ticket.id))).all())


def number_in(reply: str) -> str:
    found = re.search(r"\d{4} \d{4}", reply)
    assert found, reply
    return found[0].replace(" ", "")


def test_a_text_that_says_what_and_where_is_filed_and_answered(texter: Texter, database: Database) -> None:
    reply = texter.texts(POTHOLE)
    [ticket] = all_tickets(database)
    assert (ticket.service, ticket.address, ticket.channel) == ("pothole", "100 Mission St", Channel.SMS)
    assert (ticket.status, ticket.description, ticket.reporter_phone) == (Status.NEW, POTHOLE, CALLER)
    number = f"{ticket.number[:4]} {ticket.number[4:]}"
    assert reply == (
        f"Springfield 311: we have your report {number}: Pothole, 100 Mission St. "
        "It should be done by March 5. Reply STOP for no more messages. "
        "Text STATUS to hear how it stands, or anything you want to add."
    )
    assert texter.texts("status").startswith(f"{number} (Pothole): received.")
    with database.reading() as session:
        assert [one.phone for one in session.exec(select(Follower))] == [CALLER]
        told = session.exec(select(Notification).where(Notification.channel == "sms")).all()
    assert told == [], "the answer is all they get for now"


def test_delivered_twice_it_is_one_ticket_and_one_answer(texter: Texter, database: Database) -> None:
    replies = {texter.texts(POTHOLE, sid="SM" + "a" * 32) for _ in range(3)}
    assert len(replies) == 1
    assert len(all_tickets(database)) == 1


@pytest.mark.parametrize(
    ("words", "language", "answer"),
    [
        ("hay un bache en 100 mission street", "es", "Escriba ESTADO"),
        ("il y a un nid de poule au 100 mission street", "fr", "Écrivez STATUT"),
    ],
)
def test_it_is_answered_in_the_language_it_was_written_in(
    words: str, language: str, answer: str, texter: Texter, database: Database
) -> None:
    assert answer in texter.texts(words)
    assert [ticket.language for ticket in all_tickets(database)] == [language]


def test_what_lacks_a_place_is_asked_for_it_and_the_next_text_completes_it(texter: Texter, database: Database) -> None:
    photo = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
    asked = texter.texts("¡hay un bache enorme!", MediaUrl0=photo)
    assert asked == "Gracias: Bache. ¿Dónde está? Responda con la dirección o la esquina más cercana."
    assert all_tickets(database) == []
    assert "Escriba ESTADO" in texter.texts("100 Mission")
    [ticket] = all_tickets(database)
    assert (ticket.service, ticket.address, ticket.language) == ("pothole", "100 Mission St", "es")
    assert ticket.description == "¡hay un bache enorme! / 100 Mission"
    with database.reading() as session:
        kept = session.exec(select(IncomingText)).all()
        shown = session.exec(select(TicketEvent).where(TicketEvent.kind == "comment")).one()
    assert {(one.ticket_id, one.asked) for one in kept} == {(ticket.id, "")}
    assert shown.data == {"photos": [photo]}


def test_what_lacks_a_matter_is_asked_for_it(texter: Texter, database: Database) -> None:
    assert texter.texts("100 Mission St").startswith("Thank you: 100 Mission St. What is wrong there?")
    number = number_in(texter.texts("somebody sprayed graffiti on the wall"))
    [ticket] = all_tickets(database)
    assert (ticket.number, ticket.service, ticket.address) == (number, "graffiti", "100 Mission St")


def test_a_place_nobody_knows_is_kept_in_their_words_for_a_person(texter: Texter, database: Database) -> None:
    assert "Is it 12 Maine Ave?" in texter.texts("there is a pothole at 12 Main Street")
    assert "we have your report" in texter.texts("behind grandma's barn, you know")
    [ticket] = all_tickets(database)
    assert (ticket.service, ticket.address) == ("pothole", "behind grandma's barn, you know")
    assert (ticket.status, ticket.review) == (Status.NEEDS_REVIEW, ["location_unverified"])


def test_after_a_day_nobody_remembers_what_was_asked(app: Flask, texter: Texter, database: Database) -> None:
    texter.texts("there is a pothole")
    line_of(app).now = lambda: NOON + COMPLETED_WITHIN + dt.timedelta(minutes=1)
    assert "What is wrong there?" in texter.texts("100 Mission St")
    assert all_tickets(database) == []


def test_what_nobody_understands_is_told_how(texter: Texter, database: Database) -> None:
    assert texter.texts("hello?").startswith("Sorry, we cannot tell what this is about. Text what is wrong and where")
    assert texter.texts("necesito ayuda con la basura").startswith("Lo sentimos, no sabemos de qué se trata.")
    assert all_tickets(database) == []


def test_danger_is_answered_first_and_files_nothing(texter: Texter, database: Database) -> None:
    assert "Call 911 now" in texter.texts("my house at 100 mission street is on fire")
    assert all_tickets(database) == []
    texter.texts("there is a pothole")
    assert "Call 911 now" in texter.texts("100 Mission St, a car fell in and is on fire")
    assert all_tickets(database) == []


def test_commands_are_commands_while_something_is_asked(texter: Texter, database: Database) -> None:
    texter.texts("there is a pothole")
    assert texter.texts("STOP") == ""
    assert "no report from this number" in texter.texts("status")
    assert "text STATUS and a number" in texter.texts("help")
    assert all_tickets(database) == []


def test_whoever_has_a_ticket_adds_to_it_unless_they_report_another_thing_whole(
    texter: Texter, database: Database
) -> None:
    number = number_in(texter.texts(POTHOLE))
    added = f"Thank you. We have added it to your report {number[:4]} {number[4:]}."
    assert texter.texts("it is right behind the bus stop") == added
    assert texter.texts("the pothole at 100 mission street is getting deep") == added
    second = number_in(texter.texts("and there is graffiti at 12 maine avenue"))
    assert [ticket.number for ticket in all_tickets(database)] == [number, second]


@pytest.mark.parametrize(
    "words",
    [
        "Pothole at 100 Mission St still not fixed",
        "there is a pothole at 100 mission street, nobody came",
        "Novedades: bache en 100 mission street",
        "status of the road is awful, pothole at 100 mission street",
        "Estado terrible del pavimento, bache enorme en 100 mission street",
    ],
)
def test_a_report_is_one_whatever_command_it_sounds_like(words: str, texter: Texter, database: Database) -> None:
    number_in(texter.texts(words))
    assert [ticket.service for ticket in all_tickets(database)] == ["pothole"]


def test_not_fixed_of_nothing_we_know_says_so(texter: Texter, database: Database) -> None:
    assert "no report from this number" in texter.texts("still not fixed!")
    assert all_tickets(database) == []


@pytest.mark.parametrize("days", [5, 200])
def test_what_comes_after_the_end_is_a_new_report(days: int, app: Flask, texter: Texter, database: Database) -> None:
    done(app, number_in(texter.texts(POTHOLE)), By("maria", Channel.CONSOLE, NOON))
    line_of(app).now = lambda: NOON + dt.timedelta(days=days)
    number_in(texter.texts(POTHOLE))
    done(app, all_tickets(database)[-1].number, By("maria", Channel.CONSOLE, line_of(app).now()))
    assert texter.texts("There is graffiti on a wall").startswith("Thank you: Graffiti. Where is it?")
    number_in(texter.texts("12 maine avenue"))
    assert [ticket.service for ticket in all_tickets(database)] == ["pothole", "pothole", "graffiti"]


def test_thanks_for_what_was_done_are_no_report(app: Flask, texter: Texter, database: Database) -> None:
    done(app, number_in(texter.texts(POTHOLE)))
    assert "We have added it" in texter.texts("Thank you for fixing the pothole at 100 mission street!")
    line_of(app).now = lambda: NOON + dt.timedelta(days=200)
    assert "We have added it" in texter.texts("thanks again")
    assert len(all_tickets(database)) == 1


def test_a_place_that_is_offered_is_taken_with_a_yes(texter: Texter, database: Database) -> None:
    assert texter.texts("hay un bache en 12 main street").startswith("Gracias: Bache. ¿Es en 12 Maine Ave? Responda SÍ")
    number_in(texter.texts("Sí, ahí"))
    [ticket] = all_tickets(database)
    assert (ticket.address, ticket.location_verified, ticket.language) == ("12 Maine Ave", True, "es")


def test_a_place_that_is_offered_and_is_not_meant_is_asked_for(texter: Texter, database: Database) -> None:
    texter.texts("there is a pothole at 12 Main Street")
    assert texter.texts("no").startswith("Thank you: Pothole. Where is it?")
    number_in(texter.texts("100 Mission Street"))
    assert [ticket.address for ticket in all_tickets(database)] == ["100 Mission St"]


@pytest.mark.parametrize("nod", ["ok, thanks", "yes", "No", "🙂"])
def test_a_nod_is_no_place(nod: str, texter: Texter, database: Database) -> None:
    texter.texts("there is a pothole")
    assert texter.texts(nod).startswith("Thank you: Pothole. Where is it?")
    number_in(texter.texts("100 Mission Street"))
    assert [ticket.description for ticket in all_tickets(database)] == [
        f"there is a pothole / {nod} / 100 Mission Street"
    ]


def test_photos_come_first_and_words_after(texter: Texter, database: Database) -> None:
    photo = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME"
    assert texter.texts("", MediaUrl0=f"{photo}1").startswith("Thank you for the photo. What is wrong")
    texter.texts("", MediaUrl0=f"{photo}2")
    assert texter.texts("it is a pothole").startswith("Thank you: Pothole. Where is it?")
    assert texter.texts("", MediaUrl0=f"{photo}3").startswith("Thank you: Pothole. Where is it?")
    number_in(texter.texts("100 mission street"))
    with database.reading() as session:
        shown = session.exec(select(TicketEvent).where(TicketEvent.kind == "comment")).one()
        assert {one.asked for one in session.exec(select(IncomingText))} == {""}
    assert shown.data == {"photos": [f"{photo}{number}" for number in (1, 2, 3)]}
    [ticket] = all_tickets(database)
    assert ticket.description == "it is a pothole / 100 mission street"


def test_an_example_of_a_report_is_of_the_city(texter: Texter) -> None:
    assert "such as: Stray or loose animal, with the address." in texter.texts("hello?")
