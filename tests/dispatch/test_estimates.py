"""When will it be done? Callers are told what the last months say, where there were enough of them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from sqlmodel import select

from dispatch import estimates, tickets
from dispatch.new_ticket import NewTicket
from dispatch.notifications import wording
from storage.database import Database
from storage.tables import Notification
from storage.vocabulary import Channel, Status
from tests.dispatch.desk import change, filed, ticket
from tests.dispatch.littleton import CLERK, LITTLETON, MONDAY, a_report, later


def done(database: Database, count: int, days: float, *, area: str = "") -> None:
    """So many potholes filled after so many days."""
    for n in range(count):
        number = filed(database, origin=f"{area}:{days}:{n}", area=area, updates=False)
        change(database, tickets.change_status, number, Status.RESOLVED, later(CLERK, days=days), public="Filled.")


def told(database: Database, *, area: str = "", days: float = 0) -> dt.date | None:
    """The day a caller is told of a pothole, so many days after it was reported."""
    number = filed(database, origin=f"new:{area}", area=area)
    with database.reading() as session:
        moment = estimates.told(session, LITTLETON, ticket(database, number), MONDAY + dt.timedelta(days=days))
    return moment and moment.date()


def test_the_rule_holds_where_experience_is_short(database: Database) -> None:
    done(database, estimates.ENOUGH - 1, 8)
    assert told(database) == dt.date(2026, 3, 5)


def test_else_eight_in_ten_were_done_by_then(database: Database) -> None:
    done(database, 24, 1)
    done(database, 4, 8)
    done(database, 2, 20)
    assert told(database) == dt.date(2026, 3, 3)
    done(database, 1, 8.1)
    assert told(database) == dt.date(2026, 3, 10)


def test_a_district_with_enough_of_its_own_goes_by_those(database: Database) -> None:
    done(database, estimates.ENOUGH, 10, area="harbour")
    done(database, estimates.ENOUGH, 1, area="hill")
    assert told(database, area="harbour") == dt.date(2026, 3, 12)
    assert told(database, area="hill") == dt.date(2026, 3, 3)


def test_nobody_is_told_a_sunday(database: Database) -> None:
    done(database, estimates.ENOUGH, 6)
    assert told(database) == dt.date(2026, 3, 9)


def test_what_is_texted_at_filing_is_what_is_told_on_the_telephone(database: Database) -> None:
    done(database, estimates.ENOUGH, 10)
    with database.transaction() as session:
        report = NewTicket(
            channel=Channel.PHONE, service="pothole", origin="CA9:1", reporter_phone="+12175550101", updates=True
        )
        at = MONDAY + dt.timedelta(days=30)
        new = tickets.file(session, LITTLETON, report, at)
        told_by_phone = estimates.day_of(LITTLETON, new, at)
    with database.reading() as session:
        texted = session.exec(select(Notification).where(Notification.template == "public.filed")).one()
    assert told_by_phone != new.due_at
    assert f"done by {wording.date(LITTLETON, told_by_phone, 'en')}." in texted.body


def test_what_is_long_past_says_nothing(database: Database) -> None:
    done(database, estimates.ENOUGH, 10)
    assert told(database, days=400) == dt.date(2026, 3, 5)


def test_what_has_taken_longer_than_such_things_do_is_told_its_deadline(database: Database) -> None:
    done(database, estimates.ENOUGH, 10)
    assert told(database, days=10) == dt.date(2026, 3, 5)


def test_whoever_asks_later_is_told_the_day_they_were_told_before(database: Database) -> None:
    done(database, estimates.ENOUGH, 10)
    filing = later(CLERK, days=14)
    with database.transaction() as session:
        number = tickets.file(session, LITTLETON, a_report(origin="CA9:1"), filing.at).number

    def day(days: float = 0) -> dt.date | None:
        moment = estimates.day_of(LITTLETON, ticket(database, number), later(filing, days=days).at)
        return moment and moment.astimezone(ZoneInfo(LITTLETON.time_zone)).date()

    assert day() == dt.date(2026, 3, 26), "ten days on, and not the three of the rule"
    change(database, tickets.change_status, number, Status.WAITING, filing, waiting_on="contractor")
    assert day() is None, "nobody knows when the contractor comes"
    change(database, tickets.change_status, number, Status.ASSIGNED, later(filing, days=1))
    assert day() == dt.date(2026, 3, 27), "a day later, for a day it waited"
    fixed = dt.datetime(2026, 3, 24, 8, tzinfo=ZoneInfo(LITTLETON.time_zone))
    change(database, tickets.change_status, number, Status.SCHEDULED, later(filing, days=2), scheduled_for=fixed)
    assert day() == dt.date(2026, 3, 24)
    change(database, tickets.change_status, number, Status.IN_PROGRESS, later(filing, days=3))
    change(database, tickets.change_service, number, "tree", later(filing, days=3))
    assert day() == dt.date(2026, 3, 31), "ten working days and the one it waited: nobody knows how long trees take"
    change(database, tickets.change_status, number, Status.RESOLVED, later(filing, days=4), public="Cut up.")
    assert day() is None, "it is done"
    change(database, tickets.not_fixed, number, "half of it is there", later(filing, days=5))
    assert day() == dt.date(2026, 4, 3), "from when it was opened again"
    assert day(days=18) == dt.date(2026, 4, 3)
    assert day(days=19) is None, "that day is over"
