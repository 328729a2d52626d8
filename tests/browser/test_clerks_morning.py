"""A clerk's morning, from the log-in to the telephone call that puts a hole back on her desk.

Nothing is set up behind anybody's back: people call and text by signed webhooks, the clerk clicks in Debian's Chromium,
and the worker sends what the outbox holds. Only the clock is ours.
"""

from __future__ import annotations

import datetime as dt
import re
import time

from playwright.sync_api import Page, expect

from storage.vocabulary import Role
from tests.browser.house import IN_A_BROWSER, House
from tests.browser.window import Windows, types_password
from tests.console.clerk import Clerk, hired
from tests.console.telephone import Authenticator, forget_last_code, sets_up

JO, SAM, LEE, KIM = "+12175550177", "+12175550178", "+12175550179", "+12175550180"
MARIA = "maria@springfield.gov"
pytestmark = IN_A_BROWSER


def with_second_factor(house: House) -> Authenticator:
    """Maria of Streets has an account, and her telephone shows codes for it."""
    hired(house.database, MARIA, name="Maria López", role=Role.OPERATOR, departments=("streets",))
    clerk = Clerk(house.app)
    clerk.logs_in(MARIA)
    authenticator = sets_up(clerk)
    forget_last_code(house.database, MARIA)
    return authenticator


def reported(house: House, caller: str, words: str) -> str:
    """The number that a caller was told."""
    told = re.search(r"request number is ([\d, ]+)\.", house.reports(caller, words).transcript)
    assert told
    return re.sub(r"\D", "", told[1])


def test_a_clerks_morning(house: House, window: Windows) -> None:
    page = window()
    authenticator = with_second_factor(house)

    # Four people called, days ago: two about the same hole, one about a younger one, one about a lamp.
    hole = reported(house, JO, "there's a huge pothole at one hundred mission street")
    house.now += dt.timedelta(hours=1)
    same = reported(house, SAM, "a deep pothole at one hundred mission street")
    house.now += dt.timedelta(hours=1)
    younger = reported(house, LEE, "there is a pothole at 12 maine avenue")
    lamp = reported(house, KIM, "the street light is out at one hundred mission street")
    assert len({hole, same, younger, lamp}) == 4
    house.now += dt.timedelta(days=7)
    house.sends()

    logs_in(page, house, authenticator)

    # The oldest overdue pothole of her department.
    filters(page, State="Overdue", Department="Streets and Bridges", Service="Pothole", Sorted="Oldest first")
    expect(page.locator("tr[data-line] td.mono")).to_have_text([hole, same, younger])
    page.locator("tr[data-line] a").first.click()
    page.get_by_role("button", name="Take").click()
    expect(page.locator("#history")).to_contain_text("Maria López gave it to")
    said = page.locator("#said")
    expect(said).to_contain_text("there's a huge pothole at one hundred mission street")
    expect(said).to_contain_text("92%")
    expect(page.get_by_role("main")).to_contain_text(f"{JO} wants to hear of it")

    # Two reports of one hole.
    page.locator("#alike").get_by_role("link", name=same).click()
    page.get_by_role("button", name=f"Merge into {hole}").click()
    expect(page.get_by_role("heading", name="Belongs together")).to_be_visible()
    page.get_by_role("link", name=hole).first.click()
    expect(page.get_by_role("main")).to_contain_text("merged another ticket into it")

    # A question, and its answer.
    page.get_by_label("Note for colleagues, or question to the reporter").fill("Which lane is it in?")
    page.get_by_role("button", name="Ask the reporter by text message").click()
    expect(page.locator(".head.ticket")).to_contain_text("Waiting")
    house.sends()
    assert "Which lane is it in?" in house.post.to(JO)[-1]
    assert "We go on with your report" in house.texts(JO, "the left one, by the bus stop")
    page.reload()
    expect(page.locator(".head.ticket")).to_contain_text("Assigned")
    expect(page.locator("#history")).to_contain_text("the left one, by the bus stop")

    # A day for the crew, and a sentence for the public.
    step(page, "Schedule", "When", "2026-03-18T08:00")
    expect(page.locator(".head.ticket")).to_contain_text("Scheduled")
    house.now += dt.timedelta(minutes=30)
    step(page, "Resolve", "What the public is told", "The hole was filled this morning.")
    expect(page.locator(".head.ticket")).to_contain_text("Resolved")
    house.sends()
    for follower in (JO, SAM):
        assert "The hole was filled this morning." in house.post.to(follower)[-1], "the follower hears of it too"
    assert not any("filled" in told for told in house.post.to(LEE))

    # It was not: the caller calls, and it is back on her desk.
    call = house.dials(JO).presses("2").hears("What is your request number").presses(f"{hole}#")
    call.hears("The hole was filled this morning", "If it has not been fixed, press 1").presses("1")
    page.get_by_role("link", name="My queue").click()
    line = page.locator("tr[data-line]", has_text=hole)
    expect(line).to_contain_text("Reopened")
    expect(line).to_contain_text("High")
    expect(line).to_contain_text("Maria López")


def step(page: Page, name: str, label: str, owed: str) -> None:
    """Take a next step on the ticket's page, with what it owes."""
    page.locator("#steps summary", has_text=name).click()
    form = page.locator("details.step[open]")
    form.get_by_label(label).fill(owed)
    form.get_by_role("button", name=name).click()


def logs_in(page: Page, house: House, authenticator: Authenticator) -> None:
    """Type a password, and the code that her telephone shows."""
    types_password(page, house.desk, MARIA)
    expect(page.get_by_role("heading", name="Your code")).to_be_visible()
    page.get_by_label("Six digits").fill(str(authenticator.totp.generate(time=int(time.time())).token))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My queue")).to_be_visible()


def filters(page: Page, **chosen: str) -> None:
    """Look at the tickets that fit."""
    page.get_by_role("link", name="All tickets").click()
    page.get_by_text("Filters").first.click()
    for label, option in chosen.items():
        ticks = page.get_by_role("group", name=label, exact=True)
        if ticks.count():
            ticks.get_by_label(option, exact=True).check()
        else:
            page.get_by_label(label, exact=True).select_option(label=option)
    page.get_by_role("button", name="Show", exact=True).click()
