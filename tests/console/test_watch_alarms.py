"""The emergencies log tells of danger that was written on a page or said in a recorded message, too."""

from __future__ import annotations

import re
from html import unescape

import pytest

from dispatch.console import live
from dispatch.console.desk import Desk
from storage import alarm_log
from storage.alarm_tables import HeardAlarm
from storage.database import Database
from storage.vocabulary import Channel, Role
from tests.console.clerk import Clerk, hired
from tests.console.conftest import Watch


@pytest.fixture
def maria(database: Database, clerk: Clerk) -> Clerk:
    """A supervisor, logged in."""
    clerk.logs_in(hired(database, "maria@springfield.gov", role=Role.SUPERVISOR))
    return clerk


def heard(desk: Desk, words: str, *, verdict: str = "certain", recording: str | None = None) -> None:
    alarm = HeardAlarm(
        city="springfield",
        origin=recording,
        channel=Channel.PHONE if recording else Channel.WEB,
        words=words,
        alarm=verdict,
        alarm_category="gas",
        alarm_evidence=f"{words} [gas]",
        at=desk.now(),
    )
    with desk.database.transaction() as session:
        assert alarm_log.keep(session, alarm)


def test_what_was_written_or_recorded_stands_with_its_evidence(
    desk: Desk, maria: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HELD_FOR_S", -1.0)
    before = re.findall("^id: .+$", maria.goes("/console/live/emergencies"), re.MULTILINE)
    heard(desk, "there is a gas leak")
    heard(desk, "a smell of gas", verdict="possible")
    heard(desk, "gas everywhere", recording="RE1")
    assert re.findall("^id: .+$", maria.goes("/console/live/emergencies"), re.MULTILINE) != before
    page = unescape(maria.goes("/console/emergencies"))
    assert page.count("data-line") == 3
    for part in ("there is a gas leak [gas]", "“gas everywhere”", "was answered with 911", "had hung up; the ticket"):
        assert part in page
    assert maria.goes("/console/emergencies?verdict=possible").count("data-line") == 1


def test_the_log_turns_its_pages_over_these_too(desk: Desk, maria: Clerk, watch: Watch) -> None:
    for each in range(60):
        watch.passes(seconds=1)
        heard(desk, f"gas {each}")
    page = maria.goes("/console/emergencies")
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older
    seen = re.findall(r"“gas (\d+)”", page + maria.goes(unescape(older[1])))
    assert seen == [str(each) for each in range(59, -1, -1)]
