"""When the telephone rings: by day and by hour, for who decides how many people sit at it."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from storage.database import Database
from storage.tables import Call
from storage.vocabulary import CallStatus, Role
from tests.console.clerk import Clerk, hired
from tests.console.conftest import MORNING, Watch


def rang(database: Database, *moments: dt.datetime, city: str = "springfield") -> None:
    """Calls that came in at these moments, the last of which is in the line still."""
    with database.transaction() as session:
        for place, at in enumerate(moments):
            over = place < len(moments) - 1
            session.add(
                Call(
                    call_sid=f"CA{city}{at.timestamp()}",
                    city=city,
                    state="welcome",
                    memory="",
                    status=CallStatus.ENDED if over else CallStatus.ACTIVE,
                    outcome="answered" if over else None,
                    started_at=at,
                    updated_at=at,
                    ended_at=at if over else None,
                )
            )


def rows(clerk: Clerk, name: str, query: str = "") -> dict[str, list[str]]:
    clerk.goes(f"/console/reports/{name}.csv{query}")
    lines = csv.reader(io.StringIO(clerk.last.get_data(as_text=True)[1:]))
    return {first: rest for first, *rest in lines}


@pytest.fixture
def vera(database: Database, clerk: Clerk) -> Clerk:
    """A viewer, logged in."""
    clerk.logs_in(hired(database, "vera@springfield.gov", role=Role.VIEWER))
    return clerk


def test_calls_are_counted_by_day_beside_as_many_days_before(database: Database, vera: Clerk) -> None:
    day = dt.timedelta(days=1)
    rang(database, MORNING - 8 * day, MORNING - day, MORNING - 2 * day, MORNING - day - dt.timedelta(1e-4), MORNING)
    rang(database, MORNING, city="elsewhere")
    found = rows(vera, "calls-day", "?since=2026-02-25&until=2026-03-03")
    assert found["Day"] == ["Calls", "Before"]
    assert found["2026-03-03"] == ["1", "0"]
    assert found["2026-03-02"] == ["2", "1"], "and one a week before"
    assert found["2026-03-01"] == ["1", "0"]
    assert found["2026-02-25"] == ["0", "0"]
    assert sum(int(before) for _now, before in list(found.values())[1:]) == 1


def test_a_call_before_midnight_is_of_that_day_and_hour_in_the_city(
    database: Database, vera: Clerk, watch: Watch
) -> None:
    midnight = dt.datetime(2026, 3, 3, 6, 0, tzinfo=dt.UTC)
    rang(database, midnight - dt.timedelta(seconds=1), midnight)
    assert watch.at > midnight
    days, hours = rows(vera, "calls-day"), rows(vera, "calls-hour")
    assert (days["2026-03-02"][0], days["2026-03-03"][0]) == ("1", "1")
    assert (hours["Mon"][23], hours["Tue"][0]) == ("1", "1")
    assert sum(int(many) for name, line in hours.items() if name != "Weekday" for many in line) == 2


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Calls by weekday and hour"),
        ("es", "Llamadas por día de la semana y hora"),
        ("fr", "Appels par jour de la semaine et heure"),
    ],
)
def test_they_stand_first_on_the_page_with_their_table(
    database: Database, vera: Clerk, language: str, title: str
) -> None:
    rang(database, MORNING)
    vera.language = language
    page = vera.goes("/console/reports")
    assert f"<h2>{title}</h2>" in page
    assert page.index('id="calls-day"') < page.index('id="calls-hour"') < page.index('id="funnel"')
