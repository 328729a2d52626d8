"""A clerk's tickets in a real browser: by keyboard alone, without JavaScript, and on a telephone's screen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from dispatch.city.packs import Packs
from dispatch.console.desk import Desk
from storage.message_tables import IncomingText
from storage.vocabulary import Role, Status
from tests.browser.house import IN_A_BROWSER, desk_in, served
from tests.console.clerk import PASSWORD, hired
from tests.console.conftest import house_with
from tests.console.town import filed, said_to, ticket

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, packs: Packs) -> Iterator[Desk]:
    with desk_in(tmp_path_factory.mktemp("desk"), packs) as desk:
        hired(desk.database, name="Maria Lopez", role=Role.SUPERVISOR)
        yield desk


@pytest.fixture(scope="module")
def address(desk: Desk) -> Iterator[str]:
    """Where the desk is served."""
    with served(house_with(desk)) as house:
        yield f"{house}/console"


@pytest.fixture
def logged_in(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Maria at her queue, in a fresh window; whatever the browser complains of fails the test."""
    contexts, complaints = [], []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    def open_page(**options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{address}/login")
        page.fill("input[name=email]", "maria@springfield.gov")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button.main")
        page.wait_for_url("**/queue")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def test_a_ticket_is_reviewed_scheduled_and_resolved_by_keyboard(logged_in: Callable[..., Page], desk: Desk) -> None:
    number = filed(desk, origin="CA1:1", review=("low_confidence",), reporter_phone="+12175550177")
    page = logged_in()
    page.keyboard.type("gr")
    page.wait_for_url("**/review")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.wait_for_selector("form.undo")
    assert ticket(desk, number).status is Status.NEW
    page.goto(page.url.replace("/review", "/tickets"))
    page.keyboard.press("/")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{number}")
    page.keyboard.press("t")
    page.wait_for_selector("text=Maria Lopez gave it to")
    step = page.locator("details.step", has_text="Resolve").locator("kbd").first.inner_text()
    page.keyboard.press(step)
    page.wait_for_selector("details.step[open] textarea")
    page.keyboard.type("The hole was filled this morning.")
    with page.expect_response("**/unsent"):
        pass
    page.reload()
    assert page.locator("textarea[name=public]").first.input_value() == "The hole was filled this morning."
    page.keyboard.press(step)
    page.click("details.step[open] button.main")
    page.wait_for_selector(".ticket .tag:has-text('Resolved')")
    assert ticket(desk, number).status is Status.RESOLVED
    assert "The hole was filled this morning." in said_to(desk, "+12175550177")[-1].body
    page.keyboard.press("u")
    page.wait_for_selector("text=1 ticket is as it was.")
    assert ticket(desk, number).status is Status.ASSIGNED


def test_lists_work_without_javascript(logged_in: Callable[..., Page], desk: Desk, address: str) -> None:
    numbers = [filed(desk, origin=f"CB{place}:1", service="graffiti") for place in range(3)]
    page = logged_in(java_script_enabled=False)
    page.goto(f"{address}/tickets?service=graffiti")
    for number in numbers[:2]:
        page.check(f"input[value='{number}@1']")
    page.select_option("#do", "to:declined")
    page.click("text=Do it")
    page.fill("textarea[name=public]", "The wall is private.")
    page.click("main form button.main")
    assert "2 tickets done." in page.inner_text("main")
    assert [ticket(desk, number).status for number in numbers] == [Status.DECLINED, Status.DECLINED, Status.NEW]
    page.click("form.undo button")
    assert ticket(desk, numbers[0]).status is Status.NEW


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_telephone_nothing_is_cut_off(
    logged_in: Callable[..., Page], desk: Desk, address: str, tmp_path: Path, scheme: str
) -> None:
    number = filed(desk, origin=f"CC{scheme}:1", description="a very_long_word_that_never_ends_" * 6)
    page = logged_in(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    for path in ("queue", "tickets", f"tickets/{number}", "review", "tickets/export", "tickets/print"):
        page.goto(f"{address}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    page.screenshot(path=str(tmp_path / "print.png"))


def test_a_long_export_shows_how_far_it_has_come(logged_in: Callable[..., Page], desk: Desk, address: str) -> None:
    page = logged_in()
    page.goto(f"{address}/tickets/export?state=all")
    page.evaluate("document.querySelectorAll('[data-export]').forEach((link) => { link.dataset.export = 5000; })")
    with page.expect_download() as download:
        page.click("text=CSV, for spreadsheets")
    assert download.value.suggested_filename == "springfield-tickets-2026-03-03.csv"
    assert download.value.path().read_text(encoding="utf-8-sig").startswith("number,status,")
    assert "of 5,000" in page.inner_text("[data-export-progress]")


def test_so_does_one_of_which_nobody_knows_how_long_it_is(
    logged_in: Callable[..., Page], desk: Desk, address: str
) -> None:
    with desk.database.transaction() as session:
        for place in range(2_500):
            session.add(IncomingText(message_sid=f"SM{place:04}", city="springfield", body="hello", at=desk.now()))
    page = logged_in()
    page.goto(f"{address}/messages/incoming")
    with page.expect_download() as download:
        page.click("text=JSON")
    assert len(json.loads(download.value.path().read_text())) == 2_500
    assert page.inner_text("[data-export-progress]").strip() == "2,502 lines"
