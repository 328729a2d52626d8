"""Tickets are filed once, changed by the rules, and every change is written down and told to whom it concerns."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import msgspec
import pytest
from sqlmodel import col, select

from dispatch import tickets
from dispatch.new_ticket import NewTicket, Spot
from dispatch.ticket_numbers import check
from dispatch.tickets import NoSuchTicket, NumbersExhausted, TicketChanged
from dispatch.workflow import MoveRefused
from storage import tickets as ledger
from storage.database import Database
from storage.tables import Notification, Ticket, TicketEvent
from storage.vocabulary import Channel, Priority, Status
from tests.dispatch.littleton import CALLER, CLERK, LITTLETON, MONDAY, a_report, later

T = TypeVar("T")
RECORDED: dict[str, Any] = {"service": "", "place_kind": "none", "address": "", "recording_sid": "RE1"}


def filed(database: Database, **changes: Any) -> str:
    """The number of a ticket just filed."""
    with database.transaction() as session:
        return tickets.file(session, LITTLETON, a_report(**changes), MONDAY).number


def ticket(database: Database, number: str) -> Ticket:
    with database.reading() as session:
        found = ledger.by_number(session, "littleton", number)
    assert found is not None
    return found


def history(database: Database, number: str) -> list[TicketEvent]:
    with database.reading() as session:
        found = ledger.by_number(session, "littleton", number)
        assert found is not None
        return list(ledger.history(session, "littleton", found))


def told(database: Database) -> list[tuple[str, str]]:
    """Recipients and bodies of all that is to be sent, in order."""
    with database.reading() as session:
        rows = session.exec(select(Notification).order_by(col(Notification.id))).all()
        return [(row.recipient, row.body) for row in rows]


def change(database: Database, do: Callable[..., T], *arguments: Any, **named: Any) -> T:
    with database.transaction() as session:
        return do(session, LITTLETON, *arguments, **named)


def test_a_report_becomes_a_ticket_with_a_department_and_a_deadline(database: Database) -> None:
    number = filed(database)
    found = ticket(database, number)
    assert check(number, LITTLETON.tickets.digits)
    assert (found.status, found.department, found.routed_because) == (Status.NEW, "streets", "streets does pothole")
    assert (found.address, found.lat, found.channel) == ("12 Elm St", 40.5, Channel.PHONE)
    assert found.due_at is not None
    assert found.due_at.date() == dt.date(2026, 3, 5)
    (event,) = history(database, number)
    assert (event.kind, event.who, event.to_status, event.at) == ("filed", "caller", Status.NEW, MONDAY)


def test_department_and_reporter_are_told_in_the_same_transaction(database: Database) -> None:
    filed(database, language="es")
    (department, mail), (reporter, text) = told(database)
    assert (department, reporter) == ("streets@littleton.example", "+12125550001")
    assert "Pothole, 12 Elm St" in mail
    assert "a deep one" in mail
    assert "Bache, 12 Elm St" in text
    assert "5 de marzo" in text
    assert "a deep one" not in text


def test_who_does_not_want_to_hear_of_it_does_not(database: Database) -> None:
    filed(database, updates=False)
    assert [recipient for recipient, _ in told(database)] == ["streets@littleton.example"]


def test_a_report_handed_in_again_is_the_same_ticket(database: Database) -> None:
    numbers = {filed(database) for _ in range(3)}
    assert len(numbers) == 1
    assert len(history(database, numbers.pop())) == 1
    assert len(told(database)) == 2


def test_one_call_may_file_two_tickets_and_two_cities_may_share_an_origin(database: Database) -> None:
    elsewhere = LITTLETON.model_copy(update={"slug": "bigton"})
    with database.transaction() as session:
        filed_ones = [
            tickets.file(session, LITTLETON, a_report(origin="CA1:1"), MONDAY),
            tickets.file(session, LITTLETON, a_report(origin="CA1:2"), MONDAY),
            tickets.file(session, elsewhere, a_report(origin="CA1:1"), MONDAY),
        ]
        assert len({one.id for one in filed_ones}) == 3
        assert [one.number for one in ledger.of_call(session, "littleton", "CA1")] == [
            one.number for one in filed_ones[:2]
        ]


def test_a_number_that_is_taken_is_drawn_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = filed(database, origin="CA1:1")
    draws = iter([taken, taken, "12345674"])
    monkeypatch.setattr("dispatch.ticket_numbers.draw", lambda _: next(draws))
    assert filed(database, origin="CA1:2") == "12345674"


def test_a_city_whose_numbers_are_used_up_says_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = filed(database, origin="CA1:1")
    monkeypatch.setattr("dispatch.ticket_numbers.draw", lambda _: taken)
    with pytest.raises(NumbersExhausted, match="littleton"):
        filed(database, origin="CA1:2")


def test_fifty_callers_who_file_at_once_get_fifty_numbers(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dispatch.ticket_numbers.draw", scarce)
    numbers: list[str] = []

    def call(caller: int) -> None:
        numbers.append(filed(database, origin=f"CA{caller}:1"))

    together([partial(call, caller) for caller in range(50)])
    assert len(set(numbers)) == 50
    with database.reading() as session:
        assert len(session.exec(select(Ticket)).all()) == 50
        assert len(session.exec(select(TicketEvent)).all()) == 50
        assert len(session.exec(select(Notification)).all()) == 100


def test_one_report_delivered_fifty_times_at_once_is_one_ticket(database: Database) -> None:
    numbers: list[str] = []
    together([lambda: numbers.append(filed(database))] * 50)
    assert Counter(numbers).most_common() == [(numbers[0], 50)]
    assert len(history(database, numbers[0])) == 1
    assert len(told(database)) == 2


def scarce(_: int) -> str:
    """Draw from a hundred numbers only, so that many draws meet."""
    return str(random.randrange(10_000_000, 10_000_100))


def together(jobs: list[Callable[[], Any]]) -> None:
    """Do all of it at once, and fail if any of it failed."""
    problems: list[Exception] = []
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> None:
        gate.wait()
        try:
            job()
        except Exception as problem:  # noqa: BLE001 - told below, in the thread that can fail the test
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_a_draft_waits_for_a_person_and_tells_nobody_until_then(database: Database) -> None:
    number = filed(database, draft=True)
    assert (ticket(database, number).status, ticket(database, number).review) == (Status.DRAFT, ["dropped_call"])
    assert told(database) == []
    change(database, tickets.change_status, number, Status.NEW, CLERK)
    assert [recipient for recipient, _ in told(database)] == ["streets@littleton.example"]


def test_a_message_is_kept_for_review_and_its_transcript_beside_it(database: Database) -> None:
    with database.transaction() as session:
        kept = tickets.keep_message(session, LITTLETON, a_report(**RECORDED), MONDAY)
        assert (kept.status, kept.department, kept.review) == (Status.NEEDS_REVIEW, "information", ["message"])
    change(database, tickets.add_transcript, "RE1", "there is a hole", CALLER)
    assert ticket(database, kept.number).transcript == "there is a hole"
    assert ticket(database, kept.number).priority is Priority.NORMAL
    assert change(database, tickets.add_transcript, "RE2", "?", CALLER) is None


def test_a_message_that_speaks_of_an_emergency_is_urgent(database: Database) -> None:
    number = filed(database, **(RECORDED | {"service": "pothole"}))
    change(database, tickets.add_transcript, "RE1", "he does not breathe", CALLER, alarm="medical")
    found = ticket(database, number)
    assert (found.priority, found.review) == (Priority.URGENT, ["message", "emergency_in_transcript"])
    assert "he does not breathe" in told(database)[-1][1]


def test_a_message_without_a_recording_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="recording_sid"), database.transaction() as session:
        tickets.keep_message(session, LITTLETON, a_report(), MONDAY)


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
    assert told(database)[-1][1].endswith("is done. The hole is filled.")


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


def test_the_clock_stands_still_while_it_waits(database: Database) -> None:
    number = filed(database)
    change(database, tickets.change_status, number, Status.WAITING, CLERK, waiting_on="caller", public="Which lane?")
    waiting = ticket(database, number)
    assert (waiting.waiting_on, waiting.paused_at) == ("caller", MONDAY)
    change(database, tickets.change_status, number, Status.WAITING, later(CLERK, days=1), waiting_on="contractor")
    assert ticket(database, number).paused_at == MONDAY
    change(database, tickets.change_status, number, Status.IN_PROGRESS, later(CLERK, days=7))
    going = ticket(database, number)
    assert going.due_at is not None
    assert (going.waiting_on, going.paused_at, going.due_at.date()) == (None, None, dt.date(2026, 3, 12))


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


def test_duplicates_hear_how_the_first_report_goes_on_under_their_own_numbers(database: Database) -> None:
    first = filed(database, origin="a", reporter_phone="+12125550001")
    second = filed(database, origin="b", reporter_phone="+12125550002")
    third = filed(database, origin="c", reporter_phone="+12125550003", language="es")
    change(database, tickets.merge, third, second, CLERK)
    change(database, tickets.merge, second, first, CLERK, why="same hole")
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
    assert told(database)[-1][0] == "parks@littleton.example"


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


def test_a_report_that_fails_half_way_leaves_nothing(database: Database) -> None:
    def half_done() -> None:
        with database.transaction() as session:
            tickets.file(session, LITTLETON, a_report(), MONDAY)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    with database.reading() as session:
        assert all(session.exec(select(table)).first() is None for table in (Ticket, TicketEvent, Notification))


def test_every_field_of_a_report_is_a_column_of_its_ticket() -> None:
    columns = set(Ticket.model_fields)
    assert {field.name for field in msgspec.structs.fields(NewTicket)} - columns == {"draft"}
