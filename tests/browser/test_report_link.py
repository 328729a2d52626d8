"""The link in "it is done": a page that anybody can use, on any telephone, in their language and without a script."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from dispatch import tickets
from dispatch.new_ticket import By
from storage import tickets as ledger
from storage.vocabulary import Channel, Status
from tests.browser.axe import faults
from tests.browser.house import IN_A_BROWSER, House
from tests.browser.window import Windows, is_there

JO = "+12175550177"
TELEPHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "reduced_motion": "reduce"}
pytestmark = IN_A_BROWSER


def done(house: House, words: str) -> tuple[str, str]:
    """Somebody reports something and wants to hear of it, and it is done: its number, and the page they are led to."""
    call = house.reports(JO, words)
    (ticket,) = filed(house, call.sid)
    city = house.app.extensions["line"].packs.first.city
    with house.database.transaction() as session:
        by = By("maria", Channel.CONSOLE, house.now)
        tickets.change_status(session, city, ticket, Status.RESOLVED, by, public="We filled it this morning.")
    house.sends()
    link = re.search(r"/r/\S+$", house.post.to(JO)[-1])
    assert link
    return ticket, house.address + link[0]


def filed(house: House, call_sid: str) -> list[str]:
    with house.database.reading() as session:
        return [ticket.number for ticket in ledger.of_call(session, "springfield", call_sid)]


def status(house: House, number: str) -> Status | None:
    with house.database.reading() as session:
        ticket = ledger.by_number(session, "springfield", number)
        return ticket.status if ticket else None


def test_axe_finds_nothing_before_and_after(window: Windows, house: House) -> None:
    _, address = done(house, "there's a huge pothole at one hundred mission street")
    page = window(**TELEPHONE, forgiven="status of 410")
    page.goto(address)
    found = faults(page, "report")
    page.get_by_role("button", name="It is not fixed").click()
    is_there(page, "[role=status]:has-text('open again')")
    found += faults(page, "report, open again")
    page.get_by_role("button", name="Stop messages").click()
    is_there(page, "[role=status]:has-text('no more messages')")
    found += faults(page, "report, stopped")
    page.goto(f"{house.address}/r/gone")
    found += faults(page, "report, gone")
    assert found == []


def test_it_is_all_done_without_a_script_and_with_keys_alone(window: Windows, house: House) -> None:
    number, address = done(house, "there is graffiti at one hundred king street")
    page = window(**TELEPHONE, java_script_enabled=False)
    page.goto(address)
    assert status(house, number) is Status.RESOLVED
    page.keyboard.press("Tab")
    page.keyboard.type("It is still all over the wall.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your report is open again.")
    assert status(house, number) is Status.REOPENED
