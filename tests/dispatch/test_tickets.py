"""Tickets are changed by the rules, and every change is written down and told to whom it concerns."""

from __future__ import annotations

import datetime as dt

import pytest

from dispatch import tickets
from dispatch.new_ticket import Spot
from dispatch.notifications.wording import grouped
from dispatch.tickets import NoSuchTicket, TicketChanged
from dispatch.workflow import MoveRefused
from storage.database import Database
from storage.vocabulary import Priority, Status
from tests.dispatch.desk import change, filed, history, ticket, together, told
from tests.dispatch.littleton import CALLER, CLERK, LITTLETON, MONDAY, later


def test_a_clerk_s_steps_are_written_down_with_reasons(database: Database) -> None:
    number = filed(database)
    change(database, tickets.assign, number, "maria", CLERK)
    change(database, tickets.change_status, number, Status.IN_PROGRESS, later(CLERK, hours=1))
    change(
        database, tickets.change_status, number, Status.RESOLVED, later(CLERK, hours=2), public="The hole is filled."
    )
    lines = [(event.kind, event.from_status, event.to_status) for event in history(database, number)]
    assert lines == [
        ("filed", None, Status.NEW),
        ("assigned", None, None),
        ("status", Status.NEW, Status.ASSIGNED),
        ("status", Status.ASSIGNED, Status.IN_PROGRESS),
        ("status", Status.IN_PROGRESS, Status.RESOLVED),
    ]
    assert all(event.why for event in history(database, number) if event.kind == "status")
    found = ticket(database, number)
    assert (found.assignee, found.public_note) == ("maria", "The hole is filled.")
    assert found.resolved_at == found.closed_at == MONDAY + dt.timedelta(hours=2)
    news = f"is done. The hole is filled. Not fixed? Reply NOT FIXED {grouped(number)}."
    assert told(database)[-1][1].endswith(news)


def test_a_resolved_ticket_closes_without_losing_when_the_work_ended(database: Database) -> None:
    number = filed(database)
    change(database, tickets.change_status, number, Status.RESOLVED, CLERK, public="Done.")
    change(database, tickets.change_status, number, Status.CLOSED, later(CLERK, days=20), public="Closed.")
    found = ticket(database, number)
    assert (found.resolved_at, found.closed_at) == (MONDAY, MONDAY)


@pytest.mark.parametrize("to", [Status.RESOLVED, Status.DECLINED, Status.WAITING, Status.SCHEDULED, Status.DUPLICATE])
def test_a_step_without_what_it_owes_changes_nothing(database: Database, to: Status) -> None:
    number = filed(database)
    with pytest.raises(MoveRefused):
        change(database, tickets.change_status, number, to, CLERK)
    assert ticket(database, number).status is Status.NEW
    assert len(history(database, number)) == 1


def test_not_fixed_brings_it_back_to_the_same_desk_more_urgent(database: Database) -> None:
    number = filed(database)
    change(database, tickets.change_status, number, Status.RESOLVED, CLERK, public="Done.")
    change(database, tickets.not_fixed, number, "it is still there", later(CALLER, days=3))
    found = ticket(database, number)
    assert (found.status, found.department, found.priority) == (Status.REOPENED, "streets", Priority.HIGH)
    assert (found.closed_at, found.resolved_at) == (None, None)
    assert found.due_at is not None
    assert found.due_at > MONDAY + dt.timedelta(days=3)
    assert [recipient for recipient, body in told(database)[-2:]] == ["streets@littleton.example", "+12125550001"]
    assert "it is still there" in told(database)[-2][1]


def test_not_fixed_after_the_city_s_window_is_a_new_report(database: Database) -> None:
    number = filed(database)
    change(database, tickets.change_status, number, Status.RESOLVED, CLERK, public="Done.")
    with pytest.raises(MoveRefused, match="new report"):
        change(database, tickets.not_fixed, number, "again", later(CALLER, days=31))


def test_not_fixed_said_of_an_open_ticket_is_a_comment(database: Database) -> None:
    number = filed(database)
    change(database, tickets.not_fixed, number, "hurry up", CALLER)
    assert ticket(database, number).status is Status.NEW
    assert history(database, number)[-1].kind == "comment"
    assert "hurry up" in told(database)[-1][1]


def test_a_followers_asks_twice_and_hears_once(database: Database) -> None:
    number = filed(database, updates=False)
    for _ in range(2):
        change(database, tickets.follow, number, CALLER, phone="+12125550009", language="en")
    change(database, tickets.change_status, number, Status.RESOLVED, CLERK, public="Filled.")
    assert [recipient for recipient, _ in told(database)].count("+12125550009") == 1


def test_nobody_follows_without_an_address(database: Database) -> None:
    number = filed(database)
    with pytest.raises(MoveRefused, match="phone number"):
        change(database, tickets.follow, number, CALLER, language="en")


def test_another_service_goes_to_another_department_which_is_told(database: Database) -> None:
    number = filed(database, service="volcano")
    change(database, tickets.change_service, number, "tree", CLERK, why="it is a tree")
    found = ticket(database, number)
    assert (found.department, found.review, found.service) == ("parks", [], "tree")
    assert found.due_at is not None
    assert found.due_at.date() == dt.date(2026, 3, 16)
    assert [event.kind for event in history(database, number)] == ["filed", "service", "rerouted"]
    assert [to for to, _ in told(database)[-2:]] == ["parks@littleton.example", "+12125550001"]


@pytest.mark.parametrize("draft", [True, False])
def test_nobody_is_sent_out_for_what_is_over_or_only_a_draft(database: Database, draft: bool) -> None:
    number = filed(database, draft=draft, updates=False)
    if not draft:
        change(database, tickets.change_status, number, Status.CLOSED, CLERK, public="Nothing there.")
    before = told(database)
    change(database, tickets.change_service, number, "tree", CLERK)
    assert ticket(database, number).department == "parks"
    assert told(database) == before


def test_a_service_the_city_does_not_have_is_refused(database: Database) -> None:
    number = filed(database)
    with pytest.raises(MoveRefused, match="volcano"):
        change(database, tickets.change_service, number, "volcano", CLERK)


def test_a_checked_place_settles_its_doubts_and_may_move_it(database: Database) -> None:
    number = filed(database, location_verified=False, lat=42.0)
    spot = Spot(address="1 Park Rd", area="the-park", lat=40.6, lon=-74.6)
    change(database, tickets.change_place, number, spot, CLERK)
    found = ticket(database, number)
    assert (found.address, found.department, found.review) == ("1 Park Rd", "parks", [])
    assert found.location_verified


def test_a_place_that_its_reporter_shows_is_the_tickets_and_for_a_person_to_check(database: Database) -> None:
    number = filed(database, place_kind="none", address="by the pond", location_verified=False, lat=None, lon=None)
    spot = Spot(address="1 Park Rd", area="the-park", lat=40.6, lon=-74.6, place_note="by the pond")
    change(database, tickets.change_place, number, spot, CALLER, shown="40.600000, -74.600000 behind it")
    found = ticket(database, number)
    assert (found.address, found.area, found.lat, found.place_note) == ("1 Park Rd", "the-park", 40.6, "by the pond")
    assert (found.location_verified, found.review) == (False, ["location_unverified"])
    assert found.department == "parks"
    recipient, mail = next(one for one in reversed(told(database)) if "behind it" in one[1])
    assert (recipient, "1 Park Rd" in mail) == ("parks@littleton.example", True)
    away = Spot(place_kind="none", address="by the pond", lat=48.85, lon=2.35)
    change(database, tickets.change_place, number, away, CALLER, shown="48.850000, 2.350000")
    assert ticket(database, number).review == ["location_unverified", "out_of_area"]


@pytest.mark.parametrize("done", [False, True], ids=["a person has checked where it is", "the work has ended"])
def test_a_place_shown_too_late_is_a_comment(database: Database, done: bool) -> None:
    number = filed(database, address="by the pond", location_verified=not done)
    if done:
        change(database, tickets.change_status, number, Status.RESOLVED, CLERK, public="Done.")
    spot = Spot(address="1 Park Rd", area="the-park", lat=40.6, lon=-74.6)
    change(database, tickets.change_place, number, spot, CALLER, shown="40.600000, -74.600000")
    found = ticket(database, number)
    assert (found.address, found.department) == ("by the pond", "streets")
    last = history(database, number)[-1]
    assert (last.kind, last.why) == ("comment", "40.600000, -74.600000")


def test_what_is_urgent_stays_so_with_its_reason_when_it_is_said_not_to_be_fixed(database: Database) -> None:
    number = filed(database)
    change(database, tickets.change_status, number, Status.RESOLVED, CLERK, public="Done.")
    change(database, tickets.change_priority, number, Priority.URGENT, CALLER, why="a car fell in")
    change(database, tickets.not_fixed, number, "a car fell in", CALLER)
    found = ticket(database, number)
    assert (found.status, found.priority, found.priority_because) == (
        Status.REOPENED,
        Priority.URGENT,
        "a car fell in",
    )


def test_a_priority_is_changed_with_its_reason(database: Database) -> None:
    number = filed(database)
    change(database, tickets.change_priority, number, Priority.HIGH, CLERK, why="school nearby")
    assert ticket(database, number).priority_because == "school nearby"
    assert history(database, number)[-1].data == {"from": "normal", "to": "high"}


def test_a_clerk_s_own_comment_is_not_mailed_back(database: Database) -> None:
    number = filed(database)
    before = len(told(database))
    change(database, tickets.comment, number, "crew 4 has it", CLERK)
    assert len(told(database)) == before


def test_two_clerks_cannot_overwrite_each_other(database: Database) -> None:
    number = filed(database)
    seen = ticket(database, number).version
    change(database, tickets.assign, number, "maria", CLERK, seen=seen)
    with pytest.raises(TicketChanged):
        change(database, tickets.change_status, number, Status.CLOSED, CLERK, public="Nothing here.", seen=seen)
    assert ticket(database, number).status is Status.ASSIGNED


def test_fifty_changes_at_once_are_all_kept(database: Database) -> None:
    number = filed(database)
    together([lambda: change(database, tickets.comment, number, "me too", CALLER)] * 50)
    assert [event.kind for event in history(database, number)].count("comment") == 50
    assert ticket(database, number).version == 51


def test_another_city_s_ticket_is_none_of_ours(database: Database) -> None:
    number = filed(database)
    elsewhere = LITTLETON.model_copy(update={"slug": "bigton"})
    with pytest.raises(NoSuchTicket), database.transaction() as session:
        tickets.comment(session, elsewhere, number, "?", CALLER)


def test_a_text_message_says_what_can_be_replied_and_an_e_mail_does_not(database: Database) -> None:
    number = filed(database, language="es")
    _, (_, receipt) = told(database)
    assert receipt.endswith("Responda ALTO para no recibir más mensajes.")
    change(database, tickets.follow, number, CALLER, language="en", email="neighbour@example.org")
    change(database, tickets.change_status, number, Status.RESOLVED, CLERK, public="Hecho.")
    (_, text), (_, mail) = told(database)[-2:]
    assert text.endswith(f"resuelto. Hecho. ¿No está arreglado? Responda NO ARREGLADO {grouped(number)}.")
    assert mail.endswith("is done. Hecho.")


def test_who_wants_to_hear_no_more_of_a_ticket_does_not_and_the_others_do(database: Database) -> None:
    number = filed(database)
    for email in ("neighbour@example.org", "other@example.org"):
        change(database, tickets.follow, number, CALLER, language="en", email=email)
    for recipient in ("neighbour@example.org", "+12125550001", "+12125550001", "nobody@example.org"):
        change(database, tickets.unfollow, number, recipient, CALLER)
    assert [event.kind for event in history(database, number)].count("unfollowed") == 2
    before = len(told(database))
    change(database, tickets.change_status, number, Status.RESOLVED, CLERK, public="Done.")
    assert [recipient for recipient, _ in told(database)[before:]] == ["other@example.org"]
