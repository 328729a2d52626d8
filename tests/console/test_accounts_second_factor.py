"""The second factor: set up with a real authenticator, asked for at every log-in, and what is done when it is lost."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from threading import Barrier

from flask import Flask

from dispatch.accounts.throttle import CODES_A_DAY
from storage.database import Database
from storage.vocabulary import Role
from tests.console.clerk import PASSWORD, Clerk, account, hired, history
from tests.console.conftest import Watch
from tests.console.telephone import Authenticator, forget_last_code, picture, sets_up


def enrolled(database: Database, clerk: Clerk) -> tuple[str, Authenticator]:
    """A clerk who set her telephone up, and has logged out again."""
    email = hired(database)
    clerk.logs_in(email)
    clerk.goes("/console/account/second-factor")
    authenticator = sets_up(clerk)
    assert clerk.where == "/console/account"
    clerk.sends("/console/logout")
    forget_last_code(database, email)
    return email, authenticator


def test_a_clerk_sets_it_up_and_is_asked_from_then_on(database: Database, clerk: Clerk) -> None:
    email, authenticator = enrolled(database, clerk)
    clerk.logs_in(email)
    assert clerk.where == "/console/login/code"
    clerk.goes("/console/account")
    assert clerk.where == "/console/login", "the password alone opens nothing"
    clerk.logs_in(email)
    clerk.sends("/console/login/code", code="000000")
    assert clerk.told == ["That code is wrong, or was used already. Wait for the next one."]
    clerk.sends("/console/login/code", code=authenticator.shows())
    assert clerk.is_in
    assert [line.data.get("with") for line in history(database, email)][-1] == ["password", "code"]
    assert "totp" not in str([line.data for line in history(database, email)][-1])


def test_the_code_to_scan_stands_in_the_page_and_nowhere_else(database: Database, clerk: Clerk) -> None:
    clerk.logs_in(hired(database))
    html = clerk.sends("/console/account/second-factor", setup="authenticator")
    assert picture(html).tag == "{http://www.w3.org/2000/svg}svg"
    assert "img-src 'self' data:;" in clerk.last.headers["Content-Security-Policy"]
    key = re.search(r'class="mono key">([^<]+)<', html)
    assert key
    assert clerk.last.headers["Cache-Control"] == "no-store"
    assert key[1].replace("-", "") not in str(account(database, "maria@springfield.gov"))


def test_a_code_works_once(database: Database, house: Flask, clerk: Clerk) -> None:
    email, authenticator = enrolled(database, clerk)
    code = authenticator.shows()
    clerk.logs_in(email)
    clerk.sends("/console/login/code", code=code)
    assert clerk.is_in
    thief = Clerk(house)
    thief.logs_in(email)
    thief.sends("/console/login/code", code=code)
    assert thief.where == "/console/login/code"


def test_codes_cannot_be_guessed_at_for_long(database: Database, house: Flask, clerk: Clerk, watch: Watch) -> None:
    email, authenticator = enrolled(database, clerk)
    for n in range(CODES_A_DAY):
        thief = Clerk(house, address=f"198.51.100.{n}")
        thief.logs_in(email)
        thief.sends("/console/login/code", code="000000")
        assert thief.where == "/console/login/code"
    watch.passes(hours=1)
    clerk.logs_in(email)
    clerk.sends("/console/login/code", code=authenticator.shows())
    assert clerk.status == 429
    watch.passes(hours=24)
    clerk.logs_in(email)
    clerk.sends("/console/login/code", code=authenticator.shows())
    assert clerk.is_in


def test_who_gave_the_password_has_ten_minutes_for_the_code(database: Database, clerk: Clerk, watch: Watch) -> None:
    email, authenticator = enrolled(database, clerk)
    clerk.logs_in(email)
    clerk.goes("/console/login/code")
    watch.passes(minutes=11)
    clerk.sends("/console/login/code", code=authenticator.shows())
    assert not clerk.is_in


def test_a_recovery_code_lets_in_once(database: Database, clerk: Clerk) -> None:
    email, authenticator = enrolled(database, clerk)
    clerk.logs_in(email)
    clerk.sends("/console/login/code", code=authenticator.shows())
    clerk.goes("/console/account/recovery-codes")
    html = clerk.sends("/console/account/recovery-codes", generate_new_codes="1")
    codes = re.findall(r"<li>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</li>", html)
    assert len(codes) == 10
    assert codes[0] not in str(account(database, email).recovery_codes), "they are kept encrypted"
    clerk.sends("/console/logout")
    clerk.logs_in(email)
    clerk.sends("/console/login/recovery", code=codes[3])
    assert clerk.is_in
    assert [line.data for line in history(database, email)][-2:] == [
        {"changed": ["recovery_codes"]},
        {"with": ["password", "recovery"]},
    ]
    clerk.sends("/console/logout")
    clerk.logs_in(email)
    clerk.sends("/console/login/recovery", code=codes[3])
    assert clerk.told == ["That is none of your recovery codes, or it has been used."]
    clerk.sends("/console/login/recovery", code=codes[4])
    assert "8 left" in clerk.goes("/console/account")


def test_who_guesses_next_door_does_not_keep_a_clerk_from_her_code(
    database: Database, house: Flask, clerk: Clerk
) -> None:
    email, authenticator = enrolled(database, clerk)
    colleague = Clerk(house, address=clerk.address)
    for n in range(30):
        colleague.logs_in(f"somebody{n}@springfield.gov", "short")
    clerk.logs_in(email)
    clerk.sends("/console/login/code", code="000000")
    clerk.sends("/console/login/code", code=authenticator.shows())
    assert clerk.is_in


def of_six_who_type_at_once(house: Flask, email: str, page: str, codes: list[str]) -> list[Clerk]:
    """Those who are let in, of six who gave the password and type a code of these in turn."""
    people = [Clerk(house, address=f"198.51.100.{n}") for n in range(6)]
    for person in people:
        person.logs_in(email)
        person.goes(page)
    start = Barrier(len(people))

    def types(person: Clerk, code: str) -> None:
        start.wait()
        person.sends(page, code=code)

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(types, people, cycle(codes)))
    return [person for person in people if person.is_in]


def test_of_those_who_type_the_same_code_at_once_one_is_let_in(database: Database, house: Flask, clerk: Clerk) -> None:
    email, authenticator = enrolled(database, clerk)
    assert len(of_six_who_type_at_once(house, email, "/console/login/code", [authenticator.shows()])) == 1


def test_recovery_codes_work_once_however_many_type_them_at_a_time(
    database: Database, house: Flask, clerk: Clerk
) -> None:
    email, authenticator = enrolled(database, clerk)
    clerk.logs_in(email)
    clerk.sends("/console/login/code", code=authenticator.shows())
    clerk.goes("/console/account/recovery-codes")
    html = clerk.sends("/console/account/recovery-codes", generate_new_codes="1")
    codes = re.findall(r"<li>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</li>", html)
    assert len(of_six_who_type_at_once(house, email, "/console/login/recovery", codes[:2])) == 2
    assert len(account(database, email).recovery_codes) == 8


def test_in_production_nobody_who_changes_tickets_gets_in_without_it(database: Database, production: Flask) -> None:
    clerk = Clerk(production, secure=True)
    email = hired(database)
    clerk.logs_in(email)
    assert clerk.where == "/console/account/second-factor"
    clerk.goes("/console/account")
    assert clerk.where == "/console/login"
    clerk.logs_in(email)
    sets_up(clerk)
    assert clerk.is_in
    html = clerk.goes("/console/account/second-factor")
    assert "Turn it off" not in html


def test_in_production_a_viewer_may_do_with_the_password(database: Database, production: Flask) -> None:
    clerk = Clerk(production, secure=True)
    clerk.logs_in(hired(database, role=Role.VIEWER))
    assert clerk.is_in


def test_who_is_promoted_sets_it_up_before_the_next_click(database: Database, production: Flask) -> None:
    email = hired(database, role=Role.VIEWER)
    clerk = Clerk(production, secure=True)
    clerk.logs_in(email)
    operator = account(database, email)
    with database.transaction() as session:
        session.merge(operator).role = Role.OPERATOR
    clerk.goes("/console/account")
    assert clerk.where == "/console/account/second-factor"
    sets_up(clerk)
    assert clerk.where == "/console/account"


def an_hour_passes_since_the_password(house: Flask, clerk: Clerk) -> None:
    """Flask-Security keeps that moment in the cookie, by the real clock."""
    console = house.extensions["console"]
    signer = console.session_interface.get_signing_serializer(console)
    cookie = clerk.browser.get_cookie("dial311", path="/console")
    assert cookie
    kept = signer.loads(cookie.value)
    kept["fs_paa"] -= 60 * 60
    kept.pop("fs_gexp", None)
    clerk.browser.set_cookie("dial311", signer.dumps(kept), path="/console")


def test_changing_it_takes_the_password_once_more(database: Database, house: Flask, clerk: Clerk) -> None:
    email, authenticator = enrolled(database, clerk)
    clerk.logs_in(email)
    clerk.sends("/console/login/code", code=authenticator.shows())
    an_hour_passes_since_the_password(house, clerk)
    clerk.goes("/console/account/second-factor")
    assert clerk.where == "/console/account/verify"
    clerk.sends("/console/account/verify?next=/console/account/second-factor", password=PASSWORD)
    assert clerk.where == "/console/account/second-factor"
    clerk.sends("/console/account/second-factor", setup="disable")
    assert account(database, email).totp_secret is None
