"""Somebody texts that it is not fixed: of which ticket they say it, and what comes of it."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from dispatch import ticket_numbers, tickets
from dispatch.new_ticket import By
from storage.database import Database
from storage.vocabulary import Channel, Priority, Status
from tests.wire.texting import MARIA, NOON, Texter, asked_of, done, filed, grouped, history, stands
from tests.wire.twilio_side import line_of


def test_not_fixed_reopens(app: Flask, texter: Texter, database: Database) -> None:
    number = filed(app)
    done(app, number)
    assert texter.texts("It's NOT FIXED!") == f"Thank you for telling us. Your report {grouped(number)} is open again."
    ticket = stands(database, number)
    assert (ticket.status, ticket.priority) == (Status.REOPENED, Priority.HIGH)


def test_not_fixed_is_said_of_what_was_done_last_and_not_of_what_was_reported_last(
    app: Flask, texter: Texter, database: Database
) -> None:
    done_first, done_last, newest = filed(app, "CA1:1"), filed(app, "CA2:1"), filed(app, "CA3:1")
    done(app, done_last, By("maria", Channel.CONSOLE, NOON - dt.timedelta(hours=1)))
    done(app, done_first, By("maria", Channel.CONSOLE, NOON - dt.timedelta(hours=9)))
    assert texter.texts("not fixed") == f"Thank you for telling us. Your report {grouped(done_last)} is open again."
    assert texter.texts(f"not fixed {done_first}").endswith(f"{grouped(done_first)} is open again.")
    assert stands(database, newest).status is Status.NEW


def test_who_follows_says_not_fixed_as_well(app: Flask, database: Database) -> None:
    neighbour, number = "+14155550199", filed(app)
    line = line_of(app)
    line.now = lambda: NOON
    with line.database.transaction() as session:
        city = line.packs.first.city
        tickets.follow(session, city, number, By("caller", Channel.PHONE, NOON), language="es", phone=neighbour)
    done(app, number)
    assert "abierto otra vez" in Texter(app, neighbour).texts("no está arreglado")
    assert stands(database, number).status is Status.REOPENED


def test_a_question_of_a_ticket_that_went_on_without_an_answer_swallows_nothing(
    app: Flask, texter: Texter, database: Database
) -> None:
    number = filed(app)
    asked_of(app, number)
    done(app, number)
    assert texter.texts("NOT FIXED").endswith("is open again.")
    done(app, number)
    newer = filed(app, "CA2:1")
    assert texter.texts("there is broken glass too").endswith(f"{grouped(newer)}.")


def test_not_fixed_answers_the_question_that_was_asked_after_the_end(
    app: Flask, texter: Texter, database: Database
) -> None:
    over, asked = filed(app, "CA1:1"), filed(app, "CA2:1")
    done(app, over, By("maria", Channel.CONSOLE, NOON - dt.timedelta(hours=1)))
    asked_of(app, asked, "Is it still broken?")
    assert texter.texts("still broken").startswith("Thank you. We go on with")
    assert stands(database, over).status is Status.RESOLVED
    assert stands(database, asked).status is Status.ASSIGNED


def test_not_fixed_of_what_joined_an_open_report_is_added_to_that_one(
    app: Flask, texter: Texter, database: Database
) -> None:
    parent, joined = filed(app, "CA1:1", phone="+14155550199"), filed(app, "CA2:1")
    with line_of(app).database.transaction() as session:
        tickets.merge(session, line_of(app).packs.first.city, joined, parent, MARIA)
    reply = texter.texts(f"not fixed {joined}")
    assert reply == f"Thank you. We have added it to your report {grouped(joined)}."
    assert stands(database, parent).status is Status.NEW
    assert history(database, parent)[-1].why == f"not fixed {joined}"
    done(app, parent)
    assert texter.texts("not fixed").endswith("is open again."), "its sender was told that it is done"
    assert stands(database, parent).status is Status.REOPENED


def test_not_fixed_too_late_is_kept_all_the_same(app: Flask, texter: Texter, database: Database) -> None:
    number = filed(app)
    done(app, number, By("maria", Channel.CONSOLE, NOON - dt.timedelta(days=90)))
    assert "closed a while ago" in texter.texts("still not fixed")
    assert stands(database, number).status is Status.RESOLVED
    assert history(database, number)[-1].why == "still not fixed"


@pytest.mark.parametrize(
    "words",
    [
        "The light is still out",
        "No",
        "it came back",
        "Sigue sin luz",
        "todavía no",
        "Ça ne marche pas",
        "pas encore réglé",
        "👎",
        "it is not fixed. the crew came last tuesday around noon and left again without doing anything at all",
    ],
)
def test_an_answer_to_is_done_that_says_it_is_not_reopens(
    words: str, app: Flask, texter: Texter, database: Database
) -> None:
    number = filed(app)
    done(app, number)
    texter.texts(words)
    assert stands(database, number).status is Status.REOPENED


@pytest.mark.parametrize(
    "words", ["thanks, it is fixed", "No, thanks", "no problem", "Gracias, ya quedó", "merci, ça marche", "👍"]
)
def test_who_is_content_opens_nothing_again(words: str, app: Flask, texter: Texter, database: Database) -> None:
    number = filed(app)
    done(app, number)
    assert texter.texts(words).startswith(("Thank you. We have added", "Gracias. Lo hemos", "Merci. Nous l"))
    assert stands(database, number).status is Status.RESOLVED


def test_no_to_nothing_opens_nothing_again(app: Flask, texter: Texter, database: Database) -> None:
    number = filed(app)
    done(app, number, By("maria", Channel.CONSOLE, NOON - dt.timedelta(days=90)))
    assert texter.texts("No").startswith("Sorry, we cannot tell what this is about.")
    assert stands(database, number).status is Status.RESOLVED


def test_no_to_what_was_reported_since_opens_nothing_again(app: Flask, texter: Texter, database: Database) -> None:
    number = filed(app, "CA1:1")
    done(app, number, By("maria", Channel.CONSOLE, NOON - dt.timedelta(days=5)))
    newer = filed(app, "CA2:1")
    assert texter.texts("no").endswith(f"{grouped(newer)}.")
    assert stands(database, number).status is Status.RESOLVED


def test_a_slip_in_the_number_opens_no_other_report(app: Flask, texter: Texter, database: Database) -> None:
    meant, other = filed(app, "CA1:1"), filed(app, "CA2:1")
    done(app, meant)
    done(app, other)
    slip = meant[:-1] + str((int(meant[-1]) + 1) % 10)
    for wrong in (slip, ticket_numbers.draw(8)):
        assert texter.texts(f"NOT FIXED {wrong}").startswith(f"We have no report {grouped(wrong)}.")
    assert {stands(database, number).status for number in (meant, other)} == {Status.RESOLVED}
    assert history(database, other)[-1].kind != "comment"
    assert texter.texts("not fixed, call me at 217-555-0142").endswith(f"{grouped(other)} is open again.")


def test_another_trouble_at_another_place_is_not_the_one_that_ended(
    app: Flask, texter: Texter, database: Database
) -> None:
    number = filed(app)
    done(app, number)
    assert "we have your report" in texter.texts("the pothole at 100 mission street is still there")
    assert stands(database, number).status is Status.RESOLVED


def test_thanks_are_for_what_was_done_and_not_for_what_is_still_open(
    app: Flask, texter: Texter, database: Database
) -> None:
    over, still_open = filed(app, "CA1:1"), filed(app, "CA2:1")
    done(app, over)
    assert texter.texts("thank you, it is fixed").endswith(f"{grouped(over)}.")
    assert history(database, still_open)[-1].kind != "comment"
