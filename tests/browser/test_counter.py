"""Somebody at the counter, and a clerk who files their ticket by keyboard, without scripts, on a narrow screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from storage.vocabulary import Role
from tests.browser.house import IN_A_BROWSER, House
from tests.browser.window import Windows, is_there, logs_in
from tests.console.clerk import hired

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def ana(house: House) -> str:
    return hired(house.database, "ana@springfield.gov", role=Role.ADMINISTRATOR)


def enters(page: Page, label: str, words: str) -> None:
    """Go there by the tabulator, and type."""
    for _step in range(40):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("id") == page.get_by_label(label, exact=True).get_attribute("id"):
            page.keyboard.type(words)
            return
    raise AssertionError(f"no way to {label} by keyboard")


def test_a_ticket_is_filed_by_keyboard_without_a_script(window: Windows, house: House, ana: str) -> None:
    narrow: ViewportSize = {"width": 390, "height": 844}
    page = window(viewport=narrow, java_script_enabled=False, forgiven="status of 422")
    logs_in(page, house.desk, ana)
    page.goto(f"{house.desk}/tickets")
    page.get_by_role("link", name="New ticket").last.click()
    is_there(page, "h1:has-text('New ticket')")
    expect(page.get_by_label("Service")).to_be_focused()
    page.keyboard.type("Pothole")
    enters(page, "Address", "100 misson")
    page.keyboard.press("Enter")
    is_there(page, "[role=alert]")
    expect(page.get_by_label("Address", exact=True)).to_be_focused()
    expect(page.get_by_text("This service asks some more; answer what is known.")).to_be_visible()
    enters(page, "How big is it? (if they know)", "Like a plate")
    enters(page, "Telephone number", "217 555 0142")
    page.get_by_role("button", name="100 Mission St").press("Enter")
    is_there(page, ".head.ticket")
    expect(page.locator(".flash")).to_contain_text("Filed. The number to give them is")
    expect(page.get_by_text("Like a plate")).to_be_visible()
    number = page.url.rpartition("/")[2]

    page.goto(f"{house.desk}/tickets/reporter")
    page.get_by_label("Their number or e-mail address").fill("(217) 555-0142")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=number)).to_be_visible()
    assert "555" not in page.url


def test_a_key_leads_there_from_any_page(window: Windows, house: House, ana: str) -> None:
    page = logs_in(window(stopped=True, viewport={"width": 1440, "height": 900}), house.desk, ana)
    page.keyboard.press("g")
    page.keyboard.press("n")
    is_there(page, "h1:has-text('New ticket')")
    expect(page.locator(".bar a[aria-current]").first).to_have_attribute("title", "New ticket")
