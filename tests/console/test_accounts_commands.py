"""`dial311 operator`, as whoever looks after the machine types it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from ivr.cli import main
from storage.database import Database
from tests.console.clerk import Clerk, account, history

Types = Callable[..., Result]


@pytest.fixture
def types(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Types:
    """Types a command; the database is the test's own."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    return lambda *words: CliRunner().invoke(main, ["operator", *words])


def password_in(result: Result) -> str:
    return next(line.strip() for line in result.output.splitlines() if line.startswith("    "))


def test_the_first_administrator_is_made_and_logs_in(types: Types, database: Database, clerk: Clerk) -> None:
    made = types("add", "Ana@Springfield.gov", "--name", "Ana Díaz", "--role", "administrator")
    assert made.exit_code == 0, made.output
    assert "/console as ana@springfield.gov" in made.output
    clerk.logs_in("ana@springfield.gov", password_in(made))
    assert clerk.where == "/console/account/password"
    added = history(database, "ana@springfield.gov")[0]
    assert (added.who, added.kind) == ("command line", "added")
    assert "ana@springfield.gov" in types("list").output


def test_a_slip_is_named(types: Types) -> None:
    misspelt = types("add", "bo@springfield.gov", "--name", "Bo", "--department", "street")
    assert misspelt.exit_code == 2
    assert "street" in misspelt.output
    assert types("add", "no address", "--name", "Bo").output == "Error: That is no e-mail address.\n"
    assert types("add", "bo@springfield.gov", "--name", "Bo").exit_code == 0
    assert "already" in types("add", "BO@springfield.gov", "--name", "Bo").output
    assert "Nobody logs in as eve@springfield.gov" in types("disable", "eve@springfield.gov").output


def test_an_account_is_closed_and_opened_again(types: Types, database: Database, clerk: Clerk) -> None:
    types("add", "ana@springfield.gov", "--name", "Ana", "--role", "administrator")
    made = types("add", "bo@springfield.gov", "--name", "Bo")
    clerk.logs_in("bo@springfield.gov", password_in(made))
    assert types("disable", "bo@springfield.gov").exit_code == 0
    clerk.goes("/console/account")
    assert clerk.where == "/console/login"
    assert "closed" in types("list").output
    types("enable", "bo@springfield.gov")
    clerk.logs_in("bo@springfield.gov", password_in(made))
    assert clerk.where == "/console/account/password"
    assert [line.kind for line in history(database, "bo@springfield.gov")] == [
        *("added", "logged_in", "disabled", "enabled", "logged_in"),
    ]


def test_the_last_administrator_stays(types: Types) -> None:
    types("add", "ana@springfield.gov", "--name", "Ana", "--role", "administrator")
    refused = types("disable", "ana@springfield.gov")
    assert refused.exit_code == 1
    assert "Somebody must stay administrator" in refused.output


def test_a_reset_gives_a_new_password_and_ends_the_sessions(types: Types, database: Database, clerk: Clerk) -> None:
    made = types("add", "ana@springfield.gov", "--name", "Ana", "--role", "administrator")
    clerk.logs_in("ana@springfield.gov", password_in(made))
    again = types("reset", "ana@springfield.gov")
    clerk.goes("/console/account")
    assert clerk.where == "/console/login"
    clerk.logs_in("ana@springfield.gov", password_in(made))
    assert clerk.where == "/console/login"
    clerk.logs_in("ana@springfield.gov", password_in(again))
    assert clerk.where == "/console/account/password"
    assert account(database, "ana@springfield.gov").password_expired


def test_before_the_tables_are_there_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/empty.sqlite3")
    told = CliRunner().invoke(main, ["operator", "list"])
    assert told.exit_code == 1
    assert "dial311 db upgrade" in told.output
