"""Two operators at one ticket see each other on its page."""

from __future__ import annotations

import pytest
from flask import Flask

from dispatch.console.desk import Desk
from storage.database import Database
from tests.console.clerk import Clerk, hired
from tests.console.conftest import Watch, house_with
from tests.console.town import filed


@pytest.fixture
def house(desk: Desk) -> Flask:
    return house_with(desk)


def at_the_desk(database: Database, house: Flask, email: str) -> Clerk:
    clerk = Clerk(house)
    clerk.logs_in(hired(database, email))
    return clerk


def test_two_at_one_ticket_see_each_other(database: Database, desk: Desk, house: Flask, watch: Watch) -> None:
    maria = at_the_desk(database, house, "maria@springfield.gov")
    jo = at_the_desk(database, house, "jo@springfield.gov")
    number = filed(desk)
    assert "at this ticket too" not in maria.goes(f"/console/tickets/{number}")
    assert "Maria is looking at this ticket too" in jo.goes(f"/console/tickets/{number}")
    assert "Jo is writing" in _after(maria, jo, number, "writing")
    maria.sends(f"/console/tickets/{number}/here", doing="leaving")
    assert "Maria" not in jo.sends(f"/console/tickets/{number}/here", doing="looking")
    watch.passes(minutes=2)
    assert "Jo" not in maria.sends(f"/console/tickets/{number}/here", doing="looking")


def _after(maria: Clerk, jo: Clerk, number: str, doing: str) -> str:
    """What Maria is told after Jo did something."""
    jo.sends(f"/console/tickets/{number}/here", doing=doing)
    return maria.sends(f"/console/tickets/{number}/here", doing="looking")


def test_nobody_is_at_a_ticket_that_is_not_there(database: Database, desk: Desk, house: Flask) -> None:
    maria = at_the_desk(database, house, "maria@springfield.gov")
    maria.goes("/console/tickets")
    maria.sends("/console/tickets/99999999/here", doing="looking")
    assert maria.status == 404
