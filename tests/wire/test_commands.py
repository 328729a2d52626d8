"""`dial311 show`, `replay`, `twilio` and `run`, as whoever keeps the line running meets them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from pydantic import SecretStr

from ivr import supervisor
from ivr.cli import main
from ivr.settings import Settings
from ivr.transcript import NotReplayable, first_difference
from ivr.twilio_numbers import NumberProblem, configure_number, urls
from storage.database import Database
from tests.wire.twilio_side import BASE, SID, TOKEN, Twilio, line_of, until_filed

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command at a desk whose settings are the test's."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "DATABASE_URL": database_url,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "PUBLIC_URL": BASE,
        "SECRET_KEY": "s" * 40,
        "CITIES": "springfield",
    }.items():
        monkeypatch.setenv(name, value)
    return lambda *words: CliRunner().invoke(main, words)


def test_a_call_is_shown_turn_by_turn(twilio: Twilio, run: Run) -> None:
    _, reply = until_filed(twilio)
    shown = run("show", SID)
    assert shown.exit_code == 0, shown.output
    for words in ("How can I help you?", "“there is a big deep pothole", "keys 1", "FileTicket: done", "pothole"):
        assert words in shown.output or words in reply


def test_a_ticket_is_shown_with_its_history(twilio: Twilio, run: Run, database: Database) -> None:
    until_filed(twilio)
    number = next(word for word in run("show", SID).output.split() if word.isdigit() and len(word) == 8)
    shown = run("show", f"{number[:4]} {number[4:]}")
    assert "pothole" in shown.output
    assert "caller by phone: filed → new" in shown.output
    assert SID in shown.output


def test_what_is_not_there_is_said(run: Run) -> None:
    shown = run("show", "12345675")
    assert shown.exit_code == 1
    assert "There is no call and no ticket '12345675'" in shown.output


def test_a_call_played_again_comes_out_as_it_did(app: Flask, twilio: Twilio) -> None:
    last, _ = until_filed(twilio)
    assert first_difference(line_of(app), SID) == (last + 1, "")


def test_a_call_from_a_lost_ledger_is_played_again_too(app: Flask, twilio: Twilio) -> None:
    twilio.says(4, "there is a pothole")
    twilio.presses(5, "1")
    assert first_difference(line_of(app), SID) == (2, "")


def test_the_first_turn_that_comes_out_otherwise_is_shown(app: Flask, twilio: Twilio, database: Database) -> None:
    until_filed(twilio)
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE turns SET said = 'Something we no longer say.' WHERE number = 1")
    _, difference = first_difference(line_of(app), SID)
    assert difference.startswith("Turn 1:")
    assert "-Something we no longer say." in difference


def test_what_was_forgotten_cannot_be_played_again(app: Flask, twilio: Twilio, database: Database) -> None:
    twilio.turn(0)
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE turns SET heard = ''")
    with pytest.raises(NotReplayable, match="forgotten"):
        first_difference(line_of(app), SID)
    with pytest.raises(NotReplayable, match="no call"):
        first_difference(line_of(app), "CAnone")


def test_what_twilio_would_be_told_is_shown(run: Run) -> None:
    shown = run("twilio", "configure", "--dry-run", "--number", "+15550003110")
    assert shown.exit_code == 0, shown.output
    assert f"voice_url = {BASE}/voice#" in shown.output
    assert f"status_callback = {BASE}/voice/status" in shown.output
    assert f"voice_fallback_url = {BASE}/voice/fallback" in shown.output


def test_a_fallback_apart_from_the_house_can_be_named() -> None:
    assert urls(BASE, "https://bin.example/x")["voice_fallback_url"] == "https://bin.example/x"
    overrides = dict(part.split("=") for part in urls(BASE)["voice_url"].partition("#")[2].split("&"))
    assert int(overrides["tt"]) < 15_000
    assert int(overrides["rt"]) * (1 + int(overrides["rc"])) <= 15_000


def test_without_an_account_twilio_is_not_asked(settings: Settings) -> None:
    with pytest.raises(NumberProblem, match="TWILIO_ACCOUNT_SID"):
        configure_number(settings, "+15550003110")


@pytest.mark.parametrize(("owned", "said"), [([], "does not belong"), (["PN1"], "PN1")])
def test_a_number_is_set_if_it_is_ours(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, owned: list[str], said: str
) -> None:
    told: dict[str, str] = {}

    class Number:
        sid = "PN1"

        def update(self, **urls: str) -> Number:
            told.update(urls)
            return self

    class Numbers:
        def list(self, **_: object) -> list[Number]:
            return [Number() for _ in owned]

    class Client:
        incoming_phone_numbers = Numbers()

        def __init__(self, *_: object) -> None: ...

    monkeypatch.setattr("ivr.twilio_numbers.Client", Client)
    account = settings.model_copy(
        update={"twilio_account_sid": "AC" + "0" * 32, "twilio_auth_token": (SecretStr("t"),)}
    )
    if owned:
        assert configure_number(account, "+15550003110") == said
        assert told == urls(BASE)
    else:
        with pytest.raises(NumberProblem, match=said):
            configure_number(account, "+15550003110")


def test_a_number_needs_a_public_address(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:8311")
    refused = run("twilio", "configure", "--dry-run")
    assert refused.exit_code == 1
    assert "PUBLIC_URL must be the https:// address" in refused.output


def test_the_twiml_for_a_bin_is_printed(run: Run) -> None:
    printed = run("twilio", "fallback")
    assert ET.fromstring(printed.output.strip()).tag == "Response"
    assert run("twilio", "fallback", "--city", "atlantis").exit_code == 1


def test_the_line_does_not_start_on_an_old_database(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(supervisor, "run", lambda *_, **__: pytest.fail("started"))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/empty.db")
    refused = run("run")
    assert refused.exit_code == 1
    assert "dial311 db upgrade" in refused.output
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:9/none")
    assert "the database does not answer" in run("run").output


def test_the_line_says_what_to_open_and_what_was_made_up(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Settings] = []

    def start(settings: Settings, *, sends: bool) -> int:
        assert sends
        started.append(settings)
        return 0

    monkeypatch.setattr(supervisor, "run", start)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "")
    answered = run("run", "--port", "8999")
    assert answered.exit_code == 0, answered.output
    assert "http://127.0.0.1:8999/phone" in answered.output
    assert f"TWILIO_AUTH_TOKEN={started[0].tokens[0]}" in answered.output
    assert started[0].port == 8999


def test_senseless_settings_stop_the_start_with_the_cure(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITIES", "")
    refused = run("run")
    assert refused.exit_code == 1
    assert "CITIES is empty" in refused.output
    monkeypatch.setenv("CITIES", "springfeld")
    refused = run("run")
    assert refused.exit_code == 1
    assert "springfield" in refused.output


def test_the_outbox_is_sent_once_and_for_all_on_demand(run: Run, twilio: Twilio, database: Database) -> None:
    until_filed(twilio)
    assert run("worker", "--once").exit_code == 0
    with database.reading() as session:
        waiting = session.connection().exec_driver_sql("SELECT count(*) FROM notifications WHERE status <> 'sent'")
        assert waiting.scalar() == 0
