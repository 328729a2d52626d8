"""When will it be done? Callers are told what the last months say, where there were enough of them."""

from __future__ import annotations

import datetime as dt

from dispatch import estimates, tickets
from storage.database import Database
from storage.vocabulary import Status
from tests.dispatch.desk import change, filed, ticket
from tests.dispatch.littleton import CLERK, LITTLETON, MONDAY, later


def done(database: Database, count: int, days: float, *, area: str = "") -> None:
    """So many potholes filled after so many days."""
    for n in range(count):
        number = filed(database, origin=f"{area}:{days}:{n}", area=area, updates=False)
        change(database, tickets.change_status, number, Status.RESOLVED, later(CLERK, days=days), public="Filled.")


def told(database: Database, *, area: str = "", days: float = 30) -> dt.date | None:
    """The day a caller is told who reports a pothole so many days later."""
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


def test_what_is_long_past_says_nothing(database: Database) -> None:
    done(database, estimates.ENOUGH, 10)
    assert told(database, days=400) == dt.date(2026, 3, 5)
