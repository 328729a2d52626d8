"""When nothing else works: 911 for whoever is in danger, the truth and a person for everybody else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

import psycopg
import pytest
from flask import Flask

from dispatch.city.packs import Packs
from ivr import lifeline
from ivr.dialogue.engine import advance
from ivr.emergency import Assessment, Verdict
from ivr.line import Breaker, Overloaded
from ivr.settings import Settings
from ivr.signature import Form
from ivr.twiml import OVERRIDES
from storage.database import Database
from tests.wire.twilio_side import CALLER, DIALLED, Twilio, line_of

DANGER = "there is a fire in my kitchen"


def verbs(twiml: str) -> list[str]:
    return [verb.tag for verb in ET.fromstring(twiml)]


@pytest.fixture
def nothing_answers(make_app: Callable[..., Flask], settings: Settings) -> Iterator[Twilio]:
    """Twilio, calling a house whose PostgreSQL is gone."""
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:9/none")
    yield Twilio(make_app(database=nowhere))
    nowhere.close()


def test_with_the_database_gone_danger_still_hears_911(nothing_answers: Twilio) -> None:
    for twiml in (
        nothing_answers.says(3, DANGER),
        nothing_answers.presses(3, "911"),
        nothing_answers.turn(0, SpeechResult=DANGER),
        nothing_answers.turn(3, Digits="1", SpeechResult=DANGER),
    ):
        assert "dial 9 1 1" in twiml
        assert "Redirect" not in verbs(twiml)
        assert "Record" not in verbs(twiml)


def test_with_the_database_gone_others_hear_the_truth_then_a_person(nothing_answers: Twilio) -> None:
    first = nothing_answers.says(3, "there is a pothole")
    assert "dial 9 1 1" in first
    assert "a person will help you" in first
    assert ET.fromstring(first)[-1].text == f"/voice/turn/3?lang=en&again=1{OVERRIDES}"
    second = nothing_answers.turn(3, url="?lang=en&again=1")
    assert "dial 9 1 1" in second
    assert verbs(second) == ["Say", "Dial", "Say", "Hangup"]


def test_the_url_remembers_the_language_when_the_ledger_cannot(nothing_answers: Twilio) -> None:
    assert "Lo siento" in nothing_answers.turn(3, url="?lang=es", SpeechResult="hay un bache")
    assert "Je suis désolé" in nothing_answers.turn(3, url="?lang=fr")
    assert "I am sorry" in nothing_answers.turn(3, url="?lang=xx")


def test_panic_in_another_language_is_answered_in_both(nothing_answers: Twilio) -> None:
    twiml = nothing_answers.says(2, "ayuda por favor mi hijo no respira")
    assert "hang up now" in twiml
    assert "cuelgue ahora" in twiml


def test_a_possible_danger_names_911_first(packs: Packs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifeline, "heard", lambda *_, **__: Assessment(Verdict.POSSIBLE, "gas", "smell [leak]", "en"))
    twiml, alarm = lifeline.answer(Form(), packs.first.city, "en", "/voice?again=1")
    assert alarm.verdict is Verdict.POSSIBLE
    assert twiml.index("hurt or in danger") < twiml.index("something is not working")
    assert "Redirect" in verbs(twiml)


def test_dispatchers_own_line_is_dialled_after_the_sentence(packs: Packs) -> None:
    emergency = packs.first.city.emergency.model_copy(update={"psap_line": "+15550009110"})
    city = packs.first.city.model_copy(update={"emergency": emergency})
    twiml = lifeline.emergency(city, "en")
    assert verbs(twiml) == ["Say", "Say", "Dial", "Say", "Hangup"]
    assert '<Dial timeout="25">+15550009110</Dial>' in twiml
    assert ">911<" not in twiml


def test_a_city_without_operators_says_so(packs: Packs) -> None:
    city = packs.first.city.model_copy(update={"operator_line": None})
    twiml, _ = lifeline.answer(Form(), city, "en")
    assert verbs(twiml) == ["Say", "Hangup"]
    assert "no person can be reached" in twiml


def test_the_static_fallback_speaks_every_language(packs: Packs) -> None:
    twiml = lifeline.without_the_house(packs.first.city)
    for words in ("hang up now and dial 9 1 1", "marque 9 1 1", "composez le 9 1 1"):
        assert words in twiml
    assert "Dial" in verbs(twiml)


def test_a_connection_lost_for_a_moment_costs_no_turn(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    app = make_app()
    twilio = Twilio(app)
    twilio.turn(0)
    calls = line_of(app).calls
    read = calls.read
    failures = iter([psycopg.OperationalError("server closed the connection"), None])

    def once_broken(sid: str) -> object:
        if (failure := next(failures, None)) is not None:
            raise failure
        return read(sid)

    monkeypatch.setattr(calls, "read", once_broken)
    assert "again=1" not in twilio.says(1, "there is a pothole")


def test_a_postgresql_that_dropped_all_connections_costs_no_turn(app: Flask, database: Database) -> None:
    twilio = Twilio(app)
    twilio.turn(0)
    if database.is_sqlite:
        pytest.skip("SQLite has no server that could drop a connection")
    with database.engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert "again=1" not in twilio.says(1, "there is a pothole")


def test_a_ledger_that_is_locked_is_waited_for_by_one_caller_and_not_by_the_next(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database.is_sqlite:
        pytest.skip("a PostgreSQL row is locked for moments only; its lock_timeout is the same")
    twilio = Twilio(app)
    twilio.turn(0)
    other = sqlite3.connect(str(database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        monkeypatch.setattr(Breaker, "REST_S", 3600.0)
        assert "again=1" in twilio.says(1, "there is a pothole"), "though it is locked still"
        with pytest.raises(Overloaded):
            line_of(app).breaker.check()
        asked: list[str] = []
        monkeypatch.setattr(line_of(app).calls, "read", asked.append)
        assert "again=1" in twilio.says(1, "there is a pothole")
        assert not asked
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_fault_in_the_dialogue_apologises_once_and_the_caller_goes_on(make_app: Callable[..., Flask]) -> None:
    faults = iter([True, False])

    def faulty(*heard: object) -> object:
        if next(faults, False):
            raise KeyError("no such prompt")
        return advance(*heard)  # type: ignore[arg-type]

    twilio = Twilio(make_app(advance=faulty))
    assert "again=1" in twilio.turn(0)
    response = twilio.post("/voice?again=1", From=CALLER, To=DIALLED)
    assert "How can I help" in response.get_data(as_text=True)
