"""Logging in, and what the desk does about people who should not."""

from __future__ import annotations

import pytest
from flask import Flask

from dispatch.accounts import roll
from storage import accounts
from storage.database import Database
from storage.vocabulary import Role
from tests.console.clerk import HIRED, PASSWORD, Clerk, account, hired, history
from tests.console.conftest import Watch

ANOTHER = "violet ladders drink thunder"


def test_a_clerk_logs_in_and_lands_where_she_wanted_to_go(database: Database, clerk: Clerk) -> None:
    clerk.goes("/console/account")
    assert clerk.where == "/console/login"
    clerk.sends("/console/login?next=/console/account", email=hired(database), password=PASSWORD)
    assert clerk.where == "/console/account"
    assert [(line.kind, line.data) for line in history(database, "maria@springfield.gov")][-1] == (
        "logged_in",
        {"with": ["password"]},
    )


def test_nobody_is_sent_elsewhere_after_logging_in(database: Database, clerk: Clerk) -> None:
    clerk.goes("/console/login")
    clerk.sends("/console/login?next=https://evil.example/", email=hired(database), password=PASSWORD, follow=False)
    assert "evil" not in clerk.last.headers.get("Location", "")


def test_a_wrong_password_says_nothing_of_the_account(database: Database, clerk: Clerk) -> None:
    hired(database)
    closed = hired(database, "closed@springfield.gov")
    with database.transaction() as session:
        operator = accounts.by_email(session, closed)
        assert operator
        roll.disable(session, HIRED, "test", operator)
    said = []
    for email, password in [
        ("maria@springfield.gov", ANOTHER),
        ("nobody@springfield.gov", ANOTHER),
        (closed, ANOTHER),
        (closed, PASSWORD),
    ]:
        clerk.logs_in(email, password)
        assert clerk.where == "/console/login"
        said.append(clerk.told)
    assert said == [["E-mail and password do not go together."]] * 4


def test_a_form_without_its_token_is_refused(database: Database, clerk: Clerk) -> None:
    clerk.goes("/console/login")
    clerk.sends("/console/login", email=hired(database), password=PASSWORD, token="made up")
    assert clerk.status == 400


@pytest.mark.parametrize(("away", "page"), [({"minutes": 59}, "/console/account"), ({"minutes": 61}, "/console/login")])
def test_a_desk_left_alone_is_logged_out(
    database: Database, clerk: Clerk, watch: Watch, away: dict[str, float], page: str
) -> None:
    clerk.logs_in(hired(database))
    watch.passes(**away)
    clerk.goes("/console/account")
    assert clerk.where == page


def test_a_page_that_listens_for_news_keeps_nobody_logged_in(database: Database, clerk: Clerk, watch: Watch) -> None:
    clerk.logs_in(hired(database))
    for _ in range(7):
        watch.passes(minutes=10)
        clerk.goes("/console/account", Accept="text/event-stream")
    assert clerk.where == "/console/login"


def test_nobody_stays_beyond_a_shift(database: Database, clerk: Clerk, watch: Watch) -> None:
    clerk.logs_in(hired(database))
    for _ in range(23):
        watch.passes(minutes=30)
        clerk.goes("/console/account")
        assert clerk.where == "/console/account"
    watch.passes(minutes=31)
    clerk.goes("/console/account")
    assert clerk.where == "/console/login"


def test_a_ticked_remember_me_is_ignored(database: Database, clerk: Clerk, watch: Watch) -> None:
    clerk.goes("/console/login")
    clerk.sends("/console/login", email=hired(database), password=PASSWORD, remember="y")
    watch.passes(hours=2)
    clerk.goes("/console/account")
    assert clerk.where == "/console/login"


def test_a_cookie_copied_before_logging_out_is_worth_nothing(database: Database, house: Flask, clerk: Clerk) -> None:
    clerk.logs_in(hired(database))
    thief = Clerk(house)
    copied = clerk.browser.get_cookie("dial311", path="/console")
    assert copied
    thief.browser.set_cookie("dial311", copied.value, path="/console")
    thief.goes("/console/account")
    assert thief.where == "/console/account"
    clerk.sends("/console/logout")
    assert clerk.where == "/console/login"
    thief.browser.set_cookie("dial311", copied.value, path="/console")
    thief.goes("/console/account")
    assert thief.where == "/console/login"


def test_a_password_is_changed_by_its_rules(database: Database, house: Flask, clerk: Clerk) -> None:
    email = hired(database)
    elsewhere = Clerk(house)
    elsewhere.logs_in(email)
    clerk.logs_in(email)
    clerk.goes("/console/account/password")

    def tries(old: str, new: str, again: str = "") -> str:
        return clerk.sends(
            "/console/account/password", password=old, new_password=new, new_password_confirm=again or new
        )

    assert "12 characters or more" in tries(PASSWORD, "short")
    assert "too easy to guess" in tries(PASSWORD, "springfield2026")
    assert "too easy to guess" in tries(PASSWORD, "maria@springfield.gov")
    assert "not the same" in tries(PASSWORD, ANOTHER, ANOTHER + "!")
    assert "have already" in tries(PASSWORD, PASSWORD)
    assert "not your password" in tries(ANOTHER, ANOTHER)
    tries(PASSWORD, ANOTHER)
    assert clerk.told == ["Your password is changed. All your other sessions have ended."]
    assert str(account(database, email).password).startswith("$argon2id$")
    elsewhere.goes("/console/account")
    assert elsewhere.where == "/console/login"
    elsewhere.logs_in(email, ANOTHER)
    assert elsewhere.is_in
    assert history(database, email)[-2].data == {"changed": ["password", "session_key"]}


def test_a_password_handed_over_is_replaced_before_anything_else(database: Database, clerk: Clerk) -> None:
    email = hired(database)
    with database.transaction() as session:
        operator = accounts.by_email(session, email)
        assert operator
        operator.password_expired = True
    clerk.logs_in(email)
    assert clerk.where == "/console/account/password"
    clerk.goes("/console/account")
    assert clerk.where == "/console/account/password"
    clerk.sends("/console/account/password", password=PASSWORD, new_password=ANOTHER, new_password_confirm=ANOTHER)
    assert clerk.where == "/console/account"
    assert not account(database, email).password_expired


def test_logging_out_everywhere_else_leaves_one_here(database: Database, house: Flask, clerk: Clerk) -> None:
    email = hired(database)
    elsewhere = Clerk(house)
    elsewhere.logs_in(email)
    clerk.logs_in(email)
    clerk.goes("/console/account")
    clerk.sends("/console/account/sessions")
    assert clerk.told == ["All your other sessions have ended."]
    elsewhere.goes("/console/account")
    assert elsewhere.where == "/console/login"


def test_the_desk_speaks_the_operator_s_language(database: Database, clerk: Clerk) -> None:
    clerk.language = "fr-CA,en;q=0.5"
    assert "Se connecter" in clerk.goes("/console/login")
    clerk.logs_in(hired(database))
    clerk.goes("/console/account")
    html = clerk.sends("/console/account", language="es", theme="dark")
    assert clerk.told == ["Guardado."]
    assert '<html lang="es" data-theme="dark">' in html


def test_what_is_not_allowed_is_refused_and_not_in_the_menu(database: Database, clerk: Clerk) -> None:
    html = clerk.logs_in(hired(database, role=Role.SUPERVISOR))
    assert "/console/operators" not in html
    for path in ["/console/operators", "/console/operators/new", "/console/operators/1"]:
        clerk.goes(path)
        assert clerk.status == 403
    clerk.sends("/console/operators/1/reset")
    assert clerk.status == 403


def test_every_answer_tells_the_browser_what_to_refuse(database: Database, clerk: Clerk, production: Flask) -> None:
    clerk.logs_in(hired(database))
    for path, status in [("/console/account", 200), ("/console/nowhere", 404), ("/console/static/console.css", 200)]:
        clerk.goes(path)
        assert clerk.status == status
        assert "unsafe" not in clerk.last.headers["Content-Security-Policy"]
        assert clerk.last.headers["X-Frame-Options"] == "DENY"
        assert "Strict-Transport-Security" not in clerk.last.headers
    public = Clerk(production, secure=True)
    public.goes("/console/login")
    assert public.last.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = public.last.headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/console"} <= {part.strip() for part in cookie.split(";")}


def test_a_broken_database_breaks_the_page_and_not_the_apology(clerk: Clerk, house: Flask, database: Database) -> None:
    clerk.logs_in(hired(database))
    house.extensions["console"].view_functions["console.account"] = lambda: 1 // 0
    html = clerk.goes("/console/account")
    assert clerk.status == 500
    assert "Something broke here" in html
