"""Somebody wants no more text messages, or wants them again, in whatever words; and who wishes no such thing."""

from __future__ import annotations

import pytest
from flask import Flask

from storage import messages
from storage.database import Database
from storage.vocabulary import Status
from tests.wire.texting import Texter, asked_of, done, filed, grouped, history, stands
from tests.wire.twilio_side import CALLER


def silenced(database: Database) -> bool:
    with database.reading() as session:
        return messages.opted_out(session, "springfield", {CALLER}) == {CALLER}


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("please stop", "you will get no more messages. Reply START"),
        ("Stop texting me, thanks", "you will get no more messages. Reply START"),
        ("No quiero más mensajes", "no recibirá más mensajes"),
        ("n’envoyez plus de messages svp", "vous ne recevrez plus de messages"),
    ],
)
def test_a_wish_for_silence_is_heard_in_whatever_words(
    words: str, answer: str, app: Flask, texter: Texter, database: Database
) -> None:
    filed(app)
    assert answer in texter.texts(words)
    assert silenced(database)
    assert texter.texts("Start") == ""
    assert not silenced(database)


def test_a_trouble_with_a_stop_in_it_is_a_report(texter: Texter, database: Database) -> None:
    assert texter.texts("please stop the dumping, there is trash at 100 mission street").startswith(
        "Springfield 311: we"
    )
    assert not silenced(database)


def test_yes_after_stop_is_a_start_as_it_is_to_twilio(app: Flask, texter: Texter, database: Database) -> None:
    filed(app)
    texter.texts("STOP")
    assert silenced(database)
    assert texter.texts("Yes") == "", "Twilio says that they get messages again"
    assert not silenced(database)
    assert texter.texts("yes").startswith("Thank you. We have added it"), (
        "to who gets messages it is a word like others"
    )


def test_yes_after_stop_answers_what_was_asked_all_the_same(app: Flask, texter: Texter, database: Database) -> None:
    number = filed(app)
    asked_of(app, number, "Is the lane blocked?")
    texter.texts("stop")
    assert texter.texts("YES") == f"Thank you. We go on with your report {grouped(number)}."
    assert not silenced(database)
    assert stands(database, number).status is Status.ASSIGNED


def test_yes_after_stop_takes_the_place_that_was_offered(texter: Texter, database: Database) -> None:
    texter.texts("STOP")
    assert "Is it 12 Maine Ave?" in texter.texts("there is a pothole at 12 Main Street")
    assert "Pothole, 12 Maine Ave." in texter.texts("yes", OptOutType="START")
    assert not silenced(database)


def test_what_answers_a_question_is_no_command(app: Flask, texter: Texter, database: Database) -> None:
    number = filed(app, language="es")
    asked_of(app, number, "¿El nivel del agua es alto o bajo?")
    reply = texter.texts("Alto")
    assert reply == f"Gracias. Seguimos con su reporte {grouped(number)}. Para no recibir más mensajes, responda STOP."
    assert not silenced(database)
    assert stands(database, number).status is Status.ASSIGNED
    assert "Alto" in [event.why for event in history(database, number)]
    assert "no recibirá" in texter.texts("alto"), "nothing is asked any more"


def test_the_carrier_s_own_words_are_commands_whatever_was_asked(
    app: Flask, texter: Texter, database: Database
) -> None:
    number = filed(app)
    asked_of(app, number, "Which end of the street?")
    assert texter.texts("end") == ""
    assert silenced(database)


def test_a_thank_you_and_a_stop_about_what_is_done_are_two_things(
    app: Flask, texter: Texter, database: Database
) -> None:
    number = filed(app)
    done(app, number)
    texter.texts("thanks, it is fixed")
    assert stands(database, number).status is Status.RESOLVED
    texter.texts("Gracias, no más mensajes por favor")
    assert stands(database, number).status is Status.RESOLVED
    assert silenced(database)


def test_a_stop_that_twilio_has_heeded_is_one_whatever_was_asked(
    app: Flask, texter: Texter, database: Database
) -> None:
    asked_of(app, filed(app), "¿El nivel del agua es alto o bajo?")
    assert texter.texts("alto", OptOutType="STOP") == ""
    assert silenced(database)
