"""A slip at the desk is taken back within ten seconds: on every ticket it touched, and before anybody hears of it."""

from __future__ import annotations

import re

import pytest

from dispatch.console.desk import Desk
from storage.database import Database
from storage.vocabulary import NotificationStatus, Role, Status
from tests.console.clerk import Clerk, hired
from tests.console.conftest import Watch
from tests.console.town import changed_by, filed, history, said_to, ticket


@pytest.fixture
def maria(database: Database, clerk: Clerk) -> Clerk:
    """A supervisor, logged in."""
    clerk.logs_in(hired(database, role=Role.SUPERVISOR))
    return clerk


def test_many_are_done_at_once_and_taken_back(desk: Desk, maria: Clerk, watch: Watch) -> None:
    numbers = [filed(desk, origin=f"CA{place}:1", reporter_phone=f"+1217555010{place}") for place in range(3)]
    page = maria.goes("/console/tickets")
    page = maria.sends("/console/tickets/do", do="to:resolved", ticket=[f"{n}@1" for n in numbers], back="/tickets")
    assert "What the public is told" in page
    sentence = "The holes were filled."
    seen = [f"{n}@1" for n in numbers]
    page = maria.sends("/console/tickets/do", ticket=seen, do="to:resolved", public=sentence, back="/tickets")
    assert "3 tickets done." in maria.told
    assert {ticket(desk, number).status for number in numbers} == {Status.RESOLVED}
    waiting = said_to(desk, "+12175550101")[-1]
    assert sentence in waiting.body
    assert (waiting.next_attempt_at - waiting.created_at).total_seconds() == 10
    watch.passes(seconds=9)
    page = maria.sends("/console/undo", key=undo_key(page), back="/tickets?service=pothole")
    assert "3 tickets are as they were." in maria.told
    assert f">{sentence}</textarea>" in page, "it is mended there, and sent once more"
    assert re.findall(r'name="ticket" value="(\d+)"', page) == numbers
    assert 'href="/console/tickets?service=pothole">Not now' in page
    assert {ticket(desk, number).status for number in numbers} == {Status.NEW}
    assert ticket(desk, numbers[0]).closed_at is None
    assert said_to(desk, "+12175550101")[-1].status is NotificationStatus.CANCELLED
    assert [line.kind for line in history(desk, numbers[0])] == ["filed", "status", "taken_back"]


def test_after_ten_seconds_it_stays_done(desk: Desk, maria: Clerk, watch: Watch) -> None:
    number = filed(desk)
    maria.goes("/console/tickets")
    page = maria.sends("/console/tickets/do", do="take", ticket=f"{number}@1", back="/tickets")
    key = undo_key(page)
    watch.passes(seconds=11)
    assert 'class="undo' not in maria.goes("/console/tickets")
    maria.sends("/console/undo", key=key, back="/tickets")
    assert "The ten seconds are over" in maria.told[0]
    assert ticket(desk, number).assignee


def test_undoing_leaves_alone_what_a_colleague_changed_since(desk: Desk, maria: Clerk, watch: Watch) -> None:
    number = filed(desk)
    maria.goes("/console/tickets")
    page = maria.sends("/console/tickets/do", do="take", ticket=f"{number}@1", back="/tickets")
    watch.passes(seconds=2)
    changed_by(desk, number, "ben@springfield.gov")
    maria.sends("/console/undo", key=undo_key(page), back="/tickets")
    assert maria.told == [f"Ticket {number} was left as it is: somebody changed it meanwhile."]


def test_a_merge_is_taken_back_with_all_that_came_along(desk: Desk, maria: Clerk, watch: Watch) -> None:
    one, two, three = (filed(desk, origin=f"CA{place}:1") for place in range(3))
    maria.goes("/console/tickets")
    maria.sends("/console/tickets/do", do="to:duplicate", parent=two, ticket=three, back="/tickets")
    watch.passes(seconds=1)
    page = maria.sends("/console/tickets/do", do="to:duplicate", parent=one, ticket=two, back="/tickets")
    assert {ticket(desk, two).parent_id, ticket(desk, three).parent_id} == {ticket(desk, one).id}
    maria.sends("/console/undo", key=undo_key(page), back="/tickets")
    assert ticket(desk, two).parent_id is None
    assert ticket(desk, two).status is Status.NEW
    assert ticket(desk, three).parent_id == ticket(desk, two).id


def test_a_split_is_taken_back_with_all_that_it_took_along(desk: Desk, maria: Clerk, watch: Watch) -> None:
    one, two, three = (filed(desk, origin=f"CA{place}:1") for place in range(3))
    maria.goes("/console/tickets")
    maria.sends("/console/tickets/do", do="to:duplicate", parent=two, ticket=three, back="/tickets")
    maria.sends("/console/tickets/do", do="to:duplicate", parent=one, ticket=two, back="/tickets")
    watch.passes(seconds=20)
    page = maria.sends("/console/tickets/do", do="to:reopened", ticket=two, back="/tickets")
    assert ticket(desk, three).parent_id == ticket(desk, two).id
    maria.sends("/console/undo", key=undo_key(page), back="/tickets")
    assert {ticket(desk, number).parent_id for number in (two, three)} == {ticket(desk, one).id}


def test_undoing_a_merge_leaves_no_ticket_it_touched_as_it_made_it_and_nobody_hears(
    desk: Desk, maria: Clerk, watch: Watch
) -> None:
    far, own, theirs = (filed(desk, origin=f"CA{n}:1", reporter_phone=f"+1217555010{n}") for n in range(3))
    maria.goes("/console/tickets")
    maria.sends("/console/tickets/do", do="to:duplicate", parent=own, ticket=theirs, back="/tickets")
    watch.passes(minutes=1)
    page = maria.sends("/console/tickets/do", do="to:duplicate", parent=far, ticket=own, back="/tickets")
    for phone in ("+12175550101", "+12175550102"):
        told = said_to(desk, phone)[-1]
        assert (told.next_attempt_at - told.created_at).total_seconds() == 10, "a duplicate's people wait too"
    watch.passes(seconds=3)
    changed_by(desk, far, "ben@springfield.gov")
    maria.sends("/console/undo", key=undo_key(page), back="/tickets")
    assert maria.told == ["1 ticket is as it was."]
    for phone in ("+12175550101", "+12175550102"):
        assert said_to(desk, phone)[-1].status is NotificationStatus.CANCELLED
    assert ticket(desk, theirs).parent_id == ticket(desk, own).id
    assert [line.kind for line in history(desk, far)] == ["filed", "joined", "comment", "taken_back"]
    assert history(desk, far)[-1].data == {"number": own}
    assert own in maria.goes(f"/console/tickets/{far}")


def test_undoing_a_resolve_takes_the_sentence_from_the_duplicates_too(desk: Desk, maria: Clerk, watch: Watch) -> None:
    one, two = filed(desk), filed(desk, origin="CA2:1", reporter_phone="+12175550102")
    maria.goes("/console/tickets")
    maria.sends("/console/tickets/do", do="to:duplicate", parent=one, ticket=two, back="/tickets")
    watch.passes(minutes=1)
    page = maria.sends("/console/tickets/do", do="to:resolved", ticket=one, public="Filled.", back="/tickets")
    assert ticket(desk, two).public_note == "Filled."
    maria.sends("/console/undo", key=undo_key(page), back="/tickets")
    assert (ticket(desk, two).public_note, ticket(desk, two).status) == ("", Status.DUPLICATE)
    assert [line.kind for line in history(desk, two)] == ["filed", "status", "together", "taken_back"]
    assert said_to(desk, "+12175550102")[-1].status is NotificationStatus.CANCELLED


def test_what_was_typed_for_a_step_that_is_undone_is_there_to_be_mended(desk: Desk, maria: Clerk) -> None:
    number = filed(desk)
    maria.goes(f"/console/tickets/{number}")
    page = maria.sends(f"/console/tickets/{number}", do="to:declined", seen="1", public="Not oru road.", why="county")
    assert "Not oru road." in said_to(desk, "+12175550101")[-1].body
    page = maria.sends("/console/undo", key=undo_key(page), back=f"/tickets/{number}")
    assert maria.where == f"/console/tickets/{number}"
    form = page.partition('name="step" value="to:declined"')[2].partition("</form>")[0]
    assert ">Not oru road.</textarea>" in form
    assert 'value="county"' in form
    said = page.partition('id="history"')[2]
    assert "Not sent:</span> <s>Not oru road.</s>" in said
    assert "To the public:" not in said
    maria.sends(f"/console/tickets/{number}", do="to:declined", step="to:declined", seen="3", public="Not our road.")
    said = maria.goes(f"/console/tickets/{number}").partition('id="history"')[2]
    assert "To the public:</span> Not our road." in said
    assert "Not sent:</span> <s>Not oru road.</s>" in said


def test_a_sentence_taken_back_is_not_said_to_have_been_sent_to_a_duplicates_people(
    desk: Desk, maria: Clerk, watch: Watch
) -> None:
    one, two = filed(desk), filed(desk, origin="CA2:1", reporter_phone="+12175550102")
    maria.goes("/console/tickets")
    maria.sends("/console/tickets/do", do="to:duplicate", parent=one, ticket=two, back="/tickets")
    watch.passes(minutes=1)
    page = maria.sends("/console/tickets/do", do="to:resolved", ticket=one, public="Filled.", back="/tickets")
    watch.passes(seconds=2)
    changed_by(desk, two, "ben@springfield.gov")
    maria.sends("/console/undo", key=undo_key(page), back="/tickets")
    assert "Not sent:</span> <s>Filled.</s>" in maria.goes(f"/console/tickets/{two}")


def undo_key(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found, page
    return found[1]
