"""The life of a ticket is one table, without dead ends and without gaps."""

from __future__ import annotations

import datetime as dt

import pytest

from dispatch.workflow import ENDED, MOVES, OPEN, OWES, MoveRefused, Step, can_reopen, check
from storage.vocabulary import Status

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
COMPLETE = {"public": "done", "waiting_on": "caller", "scheduled_for": NOON, "parent": "12345678"}


def reachable(first: Status) -> set[Status]:
    seen, new = set[Status](), {first}
    while new:
        seen |= new
        new = {after for status in new for after in MOVES[status]} - seen
    return seen


def test_every_status_has_its_place_in_the_table() -> None:
    assert set(MOVES) == set(Status)
    assert set(Status) == OPEN | ENDED


def test_every_status_but_the_caller_s_own_draft_can_be_reached_from_a_new_ticket() -> None:
    assert reachable(Status.NEW) == set(Status) - {Status.DRAFT}


@pytest.mark.parametrize("status", Status)
def test_from_everywhere_a_ticket_can_end_and_come_back(status: Status) -> None:
    assert reachable(status) >= ENDED | {Status.REOPENED}


def test_nothing_ever_becomes_a_draft_again() -> None:
    assert all(Status.DRAFT not in moves for moves in MOVES.values())


@pytest.mark.parametrize(("before", "after"), [(before, after) for before in Status for after in Status])
def test_a_move_is_allowed_with_its_reason_or_refused_with_what_is(before: Status, after: Status) -> None:
    step = Step(after, **COMPLETE)  # type: ignore[arg-type]
    if after in MOVES[before]:
        assert check(before, step) == MOVES[before][after] != ""
    else:
        with pytest.raises(MoveRefused, match=", ".join(MOVES[before])):
            check(before, step)


@pytest.mark.parametrize("after", OWES)
def test_a_move_that_owes_something_says_what(after: Status) -> None:
    with pytest.raises(MoveRefused, match=OWES[after][0]):
        check(Status.NEW, Step(after))


def test_a_ticket_may_wait_for_somebody_else_and_be_put_off_but_nothing_else_moves_to_where_it_is() -> None:
    assert {status for status in Status if status in MOVES[status]} == {Status.WAITING, Status.SCHEDULED}


@pytest.mark.parametrize("ended", sorted(ENDED - {Status.DUPLICATE}))
def test_every_end_owes_the_public_a_sentence(ended: Status) -> None:
    assert "public" in OWES[ended]


@pytest.mark.parametrize(
    ("status", "ended", "may"),
    [
        (Status.RESOLVED, NOON - dt.timedelta(days=30), True),
        (Status.RESOLVED, NOON - dt.timedelta(days=30, seconds=1), False),
        (Status.DECLINED, NOON, True),
        (Status.NEW, None, False),
    ],
)
def test_not_fixed_may_be_said_within_the_city_s_window(status: Status, ended: dt.datetime | None, may: bool) -> None:
    assert can_reopen(status, ended, 30, NOON) is may
