"""Lists say what happened to them while somebody was reading them, and stay as they are until they are loaded again."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from dispatch import tickets
from dispatch.accounts.sessions import IDLE
from dispatch.console import live
from dispatch.console.desk import Desk
from dispatch.new_ticket import By
from storage.database import Database
from storage.vocabulary import Channel, Role
from tests.console.clerk import Clerk, hired
from tests.console.conftest import Watch
from tests.console.town import SLUG, changed_by, filed


@pytest.fixture
def maria(database: Database, clerk: Clerk) -> Clerk:
    """A supervisor of Streets, logged in."""
    clerk.logs_in(hired(database, role=Role.SUPERVISOR, departments=("streets",)))
    return clerk


def part_of(page: str) -> str:
    """Where the page asks what happened to its lists."""
    found = re.search(r'data-part="([^"]+)"', page)
    assert found
    return unescape(found[1])


@pytest.mark.parametrize("path", ["queue", "tickets", "tickets?service=pothole&q=elm", "review"])
def test_what_comes_and_what_changes_is_counted(path: str, desk: Desk, maria: Clerk, watch: Watch) -> None:
    doubtful = {"review": ("low_confidence",)} if path == "review" else {}
    there = filed(desk, **doubtful)
    watch.passes(minutes=1)
    part = part_of(maria.goes(f"/console/{path}"))
    assert maria.goes(part) == ""
    watch.passes(minutes=1)
    filed(desk, origin="CA2:1", **doubtful)
    assert "1 new or changed" in maria.goes(part)
    changed_by(desk, there, "ben@springfield.gov")
    changed_by(desk, there, "ben@springfield.gov")
    told = maria.goes(part)
    assert "2 new or changed" in told
    assert 'href=""' in told
    assert maria.goes(part_of(maria.goes(f"/console/{path}"))) == "", "loaded again, nothing is new"


def test_what_is_gone_from_a_list_has_changed_and_what_is_no_business_of_it_has_not(
    desk: Desk, maria: Clerk, watch: Watch
) -> None:
    number = filed(desk)
    watch.passes(minutes=1)
    part = part_of(maria.goes("/console/queue"))
    watch.passes(minutes=1)
    filed(desk, origin="CA2:1", service="streetlight-out")
    assert maria.goes(part) == "", "another department's"
    with desk.database.transaction() as session:
        by = By("ben@springfield.gov", Channel.CONSOLE, watch.at)
        tickets.assign(session, desk.packs[SLUG].city, number, "ben@springfield.gov", by)
    assert "1 new or changed" in maria.goes(part)


def test_the_stream_says_that_something_happened(
    desk: Desk, maria: Clerk, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HELD_FOR_S", -1.0)
    page = maria.goes("/console/tickets")
    mark = re.search(r'data-mark="(\d+)"', page)
    assert mark
    knows: dict[str, Any] = {"Last-Event-ID": mark[1]}
    assert "event: changed" not in maria.goes("/console/live/tickets", **knows)
    watch.passes(minutes=1)
    number = filed(desk)
    assert "event: changed" in maria.goes("/console/live/tickets", **knows)
    assert number not in maria.last.get_data(as_text=True)


def test_a_page_that_asks_by_itself_keeps_nobody_logged_in(desk: Desk, maria: Clerk, watch: Watch) -> None:
    filed(desk)
    part = part_of(maria.goes("/console/queue"))
    by_itself: dict[str, Any] = {"X-By-Itself": "1"}
    for _ in range(3):
        watch.passes(seconds=IDLE.total_seconds() / 2)
        maria.goes(part, **by_itself)
    assert maria.where == "/console/login"


def test_an_address_that_was_tampered_with_breaks_nothing(maria: Clerk) -> None:
    for query in ("", "since=x&shown=..", "since=99999999999999999999", "since=-1&shown=%27"):
        maria.goes(f"/console/tickets/changed?{query}")
        assert maria.status == 200
