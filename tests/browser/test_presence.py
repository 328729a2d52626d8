"""Two operators at one ticket see each other, without loading anything again; one leaves, and is gone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from dispatch.console.desk import Desk
from tests.browser.house import IN_A_BROWSER
from tests.browser.window import Windows, logs_in
from tests.console.clerk import hired
from tests.console.town import filed

LOOKS_EVERY_MS = 15_000
ENOUGH_LOOKS = 200
pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def desk(desk: Desk) -> Desk:
    """A desk at which Maria and Jo work."""
    hired(desk.database, "maria@springfield.gov", name="Maria Lopez")
    hired(desk.database, "jo@springfield.gov", name="Jo Park")
    return desk


def looks_again(page: Page) -> None:
    """Let the time pass after which a page says that somebody is at it and asks who else is, until it is answered."""
    with page.expect_response("**/here"):
        page.clock.run_for(LOOKS_EVERY_MS)


def test_two_at_one_ticket_see_each_other_come_write_and_go(desk: Desk, address: str, window: Windows) -> None:
    number = filed(desk)
    maria, jo = (logs_in(window(stopped=True), address, f"{who}@springfield.gov") for who in ("maria", "jo"))
    maria.goto(f"{address}/tickets/{number}")
    others = maria.locator("#here [role=status]")
    expect(others).to_be_empty()
    jo.goto(f"{address}/tickets/{number}")
    expect(jo.locator("#here [role=status]")).to_contain_text("Maria Lopez is looking at this ticket too.")
    looks_again(maria)
    expect(others).to_contain_text("Jo Park is looking at this ticket too.")

    jo.get_by_label("Note for colleagues, or question to the reporter").fill("I called")
    looks_again(jo)
    looks_again(maria)
    expect(others).to_contain_text("Jo Park is writing about this ticket.")

    jo.goto(f"{address}/queue")
    for _ in range(ENOUGH_LOOKS):  # A page that is left says so on its way out, and nobody hears when that has arrived.
        looks_again(maria)
        if not others.inner_text():
            break
    expect(others).to_be_empty()
