"""Tickets that are one thing: joined, told of together, and split again with those who came along."""

from __future__ import annotations

import pytest

from dispatch import tickets
from dispatch.workflow import MoveRefused
from storage.database import Database
from storage.vocabulary import Status
from tests.dispatch.desk import change, filed, history, ticket, together, told
from tests.dispatch.littleton import CALLER, CLERK


def test_duplicates_hear_how_the_first_report_goes_on_under_their_own_numbers(database: Database) -> None:
    first = filed(database, origin="a", reporter_phone="+12125550001")
    second = filed(database, origin="b", reporter_phone="+12125550002")
    third = filed(database, origin="c", reporter_phone="+12125550003", language="es")
    change(database, tickets.merge, third, second, CLERK)
    change(database, tickets.merge, second, first, CLERK)
    assert {ticket(database, number).parent_id for number in (second, third)} == {ticket(database, first).id}
    assert history(database, first)[-1].data == {"number": second}
    before = len(told(database))
    change(database, tickets.change_status, first, Status.RESOLVED, CLERK, public="Filled.")
    news = dict(told(database)[before:])
    assert news.keys() == {"+12125550001", "+12125550002", "+12125550003"}
    assert f"{second[:4]} {second[4:]}" in news["+12125550002"]
    assert "resuelto. Filled." in news["+12125550003"]


def test_not_fixed_said_of_a_duplicate_reopens_what_it_joined(database: Database) -> None:
    first, second = filed(database, origin="a"), filed(database, origin="b")
    change(database, tickets.merge, second, first, CLERK)
    change(database, tickets.change_status, first, Status.CLOSED, CLERK, public="Filled.")
    change(database, tickets.not_fixed, second, "it is not", CALLER)
    assert (ticket(database, first).status, ticket(database, second).status) == (Status.REOPENED, Status.DUPLICATE)


def test_a_duplicate_can_be_split_off_again(database: Database) -> None:
    first, second = filed(database, origin="a"), filed(database, origin="b")
    change(database, tickets.merge, second, first, CLERK)
    change(database, tickets.change_status, second, Status.NEW, CLERK)
    found = ticket(database, second)
    assert (found.parent_id, found.closed_at, found.status) == (None, None, Status.NEW)


def test_a_ticket_split_off_takes_back_those_who_had_joined_it(database: Database) -> None:
    hole, other, joined, late = (
        filed(database, origin=name, reporter_phone=f"+1212555000{place}") for place, name in enumerate("abcd")
    )
    change(database, tickets.merge, joined, other, CLERK)
    change(database, tickets.merge, other, hole, CLERK)
    change(database, tickets.merge, late, hole, CLERK)
    before = len(told(database))
    change(database, tickets.change_status, other, Status.NEW, CLERK)
    assert ticket(database, joined).parent_id == ticket(database, other).id
    assert ticket(database, late).parent_id == ticket(database, hole).id, "that one joined the other hole itself"
    assert "+12125550002" in dict(told(database)[before:]), "its reporter hears that it stands for itself again"
    change(database, tickets.change_status, other, Status.RESOLVED, CLERK, public="Filled.")
    assert ticket(database, joined).public_note == "Filled."
    assert ticket(database, late).public_note == ""


def test_who_went_their_own_way_meanwhile_is_not_taken_back(database: Database) -> None:
    hole, other, joined = (filed(database, origin=name) for name in "abc")
    change(database, tickets.merge, joined, other, CLERK)
    change(database, tickets.merge, other, hole, CLERK)
    change(database, tickets.change_status, joined, Status.NEW, CLERK)
    change(database, tickets.change_status, other, Status.REOPENED, CLERK)
    assert ticket(database, joined).parent_id is None


def test_a_ticket_cannot_join_itself_or_what_joined_it(database: Database) -> None:
    first, second = filed(database, origin="a"), filed(database, origin="b")
    with pytest.raises(MoveRefused):
        change(database, tickets.merge, first, first, CLERK)
    change(database, tickets.merge, second, first, CLERK)
    with pytest.raises(MoveRefused):
        change(database, tickets.merge, first, second, CLERK)


def test_two_clerks_who_merge_two_tickets_both_ways_make_one_duplicate(database: Database) -> None:
    first, second = filed(database, origin="a"), filed(database, origin="b")

    def merge(number: str, into: str) -> None:
        try:
            change(database, tickets.merge, number, into, CLERK)
        except MoveRefused:
            return

    together([lambda: merge(first, second), lambda: merge(second, first)])
    statuses = sorted(ticket(database, number).status for number in (first, second))
    assert statuses == [Status.DUPLICATE, Status.NEW]
