"""Whoever works here works with these pages: axe-core on every one, in light, in dark and narrow; and without scripts.

WCAG 2.2 AA is the measure: the rules axe-core has for it, and reflow (1.4.10), for which it has none: at 320 pixels,
a wide screen enlarged four times, nothing is scrolled sideways but tables, pictures and maps in their own frames.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

import pytest
from axe_playwright_python.base import AXE_SCRIPT as AXE
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.busy_day import ANA, MARIA, busy_day
from tests.browser.house import IN_A_BROWSER, House
from tests.console.clerk import PASSWORD, Clerk, hired
from tests.console.telephone import forget_last_code, sets_up

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 740}
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},  # WCAG 2.2's own; axe-core leaves it off by itself
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""All that differs in the dark."""
OPEN_ALL = "document.querySelectorAll('main details').forEach(one => { one.removeAttribute('name'); one.open = true; })"
pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def pages(house: House) -> dict[str, str]:
    """Every page, on a day on which there is something on it."""
    return busy_day(house)


@pytest.fixture
def scripted(browser: Browser) -> Iterator[BrowserContext]:
    """A window in which nothing moves: a colour on its way to another is none that anybody reads."""
    with browser.new_context(viewport=WIDE, reduced_motion="reduce") as context:
        yield context


@pytest.fixture
def plain(browser: Browser) -> Iterator[BrowserContext]:
    """A window without JavaScript."""
    with browser.new_context(viewport=WIDE, java_script_enabled=False) as context:
        yield context


def log_in(page: Page, house: House, email: str = ANA) -> None:
    page.goto(f"{house.address}/console/login")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def faults(page: Page, name: str) -> list[str]:
    """What axe-core finds on a page in light, in dark and narrow, and whether it must be scrolled sideways."""
    found: list[str] = []
    page.evaluate(OPEN_ALL)
    page.evaluate(AXE)
    for look, options in (("light", RULES), ("dark", COLOURS), ("narrow", RULES)):
        page.emulate_media(color_scheme="dark" if look == "dark" else "light")
        if look == "narrow":
            page.set_viewport_size(NARROW)
        for rule in page.evaluate("options => axe.run(options)", options)["violations"]:
            found += [
                f"{name}, {look}: {rule['id']} at {node['target']}: {node['html'][:160]}" for node in rule["nodes"]
            ]
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > NARROW["width"]:
        found.append(f"{name}: {width} pixels wide on a screen of {NARROW['width']}")
    page.set_viewport_size(WIDE)
    return found


def test_axe_finds_nothing_on_any_page(scripted: BrowserContext, house: House, pages: dict[str, str]) -> None:
    page = scripted.new_page()
    page.goto(f"{house.address}/console/login")
    found = faults(page, "login")
    log_in(page, house)
    for name, address in pages.items():
        page.goto(address)
        found += faults(page, name)
    page.goto(pages["tickets-all"])
    page.locator("input[name=ticket]").first.check()
    page.locator("#do").select_option("to:resolved")
    page.get_by_role("button", name="Do it").click()
    found += faults(page, "what many at once owe")
    page.goto(pages["phone"])
    page.locator("button.green").click()
    page.locator("#words").wait_for()
    found += faults(page, "phone, in a call")
    assert found == []


def test_axe_finds_nothing_where_a_code_is_asked_for(
    scripted: BrowserContext, house: House, pages: dict[str, str]
) -> None:
    assert pages
    clerk = Clerk(house.app)
    clerk.logs_in(MARIA)
    sets_up(clerk)
    forget_last_code(house.database, MARIA)
    page = scripted.new_page()
    log_in(page, house, MARIA)
    found = faults(page, "code")
    page.get_by_label("Six digits").fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += faults(page, "wrong code")
    page.get_by_role("link", name="I have not got my telephone").click()
    expect(page.get_by_role("heading", name="Recovery code")).to_be_visible()
    found += faults(page, "recovery")
    page.goto(f"{house.address}/console/login/help")
    found += faults(page, "lost telephone")
    assert found == []


def test_axe_finds_nothing_on_what_is_seldom_seen(
    scripted: BrowserContext, house: House, pages: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = scripted.new_page()
    page.goto(pages["nothing"])
    found = faults(page, "nothing there, for a stranger")
    log_in(page, house)
    page.goto(f"{house.address}/console/account/verify")
    expect(page.get_by_label("Password")).to_be_visible()
    found += faults(page, "verify")
    page.goto(pages["operator-new"])
    page.get_by_label("Name").fill("Zoë Oluwaseun-Abernathy")
    page.get_by_label("E-mail").fill("zoe@springfield.gov")
    page.get_by_role("button", name="Open the account").click()
    expect(page.locator(".key")).to_be_visible()
    found += faults(page, "password to hand over")

    def breaks() -> NoReturn:
        raise RuntimeError("on purpose")

    monkeypatch.setitem(house.app.extensions["console"].view_functions, "console.city", breaks)
    answer = page.goto(pages["city"])
    assert answer
    assert answer.status == 500
    found += faults(page, "broken")
    assert found == []


def test_axe_finds_nothing_for_those_who_may_not_and_those_who_are_not_alone(
    browser: Browser, scripted: BrowserContext, house: House, pages: dict[str, str]
) -> None:
    kit = hired(house.database, "kit@springfield.gov", name="Kit Moreau")
    page = scripted.new_page()
    log_in(page, house, kit)
    answer = page.goto(pages["operators"])
    assert answer
    assert answer.status == 403
    found = faults(page, "not allowed")
    with browser.new_context() as colleagues:
        other = colleagues.new_page()
        log_in(other, house)
        other.goto(pages["ticket"])
        page.goto(pages["ticket"])
        expect(page.get_by_text("Ana Díaz is looking at this ticket too.")).to_be_visible()
        found += faults(page, "a colleague looks at it")
        other.get_by_label("Note for colleagues, or question to the reporter").fill("I am")
        other.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        other.wait_for_load_state("networkidle")
        page.goto(pages["ticket"])
        expect(page.get_by_text("Ana Díaz is writing about this ticket.")).to_be_visible()
        found += faults(page, "a colleague writes about it")
    assert found == []


def test_every_page_is_there_without_a_script(plain: BrowserContext, house: House, pages: dict[str, str]) -> None:
    page = plain.new_page()
    log_in(page, house)
    expected = {"nothing": 404, "spot-gone": 410, "report-gone": 410}
    for name, address in pages.items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == expected.get(name, 200), name
        assert page.locator("h1").count() == 1, name
        assert page.locator("h1").inner_text().strip(), name


def test_the_forms_of_a_day_work_without_a_script(plain: BrowserContext, house: House, pages: dict[str, str]) -> None:
    page = plain.new_page()
    log_in(page, house)
    page.goto(pages["ticket"])
    page.get_by_role("button", name="Take").click()
    page.get_by_label("Note for colleagues, or question to the reporter").fill("Seen from the bus.")
    page.get_by_role("button", name="Add a note").click()
    expect(page.locator("#history")).to_contain_text("Seen from the bus.")
    page.locator("#steps summary", has_text="Start work").click()
    page.locator("details.step[open]").get_by_role("button", name="Start work").click()
    expect(page.locator(".head.ticket")).to_contain_text("In progress")
    page.locator(".undo button").click()
    expect(page.locator(".head.ticket")).to_contain_text("Assigned")

    page.goto(pages["review"])
    before = page.locator("article.look").count()
    page.get_by_role("button", name="Accept").first.click()
    expect(page.locator("article.look")).to_have_count(before - 1)

    page.goto(pages["calls"])
    page.get_by_label("Words that were said").fill("huge pothole")
    page.get_by_role("button", name="Search", exact=True).first.click()
    expect(page.get_by_role("region", name="Past calls").locator("tbody tr")).to_have_count(1)

    page.goto(pages["messages"])
    page.get_by_role("button", name="again").first.click()
    expect(page.get_by_role("status").first).to_be_visible()

    page.goto(pages["operator-new"])
    page.get_by_label("Name").fill("Bo Chen")
    page.get_by_label("E-mail").fill("bo@springfield.gov")
    page.get_by_role("button", name="Open the account").click()
    expect(page.locator(".key")).to_be_visible()

    page.goto(pages["spot"])
    page.get_by_role("textbox").fill("Behind the old rock, by the fence.")
    page.locator("form button:not([type=button])").click()
    expect(page.get_by_role("status")).to_be_visible()
