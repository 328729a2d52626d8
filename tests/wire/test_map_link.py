"""A link by text message: whoever opens it shows where the spot is, and nothing else can be done with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from dispatch import tickets
from dispatch.city.gazetteer import Address
from dispatch.city.packs import Packs
from dispatch.duplicates import Spot, suggestions
from dispatch.new_ticket import By, NewTicket
from dispatch.new_ticket import Spot as Place
from ivr.dialogue.call import Call
from ivr.map_link import LIVES, map_url, text_map_link
from ivr.settings import Settings
from storage import alarm_log, tables
from storage import tickets as ledger
from storage.alarm_log import Danger
from storage.database import Database
from storage.vocabulary import Channel, Priority
from tests.wire.twilio_side import BASE, CALLER, SID, Twilio, line_of

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
    assert message.call_sid == SID, "it is forgotten with its call"


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


@pytest.fixture
def number(app: Flask) -> str:
    """A pothole in the woods, as somebody told of it by telephone: the city's map knows no such place."""
    return told_of(app)


def told_of(app: Flask, origin: str = f"{SID}:1", **more: Any) -> str:
    report: dict[str, Any] = {
        "channel": Channel.PHONE,
        "origin": origin,
        "service": "pothole",
        "place_kind": "none",
        "address": "behind the old mill",
        "location_verified": False,
        "review": ("location_unverified",),
        "reporter_phone": CALLER,
        "updates": True,
        "call_sid": SID,
    }
    line = line_of(app)
    with line.database.transaction() as session:
        return tickets.file(session, line.packs.first.city, NewTicket(**(report | more)), NOW).number


def stands(database: Database, number: str) -> tables.Ticket:
    with database.reading() as session:
        found = ledger.by_number(session, "springfield", number)
    assert found
    return found


def house(packs: Packs) -> Address:
    """Some house of the city."""
    return next(iter(packs.first.gazetteer.sample(1)))


def pressed(app: Flask, link: str, **form: str) -> str:
    """What the page says when the form was sent."""
    answered = app.test_client().post(link, data=form)
    assert answered.status_code == 200
    return unescape(answered.get_data(as_text=True))


def test_the_spot_becomes_the_tickets_place_until_a_person_has_checked_it(
    app: Flask, link: str, number: str, packs: Packs, database: Database
) -> None:
    before = house(packs)
    lat, lon = f"{before.lat + 0.0001:.6f}", f"{before.lon:.6f}"
    assert f"Está con su reporte {number}" in pressed(app, link, lat=lat, lon=lon, note="by the\x00 <gate>")
    ticket = stands(database, number)
    assert (ticket.lat, ticket.lon) == (float(lat), float(lon))
    assert (ticket.place_kind, ticket.address, ticket.area) == ("address", before.written, before.area)
    assert ticket.place_note == "behind the old mill", "their own words stay"
    assert (ticket.location_verified, ticket.review) == (False, ["location_unverified"])
    with database.reading() as session:
        line = ledger.history(session, "springfield", ticket)[-1]
        mails = session.exec(select(tables.Notification).where(tables.Notification.channel != "sms")).all()
    assert (line.kind, line.who, line.why) == ("place", "reporter", f"{lat}, {lon} by the <gate>")
    assert any("by the <gate>" in mail.body and before.written in mail.body for mail in mails), "the crew reads of it"


def test_another_report_from_there_is_seen_to_be_about_the_same(
    app: Flask, link: str, number: str, packs: Packs, database: Database
) -> None:
    there = house(packs)
    about = Spot(service="pothole", lat=there.lat, lon=there.lon, address=there.written)
    with database.reading() as session:
        assert suggestions(session, packs.first.city, about, NOW) == []
    pressed(app, link, lat=str(there.lat), lon=str(there.lon))
    with database.reading() as session:
        assert [one.number for one in suggestions(session, packs.first.city, about, NOW)] == [number]


def test_away_from_any_house_the_words_stay_with_the_spot(
    app: Flask, link: str, number: str, database: Database
) -> None:
    pressed(app, link, lat="39.9444931", lon="-88.1927")
    ticket = stands(database, number)
    assert (ticket.place_kind, ticket.address, ticket.area) == ("none", "behind the old mill", "")
    assert (ticket.lat, ticket.lon) == (39.9444931, -88.1927)
    assert ticket.review == ["location_unverified", "out_of_area"]


def test_the_link_is_about_the_report_whose_place_nobody_knew(
    app: Flask, link: str, number: str, packs: Packs, database: Database
) -> None:
    there = house(packs)
    other = told_of(app, f"{SID}:2", address="12 Main St", place_kind="address", location_verified=True, review=())
    assert number in pressed(app, link, lat=str(there.lat), lon=str(there.lon))
    assert stands(database, number).lat == there.lat
    assert stands(database, other).lat is None


def test_a_place_that_a_person_has_checked_stays(
    app: Flask, link: str, number: str, packs: Packs, database: Database
) -> None:
    checked, city = Place(address="12 Main St", lat=39.95, lon=-88.7), packs.first.city
    with database.transaction() as session:
        tickets.change_place(session, city, number, checked, By("maria", Channel.CONSOLE, NOW))
    pressed(app, link, lat="39.944493", lon="-88.6927", note="by the gate")
    assert (stands(database, number).address, stands(database, number).lat) == ("12 Main St", 39.95)
    assert comments(database) == ["39.944493, -88.692700 by the gate"]


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
    app: Flask, link: str, number: str, database: Database, form: dict[str, str], kept: list[str]
) -> None:
    pressed(app, link, **form)
    assert comments(database) == kept
    assert stands(database, number).lat is None


def alarms(database: Database) -> list[tuple[str, str, str, str | None]]:
    """The emergencies log, as far as pages go."""
    with database.reading() as session:
        found = alarm_log.elsewhere(session, "springfield", Danger(), 10)
    return [(one.alarm, one.alarm_category, one.words, number) for one, number in found]


def test_danger_on_the_page_is_answered_with_911_and_its_ticket_is_urgent_before_anybody_is_told(
    app: Flask, link: str, number: str, database: Database
) -> None:
    page = pressed(app, link, note="there is a gas leak and my son is trapped")
    assert page.index("Call 911 now") < page.index("Llame al 911 ahora") < page.index("Está con su reporte")
    assert stands(database, number).priority is Priority.URGENT
    assert comments(database) == ["there is a gas leak and my son is trapped"]
    with database.reading() as session:
        kinds = [line.kind for line in ledger.history(session, "springfield", stands(database, number))]
    assert kinds == ["filed", "priority", "comment"], "urgent first, or the words would wait for the daily digest"
    [(verdict, _, words, logged)] = alarms(database)
    assert (verdict, words, logged) == ("certain", "there is a gas leak and my son is trapped", number)


def test_possible_danger_names_911_before_all_else(app: Flask, link: str, number: str, database: Database) -> None:
    page = pressed(app, link, note="an old man fell here")
    assert page.index("herido o en peligro, llame al 911") < page.index("Está con su reporte")
    assert stands(database, number).priority is not Priority.URGENT
    assert [verdict for verdict, *_ in alarms(database)] == ["possible"]


@pytest.mark.parametrize("status", [409, 410])
def test_danger_is_answered_whatever_becomes_of_the_rest(
    app: Flask, link: str, database: Database, status: int
) -> None:
    Twilio(app).turn(0)
    form = {"note": "my house is on fire"}
    answered = app.test_client().post(link if status == 409 else "/spot/nonsense", data=form)
    assert answered.status_code == status
    assert "Call 911 now" in answered.get_data(as_text=True)
    assert len(alarms(database)) == (status == 409)


def test_danger_is_answered_also_with_the_ledger_gone(make_app: Callable[..., Flask], link: str) -> None:
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:9/none")
    app = make_app(database=nowhere)
    answered = app.test_client().post(link, data={"note": "my house is on fire"})
    text = unescape(answered.get_data(as_text=True))
    assert answered.status_code == 503
    assert text.index("Call 911 now") < text.index("Lo sentimos, algo no funciona")
    nowhere.close()


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
