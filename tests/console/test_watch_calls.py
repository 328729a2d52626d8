"""People at the desk watch the line: who is in it, what was said in it, and where danger was heard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from dispatch.accounts.permissions import PERMISSIONS, Permission
from dispatch.city.packs import Packs
from dispatch.console import flow, live
from dispatch.console.desk import Desk
from ivr.app import understand
from ivr.dialogue.call import State
from ivr.dialogue.context import Understanding
from ivr.simulator.phone import Phone
from storage.database import Database
from storage.tables import Call
from storage.vocabulary import CallStatus, Role
from tests import phone as telephone
from tests.console.clerk import Clerk, hired


@pytest.fixture(scope="session")
def understanding(packs: Packs) -> Understanding:
    """What Springfield's callers may mean: pure, so that all tests may share it."""
    return understand(packs.first)


@pytest.fixture
def phone(
    packs: Packs, database: Database, database_url: str, understanding: Understanding, tmp_path: Path
) -> Iterator[Phone]:
    """A telephone on the exchange that the desk watches."""
    exchange = telephone.Exchange(telephone.settings_on(database_url, tmp_path), packs, database, understanding)
    yield exchange.phone()
    exchange.close()


@pytest.fixture
def maria(database: Database, clerk: Clerk) -> Clerk:
    """A supervisor, logged in."""
    clerk.logs_in(hired(database, role=Role.SUPERVISOR))
    return clerk


def known(mark: str) -> dict[str, Any]:
    """What a browser sends that has seen a mark."""
    return {"Last-Event-ID": mark}


def only_call(database: Database) -> Call:
    with database.reading() as session:
        return session.exec(select(Call)).one()


def test_a_call_is_seen_while_it_lasts_and_afterwards(phone: Phone, database: Database, maria: Clerk) -> None:
    call = phone.dials(from_="+12175550142")
    call.says("there is a pothole", confidence=0.83)
    page = maria.goes("/console/calls")
    assert "+12175550142" in page
    assert "“there is a pothole”" in unescape(page)
    assert flow.NAMES["place"] in page
    sid = only_call(database).call_sid
    page = maria.goes(f"/console/calls/{sid}")
    assert "83%" in page
    assert f'data-live="/console/live/call/{sid}"' in page
    call.says("twelve Elm Street")
    grown = maria.goes(f"/console/calls/{sid}/turns")
    assert "twelve Elm Street" in grown
    assert "<html" not in grown
    call.hangs_up()
    assert "Nobody is in the line just now." in maria.goes("/console/calls/now")
    assert f"/console/calls/{sid}" in maria.goes("/console/calls?outcome=abandoned")
    assert "data-live=" not in maria.goes(f"/console/calls/{sid}")


def test_questions_that_got_no_answer_are_marked(phone: Phone, database: Database, maria: Clerk) -> None:
    phone.dials().waits().presses("7").hangs_up()
    page = maria.goes(f"/console/calls/{only_call(database).call_sid}")
    assert "said nothing" in page
    assert re.search(r'tag warn">no answer<', page)
    assert re.search(r'tag warn">not understood<', page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=pothole", True),
        ("q=POTHOLE+street", False),
        ("q=100%25", False),
        ("outcome=abandoned", True),
        ("outcome=filed", False),
        ("state=place", True),
        ("language=es", False),
        ("alarmed=1", False),
        ("since=2026-03-10&until=2026-03-10", True),
        ("until=2026-03-09", False),
        ("since=nonsense", True),
        ("ticket=12345678", False),
    ],
)
def test_calls_are_searched(query: str, found: bool, phone: Phone, maria: Clerk, database: Database) -> None:
    phone.dials().says("there is a pothole").hangs_up()
    page = maria.goes(f"/console/calls?{query}")
    assert (only_call(database).call_sid in page) is found


def test_a_number_is_looked_for_without_standing_in_a_link(phone: Phone, maria: Clerk, database: Database) -> None:
    phone.dials(from_="+12175550142").hangs_up()
    sid = only_call(database).call_sid
    maria.goes("/console/calls")
    assert sid in maria.sends("/console/calls", caller="(217) 555-0142")
    assert sid not in maria.sends("/console/calls", caller="555-0143")
    assert maria.where == "/console/calls"


def test_the_list_of_calls_goes_on(database: Database, desk: Desk, maria: Clerk) -> None:
    with database.transaction() as session:
        for place in range(60):
            at = desk.now().replace(second=place)
            session.add(
                Call(
                    call_sid=f"CA{place:032}",
                    city="springfield",
                    state="goodbye",
                    memory="",
                    status=CallStatus.ENDED,
                    outcome="answered",
                    started_at=at,
                    updated_at=at,
                    ended_at=at,
                )
            )
    page = maria.goes("/console/calls")
    seen = re.findall(r"/console/calls/(CA\d+)", page)
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older
    seen += re.findall(r"/console/calls/(CA\d+)", maria.goes(unescape(older[1])))
    assert seen == [f"CA{place:032}" for place in range(59, -1, -1)]


def test_numbers_are_masked_for_those_who_may_not_see_them(
    phone: Phone, database: Database, maria: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PERMISSIONS, Role.SUPERVISOR, PERMISSIONS[Role.SUPERVISOR] - {Permission.SEE_CONTACTS})
    phone.dials(from_="+12175550142").says("a pothole call me at 217 555 0142")
    for path in ("/console/calls", f"/console/calls/{only_call(database).call_sid}"):
        page = maria.goes(path)
        assert "••• 0142" in page
        assert "5550142" not in page
        assert "555 0142" not in page


def test_an_emergency_is_logged_with_its_reasons_and_what_came_next(phone: Phone, maria: Clerk) -> None:
    phone.dials().says("my house is on fire").hangs_up()
    phone.dials(from_="+12175550177").says("I smell gas maybe").says("no").hangs_up()
    page = unescape(maria.goes("/console/emergencies"))
    assert "“my house is on fire”" in page
    assert "hung up" in page
    assert "[" in page, "the rule stands in brackets"
    assert maria.goes("/console/emergencies?verdict=certain&category=fire").count("data-line") == 1
    assert "No emergency was heard." in maria.goes("/console/emergencies?category=animal")


def test_who_may_not_is_told_so(database: Database, clerk: Clerk) -> None:
    clerk.logs_in(hired(database, "v@springfield.gov", role=Role.VIEWER))
    for path in ("calls", "calls/now", "calls/CA1", "emergencies", "live/line", "live/emergencies"):
        clerk.goes(f"/console/{path}")
        assert clerk.status == 403, path
    clerk.goes("/console/live/nothing")
    assert clerk.status == 404


def test_a_call_of_nobody_is_not_found(maria: Clerk) -> None:
    maria.goes("/console/calls/CAnobody")
    assert maria.status == 404


def test_a_stream_tells_what_changed_and_nothing_else(
    phone: Phone, maria: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HELD_FOR_S", -1.0)
    quiet = maria.goes("/console/live/line")
    mark = re.search(r"^id: (.+)$", quiet, flags=re.MULTILINE)
    assert mark
    assert maria.last.mimetype == "text/event-stream"
    assert "event: changed" not in maria.goes("/console/live/line", **known(mark[1]))
    phone.dials(from_="+12175550142").says("a pothole")
    told = maria.goes("/console/live/line", **known(mark[1]))
    assert "event: changed" in told
    assert "0142" not in told


def test_streams_beyond_the_few_a_process_holds_are_answered_at_once(maria: Clerk) -> None:
    held = [live._places.acquire(blocking=False) for _ in range(live.HELD)]
    try:
        assert "event: changed" in maria.goes("/console/live/line")
    finally:
        for _ in held:
            live._places.release()


def test_a_stream_that_ends_gives_its_place_back(maria: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HELD_FOR_S", -1.0)
    for _ in range(live.HELD + 1):
        maria.goes("/console/live/line")
    assert live._places.acquire(blocking=False)
    live._places.release()


def test_every_place_in_a_call_has_a_name_at_the_desk() -> None:
    assert set(State) == set(flow.NAMES)
    assert sorted(State) == sorted(state for stage in flow.STAGES for state in stage.states)
