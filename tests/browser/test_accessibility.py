"""Whoever works here works with these pages: axe-core on every one, in light, dark and narrow; and without scripts."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest
from playwright.sync_api import expect

from tests.browser.axe import WIDE, faults
from tests.browser.busy_day import ANA, MARIA, busy_day
from tests.browser.house import IN_A_BROWSER, House
from tests.browser.window import Windows, is_there, logs_in, types_password
from tests.console.clerk import Clerk, hired
from tests.console.telephone import forget_last_code, sets_up

SCRIPTED: dict[str, Any] = {"viewport": WIDE, "reduced_motion": "reduce"}
"""A window in which nothing moves: a colour on its way to another is none that anybody reads."""
PLAIN: dict[str, Any] = {"viewport": WIDE, "java_script_enabled": False}
MEANT = "status of (403|404|410|500)"
"""Pages that are refused on purpose, of which the browser complains."""
pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def pages(house: House) -> dict[str, str]:
    """Every page, on a day on which there is something on it."""
    return busy_day(house)


def test_axe_finds_nothing_on_any_page(window: Windows, house: House, pages: dict[str, str]) -> None:
    page = window(**SCRIPTED, forgiven=MEANT)
    page.goto(f"{house.desk}/login")
    found = faults(page, "login")
    logs_in(page, house.desk, ANA)
    for name, address in pages.items():
        page.goto(address)
        found += faults(page, name)
    page.goto(pages["tickets-all"])
    page.locator("input[name=ticket]").first.check()
    page.locator("#do").select_option("to:resolved")
    page.get_by_role("button", name="Do it").click()
    is_there(page, "textarea[name=public]")
    found += faults(page, "what many at once owe")
    page.goto(pages["phone"])
    page.locator("button.green").click()
    page.locator("#words").wait_for()
    found += faults(page, "phone, in a call")
    assert found == []


def test_axe_finds_nothing_where_a_code_is_asked_for(window: Windows, house: House, pages: dict[str, str]) -> None:
    assert pages
    clerk = Clerk(house.app)
    clerk.logs_in(MARIA)
    sets_up(clerk)
    forget_last_code(house.database, MARIA)
    page = window(**SCRIPTED)
    types_password(page, house.desk, MARIA)
    is_there(page, "h1:has-text('Your code')")
    found = faults(page, "code")
    page.get_by_label("Six digits").fill("000000")
    page.get_by_role("button", name="Go on").click()
    is_there(page, "[role=alert]")
    found += faults(page, "wrong code")
    page.get_by_role("link", name="I have not got my telephone").click()
    is_there(page, "h1:has-text('Recovery code')")
    found += faults(page, "recovery")
    page.goto(f"{house.desk}/login/help")
    found += faults(page, "lost telephone")
    assert found == []


def test_axe_finds_nothing_on_what_is_seldom_seen(
    window: Windows, house: House, pages: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window(**SCRIPTED, forgiven=MEANT)
    page.goto(pages["nothing"])
    found = faults(page, "nothing there, for a stranger")
    logs_in(page, house.desk, ANA)
    page.goto(f"{house.desk}/account/verify")
    expect(page.get_by_label("Password")).to_be_visible()
    found += faults(page, "verify")
    page.goto(pages["operator-new"])
    page.get_by_label("Name").fill("Zoë Oluwaseun-Abernathy")
    page.get_by_label("E-mail").fill("zoe@springfield.gov")
    page.get_by_role("button", name="Open the account").click()
    is_there(page, ".key")
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
    window: Windows, house: House, pages: dict[str, str]
) -> None:
    kit = hired(house.database, "kit@springfield.gov", name="Kit Moreau")
    page = logs_in(window(**SCRIPTED, forgiven=MEANT), house.desk, kit)
    answer = page.goto(pages["operators"])
    assert answer
    assert answer.status == 403
    found = faults(page, "not allowed")
    other = logs_in(window(stopped=True), house.desk, ANA)
    other.goto(pages["ticket"])
    page.goto(pages["ticket"])
    expect(page.get_by_text("Ana Díaz is looking at this ticket too.")).to_be_visible()
    found += faults(page, "a colleague looks at it")
    other.get_by_label("Note for colleagues, or question to the reporter").fill("I am")
    with other.expect_response("**/here"):
        other.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.goto(pages["ticket"])
    expect(page.get_by_text("Ana Díaz is writing about this ticket.")).to_be_visible()
    found += faults(page, "a colleague writes about it")
    assert found == []


def test_every_page_is_there_without_a_script(window: Windows, house: House, pages: dict[str, str]) -> None:
    page = logs_in(window(**PLAIN, forgiven=MEANT), house.desk, ANA)
    expected = {"nothing": 404, "spot-gone": 410, "report-gone": 410}
    for name, address in pages.items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == expected.get(name, 200), name
        assert page.locator("h1").count() == 1, name
        assert page.locator("h1").inner_text().strip(), name


def test_the_forms_of_a_day_work_without_a_script(window: Windows, house: House, pages: dict[str, str]) -> None:
    page = logs_in(window(**PLAIN), house.desk, ANA)
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
