"""Logging in with a real browser: the code is scanned, the shortcuts work, and nothing breaks the page's own rules."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect

from dispatch.city.packs import Packs
from storage.vocabulary import Role
from tests.browser.house import IN_A_BROWSER, desk_in, served
from tests.console.clerk import PASSWORD, hired
from tests.console.conftest import house_with

PHONE: ViewportSize = {"width": 360, "height": 740}
pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, packs: Packs) -> Iterator[str]:
    """Where the desk is served, with an administrator and a clerk."""
    with desk_in(tmp_path_factory.mktemp("browser"), packs) as desk:
        hired(desk.database, "ana@springfield.gov", name="Ana Díaz", role=Role.ADMINISTRATOR)
        hired(desk.database, "maria@springfield.gov", name="Maria López")
        with served(house_with(desk)) as house:
            yield f"{house}/console"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh window, not logged in."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Its page; whatever the browser complains of, such as an inline style, fails the test."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page = context.new_page()
    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


def log_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/login?next=/console/account")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def arrive(page: Page, address: str, email: str) -> None:
    """Log in, and wait until the page listens to keys."""
    log_in(page, address, email)
    expect(page.locator("header.bar")).to_be_visible()
    page.wait_for_load_state()


def test_a_clerk_sets_up_her_telephone_and_logs_in_with_it(page: Page, address: str) -> None:
    arrive(page, address, "maria@springfield.gov")
    page.get_by_text("Maria López", exact=True).click()
    page.get_by_role("link", name="My account").click()
    page.get_by_role("link", name="Set it up").click()
    page.get_by_role("button", name="Set it up").click()
    scan = page.get_by_role("img", name="Code to scan")
    expect(scan).to_be_visible()
    assert scan.evaluate("image => image.complete && image.naturalWidth") > 0, "the page's own rules let the picture in"
    page.get_by_text("Type the key instead").click()
    telephone = TOTP(key=page.locator(".key").inner_text().replace("-", "").replace(" ", ""))
    page.get_by_label("Six digits").fill(str(telephone.generate().token))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("From now on a code is asked for at every log-in.")

    page.get_by_text("Maria López", exact=True).click()
    page.get_by_role("button", name="Log out", exact=True).click()
    log_in(page, address, "maria@springfield.gov")
    expect(page.get_by_role("heading", name="Your code")).to_be_visible()
    page.get_by_label("Six digits").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("That code is wrong, or was used already. Wait for the next one.")
    page.get_by_label("Six digits").fill(str(telephone.generate(time=int(time.time()) + 30).token))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My account")).to_be_visible()


def test_an_administrator_hires_somebody_by_keyboard(page: Page, address: str) -> None:
    arrive(page, address, "ana@springfield.gov")
    page.keyboard.press("g")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", name="Operators")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("n")
    page.get_by_label("Name").fill("Bo Chen")
    page.get_by_label("E-mail").fill("bo@springfield.gov")
    page.get_by_label("Streets").check()
    page.keyboard.press("Enter")
    expect(page.locator(".key")).to_have_text(re.compile(r"^\w{4}(-\w{4}){3}$"))
    page.get_by_role("link", name="I have handed it over").click()
    page.wait_for_load_state()  # Keys pressed before the page's script runs are nobody's.
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bo Chen")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_shortcuts_can_be_turned_off(page: Page, address: str) -> None:
    arrive(page, address, "ana@springfield.gov")
    page.keyboard.press("?")
    page.get_by_label("Shortcuts are on in this browser").uncheck()
    page.keyboard.press("Escape")
    before = page.url
    page.keyboard.press("g")
    page.keyboard.press("o")
    assert page.url == before


@pytest.mark.parametrize(
    "path", ["/login", "/account", "/account/password", "/operators", "/operators/1", "/operators/new"]
)
def test_a_small_screen_scrolls_one_way_only(browser: Browser, address: str, path: str) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    arrive(page, address, "ana@springfield.gov")
    if path == "/login":
        context.clear_cookies()
    page.goto(address + path)
    assert page.locator("h1").count() == 1
    assert page.locator("html").evaluate("html => html.scrollWidth") <= PHONE["width"]
    context.close()
