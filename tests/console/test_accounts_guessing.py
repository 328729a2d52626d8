"""What happens to people who guess at passwords, and what does not happen to those who know theirs."""

from __future__ import annotations

from flask import Flask

from storage import accounts
from storage.database import Database
from tests.console.clerk import HIRED, Clerk, hired
from tests.console.conftest import Watch

ANOTHER = "violet ladders drink thunder"


def test_five_wrong_passwords_close_the_door_to_that_network_only(
    database: Database, house: Flask, clerk: Clerk, watch: Watch
) -> None:
    email = hired(database)
    for _ in range(5):
        clerk.logs_in(email, ANOTHER)
    clerk.logs_in(email)
    assert clerk.status == 429
    assert clerk.last.headers["Retry-After"] == "900"
    elsewhere = Clerk(house, address="198.51.100.7")
    elsewhere.logs_in(email)
    assert elsewhere.is_in
    watch.passes(minutes=16)
    clerk.logs_in(email)
    assert clerk.is_in


def test_guessing_at_one_account_from_everywhere_comes_to_an_end(database: Database, house: Flask) -> None:
    email = hired(database)
    for n in range(50):
        Clerk(house, address=f"198.51.100.{n}").logs_in(email, "short")
    attacker = Clerk(house, address="203.0.113.9")
    attacker.logs_in(email)
    assert attacker.status == 429


def test_one_network_cannot_try_a_password_on_everybody(database: Database, house: Flask) -> None:
    attacker = Clerk(house, address="2001:db8::1")
    for n in range(30):
        attacker.logs_in(f"clerk{n}@springfield.gov", "short")
    attacker.address = "2001:db8::2"  # The same house, as far as anybody can tell.
    attacker.logs_in(hired(database))
    assert attacker.status == 429


def test_guessing_elsewhere_does_not_lock_a_clerk_out_of_her_own_browser(
    database: Database, house: Flask, clerk: Clerk
) -> None:
    """Neither at her account, from everywhere, nor at anybody's, from behind the town hall's one address."""
    email = hired(database)
    clerk.logs_in(email)
    clerk.sends("/console/logout")
    for n in range(50):
        Clerk(house, address=f"198.51.100.{n}").logs_in(email, "short")
    colleague = Clerk(house, address=clerk.address)
    for n in range(30):
        colleague.logs_in(f"somebody{n}@springfield.gov", "short")
    colleague.logs_in(hired(database, "bo@springfield.gov"))
    assert colleague.status == 429
    clerk.logs_in("bo@springfield.gov")
    assert clerk.status == 429, "her browser knows her, and is a stranger to Bo"
    for _ in range(4):
        clerk.logs_in(email, ANOTHER)
    clerk.logs_in(email)
    assert clerk.is_in


def test_her_own_browser_has_five_tries_like_any_other(database: Database, clerk: Clerk, watch: Watch) -> None:
    email = hired(database)
    clerk.logs_in(email)
    clerk.sends("/console/logout")
    for _ in range(5):
        clerk.logs_in(email, ANOTHER)
    clerk.address = "198.51.100.7"
    clerk.logs_in(email)
    assert clerk.status == 429, "the browser is counted, wherever it is"
    watch.passes(minutes=16)
    clerk.logs_in(email)
    assert clerk.is_in


def test_a_browser_is_not_known_by_a_cookie_that_somebody_made_up(database: Database, house: Flask) -> None:
    email = hired(database)
    for n in range(50):
        Clerk(house, address=f"198.51.100.{n}").logs_in(email, "short")
    thief = Clerk(house, address="203.0.113.9")
    thief.browser.set_cookie("dial311-known", "WyJtYXJrIixbXSw5OTk5OTk5OTk5XQ.bm8", path="/console")
    thief.logs_in(email)
    assert thief.status == 429


def test_who_owns_a_whole_ipv6_network_is_one_party(database: Database, house: Flask, clerk: Clerk) -> None:
    email = hired(database)
    for n in range(50):
        Clerk(house, address=f"2001:db8:0:{n:x}::1").logs_in(email, "short")
    clerk.logs_in(email)
    assert clerk.is_in


def test_a_slip_before_the_right_password_is_forgotten(database: Database, clerk: Clerk, house: Flask) -> None:
    email = hired(database)
    for _ in range(3):
        for _ in range(4):
            clerk.logs_in(email, ANOTHER)
        clerk.logs_in(email)
        assert clerk.is_in
        clerk = Clerk(house)


def test_being_logged_in_does_not_help_to_guess_at_others(database: Database, clerk: Clerk) -> None:
    victim = hired(database, "victim@springfield.gov")
    clerk.logs_in(hired(database))
    for _ in range(4):
        clerk.sends("/console/login", email=victim, password=ANOTHER)
        assert clerk.is_in
    with database.reading() as session:
        assert not accounts.failures(session, HIRED, account="", network="")[2]
