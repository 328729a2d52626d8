"""People at the desk watch the line: who is in it, what was said in it, and where danger was heard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlmodel import select

from dispatch import texts
from dispatch.accounts.permissions import PERMISSIONS, Permission
from dispatch.city.packs import Packs
from dispatch.console import flow, live
from dispatch.console.desk import Desk
from dispatch.text_reports import Understood
from dispatch.texts import Alarm
from ivr.dialogue.call import State
from ivr.dialogue.context import Understanding
from ivr.simulator.phone import Phone
from storage.database import Database
from storage.tables import Call
from storage.vocabulary import CallStatus, Role
from tests import phone as telephone
from tests.console.clerk import Clerk, hired
from tests.console.conftest import Watch
from tests.console.town import filed


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
        ("q=%5C%28%5Bpot%2A%3F", False),
        ("q=confidence", False),  # it stands beside what was said, in the ledger
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


@pytest.mark.parametrize("words", ["árbol", "arbol", "ÁRBOL caido", "mañana", "MANANA"])
def test_words_are_found_however_they_are_written(words: str, phone: Phone, maria: Clerk, database: Database) -> None:
    phone.dials().says("Árbol caído desde la Mañana").hangs_up()
    assert only_call(database).call_sid in maria.goes(f"/console/calls?q={quote(words)}")


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


def test_danger_in_a_text_message_stands_beside_that_in_calls(
    phone: Phone, desk: Desk, maria: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HELD_FOR_S", -1.0)
    phone.dials().says("my house is on fire").hangs_up()
    before = mark_of(maria.goes("/console/live/emergencies"))
    number = filed(desk)
    texted(desk, "SM1", Alarm("certain", "fire", "the shed is burning [burning]", "en"), "The shed is burning!")
    texted(desk, "SM2", Alarm("possible", "gas", "smell of gas [gas]", "en"), "A smell of gas, 217 555 0199")
    assert mark_of(maria.goes("/console/live/emergencies")) != before
    page = unescape(maria.goes("/console/emergencies"))
    assert page.count("data-line") == 3
    for part in ("the shed is burning [burning]", "“The shed is burning!”", "was answered with 911", "Text message"):
        assert part in page
    assert f"/console/tickets/{number}" in page
    assert "was answered, and told of 911" in page
    only = maria.goes("/console/emergencies?verdict=possible&category=gas")
    assert only.count("data-line") == 1
    assert "smell of gas [gas]" in only
    maria.goes("/console/reports/emergencies.csv?since=2026-03-01&until=2026-03-12")
    rows = maria.last.get_data(as_text=True).splitlines()[1:]
    assert rows == ["Fire,2,0,2,0", "Gas,0,1,1,0"]


def test_the_log_turns_its_pages_over_calls_and_texts_together(desk: Desk, maria: Clerk, watch: Watch) -> None:
    for each in range(60):
        watch.passes(seconds=1)
        texted(desk, f"SM{each}", Alarm("certain", "fire", f"burning {each} [burning]", "en"), "It is burning")
    page = maria.goes("/console/emergencies")
    seen = re.findall(r"burning (\d+) ", page)
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older
    seen += re.findall(r"burning (\d+) ", maria.goes(unescape(older[1])))
    assert seen == [str(each) for each in range(59, -1, -1)]


def texted(desk: Desk, sid: str, alarm: Alarm, words: str) -> None:
    """Somebody texts what sounds like an emergency."""
    with desk.database.transaction() as session:
        text = texts.Text(sid=sid, phone="+12175550101", body=words, alarm=alarm)
        texts.receive(session, desk.packs["springfield"].city, text, desk.now(), lambda *_: Understood("en"))


def mark_of(stream: str) -> str:
    found = re.search(r"^id: (.+)$", stream, flags=re.MULTILINE)
    assert found
    return found[1]


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
    mark = mark_of(maria.goes("/console/live/line"))
    assert maria.last.mimetype == "text/event-stream"
    assert "event: changed" not in maria.goes("/console/live/line", **known(mark))
    phone.dials(from_="+12175550142").says("a pothole")
    told = maria.goes("/console/live/line", **known(mark))
    assert "event: changed" in told
    assert "0142" not in told


def test_a_call_that_comes_and_goes_between_two_looks_is_told_too(
    phone: Phone, maria: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HELD_FOR_S", -1.0)
    mark = mark_of(maria.goes("/console/live/line"))
    phone.dials(from_="+12175550142").hangs_up()
    assert "event: changed" in maria.goes("/console/live/line", **known(mark))


def test_streams_beyond_the_few_a_process_holds_are_answered_at_once(maria: Clerk) -> None:
    held = [live._places.acquire(blocking=False) for _ in range(live.HELD)]
    try:
        assert all(held), "no stream of an earlier test holds one"
        assert "event: changed" in maria.goes("/console/live/line")
    finally:
        for _ in filter(None, held):
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
