"""A clerk takes a list along: whatever a page lists is a file too, whole, with nothing in it that the page hides."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import Any, Literal

import pytest

from dispatch import texts
from dispatch.accounts.permissions import PERMISSIONS, Permission
from dispatch.console import export
from dispatch.console.desk import Desk
from dispatch.text_reports import Understood
from dispatch.texts import Alarm
from storage import call_log
from storage.database import Database
from storage.message_tables import IncomingText
from storage.tables import Call, Notification, Turn
from storage.vocabulary import CallStatus, NotificationStatus, Role
from tests.console.clerk import Clerk, hired
from tests.console.conftest import MORNING, Watch
from tests.console.town import filed

LISTS = ("tickets", "calls", "emergencies", "messages", "messages/incoming", "operators", "operators/history")


@pytest.fixture
def ana(database: Database, clerk: Clerk) -> Clerk:
    """An administrator, logged in."""
    clerk.logs_in(hired(database, "ana@springfield.gov", role=Role.ADMINISTRATOR))
    return clerk


@pytest.fixture
def without_contacts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Administrators may do everything but see who reported."""
    monkeypatch.setitem(PERMISSIONS, Role.ADMINISTRATOR, PERMISSIONS[Role.ADMINISTRATOR] - {Permission.SEE_CONTACTS})


def taken(clerk: Clerk, page: str, form: str = "json", which: int = 0) -> Any:
    """The file that a page offers, read by whatever takes such files."""
    links = re.findall(rf'href="([^"]+/export\.{form}[^"]*)"', clerk.goes(page))
    clerk.goes(unescape(links[which]))
    assert clerk.status == 200
    assert f'.{form}"' in clerk.last.headers["Content-Disposition"]
    return read(clerk)


def read(clerk: Clerk) -> Any:
    if clerk.last.mimetype == "application/json":
        return clerk.last.get_json()
    return list(csv.DictReader(io.StringIO(clerk.last.get_data(as_text=True).removeprefix("\ufeff"))))


def called(database: Database, place: int, words: str = "", caller: str = "+12175550142") -> None:
    """A call that ended, with one thing said in it."""
    sid = f"CA{place:032}"
    with database.transaction() as session:
        session.add(
            Call(
                call_sid=sid,
                city="springfield",
                caller=caller,
                state="goodbye",
                memory="",
                status=CallStatus.ENDED,
                outcome="answered",
                started_at=MORNING,
                updated_at=MORNING,
                ended_at=MORNING,
            )
        )
        session.add(
            Turn(
                call_sid=sid,
                number=0,
                heard="",
                state_before="welcome",
                state_after="goodbye",
                said=words,
                reply="",
                language="en",
                took_us=1,
                at=MORNING,
            )
        )


def texted(desk: Desk, place: int, verdict: Literal["certain", "possible"] = "certain") -> None:
    """Somebody texts what sounds like a fire."""
    with desk.database.transaction() as session:
        alarm = Alarm(verdict, "fire", f"burning {place} [burning]", "en")
        text = texts.Text(sid=f"SM{place}", phone="+12175550101", body="It burns", alarm=alarm)
        texts.receive(session, desk.packs["springfield"].city, text, desk.now(), lambda *_: Understood("en"))


def test_past_calls_are_a_file_as_they_are_filtered(desk: Desk, database: Database, ana: Clerk) -> None:
    called(database, 1, "=1+1, the pothole")
    called(database, 2, "nothing much")
    number = filed(desk, origin="CA1:1", call_sid=f"CA{1:032}")
    one, two = sorted(taken(ana, "/console/calls"), key=lambda row: row["call_sid"])
    assert (one["tickets"], two["tickets"]) == ([number], [])
    assert one["caller"] == "+12175550142"
    assert one["started_at"] == MORNING.isoformat()
    rows = taken(ana, "/console/calls?q=POTHOLE", "csv")
    assert [(row["call_sid"], row["tickets"]) for row in rows] == [(f"CA{1:032}", number)]
    assert taken(ana, "/console/calls?outcome=answered&q=pothole")
    ana.goes("/console/calls/export.json?outcome=filed")
    assert read(ana) == []


def test_the_calls_of_a_number_are_a_file_without_it_in_a_link(database: Database, ana: Clerk) -> None:
    called(database, 1)
    called(database, 2, caller="+12175550143")
    ana.goes("/console/calls")
    page = ana.sends("/console/calls", caller="555-0143")
    assert "/export.json" in page
    assert not re.search(r"export[^\"]*0143", page)
    ana.sends("/console/calls/export.json", caller="555-0143")
    assert [row["call_sid"] for row in read(ana)] == [f"CA{2:032}"]


def test_a_file_of_calls_is_whole_however_long_it_is(
    database: Database, ana: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_log, "SEARCHED", 5)
    monkeypatch.setattr(export, "BATCH", 10)
    for place in range(31):
        called(database, place, "the first of all" if place == 0 else "")
    rows = taken(ana, "/console/calls")
    assert [row["call_sid"] for row in rows] == [f"CA{place:032}" for place in range(30, -1, -1)]
    ana.goes("/console/calls/export.json?q=first")
    assert [row["call_sid"] for row in read(ana)] == [f"CA{0:032}"]


def test_the_log_of_emergencies_is_a_file_over_all_its_pages(desk: Desk, ana: Clerk, watch: Watch) -> None:
    for place in range(60):
        watch.passes(seconds=1)
        texted(desk, place, "certain" if place % 2 else "possible")
    rows = taken(ana, "/console/emergencies", "csv")
    assert [row["evidence"] for row in rows] == [f"burning {place} [burning]" for place in range(59, -1, -1)]
    assert {row["next"] for row in rows} == {"was answered with 911", "was answered, and told of 911"}
    assert len(taken(ana, "/console/emergencies?verdict=certain")) == 30


def test_messages_are_files_out_and_in(database: Database, ana: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "BATCH", 20)
    with database.transaction() as session:
        for place in range(60):
            session.add(
                Notification(
                    city="springfield",
                    channel="sms",
                    recipient="+12175550142",
                    template="public.changed",
                    body=f"About {place}",
                    idempotency_key=str(place),
                    status=NotificationStatus.FAILED if place % 2 else NotificationStatus.SENT,
                    last_error="opted_out" if place % 2 else "",
                    next_attempt_at=MORNING,
                    created_at=MORNING,
                )
            )
            session.add(IncomingText(message_sid=f"SM{place:02}", city="springfield", body=str(place), at=MORNING))
    rows = taken(ana, "/console/messages")
    assert [row["body"] for row in rows] == [f"About {place}" for place in range(59, -1, -1)]
    assert {row["to"] for row in rows} == {"+12175550142"}
    failed = taken(ana, "/console/messages?status=failed&channel=sms", "csv")
    assert {(row["status"], row["why"]) for row in failed} == {("failed", "Wants no messages")}
    assert [row["body"] for row in taken(ana, "/console/messages/incoming")] == [str(n) for n in range(59, -1, -1)]


@pytest.mark.usefixtures("without_contacts")
def test_a_file_shows_no_number_that_its_page_hides(desk: Desk, database: Database, ana: Clerk) -> None:
    called(database, 1)
    texted(desk, 1)
    filed(desk)
    for path in LISTS:
        for form in ("csv", "json"):
            ana.goes(f"/console/{path}/export.{form}?contacts=1")
            assert ana.status == (403 if path == "messages/incoming" else 200)
            assert "217555" not in ana.last.get_data(as_text=True), path
    ana.goes("/console/calls")
    ana.sends("/console/calls/export.json", caller="0199")
    assert len(read(ana)) == 1, "who may not see numbers cannot try which it is"


def test_review_and_ones_own_queue_are_files_of_tickets(desk: Desk, ana: Clerk) -> None:
    doubtful = filed(desk, review=("low_confidence",))
    mine = filed(desk, origin="CA2:1", service="streetlight-out")
    filed(desk, origin="CA3:1", service="graffiti")
    ana.goes("/console/queue")
    ana.sends("/console/tickets/do", one=f"take {mine}@1", back="/queue")
    assert [row["number"] for row in taken(ana, "/console/queue")] == [mine]
    assert [row["number"] for row in taken(ana, "/console/review")] == [doubtful]


def test_accounts_and_what_happened_to_them_are_files(ana: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "BATCH", 1)
    (account,) = taken(ana, "/console/operators", "csv")
    assert (account["email"], account["role"]) == ("ana@springfield.gov", "administrator")
    assert not {"password", "totp_secret", "session_key"} & set(account)
    history = taken(ana, "/console/operators", which=1)
    assert [line["what"] for line in history] == ["Logged in", "Account opened"]


def test_a_report_is_read_by_programs_too(desk: Desk, ana: Clerk) -> None:
    filed(desk)
    ana.goes("/console/reports/service.json")
    assert read(ana) == [{"Service": "Pothole", "Tickets": 1, "Before": 0, "Share": 1.0}]
    page = ana.goes("/console/reports")
    assert page.count(".json?since=") == page.count(".csv?since=") > 5


def test_who_may_not_export_gets_no_file_and_no_link(house: Any, database: Database, ana: Clerk) -> None:
    viewer = Clerk(house, address="192.0.2.9")
    viewer.logs_in(hired(database, "view@springfield.gov", role=Role.VIEWER))
    for path in LISTS:
        viewer.goes(f"/console/{path}/export.csv")
        assert viewer.status == 403, path
        ana.goes(f"/console/{path}/export.xlsx")
        assert ana.status == 404, path
    assert "/export.csv" not in viewer.goes("/console/queue")


def test_due_first_leaves_nothing_out(desk: Desk, ana: Clerk) -> None:
    open_one = filed(desk)
    ended = filed(desk, origin="CA2:1", service="graffiti")
    ana.goes(f"/console/tickets/{ended}")
    ana.sends(f"/console/tickets/{ended}", do="to:resolved", seen="1", public="It was painted over.")
    for query, found in (("state=all&order=due", {open_one, ended}), ("order=due", {open_one})):
        page = ana.goes(f"/console/tickets?{query}")
        assert ("due no more" in page) is (len(found) > 1)
        assert {number for number in (open_one, ended) if f">{number}<" in page} == found
        assert f'<b class="figure">{len(found)}</b>' in ana.goes(f"/console/tickets/export?{query}")
        ana.goes(f"/console/tickets/export.json?{query}")
        assert {row["number"] for row in read(ana)} == found
