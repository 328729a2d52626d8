"""Two operators at one ticket see each other, without loading anything again; one leaves, and is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dispatch.city.packs import Packs
from dispatch.console.desk import Desk
from tests.browser.house import IN_A_BROWSER, desk_in, served
from tests.console.clerk import PASSWORD, hired
from tests.console.conftest import house_with
from tests.console.town import filed

LOOKS_EVERY_MS = 15_000
pytestmark = IN_A_BROWSER


@pytest.fixture
def desk(tmp_path: Path, packs: Packs) -> Iterator[Desk]:
    """A desk at which Maria and Jo work."""
    with desk_in(tmp_path, packs) as desk:
        hired(desk.database, "maria@springfield.gov", name="Maria Lopez")
        hired(desk.database, "jo@springfield.gov", name="Jo Park")
        yield desk


def sits_down(browser: Browser, address: str, who: str) -> Page:
    """Somebody logged in, in a window of their own, whose clock the test moves."""
    page = browser.new_context().new_page()
    page.clock.install()
    page.goto(f"{address}/console/login")
    page.get_by_label("E-mail").fill(f"{who}@springfield.gov")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/queue")
    return page


def test_two_at_one_ticket_see_each_other_come_write_and_go(desk: Desk, browser: Browser) -> None:
    number = filed(desk)
    with served(house_with(desk)) as address:
        maria, jo = (sits_down(browser, address, who) for who in ("maria", "jo"))
        maria.goto(f"{address}/console/tickets/{number}")
        others = maria.locator("#here [role=status]")
        expect(others).to_be_empty()
        jo.goto(f"{address}/console/tickets/{number}")
        expect(jo.locator("#here [role=status]")).to_contain_text("Maria Lopez is looking at this ticket too.")
        maria.clock.run_for(LOOKS_EVERY_MS)
        expect(others).to_contain_text("Jo Park is looking at this ticket too.")

        jo.get_by_label("Note for colleagues, or question to the reporter").fill("I called")
        jo.clock.run_for(LOOKS_EVERY_MS)
        jo.wait_for_load_state("networkidle")
        maria.clock.run_for(LOOKS_EVERY_MS)
        expect(others).to_contain_text("Jo Park is writing about this ticket.")

        jo.goto(f"{address}/console/queue")
        jo.wait_for_load_state("networkidle")
        maria.clock.run_for(LOOKS_EVERY_MS)
        expect(others).to_be_empty()
        for page in (maria, jo):
            page.context.close()
