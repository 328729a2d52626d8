"""The browser phone in a real browser, against the real application: with JavaScript, without it, on a small screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page
from sqlmodel import select

from storage.tables import Ticket
from tests.browser.house import IN_A_BROWSER, House

pytestmark = IN_A_BROWSER


@pytest.fixture
def opened(browser: Browser, house: House) -> Iterator[Callable[..., Page]]:
    """Opens the phone in a fresh window; whatever the browser complains of fails the test."""
    contexts = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    def open_page(**options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{house.address}/phone")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def filed(house: House) -> Sequence[Ticket]:
    """All tickets, oldest first."""
    with house.database.reading() as session:
        return session.exec(select(Ticket)).all()


def say(page: Page, words: str) -> None:
    """Type what one would say, and wait until the line has answered."""
    before = page.locator("#log li").count()
    page.fill("#words", words)
    page.keyboard.press("Enter")
    page.wait_for_function("before => document.querySelectorAll('#log li').length > before + 1", arg=before)


def report(page: Page) -> str:
    """Report a pothole, and return what the page shows of the ticket."""
    page.click("button.green")
    page.wait_for_selector("#words")
    say(page, "there is a pothole at 100 mission street")
    for _ in range(8):
        last = page.locator("#log .line").all_inner_texts()[-1]
        if "anything else" in last.lower():
            break
        say(page, "yes" if "Shall I send" in last else "1" if "press 1" in last else "no")
    say(page, "no")
    return page.locator(".ticket").inner_text()


def test_a_pothole_is_reported_in_the_browser(opened: Callable[..., Page], house: House, tmp_path: Path) -> None:
    page = opened()
    shown = report(page)
    ticket = filed(house)[-1]
    assert ticket.number in shown
    assert ticket.address in shown
    page.screenshot(path=str(tmp_path / "ticket.png"), full_page=True)
    assert (tmp_path / "ticket.png").stat().st_size > 10_000


def test_keys_gather_until_the_line_has_enough(opened: Callable[..., Page]) -> None:
    page = opened()
    page.click("button.green")
    page.click('.keypad button[value="1"]')
    page.wait_for_selector("#log kbd")
    assert page.locator("#log .keys kbd").all_inner_texts() == ["1"]


def test_keys_of_the_keyboard_are_keys_of_the_phone(opened: Callable[..., Page]) -> None:
    page = opened()
    page.click("button.green")
    page.wait_for_selector("#words")
    page.focus("#controls")
    page.keyboard.press("0")
    page.wait_for_selector("#display >> text=Ringing")
    page.click("button[value=busy]")
    page.wait_for_selector("#display >> text=Recording")


def test_it_works_without_javascript(opened: Callable[..., Page], house: House) -> None:
    page = opened(java_script_enabled=False)
    before = len(filed(house))
    page.click("button.green")
    page.fill("#words", "there is a pothole at 100 mission street")
    page.click("button[value=say]")
    assert page.locator("#log .caller").count() == 1
    page.click("button[value=hang-up]")
    assert "The call is over" in page.inner_text("h1")
    assert len(filed(house)) == before + 1  # a draft, for a person to look at


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_small_screen_nothing_is_cut_off(opened: Callable[..., Page], scheme: str) -> None:
    page = opened(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page.click("button.green")
    page.wait_for_selector("#words")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for button in page.locator(".keypad button").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
