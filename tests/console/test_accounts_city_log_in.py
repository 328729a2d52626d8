"""The city's own log-in, with a provider that really runs, asked over HTTP as the city's would be."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

from dispatch.accounts.city_log_in import CityLogIn
from dispatch.console.desk import Desk
from storage.database import Database
from storage.vocabulary import Role
from tests.console.city_hall import ID, SECRET, CityHall
from tests.console.clerk import Clerk, account, hired, history
from tests.console.conftest import house_with

BACK = "http://localhost/console/login/city/back"
MARIA: dict[str, Any] = {"sub": "7311", "name": "Maria", "email": "Maria@Springfield.gov", "email_verified": True}


@pytest.fixture
def hall() -> Iterator[CityHall]:
    """City hall's log-in, serving on a port of its own."""
    hall = CityHall("", BACK, at_the_browser=dict(MARIA))
    server = make_server("127.0.0.1", 0, hall.app(), threaded=True)
    hall.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield hall
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def connected(desk: Desk, hall: CityHall) -> Flask:
    """The desk of a city that has a log-in of its own."""
    return house_with(replace(desk, city_log_in=CityLogIn(hall.address, ID, SECRET, "Springfield account")))


def comes(clerk: Clerk, after: str = "") -> None:
    """From the button to city hall and back."""
    clerk.goes(f"/console/login/city?next={after}", follow=False)
    answer = requests.get(clerk.last.headers["Location"], allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    clerk.goes(f"{back.path}?{back.query}")


def test_a_clerk_comes_in_by_the_city_s_log_in(database: Database, connected: Flask) -> None:
    email, clerk = hired(database), Clerk(connected)
    assert "Springfield account" in clerk.goes("/console/login")
    comes(clerk, after="/console/account")
    assert clerk.where == "/console/account"
    assert [(line.kind, line.data) for line in history(database, email)][1:] == [
        ("bound", {}),
        ("logged_in", {"with": ["city log-in"]}),
    ]


def test_the_city_sees_to_the_second_factor(database: Database, desk: Desk, hall: CityHall) -> None:
    hired(database)
    city = CityLogIn(hall.address, ID, SECRET, "Springfield account")
    hall.back = "https://localhost/console/login/city/back"
    public = house_with(replace(desk, city_log_in=city, production=True, base_url="https://localhost"))
    clerk = Clerk(public, secure=True)
    comes(clerk)
    assert clerk.is_in


def test_who_has_no_account_does_not_get_one(connected: Flask) -> None:
    clerk = Clerk(connected)
    comes(clerk)
    assert clerk.where == "/console/login"
    assert clerk.told == ["The city knows you, but you have no account here. Ask an administrator."]


def test_an_address_the_city_did_not_verify_opens_nothing(
    database: Database, desk: Desk, connected: Flask, hall: CityHall
) -> None:
    hired(database)
    hall.at_the_browser["email_verified"] = False
    clerk = Clerk(connected)
    comes(clerk)
    assert clerk.where == "/console/login"
    trusting = CityLogIn(hall.address, ID, SECRET, "Springfield account", trusts_every_address=True)
    clerk = Clerk(house_with(replace(desk, city_log_in=trusting)))
    comes(clerk)
    assert clerk.is_in


def test_an_address_given_to_somebody_else_opens_nothing(database: Database, connected: Flask, hall: CityHall) -> None:
    hired(database)
    comes(Clerk(connected))
    hall.at_the_browser = {**MARIA, "sub": "9999"}
    successor = Clerk(connected)
    comes(successor)
    assert successor.where == "/console/login"
    hall.at_the_browser = {**MARIA, "email": "maria.chen@springfield.gov"}
    married = Clerk(connected)
    comes(married)
    assert married.is_in, "it is still the same person"


def test_a_closed_account_stays_closed(database: Database, connected: Flask) -> None:
    email, clerk = hired(database), Clerk(connected)
    comes(clerk)
    operator = account(database, email)
    with database.transaction() as session:
        session.merge(operator).active = False
    clerk.goes("/console/account")
    assert clerk.where == "/console/login"
    comes(clerk)
    assert clerk.where == "/console/login"


def test_what_somebody_else_signed_is_not_believed(database: Database, connected: Flask, hall: CityHall) -> None:
    hired(database)
    hall.signs_with = RSAKey.generate_key(2048, {"kid": "hall", "use": "sig", "alg": "RS256"})
    clerk = Clerk(connected)
    comes(clerk)
    assert clerk.where == "/console/login"
    assert clerk.told == ["The city's log-in did not work. Try again, or log in with your password."]


@pytest.mark.parametrize("lie", [{"iss": "https://evil.example"}, {"aud": ["another"]}, {"nonce": "x"}, {"exp": 1}])
def test_a_token_meant_for_another_time_or_place_is_not_believed(
    database: Database, connected: Flask, hall: CityHall, lie: dict[str, Any]
) -> None:
    hired(database)
    hall.tells = lie
    clerk = Clerk(connected)
    comes(clerk)
    assert clerk.where == "/console/login"


def test_an_answer_nobody_asked_for_is_not_taken(database: Database, connected: Flask, hall: CityHall) -> None:
    hired(database)
    attacker, victim = Clerk(connected), Clerk(connected)
    attacker.goes("/console/login/city", follow=False)
    answer = requests.get(attacker.last.headers["Location"], allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    victim.goes(f"{back.path}?{back.query}")
    assert victim.where == "/console/login"


def test_who_says_no_at_city_hall_is_back_at_the_door(connected: Flask, hall: CityHall) -> None:
    hall.at_the_browser = {}
    clerk = Clerk(connected)
    comes(clerk)
    assert clerk.where == "/console/login"


def test_the_way_there_says_who_we_are_and_proves_it_later(connected: Flask, hall: CityHall) -> None:
    clerk = Clerk(connected)
    clerk.goes("/console/login/city?next=https://evil.example/", follow=False)
    asked = parse_qs(urlsplit(clerk.last.headers["Location"]).query)
    assert asked["redirect_uri"] == [BACK]
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()


def test_nobody_is_sent_elsewhere_after_city_hall(database: Database, connected: Flask) -> None:
    hired(database)
    for elsewhere in ["https://evil.example/", "//evil.example/", "/\\evil.example/"]:
        clerk = Clerk(connected)
        comes(clerk, after=elsewhere)
        assert clerk.is_in


def test_when_city_hall_is_closed_the_password_still_works(database: Database, desk: Desk) -> None:
    nobody = CityLogIn("http://127.0.0.1:9", ID, SECRET, "Springfield account")
    clerk = Clerk(house_with(replace(desk, city_log_in=nobody)))
    clerk.goes("/console/login/city")
    assert clerk.told == ["The city's log-in did not work. Try again, or log in with your password."]
    clerk.logs_in(hired(database))
    assert clerk.is_in


def test_an_account_without_a_password_cannot_be_guessed_at(
    database: Database, connected: Flask, hall: CityHall
) -> None:
    admin = Clerk(connected)
    admin.logs_in(hired(database, "ana@springfield.gov", role=Role.ADMINISTRATOR))
    admin.goes("/console/operators/new")
    admin.sends("/console/operators/new", name="Maria", email="maria@springfield.gov", role="operator", by_city="1")
    assert account(database, "maria@springfield.gov").password is None
    clerk = Clerk(connected)
    for guess in ["", "None", "x"]:
        clerk.logs_in("maria@springfield.gov", guess)
        assert clerk.where == "/console/login"
    comes(clerk)
    assert clerk.is_in
    assert "None: I come in by the city" in clerk.goes("/console/account")
