"""A clerk works through tickets: finds them, takes them, moves them, and takes back what was a slip."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from typing import Any

import pytest

from dispatch.console.desk import Desk
from storage.database import Database
from storage.vocabulary import Channel, Role, Status
from tests.console.clerk import Clerk, hired
from tests.console.conftest import Watch
from tests.console.town import filed, ticket


@pytest.fixture
def maria(database: Database, clerk: Clerk) -> Clerk:
    """A supervisor, logged in."""
    clerk.logs_in(hired(database, role=Role.SUPERVISOR))
    return clerk


def test_the_day_begins_with_ones_own_queue(desk: Desk, maria: Clerk) -> None:
    number = filed(desk)
    page = maria.goes("/console/")
    assert maria.where == "/console/queue"
    assert number in page
    maria.sends("/console/tickets/do", one=f"take {number}@1", back="/queue")
    assert ticket(desk, number).assignee == "maria@springfield.gov"
    assert ticket(desk, number).status is Status.ASSIGNED
    assert "1 ticket done." in maria.told


def test_what_is_overdue_comes_first(desk: Desk, database: Database, clerk: Clerk, watch: Watch) -> None:
    old = filed(desk, address="1 Elm St")
    watch.passes(days=20)
    new = filed(desk, origin="CA2:1", address="2 Elm St")
    clerk.logs_in(hired(database))
    for number in (new, old):
        clerk.goes("/console/queue")
        clerk.sends("/console/tickets/do", one=f"take {number}@1", back="/queue")
    page = clerk.goes("/console/queue")
    page = page[page.index("<main") :]
    assert page.index(old) < page.index(new)
    assert "Overdue" in page


def test_what_is_due_soon_is_marked_and_can_be_asked_for(desk: Desk, maria: Clerk, watch: Watch) -> None:
    number = filed(desk)
    due = ticket(desk, number).due_at
    assert due
    for hours_before, state in ((24 * 4, "open"), (20, "soon"), (1, "soon"), (-1, "overdue")):
        watch.passes(seconds=(due - desk.now()).total_seconds() - hours_before * 3600)
        maria.logs_in("maria@springfield.gov")
        for asked in ("open", "soon", "overdue"):
            page = maria.goes(f"/console/tickets?state={asked}")
            page = page[page.index("<tbody") :] if "<tbody" in page else ""
            assert (number in page) == (asked in {"open", state}), (hours_before, asked)
            if page:
                assert ("Due soon" in page) == (state == "soon")
        assert ("Due soon" in maria.goes(f"/console/tickets/{number}")) == (state == "soon")


def test_one_key_accepts_what_needed_review(desk: Desk, maria: Clerk) -> None:
    number = filed(desk, review=("low_confidence",))
    page = maria.goes("/console/review")
    assert "What was understood is a guess." in page
    assert 'data-shortcut="a"' in page
    maria.sends("/console/tickets/do", do="accept", ticket=f"{number}@1", back="/review")
    assert ticket(desk, number).status is Status.NEW
    assert "Nothing needs review." in maria.goes("/console/review")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"pothole", "light"}),
        ("service=pothole", {"pothole"}),
        ("department=lighting", {"light"}),
        ("status=new&service=pothole", {"pothole"}),
        ("language=es", {"light"}),
        ("channel=web", {"light"}),
        ("area=none-such", set()),
        ("q=school", {"pothole"}),
        ("q=SCHO", {"pothole"}),
        ("q=potholes+deep", {"pothole"}),
        ("q=esta+apagada", {"light"}),
        ("q=elm+school", {"pothole"}),
        ("q=unheard", set()),
        ("state=overdue", set()),
        ("state=ended", set()),
        ("assignee=nobody", {"pothole", "light"}),
        ("assignee=me", set()),
        ("age=30-90", set()),
        ("age=0-1&order=due", {"pothole", "light"}),
        ("box=39.9,-88.8,40.0,-88.6", {"pothole"}),
    ],
)
def test_lists_are_filtered_by_their_link(desk: Desk, maria: Clerk, query: str, found: set[str]) -> None:
    numbers = {
        "pothole": filed(
            desk,
            service="pothole",
            address="12 Elm St",
            description="a deep pothole near the school",
            lat=39.95,
            lon=-88.7,
        ),
        "light": filed(
            desk,
            origin="CA2:1",
            service="streetlight-out",
            address="7 Oak Ave",
            description="la lámpara está apagada",
            language="es",
            channel=Channel.WEB,
        ),
    }
    page = maria.goes(f"/console/tickets?{query}")
    assert {name for name, number in numbers.items() if number in page} == found


def test_a_number_leads_straight_to_its_ticket(desk: Desk, maria: Clerk) -> None:
    number = filed(desk)
    maria.goes(f"/console/tickets?q={number[:4]}-{number[4:]}")
    assert maria.where == f"/console/tickets/{number}"


def test_a_link_holds_nobodys_number(desk: Desk, maria: Clerk) -> None:
    page = maria.goes("/console/tickets?q=elm+%2B1+217+555+0199+ana@example.com")
    assert "555" not in page
    assert "ana@example.com" not in page
    assert "what you search stands in the link" in page


def test_pages_follow_each_other_and_lead_back(desk: Desk, maria: Clerk, watch: Watch) -> None:
    numbers = []
    for place in range(120):
        watch.passes(seconds=1)
        numbers.append(filed(desk, origin=f"CA{place}:1"))
    shown: list[list[str]] = []
    page = maria.goes("/console/tickets")
    while True:
        shown.append([number for number in numbers if number in page])
        if 'rel="next"' not in page:
            break
        page = maria.goes(link(page, "next"))
    assert [len(each) for each in shown] == [50, 50, 20]
    assert sorted(number for each in shown for number in each) == sorted(numbers)
    page = maria.goes(link(page, "prev"))
    assert [number for number in numbers if number in page] == shown[1]


def test_a_filter_is_kept_and_only_supervisors_share_theirs(database: Database, desk: Desk, house: Any) -> None:
    for email, role in (("maria@springfield.gov", Role.SUPERVISOR), ("ben@springfield.gov", Role.OPERATOR)):
        hired(database, email, role=role)
    maria, ben = Clerk(house), Clerk(house)
    maria.logs_in("maria@springfield.gov")
    maria.goes("/console/tickets?service=pothole")
    maria.sends("/console/tickets/filters", name="Holes", query="service=pothole", shared="1")
    ben.logs_in("ben@springfield.gov")
    assert "Holes" in ben.goes("/console/tickets")
    ben.sends("/console/tickets/filters", name="Mine", query="assignee=me", shared="1")
    assert ben.status == 403
    ben.goes("/console/tickets")
    ben.sends("/console/tickets/filters", name="Mine", query="assignee=me")
    assert "Mine" in ben.goes("/console/tickets")
    assert "Mine" not in maria.goes("/console/tickets")


def test_an_operator_changes_their_own_departments_tickets_alone(database: Database, desk: Desk, clerk: Clerk) -> None:
    clerk.logs_in(hired(database, departments=("lighting",)))
    number = filed(desk, service="pothole")
    page = clerk.goes(f"/console/tickets/{number}")
    assert "Next steps" not in page
    clerk.sends("/console/tickets/do", do="take", ticket=number, back="/tickets")
    assert clerk.told == [f"Ticket {number} was left as it is: it is for Streets and Bridges."]
    assert ticket(desk, number).assignee is None


def test_a_viewer_looks_and_changes_nothing(database: Database, desk: Desk, clerk: Clerk) -> None:
    clerk.logs_in(hired(database, role=Role.VIEWER))
    number = filed(desk)
    assert number in clerk.goes("/console/tickets")
    page = clerk.goes(f"/console/tickets/{number}")
    assert "+12175550101" not in page
    for path in (f"/console/tickets/{number}", "/console/tickets/do", "/console/undo"):
        clerk.sends(path, do="take", ticket=number)
        assert clerk.status == 403
    clerk.goes("/console/tickets/export.csv")
    assert clerk.status == 403


def test_a_list_is_exported_as_it_is_filtered(desk: Desk, maria: Clerk) -> None:
    number = filed(desk, description="=HYPERLINK(1)", place_note="\n =1+1", address="12 Elm St")
    filed(desk, origin="CA2:1", service="streetlight-out")
    assert "1</b> tickets will be in the file" in maria.goes("/console/tickets/export?service=pothole")
    maria.goes("/console/tickets/export.csv?service=pothole")
    rows = list(csv.DictReader(io.StringIO(maria.last.get_data(as_text=True).lstrip("\ufeff"))))
    assert [row["number"] for row in rows] == [number]
    assert [rows[0][name] for name in ("description", "place_note", "address")] == [
        "'=HYPERLINK(1)",
        "'\n =1+1",
        "12 Elm St",
    ]
    assert "reporter_phone" not in rows[0]
    maria.goes("/console/tickets/export.json?contacts=1")
    assert {row["reporter_phone"] for row in json.loads(maria.last.data)} == {"+12175550101"}
    maria.goes("/console/tickets/export.json?service=none-such")
    assert json.loads(maria.last.data) == []


def test_long_exports_are_whole(desk: Desk, maria: Clerk, watch: Watch) -> None:
    numbers = []
    for place in range(1_020):
        watch.passes(seconds=1 if place % 3 else 0)
        numbers.append(filed(desk, origin=f"CA{place}:1", service="streetlight-out" if place % 2 else "pothole"))
    maria.goes("/console/tickets/export.json?department=streets&department=lighting")
    assert sorted(row["number"] for row in json.loads(maria.last.data)) == sorted(numbers)


def test_a_crew_gets_paper_without_names(desk: Desk, maria: Clerk) -> None:
    number = filed(desk, description="deep one", reporter_name="Ana Gomez")
    for path in ("/console/tickets/print", f"/console/tickets/{number}/print"):
        page = maria.goes(path)
        assert number in page
        assert "deep one" in page
        assert "Ana Gomez" not in page
        assert "+12175550101" not in page


@pytest.mark.parametrize("language", ["es", "fr"])
def test_the_desk_speaks_the_clerks_language(database: Database, desk: Desk, house: Any, language: str) -> None:
    clerk = Clerk(house, language=language)
    clerk.logs_in(hired(database, role=Role.SUPERVISOR))
    number = filed(desk, review=("low_confidence",))
    for path in ("/console/queue", "/console/tickets", "/console/review", f"/console/tickets/{number}"):
        page = unescape(clerk.goes(path))
        assert clerk.status == 200
        assert {"es": "Por revisar", "fr": "À vérifier"}[language] in page


def link(page: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    assert found, page
    return unescape(found[1])
