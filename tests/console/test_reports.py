"""Whoever runs the city reads how it does: counted from the ledger, compared with before, and as CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from html import unescape
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, update

from dispatch import tickets
from dispatch.console import charts
from dispatch.console.charts import Bar, Step
from dispatch.console.desk import Desk
from dispatch.console.export import harmless
from dispatch.console.report import Calendar, Share, Span, median, plain
from dispatch.new_ticket import By
from storage import call_figures
from storage.database import Database
from storage.tables import Call, Ticket, Turn
from storage.vocabulary import CallStatus, Channel, Role, Status
from tests.console.clerk import Clerk, hired
from tests.console.conftest import MORNING, Watch
from tests.console.town import filed

DAY = dt.timedelta(days=1)


@pytest.fixture
def vera(database: Database, clerk: Clerk) -> Clerk:
    """A viewer, logged in."""
    clerk.logs_in(hired(database, "vera@springfield.gov", role=Role.VIEWER))
    return clerk


def came(database: Database, name: str, at: dt.datetime, outcome: str, state: str, *path: str, **more: Any) -> None:
    """A call that ended, by the states it went through; with "!" was not understood there, one with "?" silent."""
    with database.transaction() as session:
        session.add(
            Call(
                call_sid=name,
                city="springfield",
                caller=more.get("caller"),
                state=state,
                turn=len(path),
                memory="",
                status=CallStatus.ENDED,
                outcome=outcome,
                started_at=at,
                updated_at=at,
                ended_at=at + dt.timedelta(seconds=90),
            )
        )
        before = "welcome"
        for number, there in enumerate((*path, state)):
            bare = there.rstrip("!?")
            missed = {"!": "no_match", "?": "no_input"}.get(there[-1])
            session.add(
                Turn(
                    call_sid=name,
                    number=number,
                    heard="",
                    state_before=before,
                    state_after=bare,
                    said="",
                    reply="",
                    language="en",
                    missed=missed,
                    alarm=more.get("alarm") if there == "emergency" else None,
                    alarm_category="fire" if more.get("alarm") and there == "emergency" else None,
                    took_us=1,
                    at=at,
                )
            )
            before = bare


def closed(database: Database, number: str, at: dt.datetime, status: Status = Status.CLOSED) -> None:
    with database.transaction() as session:
        session.exec(update(Ticket).where(col(Ticket.number) == number).values(status=status, closed_at=at))


def report(clerk: Clerk, name: str, query: str = "") -> list[list[str]]:
    """The rows of a report as a spreadsheet gets them, without the headings."""
    clerk.goes(f"/console/reports/{name}.csv{query}")
    text = clerk.last.get_data(as_text=True)
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))[1:]


def test_tickets_are_counted_by_kind_and_compared_with_before(desk: Desk, vera: Clerk, watch: Watch) -> None:
    watch.passes(days=-40)
    filed(desk, origin="old:1")
    watch.passes(days=40)
    filed(desk, origin="a:1")
    filed(desk, origin="b:1")
    filed(desk, origin="c:1", service="streetlight_out", channel=Channel.WEB)
    assert report(vera, "service")[0] == ["Pothole", "2", "1", "0.6667"]
    assert {tuple(row[:3]) for row in report(vera, "channel")} == {("Phone", "2", "1"), ("Web", "1", "0")}
    assert [row for row in report(vera, "day") if row[1] != "0"] == [["2026-03-03", "3", "0"]]
    assert report(vera, "service", "?since=2025-06-01&until=2025-06-10") == []


def test_a_day_is_a_day_of_the_city(desk: Desk, vera: Clerk, watch: Watch) -> None:
    watch.at = dt.datetime(2026, 3, 3, 5, 59, tzinfo=dt.UTC)  # Just before midnight in Springfield.
    filed(desk, origin="a:1")
    watch.passes(minutes=1)
    filed(desk, origin="b:1")
    rows = {row[0]: row[1] for row in report(vera, "day")}
    assert (rows["2026-03-02"], rows["2026-03-03"]) == ("1", "1")
    hours = {row[0]: row[1:] for row in report(vera, "hour")}
    assert (hours["Mon"][23], hours["Tue"][0]) == ("1", "1")


def test_what_is_done_in_time_is_judged_by_its_deadline(
    desk: Desk, database: Database, vera: Clerk, watch: Watch
) -> None:
    kept, late, running, repeated = (filed(desk, origin=f"{name}:1", address=f"{name} Elm St") for name in "1234")
    watch.passes(days=25)
    closed(database, kept, MORNING + dt.timedelta(hours=10))
    closed(database, late, watch.at)
    closed(database, repeated, MORNING + dt.timedelta(hours=1), Status.DUPLICATE)
    vera.logs_in("vera@springfield.gov")
    row = report(vera, "on-time-department")[0]
    _name, tickets, ended, hours, on_time, _before = row
    assert (tickets, ended, hours) == ("4", "3", "10.0")
    assert on_time == "0.5", "two in time (one of them repeated), one late, one still open after its deadline"
    assert report(vera, "duplicates")[0][1:] == ["1", "0", "0.25"]
    assert report(vera, "backlog")[0][1:] == ["0", "0", "1", "0", "0", "1"]
    assert running


def test_what_is_open_is_late_from_its_deadline_on_whatever_the_period(desk: Desk, vera: Clerk, watch: Watch) -> None:
    filed(desk, origin="a:1")
    first = f"?since={watch.at.date()}&until={watch.at.date()}"
    assert report(vera, "on-time-department", first)[0][4] == "", "nothing can be said of it yet"
    watch.passes(days=60)
    vera.logs_in("vera@springfield.gov")
    assert report(vera, "on-time-department", first)[0][4] == "0.0"


def test_calls_are_followed_through_the_flow(database: Database, vera: Clerk) -> None:
    at = MORNING - DAY
    came(database, "CA1", at, "filed", "anything_else", "how_can_i_help", "place", "review", caller="+12175550101")
    came(database, "CA2", at, "abandoned", "place", "how_can_i_help", "place!", "place?")
    came(database, "CA3", at, "abandoned", "how_can_i_help", "how_can_i_help?")
    came(database, "CA4", at, "transferred", "person", "how_can_i_help!")
    came(database, "CA5", at, "emergency", "emergency", "how_can_i_help", alarm="certain")
    funnel = {row[0]: row[1:] for row in report(vera, "funnel")}
    assert funnel["It rings"][0] == "3"
    assert funnel["What it is about"] == ["3", "1.0", "1", "0.3333"]
    assert funnel["Where it is"] == ["2", "0.6667", "1", "0.5"]
    assert funnel["Sent"][0] == "1"
    assert {row[0]: row[1] for row in report(vera, "outcomes") if row[1] != "0"} == {
        "Broken off": "2",
        "Filed": "1",
        "Put through": "1",
        "Emergency": "1",
    }
    assert {row[0]: row[1] for row in report(vera, "broken-off")} == {"Where is it": "1", "How can we help": "1"}
    misses = {row[0]: row[1:] for row in report(vera, "misses")}
    assert misses["Where is it"] == ["3", "0.3333", "0.0"]
    assert report(vera, "to-a-person") == [["How can we help", "1", "0.2"]]
    assert report(vera, "emergencies") == [["Fire", "1", "0", "1", "0"]]


def test_one_call_settles_it_unless_they_call_again(desk: Desk, database: Database, vera: Clerk, watch: Watch) -> None:
    for name, days, caller, outcome in (
        ("CA1", 20, "+1", "answered"),
        ("CA2", 17, "+1", "answered"),
        ("CA3", 9, "+1", "filed"),
        ("CA4", 9, "+2", "answered"),
        ("CA5", 9, None, "answered"),
        ("CA6", 9, "+3", "transferred"),
        ("CA7", 2, "+4", "answered"),
    ):
        came(database, name, MORNING - days * DAY, outcome, "goodbye", caller=caller)
    number = filed(desk, origin="CA3:1", call_sid="CA3")
    with database.transaction() as session:
        for status, public in ((Status.RESOLVED, "We filled it."), (Status.REOPENED, "")):
            by = By("maria@springfield.gov", Channel.CONSOLE, watch.at)
            tickets.change_status(
                session, desk.packs["springfield"].city, number, status, by, why="so it is", public=public
            )
    page = unescape(vera.goes("/console/reports"))
    found = re.search(r"Settled by one call</span><br><b class=\"figure\">(\d+)%", page)
    assert found
    assert found[1] == "40", (
        "of five old enough whose number is known: one called again, one was put through, one was not fixed"
    )


def test_who_went_to_a_person_twice_is_one_caller(database: Database, vera: Clerk) -> None:
    path = ("how_can_i_help", "message", "anything_else")
    came(database, "CA1", MORNING - DAY, "transferred", "person", *path)
    came(database, "CA2", MORNING - DAY, "answered", "goodbye", "how_can_i_help")
    page = unescape(vera.goes("/console/reports"))
    found = re.search(r"Went to a person</span><br><b class=\"figure\">(\d+)%", page)
    assert found
    assert found[1] == "50"


def test_filing_is_timed_from_the_first_ring(desk: Desk, database: Database, vera: Clerk, watch: Watch) -> None:
    came(database, "CA1", watch.at - dt.timedelta(seconds=95), "filed", "goodbye")
    filed(desk, origin="CA1:1", call_sid="CA1")
    assert report(vera, "time-to-file") == [["90–120 s", "1", "0"]]


def test_more_calls_than_can_be_looked_at_are_sampled(
    database: Database, vera: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_figures, "SAMPLE", 5)
    for place in range(20):
        rang = MORNING - place * dt.timedelta(seconds=3_601)
        came(database, f"CA{place}", rang, "abandoned", "place", "place", "place!")
    assert "Read from about one call in 5." in vera.goes("/console/reports")
    assert report(vera, "misses") == [["Where is it", "40", "0.0", "0.5"]]


def test_the_page_says_all_of_it_in_tables_too(desk: Desk, database: Database, vera: Clerk) -> None:
    filed(desk)
    came(database, "CA1", MORNING, "filed", "goodbye", "how_can_i_help")
    page = vera.goes("/console/reports")
    drawn = re.findall(r"<svg class=\"chart\".*?</svg>", page, flags=re.DOTALL)
    assert len(drawn) >= 8
    for picture in drawn:
        assert ET.fromstring(picture).get("aria-label")
        assert "style=" not in picture
    assert len(re.findall(r'<section class="card[^>]*>.*?<svg.*?<table>', page, flags=re.DOTALL)) >= 8
    assert "%(" not in page


@pytest.mark.parametrize("query", ["?since=x&until=y", "?since=2026-03-09&until=2026-03-01", "?since=0001-01-01", ""])
def test_any_link_shows_some_period(query: str, vera: Clerk) -> None:
    vera.goes(f"/console/reports{query}")
    assert vera.status == 200


def test_no_report_of_that_name(vera: Clerk) -> None:
    vera.goes("/console/reports/wealth.csv")
    assert vera.status == 404


@pytest.mark.parametrize(
    ("zone", "grain_s"),
    [("America/Chicago", 3_600), ("America/St_Johns", 1_800), ("Asia/Kathmandu", 900), ("UTC", 3_600)],
)
def test_hours_or_parts_of_them_make_up_the_days_of_every_zone(zone: str, grain_s: int) -> None:
    span = Span(dt.date(2026, 3, 7), dt.date(2026, 3, 9), ZoneInfo(zone))
    assert span.grain_s == grain_s
    start, end = span.period.start, span.period.end
    moments = range(int(start.timestamp()) // grain_s, int(end.timestamp()) // grain_s)
    calendar = Calendar(span, [(one, grain_s) for one in moments])
    days = calendar.days(span.first, 3)
    assert sum(days) == len(moments) * grain_s
    assert {day / 3_600 for day in days} <= {23, 24, 25}


def test_a_median_needs_no_sorting() -> None:
    assert median({}) is None
    assert median({1: 1, 5: 1, 100: 1}) == 5
    assert median({3: 10, 1000: 9}) == 3


def test_a_spreadsheet_takes_no_name_for_a_formula() -> None:
    for name in ("=1+1", " =1+1", "\n=1+1", "\tElm", "\rElm", "＝1"):
        assert harmless(name) == f"'{name}"
    assert harmless("Elm - Oak") == "Elm - Oak"


def test_programs_read_figures_without_signs() -> None:
    assert [plain(cell) for cell in ("Elm", 1_000, Share(1 / 3), None)] == ["Elm", 1_000, 0.3333, None]


@pytest.mark.parametrize(
    "picture",
    [
        charts.bars("<b>", []),
        charts.bars("a & b", [Bar("<script>", 0), Bar("y" * 90, 5, 9, good=2)]),
        charts.curve("c", [], [], []),
        charts.curve("c", [3], [1], ["one"]),
        charts.curve("c", [1, 123_456], [0, 7], ["one", "two"]),
        charts.grid("g", [("Mon", [0, 1]), ("Tue", [5, 2])], ["0", "1"]),
        charts.funnel("f", []),
        charts.funnel("f", [Step("a", 10, 3, "100%", "30%"), Step("b", 0, 0, "–", "")]),
    ],
)
def test_every_chart_is_a_picture_whatever_the_figures(picture: str) -> None:
    drawn = ET.fromstring(str(picture))
    assert drawn.get("role") == "img"
    assert "<script" not in str(picture)
