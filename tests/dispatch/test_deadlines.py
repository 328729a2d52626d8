"""A ticket's clock: it stands still while it waits, and what was promised is moved by what happens, not by corrections.

The city's clocks were changed on the eighth: waits that end "at the same hour" end an hour earlier in UTC.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from dispatch import deadlines, deeds, tickets
from dispatch.new_ticket import Spot
from storage.database import Database
from storage.tables import Ticket
from storage.vocabulary import Status
from tests.dispatch.desk import change, filed, ticket
from tests.dispatch.littleton import CALLER, CLERK, LITTLETON, MONDAY, later


def due_day(database: Database, number: str) -> dt.date:
    """The day a ticket is due, on the city's calendar."""
    due = ticket(database, number).due_at
    assert due is not None
    return due.astimezone(ZoneInfo(LITTLETON.time_zone)).date()


def test_soon_is_until_the_next_working_day_is_over() -> None:
    friday = MONDAY + dt.timedelta(days=4)
    assert deadlines.soon(LITTLETON, friday) == dt.datetime(2026, 3, 10, tzinfo=ZoneInfo(LITTLETON.time_zone))


ELM = Spot(address="14 Elm St", lat=40.5, lon=-74.5)
"""The house next door: the same department, and nothing else about it is another either."""


def test_the_clock_stands_still_while_it_waits(database: Database) -> None:
    number = filed(database)
    change(database, tickets.change_status, number, Status.WAITING, CLERK, waiting_on="caller", public="Which lane?")
    waiting = ticket(database, number)
    assert (waiting.waiting_on, waiting.paused_at) == ("caller", MONDAY)
    change(database, tickets.change_status, number, Status.WAITING, later(CLERK, days=1), waiting_on="contractor")
    assert ticket(database, number).paused_at == MONDAY
    change(database, tickets.change_status, number, Status.IN_PROGRESS, later(CLERK, days=7, hours=-1))
    going = ticket(database, number)
    assert going.due_at is not None
    assert (going.waiting_on, going.paused_at, going.due_at.date()) == (None, None, dt.date(2026, 3, 12))


def test_a_place_put_right_leaves_what_was_promised(database: Database) -> None:
    number = filed(database)
    change(database, tickets.change_status, number, Status.WAITING, CLERK, waiting_on="caller")
    change(database, tickets.change_status, number, Status.ASSIGNED, later(CLERK, days=14, hours=-1))
    change(database, tickets.change_place, number, ELM, later(CLERK, days=14))
    assert due_day(database, number) == dt.date(2026, 3, 19), "fourteen days it waited for an answer"


def test_another_department_s_days_are_counted_with_what_it_has_waited(database: Database) -> None:
    number = filed(database)
    change(database, tickets.change_status, number, Status.WAITING, CLERK, waiting_on="caller")
    change(database, tickets.change_status, number, Status.ASSIGNED, later(CLERK, days=7, hours=-1))
    change(database, tickets.change_service, number, "tree", later(CLERK, days=8))
    assert due_day(database, number) == dt.date(2026, 3, 23), "ten working days and the five it waited"
    change(database, tickets.change_status, number, Status.WAITING, later(CLERK, days=9), waiting_on="caller")
    change(database, tickets.change_service, number, "pothole", later(CLERK, days=11))
    change(database, tickets.change_status, number, Status.ASSIGNED, later(CLERK, days=11))
    assert due_day(database, number) == dt.date(2026, 3, 16), "three, five, and the two it waited meanwhile"


def test_a_wait_whose_end_was_taken_back_is_one_wait(database: Database) -> None:
    number = filed(database)
    change(database, tickets.change_status, number, Status.WAITING, CLERK, waiting_on="caller")
    with database.transaction() as session:
        by = later(CLERK, days=7)

        def resolve(one: str, seen: int | None) -> Ticket:
            return tickets.change_status(session, LITTLETON, one, Status.RESOLVED, by, public="Done.", seen=seen)

        done = deeds.do(session, LITTLETON, by, "to:resolved", {number: None}, resolve)
        deeds.take_back(session, LITTLETON, done.key, by.who, by.at)
    change(database, tickets.change_service, number, "tree", later(CLERK, days=8))
    change(database, tickets.change_status, number, Status.ASSIGNED, later(CLERK, days=14, hours=-1))
    assert due_day(database, number) == dt.date(2026, 3, 30), "ten working days and the ten it waited"


def test_a_reopened_ticket_keeps_its_new_deadline_and_one_that_ended_the_one_it_was_judged_by(
    database: Database,
) -> None:
    number = filed(database)
    change(database, tickets.change_status, number, Status.RESOLVED, CLERK, public="Done.")
    change(database, tickets.not_fixed, number, "it is still there", later(CALLER, days=10))
    change(database, tickets.change_place, number, ELM, later(CLERK, days=11))
    assert due_day(database, number) == dt.date(2026, 3, 17)
    change(database, tickets.change_service, number, "tree", later(CLERK, days=11))
    assert due_day(database, number) == dt.date(2026, 3, 26), "counted from when it was opened again"
    change(database, tickets.change_status, number, Status.RESOLVED, later(CLERK, days=12), public="Done.")
    change(database, tickets.change_service, number, "records", later(CLERK, days=13))
    assert due_day(database, number) == dt.date(2026, 3, 26)
