"""A link by text message: whoever opens it shows where the spot is, and nothing else can be done with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlmodel import select

from dispatch.city.packs import Packs
from ivr.dialogue.call import Call
from ivr.map_link import LIVES, map_url, text_map_link
from ivr.settings import Settings
from storage import tables
from storage.database import Database
from tests.wire.twilio_side import BASE, CALLER, SID, Twilio, until_filed

CALL = Call(sid=SID, city="springfield", caller=CALLER, language="es")
NOW = dt.datetime(2026, 3, 2, 15, tzinfo=dt.UTC)


@pytest.fixture
def link(settings: Settings) -> str:
    """The link's path, as the message of `CALL` has it."""
    return map_url(settings, CALL).removeprefix(BASE)


def comments(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.exec(select(tables.TicketEvent.why).where(tables.TicketEvent.kind == "comment")))


def test_the_link_is_texted_once_a_call_in_the_callers_language(
    database: Database, packs: Packs, settings: Settings
) -> None:
    city, url = packs.first.city, map_url(settings, CALL)
    for _ in range(2):
        with database.transaction() as session:
            assert text_map_link(session, city, CALL, url, NOW)
    with database.reading() as session:
        [message] = session.exec(select(tables.Notification)).all()
    assert (message.channel, message.recipient, message.language) == ("sms", CALLER, "es")
    assert url in message.body
    assert "Springfield" in message.body


def test_there_is_nobody_to_text_where_the_number_is_withheld(
    database: Database, packs: Packs, settings: Settings
) -> None:
    with database.transaction() as session:
        assert not text_map_link(session, packs.first.city, Call(sid=SID), map_url(settings, CALL), NOW)


def test_the_page_is_in_the_callers_language_names_911_and_runs_only_what_is_ours(app: Flask, link: str) -> None:
    page = app.test_client().get(link)
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert 'lang="es"' in text
    assert "911" in text
    assert page.headers["Cache-Control"] == "no-store"
    policy = page.headers["Content-Security-Policy"]
    nonce = policy.split("script-src 'nonce-")[1].split("'")[0]
    assert policy.startswith("default-src 'none'")
    assert text.count("<script") == text.count(f'<script nonce="{nonce}"')


def test_the_spot_reaches_the_ticket_of_that_call(app: Flask, link: str, database: Database) -> None:
    until_filed(Twilio(app))
    answered = app.test_client().post(link, data={"lat": "39.9444931", "lon": "-88.6927", "note": "by the\x00 <gate>"})
    assert answered.status_code == 200
    assert comments(database) == ["The reporter stands at 39.944493, -88.692700. by the <gate>"]


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        ({"lat": "north", "lon": "", "note": "behind the school"}, ["behind the school"]),
        ({"lat": "91", "lon": "0", "note": "behind the school"}, ["behind the school"]),
        ({"lat": "nan", "lon": "nan", "note": "x" * 900}, ["x" * 500]),
        ({"lat": "", "lon": ""}, []),
    ],
)
def test_what_is_no_spot_is_not_taken_for_one(
    app: Flask, link: str, database: Database, form: dict[str, str], kept: list[str]
) -> None:
    until_filed(Twilio(app))
    assert app.test_client().post(link, data=form).status_code == 200
    assert comments(database) == kept


def test_before_the_report_is_filed_the_page_asks_to_wait(app: Flask, link: str, database: Database) -> None:
    Twilio(app).turn(0)
    assert app.test_client().post(link, data={"note": "behind the school"}).status_code == 409
    assert comments(database) == []


def test_a_link_that_was_tampered_with_is_gone(app: Flask, link: str) -> None:
    for path in ("/spot/nonsense", link[:-2] + ("AA" if not link.endswith("AA") else "BB")):
        assert app.test_client().get(path).status_code == 410


def test_a_link_runs_out(app: Flask, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    later = dt.datetime.now(dt.UTC).timestamp() + LIVES.total_seconds() + 5
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert app.test_client().get(link).status_code == 410


def test_a_link_opens_nothing_of_another_house(make_app: Callable[..., Flask], settings: Settings, link: str) -> None:
    other = settings.model_copy(update={"secret_key": type(settings.secret_key)("o" * 48)})
    assert make_app(settings=other).test_client().get(link).status_code == 410
