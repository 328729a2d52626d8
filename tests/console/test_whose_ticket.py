"""A ticket that is open is always on somebody's desk, or among those that nobody has."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from dispatch import tickets
from dispatch.accounts import roll
from dispatch.console.desk import Desk
from dispatch.new_ticket import By
from storage import desk as kept
from storage.database import Database
from storage.vocabulary import Channel, Role, Status
from tests.console.clerk import HIRED, Clerk, account, hired
from tests.console.town import SLUG, filed, history, ticket

BOB = "bob@springfield.gov"


@pytest.fixture
def ana(database: Database, clerk: Clerk) -> Clerk:
    """An administrator, logged in."""
    clerk.logs_in(hired(database, "ana@springfield.gov", role=Role.ADMINISTRATOR))
    return clerk


def held(desk: Desk, who: str, **changes: str) -> str:
    """The number of a ticket that somebody took."""
    number = filed(desk, **changes)
    with desk.database.transaction() as session:
        tickets.assign(session, desk.packs[SLUG].city, number, who, By(who, Channel.CONSOLE, desk.now()))
    return number


def nobodys(clerk: Clerk) -> str:
    """What stands among what nobody has."""
    return clerk.goes("/console/queue").partition("Nobody’s yet")[2]


def changed(database: Database, login: str, **now: object) -> None:
    """The administrator writes down something else about somebody."""
    known = account(database, login)
    facts = {"email": known.email, "name": known.name, "role": known.role, "departments": known.departments}
    with database.transaction() as session:
        operator = session.merge(known)
        roll.change(session, HIRED, "ana@springfield.gov", operator, roll.Person(**(facts | now)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("do", "with_it"),
    [
        ("to:in_progress", {}),
        ("to:waiting", {"waiting_on": "contractor"}),
        ("to:scheduled", {"scheduled_for": "2031-04-01"}),
        ("to:assigned", {}),
    ],
)
def test_what_nobody_took_stays_in_sight_whatever_is_done_to_it(
    desk: Desk, ana: Clerk, do: str, with_it: dict[str, Any]
) -> None:
    number = filed(desk)
    ana.goes(f"/console/tickets/{number}")
    ana.sends(f"/console/tickets/{number}", do=do, **with_it)
    assert ticket(desk, number).status is Status(do.removeprefix("to:"))
    assert number in nobodys(ana)


def test_the_tickets_of_an_account_that_is_closed_are_nobodys(desk: Desk, database: Database, ana: Clerk) -> None:
    hired(database, BOB)
    open_one, done = held(desk, BOB), held(desk, BOB, origin="CA2:1")
    with database.transaction() as session:
        city, bob = desk.packs[SLUG].city, By(BOB, Channel.CONSOLE, desk.now())
        tickets.change_status(session, city, done, Status.RESOLVED, bob, public="Filled.")
    ana.goes("/console/operators")
    ana.sends(f"/console/operators/{account(database, BOB).id}/disable")
    assert open_one in nobodys(ana)
    line = history(desk, open_one)[-1]
    assert (line.kind, line.who, line.why) == ("released", "ana@springfield.gov", "the account was closed")
    assert "took it back from" in ana.goes(f"/console/tickets/{open_one}")
    assert ticket(desk, done).assignee == BOB, "who did it stays on record"
    with database.transaction() as session:
        tickets.not_fixed(session, city, done, "still there", By("caller", Channel.PHONE, desk.now()))
    assert done in nobodys(ana)


def test_a_new_address_takes_everything_along(desk: Desk, database: Database, house: Flask) -> None:
    hired(database, BOB)
    number = held(desk, BOB)
    with database.transaction() as session:
        kept.save_filter(session, SLUG, BOB, "North end", "area=north", desk.now())
        kept.keep_unsent(session, BOB, ticket(desk, number).id or 0, {"text": "half a sentence"}, desk.now())
    changed(database, BOB, email="robert@springfield.gov")
    robert = Clerk(house)
    robert.logs_in("robert@springfield.gov")
    assert number in robert.goes("/console/queue").partition("Needs review")[0]
    assert "North end" in robert.goes("/console/tickets")
    assert "half a sentence" in robert.goes(f"/console/tickets/{number}")
    assert history(desk, number)[-1].kind == "status", "nothing happened to the ticket"


@pytest.mark.parametrize("now", [{"role": Role.VIEWER}, {"departments": ("parks",)}, {"cities": ("shelby",)}])
def test_who_works_elsewhere_now_gives_back_what_is_not_theirs(
    desk: Desk, database: Database, ana: Clerk, now: dict[str, object]
) -> None:
    hired(database, BOB)
    number = held(desk, BOB)
    changed(database, BOB, name="Robert")
    assert ticket(desk, number).assignee == BOB
    changed(database, BOB, **now)
    assert number in nobodys(ana)


def test_a_ticket_is_given_to_those_alone_who_may_work_on_it(desk: Desk, database: Database, ana: Clerk) -> None:
    number = filed(desk)
    department = ticket(desk, number).department
    able = hired(database, "able@springfield.gov", departments=(department,))
    unable = [
        hired(database, "viewer@springfield.gov", role=Role.VIEWER),
        hired(database, "parks@springfield.gov", departments=("parks",)),
        hired(database, "shelby@shelby.gov", cities=("shelby",)),
    ]
    page = ana.goes(f"/console/tickets/{number}")
    assert able in page
    assert not any(one in page for one in unable)
    for one in unable:
        ana.sends(f"/console/tickets/{number}", do="assign", assignee=account(database, one).id)
        assert "does not work on tickets of" in ana.told[0]
    ana.sends(f"/console/tickets/{number}", do="assign", assignee=account(database, able).id)
    assert ticket(desk, number).assignee == able
