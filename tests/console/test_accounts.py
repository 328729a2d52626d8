"""Logging in, and what the desk does about people who should not."""

from __future__ import annotations

from storage.database import Database
from tests.console.clerk import Clerk, hired


def test_a_clerk_logs_in_and_lands_on_the_desk(database: Database, clerk: Clerk) -> None:
    clerk.goes("/console/")
    assert clerk.where == "/console/login"
    clerk.logs_in(hired(database))
    assert clerk.where == "/console/"
    assert clerk.status == 200


def test_a_wrong_password_says_nothing_of_the_account(database: Database, clerk: Clerk) -> None:
    clerk.logs_in(hired(database), "seventeen potholes on Elm")
    known = clerk.told
    clerk.logs_in("nobody@springfield.gov", "seventeen potholes on Elm")
    assert known == clerk.told != []
    assert clerk.where == "/console/login"
