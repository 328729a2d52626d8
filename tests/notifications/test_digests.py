"""A department that reads once a day gets one e-mail, of what is still so, and never loses one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import delete

from dispatch import deeds, tickets
from dispatch.city.model import City
from dispatch.new_ticket import By
from dispatch.notifications import digests
from dispatch.notifications.worker import Worker
from storage.database import Database
from storage.message_tables import DigestLine
from tests.dispatch.desk import together
from tests.dispatch.littleton import CLERK, LITTLETON, MONDAY
from tests.notifications.conftest import Clock, Out, report, rows


def daily(city: City = LITTLETON) -> City:
    """The city, with a department that reads its mail once a day."""
    streets = city.departments["streets"].model_copy(update={"told": "daily"})
    return city.model_copy(update={"departments": {**city.departments, "streets": streets}})


def test_a_department_reads_once_a_day_but_of_what_is_urgent_at_once(
    database: Database, hire: Callable[..., Worker], clock: Clock
) -> None:
    city = daily()
    for number in range(3):
        report(database, city, f"CA{number}:1")
    report(database, city, "CA9:1", description="somebody nearly fell")
    out = Out()
    worker = hire(out, city)
    worker.chores()
    worker.once()
    assert len(out.bodies) == 1
    assert "urgent" in out.bodies[0]
    clock.at = MONDAY + dt.timedelta(hours=22)  # eight in the morning after
    together([worker.chores, hire(out, city).chores, worker.chores])
    worker.once()
    assert len(out.bodies) == 2
    digest = rows(database)[-1]
    assert digest.payload == {"subject": "Littleton 311: 3 for Streets"}
    assert digest.body.count("New: Pothole, 12 Elm St") == 3
    clock.at += dt.timedelta(days=1)
    worker.chores()
    assert worker.once() == 0


def test_a_deed_just_before_the_digest_can_be_taken_back_before_anybody_reads_of_it(
    database: Database, hire: Callable[..., Worker], clock: Clock
) -> None:
    city, out = daily(), Out()
    seven = MONDAY + dt.timedelta(hours=21)
    number = report(database, city, "CA1:1")
    by = By(CLERK.who, CLERK.channel, seven - dt.timedelta(seconds=2))
    with database.transaction() as session:
        slip = deeds.do(
            session, city, by, "service", {number: None},
            lambda number, seen: tickets.change_service(session, city, number, "tree", by, seen=seen),
        )  # fmt: skip
    clock.at = seven
    hire(out, city).chores()
    with database.transaction() as session:
        deeds.take_back(session, city, slip.key, by.who, seven + dt.timedelta(seconds=5))
    clock.at = seven + dt.timedelta(minutes=1)
    hire(out, city).chores()
    hire(out, city).once()
    assert digests.SETTLED > deeds.GRACE
    assert len(out.bodies) == 1
    assert "1 for Streets" in str(rows(database)[-1].payload)
    assert "No longer yours" not in out.bodies[0]


def test_a_digest_after_lines_were_forgotten_is_sent_as_well(
    database: Database, hire: Callable[..., Worker], clock: Clock
) -> None:
    city, out = daily(), Out()
    for number in range(2):
        report(database, city, f"CA{number}:1")
        clock.at += dt.timedelta(days=1)
        hire(out, city).chores()
        hire(out, city).once()
        with database.transaction() as session:
            session.exec(delete(DigestLine))  # As forgetting their tickets does.
    assert len(out.bodies) == 2
