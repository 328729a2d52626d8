"""Logging in with a real browser: the code is scanned, the shortcuts work, and nothing breaks the page's own rules."""

from __future__ import annotations

import re
import time

import pytest
from passlib.totp import TOTP
from playwright.sync_api import ViewportSize, expect

from dispatch.console.desk import Desk
from storage.vocabulary import Role
from tests.browser.house import IN_A_BROWSER
from tests.browser.window import Windows, is_there, logs_in, types_password
from tests.console.clerk import hired

ANA, MARIA = "ana@springfield.gov", "maria@springfield.gov"
PHONE: ViewportSize = {"width": 360, "height": 740}
pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def desk(desk: Desk) -> Desk:
    """A desk with an administrator and a clerk."""
    hired(desk.database, ANA, name="Ana Díaz", role=Role.ADMINISTRATOR)
    hired(desk.database, MARIA, name="Maria López")
    return desk


def test_a_clerk_sets_up_her_telephone_and_logs_in_with_it(window: Windows, address: str) -> None:
    page = logs_in(window(), address, MARIA)
    page.locator("summary", has_text="Maria López").click()
    page.get_by_role("link", name="My account").click()
    page.get_by_role("link", name="Set it up").click()
    page.get_by_role("button", name="Set it up").click()
    scan = page.get_by_role("img", name="Code to scan")
    expect(scan).to_be_visible()
    expect(scan).to_have_js_property("complete", True)
    assert scan.evaluate("image => image.naturalWidth") > 0, "the page's own rules let the picture in"
    page.get_by_text("Type the key instead").click()
    telephone = TOTP(key=page.locator(".key").inner_text().replace("-", "").replace(" ", ""))
    page.get_by_label("Six digits").fill(str(telephone.generate().token))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("From now on a code is asked for at every log-in.")

    page.locator("summary", has_text="Maria López").click()
    page.get_by_role("button", name="Log out", exact=True).click()
    types_password(page, address, MARIA, then="account")
    expect(page.get_by_role("heading", name="Your code")).to_be_visible()
    page.get_by_label("Six digits").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("That code is wrong, or was used already. Wait for the next one.")
    page.get_by_label("Six digits").fill(str(telephone.generate(time=int(time.time()) + 30).token))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My account")).to_be_visible()


def test_an_administrator_hires_somebody_by_keyboard(window: Windows, address: str) -> None:
    page = logs_in(window(stopped=True), address, ANA)
    page.keyboard.press("g")
    page.keyboard.press("o")
    is_there(page, "h1:has-text('Operators')")
    page.keyboard.press("n")
    page.get_by_label("Name").fill("Bo Chen")
    page.get_by_label("E-mail").fill("bo@springfield.gov")
    page.get_by_label("Streets").check()
    page.keyboard.press("Enter")
    expect(page.locator(".key")).to_have_text(re.compile(r"^\w{4}(-\w{4}){3}$"))
    page.get_by_role("link", name="I have handed it over").click()
    is_there(page, "tr[data-line]:has-text('Bo Chen')")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    is_there(page, "h1:has-text('Bo Chen')")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_shortcuts_can_be_turned_off_and_on_again(window: Windows, address: str) -> None:
    page = logs_in(window(stopped=True), address, ANA)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    switch = page.get_by_label("Shortcuts are on in this browser")
    page.keyboard.press("?")
    switch.uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.reload()
    assert not any(url.endswith("/operators") for url in asked)
    page.locator("summary", has_text="Ana Díaz").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    switch.check()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("o")
    is_there(page, "h1:has-text('Operators')")


@pytest.mark.parametrize(
    "path", ["/login", "/account", "/account/password", "/operators", "/operators/1", "/operators/new"]
)
def test_a_small_screen_scrolls_one_way_only(window: Windows, address: str, path: str) -> None:
    page = logs_in(window(viewport=PHONE, java_script_enabled=False), address, ANA)
    if path == "/login":
        page.context.clear_cookies()
    page.goto(address + path)
    assert page.locator("h1").count() == 1
    assert page.locator("html").evaluate("html => html.scrollWidth") <= PHONE["width"]
