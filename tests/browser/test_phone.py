"""The browser phone in a real browser, against the real application: with JavaScript, without it, on a small screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from storage.tables import Ticket
from tests.browser.house import IN_A_BROWSER, House
from tests.browser.window import Windows

pytestmark = IN_A_BROWSER


def opens(page: Page, house: House) -> Page:
    """Open the phone."""
    page.goto(f"{house.address}/phone")
    return page


def dials(page: Page) -> None:
    """Call the line, and wait until it has answered."""
    page.click("button.green")
    page.wait_for_selector("#words")


def filed(house: House) -> Sequence[Ticket]:
    """All tickets, oldest first."""
    with house.database.reading() as session:
        return session.exec(select(Ticket).order_by(col(Ticket.id))).all()


def say(page: Page, words: str) -> None:
    """Type what one would say, and wait until the line has answered."""
    before = page.locator("#log li").count()
    page.fill("#words", words)
    page.keyboard.press("Enter")
    page.wait_for_function("before => document.querySelectorAll('#log li').length > before + 1", arg=before)


def report(page: Page) -> str:
    """Report a pothole, and return what the page shows of the ticket."""
    dials(page)
    say(page, "there is a pothole at 100 mission street")
    for _ in range(8):
        last = page.locator("#log .line").all_inner_texts()[-1]
        if "anything else" in last.lower():
            break
        say(page, "yes" if "Shall I send" in last else "1" if "press 1" in last else "no")
    say(page, "no")
    return page.locator(".ticket").inner_text()


def test_a_pothole_is_reported_in_the_browser(window: Windows, house: House, tmp_path: Path) -> None:
    page = opens(window(), house)
    shown = report(page)
    ticket = filed(house)[-1]
    assert ticket.number in shown
    assert ticket.address in shown
    page.screenshot(path=str(tmp_path / "ticket.png"), full_page=True)
    assert (tmp_path / "ticket.png").stat().st_size > 10_000


def test_keys_gather_until_the_line_has_enough(window: Windows, house: House) -> None:
    page = opens(window(), house)
    dials(page)
    page.click('.keypad button[value="1"]')
    page.wait_for_selector("#log kbd")
    assert page.locator("#log .keys kbd").all_inner_texts() == ["1"]


def test_keys_of_the_keyboard_are_keys_of_the_phone(window: Windows, house: House) -> None:
    page = opens(window(), house)
    dials(page)
    page.focus("#controls")
    page.keyboard.press("0")
    page.wait_for_selector("#display >> text=Ringing")
    page.click("button[value=busy]")
    page.wait_for_selector("#display >> text=Recording")


def test_it_works_without_javascript(window: Windows, house: House) -> None:
    page = opens(window(java_script_enabled=False), house)
    before = len(filed(house))
    dials(page)
    page.fill("#words", "there is a pothole at 100 mission street")
    page.click("button[value=say]")
    expect(page.locator("#log .caller")).to_have_count(1)
    page.click("button[value=hang-up]")
    expect(page.locator("h1")).to_contain_text("The call is over")
    assert len(filed(house)) == before + 1  # a draft, for a person to look at


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_small_screen_nothing_is_cut_off(window: Windows, house: House, scheme: str) -> None:
    page = opens(window(viewport={"width": 360, "height": 740}, color_scheme=scheme), house)
    dials(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for button in page.locator(".keypad button").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
