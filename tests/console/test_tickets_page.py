"""One ticket on its page: what was said, what may be done next, and two people who do it at once."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from sqlmodel import Session

from dispatch.console.desk import Desk
from storage.database import Database
from storage.tables import Call, Turn
from storage.vocabulary import Role, Status
from tests.console.clerk import Clerk, hired
from tests.console.conftest import Watch
from tests.console.town import changed_by, filed, history, said_to, ticket


@pytest.fixture
def maria(database: Database, clerk: Clerk) -> Clerk:
    """An operator of all departments, logged in."""
    clerk.logs_in(hired(database))
    return clerk


def steps(page: str) -> list[str]:
    """The next steps the page offers, as its buttons name them to the server."""
    return re.findall(r'class="main" name="do" value="(to:[a-z_]+)"', page)


def test_everything_is_on_one_page(desk: Desk, maria: Clerk) -> None:
    number = filed(desk, call_sid="CA1", place_note="behind the school", reporter_name="Ana Gomez")
    with desk.database.transaction() as session:
        a_call(session, desk)
    page = unescape(maria.goes(f"/console/tickets/{number}"))
    for part in ("12 Elm St", "behind the school", "Ana Gomez", "+12175550101", "Streets and Bridges", "filed it"):
        assert part in page
    assert "there's a pot hole on elm" in page
    assert "87%" in page
    assert "Where is it?" in page
    assert "said nothing" in page


def test_what_callers_said_is_for_those_who_may_hear_it(database: Database, desk: Desk, clerk: Clerk) -> None:
    clerk.logs_in(hired(database, role=Role.VIEWER))
    number = filed(desk, call_sid="CA1", reporter_name="Ana Gomez")
    with desk.database.transaction() as session:
        a_call(session, desk)
    page = clerk.goes(f"/console/tickets/{number}")
    assert "pot hole on elm" not in page
    assert "Ana Gomez" not in page


def test_next_steps_are_those_of_the_workflow(desk: Desk, maria: Clerk) -> None:
    number = filed(desk)
    page = maria.goes(f"/console/tickets/{number}")
    assert {"to:in_progress", "to:waiting", "to:scheduled", "to:resolved", "to:duplicate"} < set(steps(page))
    assert "to:reopened" not in steps(page)
    maria.sends(f"/console/tickets/{number}", do="to:resolved", seen="1", public="It was filled.")
    assert maria.status == 200
    assert set(steps(maria.goes(f"/console/tickets/{number}"))) == {"to:closed", "to:reopened"}
    assert "It was filled." in said_to(desk, "+12175550101")[-1].body


def test_a_step_says_what_it_owes_and_keeps_what_was_typed(desk: Desk, maria: Clerk) -> None:
    number = filed(desk)
    maria.goes(f"/console/tickets/{number}")
    page = maria.sends(f"/console/tickets/{number}", do="to:waiting", seen="1", why="asked them for a photo")
    assert maria.status == 422
    assert "This is needed." in page
    assert "asked them for a photo" in page
    assert ticket(desk, number).status is Status.NEW
    maria.sends(f"/console/tickets/{number}", do="to:waiting", seen="1", why="a photo", waiting_on="caller")
    assert ticket(desk, number).status is Status.WAITING
    maria.sends(f"/console/tickets/{number}", do="to:scheduled", seen="2", scheduled_for="2026-03-09T08:00")
    scheduled = ticket(desk, number).scheduled_for
    assert scheduled is not None
    assert scheduled.isoformat() == "2026-03-09T13:00:00+00:00", "eight in the morning, on the city's clock"


def test_two_operators_cannot_overwrite_each_other(desk: Desk, maria: Clerk) -> None:
    number = filed(desk)
    maria.goes(f"/console/tickets/{number}")
    changed_by(desk, number, "ben@springfield.gov")
    page = unescape(
        maria.sends(f"/console/tickets/{number}", do="to:resolved", seen="1", public="It was filled with asphalt.")
    )
    assert maria.status == 409
    assert "ben@springfield.gov changed this meanwhile." in page
    assert "I called them" in page
    assert "It was filled with asphalt.</textarea>" in page
    assert ticket(desk, number).status is Status.NEW
    version = re.search(r'name="seen" value="(\d+)"', page)
    assert version
    maria.sends(f"/console/tickets/{number}", do="to:resolved", seen=version[1], public="It was filled with asphalt.")
    assert ticket(desk, number).status is Status.RESOLVED


def test_a_note_is_for_colleagues_alone(desk: Desk, maria: Clerk) -> None:
    number = filed(desk)
    maria.goes(f"/console/tickets/{number}")
    before = len(said_to(desk, "+12175550101"))
    maria.sends(f"/console/tickets/{number}", do="comment", seen="1", text="They have a dog")
    assert "They have a dog" in maria.goes(f"/console/tickets/{number}")
    assert len(said_to(desk, "+12175550101")) == before


def test_another_service_sends_it_to_another_department(desk: Desk, maria: Clerk) -> None:
    number = filed(desk)
    maria.goes(f"/console/tickets/{number}")
    page = maria.sends(f"/console/tickets/{number}", do="service", seen="1", service="streetlight-out")
    assert ticket(desk, number).department == "lighting"
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    maria.sends("/console/undo", key=key[1], back=f"/tickets/{number}")
    assert (ticket(desk, number).department, ticket(desk, number).service) == ("streets", "pothole")
    assert [line.kind for line in history(desk, number)] == ["filed", "service", "rerouted", "taken_back"]


def test_a_place_is_found_on_our_map(desk: Desk, maria: Clerk) -> None:
    number = filed(desk, address="somewhere", location_verified=False)
    landmark = desk.packs["springfield"].gazetteer.landmarks[0]
    maria.goes(f"/console/tickets/{number}")
    maria.sends(f"/console/tickets/{number}/place", seen="1", address=landmark.name.upper())
    found = ticket(desk, number)
    assert (found.address, found.lat, found.location_verified) == (landmark.name, landmark.lat, True)


def test_only_colleagues_with_an_account_can_be_given_a_ticket(database: Database, desk: Desk, maria: Clerk) -> None:
    hired(database, "ben@springfield.gov", name="Ben Ode")
    number = filed(desk)
    page = maria.goes(f"/console/tickets/{number}")
    option = re.search(r'<option value="(\d+)">Ben Ode \(ben@springfield.gov\)', page)
    assert option
    maria.sends(f"/console/tickets/{number}", do="assign", seen="1", assignee="999")
    assert maria.status == 422
    maria.sends(f"/console/tickets/{number}", do="assign", seen="1", assignee=option[1])
    assert ticket(desk, number).assignee == "ben@springfield.gov"
    assert "gave it to" in maria.goes(f"/console/tickets/{number}")
    assert "Ben Ode" in maria.goes(f"/console/tickets/{number}")


def test_the_same_hole_nearby_is_shown_and_merged_with_one_press(desk: Desk, maria: Clerk) -> None:
    first = filed(desk, lat=39.95, lon=-88.7)
    second = filed(desk, origin="CA2:1", lat=39.95001, lon=-88.7)
    filed(desk, origin="CA3:1", lat=39.99, lon=-88.7, address="900 Oak Ave")
    page = maria.goes(f"/console/tickets/{second}")
    assert re.findall(r'name="parent" value="(\d+)"', page) == [first]
    maria.sends(f"/console/tickets/{second}", do="to:duplicate", seen="1", parent=first)
    assert ticket(desk, second).parent_id == ticket(desk, first).id


def test_the_younger_report_joins_the_older_one_whichever_is_looked_at(desk: Desk, maria: Clerk, watch: Watch) -> None:
    older = filed(desk, lat=39.95, lon=-88.7)
    watch.passes(hours=1)
    younger = filed(desk, origin="CA2:1", lat=39.95001, lon=-88.7)
    page = maria.goes(f"/console/tickets/{older}")
    form = page.partition('id="alike"')[2].partition("<form")[2].partition("</form>")[0]
    assert f"Merge {younger} into this one" in form
    assert f'action="/console/tickets/{younger}"' in form
    assert f"Merge into {younger}" not in page
    sent = dict(re.findall(r'name="(seen|parent|back)" value="([^"]+)"', form))
    maria.sends(f"/console/tickets/{younger}", do="to:duplicate", **sent)
    assert maria.where == f"/console/tickets/{older}", "one stays with the ticket one looks at"
    assert ticket(desk, younger).parent_id == ticket(desk, older).id
    assert ticket(desk, older).status is Status.NEW


def test_the_call_and_the_reporter_are_one_press_away_for_who_may(
    desk: Desk, maria: Clerk, database: Database, house: Flask
) -> None:
    number = filed(desk, call_sid="CA1", reporter_email="ana@example.org")
    with desk.database.transaction() as session:
        a_call(session, desk)
    page = maria.goes(f"/console/tickets/{number}")
    assert '<a href="/console/calls/CA1">The whole call</a>' in page
    assert '<a href="tel:+12175550101">+12175550101</a>' in page
    assert '<a href="mailto:ana@example.org">ana@example.org</a>' in page
    viewer = Clerk(house)
    viewer.logs_in(hired(database, "kit@springfield.gov", role=Role.VIEWER))
    page = viewer.goes(f"/console/tickets/{number}")
    assert not any(words in page for words in ("/calls/CA1", "tel:", "mailto:"))


def test_nobody_is_told_to_do_what_they_may_not(desk: Desk, database: Database, house: Flask) -> None:
    number, theirs = filed(desk), filed(desk, origin="CA2:1", service="streetlight-out")
    viewer = Clerk(house)
    viewer.logs_in(hired(database, "kit@springfield.gov", role=Role.VIEWER))
    assert "Take a ticket below." not in viewer.goes("/console/queue")
    assert "works on this one" not in viewer.goes(f"/console/tickets/{number}")
    lee = Clerk(house)
    lee.logs_in(hired(database, "lee@springfield.gov", departments=("lighting",)))
    assert "Take a ticket below." in lee.goes("/console/queue")
    page = lee.goes(f"/console/tickets/{number}")
    assert "Streets and Bridges works on this one: you can read it, and print it." in page
    assert 'id="steps"' not in page
    assert "works on this one" not in lee.goes(f"/console/tickets/{theirs}")
    ticks = re.findall(r'name="ticket" value="(\d+)@1"', lee.goes("/console/tickets"))
    assert ticks == [theirs], "what one may not change is not there to be ticked"


def test_what_is_not_there_is_not_found(maria: Clerk, watch: Watch) -> None:
    maria.goes("/console/tickets/12345678")
    assert maria.status == 404
    maria.goes("/console/queue")
    maria.sends("/console/tickets/12345678", do="take", seen="1")
    assert maria.status == 404
    maria.sends("/console/tickets/12345678", do="explode", seen="1")
    assert maria.status == 400


def a_call(session: Session, desk: Desk) -> None:
    """A short call, as the line keeps it."""
    at = desk.now()
    session.add(
        Call(
            call_sid="CA1",
            city="springfield",
            state="goodbye",
            memory="{}",
            started_at=at,
            updated_at=at,
        )
    )
    heard = (
        '[["Arrived",{"unfinished":null}]]',
        '[["Speech",{"text":"there\'s a pot hole on elm","confidence":0.87}]]',
        '[["NoInput",{}]]',
    )
    for number, (words, said) in enumerate(zip(heard, ("How can I help?", "Where is it?", "Sorry?"), strict=True), 1):
        session.add(
            Turn(
                call_sid="CA1",
                number=number,
                heard=words,
                state_before="menu",
                state_after="place",
                said=said,
                reply="<Response/>",
                language="en",
                took_us=900,
                at=at,
            )
        )
