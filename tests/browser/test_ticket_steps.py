"""The steps on a ticket's page under a hand and under keys: nothing moves away, and nothing is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from dispatch.console.desk import Desk
from storage.vocabulary import Role, Status
from tests.browser.house import IN_A_BROWSER
from tests.browser.window import Windows, types_password
from tests.console.clerk import hired
from tests.console.test_tickets_page import a_call
from tests.console.town import filed, ticket

pytestmark = IN_A_BROWSER
NORA = "nora@springfield.gov"
FILLED = "We have filled the hole."


@pytest.fixture(scope="module")
def nora(desk: Desk) -> str:
    """A supervisor."""
    return hired(desk.database, NORA, name="Nora Okafor", role=Role.SUPERVISOR)


@pytest.fixture
def page(window: Windows, address: str, nora: str) -> Page:
    """Her window, at her queue. A form that is refused is no complaint."""
    page = window(forgiven="422", viewport={"width": 1280, "height": 900})
    types_password(page, address, nora)
    page.wait_for_url("**/queue")
    return page


def edges(page: Page) -> list[dict[str, float] | None]:
    """Where the buttons of the steps are."""
    return [dict(box) if (box := button.bounding_box()) else None for button in page.locator("#steps summary").all()]  # type: ignore[arg-type] # a dict of floats


def test_opening_a_step_moves_no_button(page: Page, desk: Desk, address: str) -> None:
    page.goto(f"{address}/tickets/{filed(desk, origin='CS1:1')}")
    before = edges(page)
    page.locator("#steps summary", has_text="Resolve").click()
    box = page.get_by_role("textbox", name="What the public is told")
    expect(box).to_be_focused()
    assert edges(page) == before
    lowest = max(edge["y"] + edge["height"] for edge in before if edge)
    form = page.locator("details.step[open] form").bounding_box()
    assert form
    assert form["y"] >= lowest, "the form lies below them all"
    page.locator("#steps summary", has_text="Close").click()
    assert edges(page) == before
    expect(page.locator("details.step[open]")).to_have_count(1)


def test_what_is_typed_stays_in_its_step_and_the_keys_stay_free(page: Page, desk: Desk, address: str) -> None:
    number = filed(desk, origin="CS2:1")
    page.goto(f"{address}/tickets/{number}")
    page.locator("#steps summary", has_text="Resolve").click()
    expect(page.get_by_role("textbox", name="What the public is told")).to_be_focused()
    with page.expect_response(lambda kept: FILLED in (kept.request.post_data or "")):
        page.keyboard.type(FILLED)
    page.reload()
    written = page.locator("textarea[name=public]").evaluate_all("all => all.map(one => one.value).filter(Boolean)")
    assert written == [FILLED], "in one step, not in all that tell the public something"
    expect(page.locator("details.step[open] summary")).to_contain_text("Resolve")
    expect(page.locator("details.step[open] summary")).to_contain_text("not sent yet")
    page.keyboard.press("c")
    expect(page.locator("#note")).to_be_focused()


def test_what_is_typed_last_is_kept_of_a_page_that_is_left_at_once(page: Page, desk: Desk, address: str) -> None:
    number = filed(desk, origin="CS3:1")
    page.goto(f"{address}/tickets/{number}")
    page.fill("#note", "They have a dog")
    page.goto(f"{address}/queue")
    for _look in range(20):  # The browser sends it when the page is gone already, and the next one waits for nothing.
        page.goto(f"{address}/tickets/{number}")
        if page.locator("#note").input_value():
            break
    expect(page.locator("#note")).to_have_value("They have a dog")


def test_a_form_that_comes_back_is_shown_at_the_field_to_mend(page: Page, desk: Desk, address: str) -> None:
    number = filed(desk, origin="CS4:1")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/tickets/{number}")
    page.locator("#steps summary", has_text="Merge").click()
    page.get_by_label("Number of the ticket it joins").fill("12345678")
    page.locator("details.step[open]").get_by_role("button", name="Merge").click()
    expect(page).to_have_title(f"Error: {number} Pothole · 311")
    expect(page.get_by_role("alert")).to_contain_text("there is no ticket 12345678 that it could join")
    field = page.get_by_label("Number of the ticket it joins")
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport()
    expect(field).to_have_value("12345678")
    expect(field).to_have_accessible_description(
        "Its reporters then hear what becomes of that one. there is no ticket 12345678 that it could join"
    )


def test_on_a_telephone_how_it_stands_comes_before_the_transcript(page: Page, desk: Desk, address: str) -> None:
    number = filed(desk, origin="CS5:1", call_sid="CA1")
    with desk.database.transaction() as session:
        a_call(session, desk)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/tickets/{number}")
    tops = page.locator("section.card h2").evaluate_all(
        "all => all.map(one => [one.getBoundingClientRect().top, one.textContent])"
    )
    order = [words for _top, words in sorted(tops)]
    assert order[:3] == ["The report", "Next steps", "How it stands"]
    assert order[-1] == "What was said"


def test_after_a_line_is_done_by_key_one_goes_on_at_the_next(page: Page, desk: Desk, address: str) -> None:
    numbers = [filed(desk, origin=f"CR{place}:1", review=("low_confidence",)) for place in range(4)]
    page.goto(f"{address}/review")
    for key in "jja":
        page.keyboard.press(key)
    page.wait_for_selector("form.undo")
    assert ticket(desk, numbers[1]).status is Status.NEW
    expect(page.get_by_role("link", name=numbers[2])).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=numbers[3])).to_be_focused()
    page.keyboard.press("a")
    expect(page.get_by_role("link", name=numbers[2])).to_be_focused()
    assert ticket(desk, numbers[3]).status is Status.NEW
