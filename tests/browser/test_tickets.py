"""A clerk's tickets in a real browser: by keyboard alone, without JavaScript, and on a telephone's screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dispatch.console.desk import Desk
from storage.message_tables import IncomingText
from storage.vocabulary import Role, Status
from tests.browser.house import IN_A_BROWSER
from tests.browser.window import Windows, is_there, logs_in
from tests.console.clerk import hired
from tests.console.town import filed, said_to, ticket

KEPT_AFTER_MS = 2_000
"""When what was typed is kept, for certain, after the last key."""
pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def desk(desk: Desk) -> Desk:
    """A desk at which Maria works."""
    hired(desk.database, name="Maria Lopez", role=Role.SUPERVISOR)
    return desk


def test_a_ticket_is_reviewed_taken_and_resolved_by_keyboard(window: Windows, desk: Desk, address: str) -> None:
    number = filed(desk, origin="CA1:1", review=("low_confidence",), reporter_phone="+12175550177")
    page = logs_in(window(stopped=True), address)
    page.keyboard.type("gr")
    is_there(page, "article.look")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.wait_for_selector("form.undo")
    assert ticket(desk, number).status is Status.NEW
    page.goto(f"{address}/tickets")
    page.keyboard.press("/")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    is_there(page, ".head.ticket")
    page.keyboard.press("t")
    is_there(page, "text=Maria Lopez gave it to")
    step = page.locator("details.step", has_text="Resolve").locator("kbd").first.inner_text()
    page.keyboard.press(step)
    page.clock.run_for(100)  # an opened step takes the keys a moment later
    expect(page.locator("details.step[open] textarea")).to_be_focused()
    page.keyboard.type("The hole was filled this morning.")
    with page.expect_response("**/unsent"):
        page.clock.run_for(KEPT_AFTER_MS)
    page.reload()
    assert page.locator("details.step[open] textarea").input_value() == "The hole was filled this morning."
    page.click("details.step[open] button.main")
    is_there(page, ".ticket .tag:has-text('Resolved')")
    assert ticket(desk, number).status is Status.RESOLVED
    assert "The hole was filled this morning." in said_to(desk, "+12175550177")[-1].body
    page.keyboard.press("u")
    page.wait_for_selector("text=1 ticket is as it was.")
    assert ticket(desk, number).status is Status.ASSIGNED


def test_lists_work_without_javascript(window: Windows, desk: Desk, address: str) -> None:
    numbers = [filed(desk, origin=f"CB{place}:1", service="graffiti") for place in range(3)]
    page = logs_in(window(java_script_enabled=False), address)
    page.goto(f"{address}/tickets?service=graffiti")
    for number in numbers[:2]:
        page.check(f"input[value='{number}@1']")
    page.select_option("#do", "to:declined")
    page.click("text=Do it")
    page.fill("textarea[name=public]", "The wall is private.")
    page.click("main form button.main")
    expect(page.get_by_role("main")).to_contain_text("2 tickets done.")
    assert [ticket(desk, number).status for number in numbers] == [Status.DECLINED, Status.DECLINED, Status.NEW]
    page.click("form.undo button")
    expect(page.get_by_role("main")).to_contain_text("2 tickets are as they were.")
    assert ticket(desk, numbers[0]).status is Status.NEW


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_telephone_nothing_is_cut_off(
    window: Windows, desk: Desk, address: str, tmp_path: Path, scheme: str
) -> None:
    number = filed(desk, origin=f"CC{scheme}:1", description="a very_long_word_that_never_ends_" * 6)
    page = logs_in(window(viewport={"width": 360, "height": 740}, color_scheme=scheme), address)
    for path in ("queue", "tickets", f"tickets/{number}", "review", "tickets/export", "tickets/print"):
        page.goto(f"{address}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    page.screenshot(path=str(tmp_path / "print.png"))


def test_a_long_export_shows_how_far_it_has_come(window: Windows, address: str) -> None:
    page = logs_in(window(), address)
    page.goto(f"{address}/tickets/export?state=all")
    page.evaluate("document.querySelectorAll('[data-export]').forEach((link) => { link.dataset.export = 5000; })")
    with page.expect_download() as download:
        page.click("text=CSV, for spreadsheets")
    assert download.value.suggested_filename == "springfield-tickets-2026-03-03.csv"
    assert download.value.path().read_text(encoding="utf-8-sig").startswith("number,status,")
    expect(page.locator("[data-export-progress]")).to_contain_text("of 5,000")


def test_so_does_one_of_which_nobody_knows_how_long_it_is(window: Windows, desk: Desk, address: str) -> None:
    with desk.database.transaction() as session:
        for place in range(2_500):
            session.add(IncomingText(message_sid=f"SM{place:04}", city="springfield", body="hello", at=desk.now()))
    page = logs_in(window(), address)
    page.goto(f"{address}/messages/incoming")
    with page.expect_download() as download:
        page.click("text=JSON")
    assert len(json.loads(download.value.path().read_text())) == 2_500
    expect(page.locator("[data-export-progress]")).to_have_text("2,502 lines")
