"""The watching pages in a real browser: they keep up by themselves, fit a telephone, and break nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlmodel import col, update

from dispatch.city.packs import Packs
from dispatch.console.desk import Desk
from storage.tables import Call
from storage.vocabulary import CallStatus, Role
from tests.browser.house import IN_A_BROWSER
from tests.browser.window import Windows, logs_in
from tests.console.clerk import hired
from tests.console.conftest import MORNING, Watch
from tests.console.test_reports import came
from tests.console.town import filed

PAGES = ("calls", "calls/CA1", "emergencies", "reports", "map", "city")
pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def desk(desk: Desk, packs: Packs) -> Desk:
    """A desk with a few calls and tickets, at which Maria works."""
    hired(desk.database, name="Maria Lopez", role=Role.SUPERVISOR)
    filed_by_now, heard = MORNING - dt.timedelta(hours=5), MORNING - dt.timedelta(hours=3)
    came(desk.database, "CA1", filed_by_now, "filed", "goodbye", "how_can_i_help", "place", "review")
    came(desk.database, "CA2", heard, "emergency", "emergency", "how_can_i_help", alarm="certain")
    for place, house in enumerate(packs.first.gazetteer.sample(30)):
        where = {"address": house.written, "lat": house.lat, "lon": house.lon, "area": house.area}
        filed(desk, origin=f"CA1:{place}", **where)
    return desk


@pytest.mark.parametrize(
    ("look", "width"), [("light", 1280), ("dark", 1280), ("light", 390)], ids=["light", "dark", "phone"]
)
def test_every_page_is_shown_without_complaint(
    look: str, width: int, address: str, window: Windows, tmp_path: Path
) -> None:
    page = logs_in(window(color_scheme=look, viewport={"width": width, "height": 844}), address)
    for path in PAGES:
        page.goto(f"{address}/{path}")
        if path == "map":
            page.wait_for_selector(".leaflet-interactive.spot", state="attached")
        page.screenshot(path=tmp_path / f"{path.replace('/', '-')}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is wider than the screen"


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_letters_in_charts_are_as_large_as_those_around_them(width: int, address: str, window: Windows) -> None:
    page = logs_in(window(viewport={"width": width, "height": 900}), address)
    page.goto(f"{address}/reports")
    drawn = """() => [...document.querySelectorAll('.chart:has(text)')].map((one) =>
      parseFloat(getComputedStyle(one.querySelector('text')).fontSize)
      * one.getBoundingClientRect().width / one.viewBox.baseVal.width)"""
    letters = page.evaluate(drawn)
    assert len(letters) > 4
    assert min(letters) > 10
    assert max(letters) < 16


def in_the_line(desk: Desk, call_sid: str, caller: str) -> None:
    """Somebody calls, and is asked where it is."""
    with desk.database.transaction() as session:
        session.add(
            Call(
                call_sid=call_sid,
                city="springfield",
                caller=caller,
                state="place",
                memory="",
                started_at=desk.now(),
                updated_at=desk.now(),
            )
        )


def rings_off(desk: Desk, call_sid: str) -> None:
    """They hang up."""
    with desk.database.transaction() as session:
        over = {"status": CallStatus.ENDED, "outcome": "abandoned", "ended_at": desk.now()}
        session.exec(update(Call).where(col(Call.call_sid) == call_sid).values(**over))


def test_a_call_appears_by_itself_and_goes(desk: Desk, address: str, window: Windows) -> None:
    page = logs_in(window(), address)
    page.goto(f"{address}/calls")
    page.get_by_text("Nobody is in the line just now.").wait_for()
    in_the_line(desk, "CA9", "+12175550142")
    page.get_by_role("link", name="+12175550142").wait_for()
    rings_off(desk, "CA9")
    page.get_by_text("Nobody is in the line just now.").wait_for()


def test_a_call_that_ended_is_live_no_more(desk: Desk, address: str, window: Windows) -> None:
    page = logs_in(window(), address)
    in_the_line(desk, "CA11", "+12175550144")
    page.goto(f"{address}/calls/CA11")
    light = page.get_by_text("● live")
    light.wait_for()
    rings_off(desk, "CA11")
    light.wait_for(state="hidden")
    expect(page.locator("[data-ended]")).to_have_count(1)


def test_a_page_whose_house_was_away_for_a_moment_asks_again(desk: Desk, address: str, window: Windows) -> None:
    page = logs_in(window(forgiven="ERR_FAILED|status of 503"), address)
    failures = [lambda route: route.abort(), lambda route: route.fulfill(status=503, body="Away")]
    page.route("**/calls/now", lambda route: failures.pop()(route) if failures else route.continue_())
    page.goto(f"{address}/calls")
    in_the_line(desk, "CA10", "+12175550143")
    page.get_by_role("link", name="+12175550143").wait_for()
    assert not failures, "both were met"
    rings_off(desk, "CA10")
    page.get_by_text("Nobody is in the line just now.").wait_for()
    page.unroute_all(behavior="ignoreErrors")  # whoever is just asking need not be answered


def test_a_list_says_what_is_new_and_leaves_ticked_boxes_alone(desk: Desk, address: str, window: Windows) -> None:
    page = logs_in(window(), address)
    page.goto(f"{address}/tickets")
    lines = page.locator("tbody tr[data-line]").count()
    box = page.locator("input[name=ticket]").first
    box.check()
    assert isinstance(desk.now, Watch)
    desk.now.passes(minutes=1)
    number = filed(desk, origin="CA9:1", address="77 Oak St")
    notice = page.get_by_role("status").get_by_role("link", name="1 new or changed · show")
    notice.wait_for()
    assert box.is_checked()
    notice.focus()
    desk.now.passes(minutes=1)
    filed(desk, origin="CA9:2", address="79 Oak St")
    page.get_by_text("2 new or changed").wait_for()
    assert page.evaluate("document.activeElement.className") == "changed", "a hand on the notice stays there"
    notice = page.get_by_role("link", name="2 new or changed · show")
    assert page.locator("tbody tr[data-line]").count() == lines
    notice.click()
    page.get_by_role("link", name=number).wait_for()
    expect(page.get_by_text("new or changed")).to_have_count(0)
