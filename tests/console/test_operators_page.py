"""The page where administrators look after accounts."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from storage.account_tables import Operator
from storage.database import Database
from storage.vocabulary import Role
from tests.console.clerk import Clerk, account, hired, history


@pytest.fixture
def admin(database: Database, clerk: Clerk) -> Clerk:
    """An administrator, logged in."""
    clerk.logs_in(hired(database, "ana@springfield.gov", role=Role.ADMINISTRATOR))
    return clerk


def page_of(database: Database, email: str) -> str:
    return f"/console/operators/{account(database, email).id}"


def test_somebody_is_hired(database: Database, admin: Clerk, house: Flask) -> None:
    admin.goes("/console/operators/new")
    html = admin.sends(
        "/console/operators/new", name=" Bo  Chen ", email="Bo@Springfield.gov", role="operator", departments="streets"
    )
    password = re.search(r'class="mono key figure">([^<]+)<', html)
    assert password
    bo = account(database, "bo@springfield.gov")
    assert (bo.name, bo.role, bo.departments) == ("Bo Chen", Role.OPERATOR, ["streets"])
    assert password[1] not in admin.goes("/console/operators"), "it was shown once"
    clerk = Clerk(house)
    clerk.logs_in("bo@springfield.gov", password[1])
    assert clerk.where == "/console/account/password"


def test_what_is_wrong_is_said_and_what_was_typed_stays(database: Database, admin: Clerk) -> None:
    admin.goes("/console/operators/new")
    html = admin.sends("/console/operators/new", name="Bo", email="ana@springfield.gov", role="viewer")
    assert admin.status == 422
    assert admin.told == ["Somebody has that e-mail address already."]
    assert 'value="Bo"' in html
    admin.sends("/console/operators/new", name="Bo", email="bo@springfield.gov", role="emperor")
    assert admin.status == 400


def test_a_promotion_counts_with_the_next_click_and_is_written_down(
    database: Database, admin: Clerk, house: Flask
) -> None:
    clerk = Clerk(house)
    clerk.logs_in(hired(database, role=Role.VIEWER))
    page = page_of(database, "maria@springfield.gov")
    admin.goes(page)
    admin.sends(page, name="Maria", email="maria@springfield.gov", role="administrator")
    clerk.goes("/console/operators")
    assert clerk.status == 200
    line = history(database, "maria@springfield.gov")[-1]
    assert (line.who, line.kind, line.data) == (
        "ana@springfield.gov",
        "changed",
        {"role": ["viewer", "administrator"]},
    )
    assert "role: Viewer → Administrator" in admin.goes(page)


def test_a_closed_account_is_out_at_once_and_can_come_back(database: Database, admin: Clerk, house: Flask) -> None:
    email = hired(database)
    clerk = Clerk(house)
    clerk.logs_in(email)
    page = page_of(database, email)
    admin.goes(page)
    admin.sends(f"{page}/disable")
    assert admin.told == ["The account is closed."]
    clerk.goes("/console/account")
    assert clerk.where == "/console/login"
    admin.sends(f"{page}/enable")
    clerk.logs_in(email)
    assert clerk.is_in


def test_nobody_locks_everybody_out(database: Database, admin: Clerk) -> None:
    page = page_of(database, "ana@springfield.gov")
    admin.goes(page)
    admin.sends(f"{page}/disable")
    assert admin.told == ["Nobody closes their own account."]
    admin.sends(page, name="Ana", email="ana@springfield.gov", role="viewer")
    assert admin.told == ["Somebody must stay administrator: make another one first."]
    assert account(database, "ana@springfield.gov").role is Role.ADMINISTRATOR


def test_a_reset_shows_a_password_once(database: Database, admin: Clerk, house: Flask) -> None:
    email = hired(database)
    admin.goes(page_of(database, email))
    html = admin.sends(f"{page_of(database, email)}/reset")
    password = re.search(r'class="mono key figure">([^<]+)<', html)
    assert password
    clerk = Clerk(house)
    clerk.logs_in(email, password[1])
    assert clerk.where == "/console/account/password"
    assert history(database, email)[-2].kind == "reset"


def test_an_administrator_of_one_city_manages_its_accounts_and_no_others(
    database: Database, clerk: Clerk, house: Flask
) -> None:
    """Else who administers one city would administer all of them, by two forms of the desk's own."""
    hired(database, "root@example.gov", role=Role.ADMINISTRATOR)
    hired(database, "boss@shelby.gov", role=Role.ADMINISTRATOR, cities=("shelby",))
    hired(database, "both@example.gov", cities=("shelby", "springfield"))
    hired(database, "maria@springfield.gov", cities=("springfield",))
    clerk.logs_in(hired(database, "boss@springfield.gov", role=Role.ADMINISTRATOR, cities=("springfield",)))
    html = clerk.goes("/console/operators")
    assert sorted(set(re.findall(r"[a-z]+@[a-z.]+", html))) == ["boss@springfield.gov", "maria@springfield.gov"]
    for other in ("root@example.gov", "boss@shelby.gov", "both@example.gov"):
        clerk.goes(page_of(database, other))
        assert clerk.status == 404
        clerk.goes("/console/operators/new")
        for form in ("", "/reset", "/disable", "/enable"):
            clerk.sends(page_of(database, other) + form, name="Mine", email=other, role="viewer", cities="springfield")
            assert clerk.status == 404
        assert account(database, other).active
    page = page_of(database, "maria@springfield.gov")
    clerk.goes(page)
    clerk.sends(page, name="Maria D.", email="maria@springfield.gov", role="supervisor", cities="springfield")
    assert clerk.told == ["Kept."]


def test_nobody_hands_out_cities_they_do_not_have(database: Database, clerk: Clerk) -> None:
    boss = hired(database, "boss@springfield.gov", role=Role.ADMINISTRATOR, cities=("springfield",))
    clerk.logs_in(boss)
    for page in (page_of(database, boss), "/console/operators/new"):
        html = clerk.goes(page)
        assert re.findall(r'name="cities" value="(\w+)"( checked)', html) == [("springfield", " checked")]
        clerk.sends(page, name="Boss", email="two@springfield.gov", role="administrator")
        assert clerk.told == ["Tick one of your cities at least, and no others."]
    assert account(database, boss).cities == ["springfield"]
    clerk.sends("/console/operators/new", name="Bo", email="bo@springfield.gov", role="viewer", cities="springfield")
    assert account(database, "bo@springfield.gov").cities == ["springfield"]


def test_the_last_who_manages_a_city_s_accounts_stays(database: Database, admin: Clerk) -> None:
    hired(database, "boss@shelby.gov", role=Role.ADMINISTRATOR, cities=("shelby",))
    page = page_of(database, "ana@springfield.gov")
    admin.goes(page)
    admin.sends(page, name="Ana", email="ana@springfield.gov", role="administrator", cities="springfield")
    assert admin.told == ["Somebody must stay administrator: make another one first."]
    hired(database, "root@example.gov", role=Role.ADMINISTRATOR)
    admin.sends(page, name="Ana", email="ana@springfield.gov", role="administrator", cities="springfield")
    assert account(database, "ana@springfield.gov").cities == ["springfield"]


def test_the_table_of_roles_is_read_off_the_code(admin: Clerk) -> None:
    html = admin.goes("/console/operators")
    row = re.search(r'<th scope="row">Manage operators</th>(.*?)</tr>', html, flags=re.DOTALL)
    assert row
    assert re.findall(r'class="unseen">(\w+)<', row[1]) == ["no", "no", "no", "yes"]


def test_no_address_and_no_name_stands_in_an_address_bar(database: Database, admin: Clerk) -> None:
    hired(database)
    links = re.findall(r'(?:href|action)="([^"]+)"', admin.goes("/console/operators"))
    assert [link for link in links if "@" in link or "maria" in link.lower()] == []


def test_whoever_is_not_there_is_not_found(admin: Clerk) -> None:
    admin.goes("/console/operators/4711")
    assert admin.status == 404


def test_secrets_never_reach_a_page(database: Database, admin: Clerk) -> None:
    email = hired(database)
    html = admin.goes("/console/operators") + admin.goes(page_of(database, email))
    operator: Operator = account(database, email)
    assert operator.session_key not in html
    assert "argon2" not in html
