"""A deadline passes: whoever the city's file names hears of it, step by step, each step once."""

from __future__ import annotations

import datetime as dt

from dispatch import tickets
from dispatch.city.model import Escalation
from dispatch.escalation import escalate_due
from dispatch.imported import take_over
from storage import tickets as ledger
from storage.database import Database
from storage.vocabulary import Channel, Priority, Status
from tests.dispatch.desk import change, filed, history, ticket, together, told
from tests.dispatch.littleton import CLERK, LITTLETON, MONDAY, a_report, later

AT_ONCE = Escalation(days=0, tell=("department",))
A_WEEK = Escalation(days=5, tell=("parks", "boss@littleton.example"), raise_priority=True)
CITY = LITTLETON.model_copy(update={"escalation": (AT_ONCE, A_WEEK)})
"""A pothole reported on a Monday is due on the Thursday, at five."""


def days(count: float) -> dt.datetime:
    return MONDAY + dt.timedelta(days=count)


def step(database: Database, number: str) -> int:
    return ticket(database, number).escalated


def test_its_department_hears_when_the_deadline_has_passed_and_others_a_week_later(database: Database) -> None:
    number = filed(database, updates=False)
    before = len(told(database))
    assert escalate_due(database, CITY, days(3)) == 0
    assert escalate_due(database, CITY, days(4)) == 1
    assert escalate_due(database, CITY, days(4.5)) == 0, "each step is taken once"
    ((to, words),) = told(database)[before:]
    assert (to, "was due March 5" in words) == ("streets@littleton.example", True)
    assert escalate_due(database, CITY, days(9)) == 0, "the weekend does not count"
    assert escalate_due(database, CITY, days(11)) == 1
    assert [to for to, _ in told(database)[before + 1 :]] == ["parks@littleton.example", "boss@littleton.example"]
    assert ticket(database, number).priority is Priority.HIGH
    assert [line.kind for line in history(database, number)] == ["filed", "escalated", "escalated"]
    assert history(database, number)[-1].why == "overdue by 5 working days"


def test_what_waits_is_ended_or_was_promised_by_another_system_is_left_alone(database: Database) -> None:
    waiting, closed = (filed(database, origin=f"CA{n}:1") for n in range(2))
    filed(database, origin="CA3:1", draft=True)
    filed(database, origin="CA4:1", channel=Channel.IMPORT)
    change(database, tickets.change_status, waiting, Status.WAITING, CLERK, waiting_on="contractor")
    change(database, tickets.change_status, closed, Status.CLOSED, CLERK, public="It was filled.")
    assert escalate_due(database, CITY, days(60)) == 0


def test_cases_of_another_system_are_not_told_of_by_the_thousand_but_those_with_a_deadline_of_ours_are(
    database: Database,
) -> None:
    case = {"case_id": "101", "open_dt": "2015-03-02T10:25", "source": "Constituent Call", "type": "Pothole"}
    with database.transaction() as session:
        taken = take_over(CITY, case, lambda *_: "pothole", MONDAY)
        ledger.add_imported(session, [taken.ticket | {"number": "12345678"}], [taken.history])
    assert escalate_due(database, CITY, days(0)) == 0
    change(database, tickets.change_status, "12345678", Status.RESOLVED, CLERK, public="It was filled.")
    change(database, tickets.not_fixed, "12345678", "still there", later(CLERK, days=1))
    assert escalate_due(database, CITY, days(8)) == 1


def test_a_ticket_that_opens_again_starts_anew(database: Database) -> None:
    number = filed(database)
    assert escalate_due(database, CITY, days(4)) == 1
    change(database, tickets.change_status, number, Status.RESOLVED, later(CLERK, days=5), public="It was filled.")
    change(database, tickets.not_fixed, number, "still there", later(CLERK, days=6))
    assert step(database, number) == 0
    assert escalate_due(database, CITY, days(7)) == 0
    assert escalate_due(database, CITY, days(12)) == 1


def test_a_ticket_that_gets_another_deadline_starts_anew(database: Database) -> None:
    number = filed(database)
    assert escalate_due(database, CITY, days(4)) == 1
    change(database, tickets.change_service, number, "tree", later(CLERK, days=4))
    assert escalate_due(database, CITY, days(12)) == 0
    assert escalate_due(database, CITY, days(15)) == 1, "the tree was due on the second Monday, and parks hears of it"
    change(database, tickets.change_status, number, Status.WAITING, later(CLERK, days=15), waiting_on="contractor")
    change(database, tickets.change_status, number, Status.IN_PROGRESS, later(CLERK, days=15.01))
    assert escalate_due(database, CITY, days(15.02)) == 0, "a short wait makes nothing of what is late already"


def test_a_week_after_a_friday_is_a_friday_at_the_same_hour_also_where_the_clocks_change(database: Database) -> None:
    with database.transaction() as session:
        number = tickets.file(session, CITY, a_report(), days(1)).number
    due = ticket(database, number).due_at
    assert due == dt.datetime(2026, 3, 6, 22, tzinfo=dt.UTC), "Friday at five; the clocks change on Sunday"
    assert escalate_due(database, CITY, due + dt.timedelta(minutes=1)) == 1
    next_friday = dt.datetime(2026, 3, 13, 21, tzinfo=dt.UTC)
    assert escalate_due(database, CITY, next_friday - dt.timedelta(minutes=1)) == 0
    assert escalate_due(database, CITY, next_friday + dt.timedelta(minutes=1)) == 1


def test_what_became_late_before_a_day_off_is_told_on_it_where_no_worker_ran(database: Database) -> None:
    filed(database)
    assert escalate_due(database, CITY, days(4)) == 1
    assert escalate_due(database, CITY, days(12)) == 1, "Saturday morning; the week was over on Thursday at five"


def test_a_step_for_one_department_passes_over_the_others(database: Database) -> None:
    number = filed(database)
    only_parks = LITTLETON.model_copy(
        update={"escalation": (AT_ONCE.model_copy(update={"departments": ("parks",)}), A_WEEK)}
    )
    assert escalate_due(database, only_parks, days(4)) == 0
    assert escalate_due(database, only_parks, days(12)) == 1, "the next step is for all"
    assert [line.kind for line in history(database, number)] == ["filed", "escalated"]


def test_two_workers_take_a_step_once(database: Database) -> None:
    numbers = [filed(database, origin=f"CA{n}:1") for n in range(4)]
    together([lambda: escalate_due(database, CITY, days(4))] * 3)
    assert [step(database, number) for number in numbers] == [1] * 4
    assert [len(history(database, number)) for number in numbers] == [2] * 4
