"""The desk in the whole house: under /console of the telephone's application, and in nobody's way."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from pydantic import SecretStr

from dispatch.city.packs import Packs
from ivr.app import create_app
from ivr.settings import Settings
from storage.database import Database
from tests.console.clerk import Clerk, hired


@pytest.fixture
def whole(database: Database, database_url: str, packs: Packs, tmp_path: Path) -> Flask:
    """The application as `dial311 run` serves it."""
    settings = Settings(
        _env_file=None,
        twilio_auth_token=(SecretStr("t" * 32),),
        public_url="https://311.example.gov",
        database_url=database_url,
        secret_key=SecretStr("s" * 48),
        cities_path=tmp_path / "cities",
        oidc_issuer="https://login.example.gov",
        oidc_client_id="dial311",
        oidc_client_secret=SecretStr("between us"),
        oidc_name="Springfield account",
    )
    return create_app(settings, packs=packs, database=database)


def test_a_clerk_logs_in_behind_the_city_s_proxy(database: Database, whole: Flask) -> None:
    email, guessing, clerk = hired(database), Clerk(whole), Clerk(whole)
    assert "Springfield account" in clerk.goes("/console/login")
    guessing.forwarded_for, clerk.forwarded_for = "203.0.113.5", "198.51.100.7"
    for _ in range(5):
        guessing.logs_in(email, "wrong")
    guessing.logs_in(email)
    assert guessing.status == 429
    clerk.logs_in(email)
    assert clerk.is_in


def test_a_webhook_gets_no_cookie_and_no_page(whole: Flask) -> None:
    answer = whole.test_client().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers
    assert whole.test_client().get("/consolee").status_code == 404
    assert "<html" not in whole.test_client().get("/consolee").text
