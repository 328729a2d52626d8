"""Somebody calls and has lost their ticket's number: a clerk finds it by theirs, which never stands in a link."""

from __future__ import annotations

import pytest

from dispatch.console.desk import Desk
from dispatch.new_ticket import By
from dispatch.tickets import follow
from storage.database import Database
from storage.vocabulary import Channel, Role
from tests.console.clerk import Clerk, hired
from tests.console.town import SLUG, filed

WHERE = "/console/tickets/reporter"


@pytest.fixture
def maria(database: Database, clerk: Clerk) -> Clerk:
    clerk.logs_in(hired(database, departments=("streets",)))
    return clerk


@pytest.mark.parametrize("typed", ["+12175550101", "217 555 0101", "(217) 555-0101", "1-217-555-0101"])
def test_tickets_are_found_by_the_number_of_who_reported_them(desk: Desk, maria: Clerk, typed: str) -> None:
    theirs = filed(desk, description="the deep one")
    other = filed(desk, origin="CA2:1", reporter_phone="+12175550102")
    assert WHERE in maria.goes("/console/tickets")
    maria.goes(WHERE)
    page = maria.sends(WHERE, reporter=typed)
    assert maria.last.request.query_string == b""
    assert theirs in page
    assert "the deep one" in page
    assert other not in page


def test_what_somebody_follows_is_found_too_and_by_e_mail(desk: Desk, maria: Clerk) -> None:
    ours = filed(desk, origin="desk:1", reporter_phone=None, reporter_email="ana@example.org")
    followed = filed(desk, origin="CA2:1")
    at = desk.now()
    with desk.database.transaction() as session:
        by = By("reporter", Channel.WEB, at)
        follow(session, desk.packs[SLUG].city, followed, by, language="en", email="ana@example.org")
    maria.goes(WHERE)
    page = maria.sends(WHERE, reporter=" Ana@Example.org ")
    assert ours in page
    assert followed in page
    page = maria.sends(WHERE, reporter="bo@example.org")
    assert "No ticket fits." in page
    assert ours not in page


@pytest.mark.parametrize("typed", ["", "0101", "ana", "ana@", "+", "'; --", "\0", "+1 217 555 0101 0000 0000 0000"])
def test_nothing_is_found_by_half_a_number(desk: Desk, maria: Clerk, typed: str) -> None:
    theirs = filed(desk)
    maria.goes(WHERE)
    page = maria.sends(WHERE, reporter=typed)
    assert maria.status == 422
    assert "This is neither a whole number nor an e-mail address." in page
    assert theirs not in page


def test_it_is_for_those_who_may_see_contacts(desk: Desk, database: Database, clerk: Clerk) -> None:
    clerk.logs_in(hired(database, "kit@springfield.gov", role=Role.VIEWER))
    assert WHERE not in clerk.goes("/console/tickets")
    clerk.goes(WHERE)
    assert clerk.status == 403


@pytest.mark.parametrize("typed", ["+1 217 555 0101", "ana@example.org", "???"])
def test_a_search_for_what_is_not_searched_for_shows_nothing(desk: Desk, maria: Clerk, typed: str) -> None:
    theirs = filed(desk)
    assert theirs in maria.goes("/console/tickets")
    page = maria.goes(f"/console/tickets?q={typed.replace('+', '%2B')}")
    assert theirs not in page
    assert "No ticket fits." in page
    assert (WHERE in page.split("No ticket fits.")[1]) == (typed != "???")
