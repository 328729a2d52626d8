"""The map in a real browser: by keyboard alone, from dot to ticket; what is seen can be sent to a colleague."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from dispatch.city.packs import Packs
from dispatch.console.desk import Desk
from storage.vocabulary import Role
from tests.browser.house import IN_A_BROWSER
from tests.browser.window import Windows, logs_in
from tests.console.clerk import hired
from tests.console.town import filed

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def numbers(desk: Desk, packs: Packs) -> list[str]:
    """Three tickets: two of one house, and one far away."""
    houses = list(islice(packs.first.gazetteer.sample(60), 60))
    here = houses[0]
    far = max(houses, key=lambda one: abs(one.lat - here.lat) + abs(one.lon - here.lon))
    at = [{"address": one.written, "lat": one.lat, "lon": one.lon, "area": one.area} for one in (here, here, far)]
    return [filed(desk, origin=f"CA1:{place}", **where) for place, where in enumerate(at)]


@pytest.fixture(scope="module")
def desk(desk: Desk) -> Desk:
    """A desk at which Maria works."""
    hired(desk.database, name="Maria Lopez", role=Role.SUPERVISOR)
    return desk


@pytest.fixture
def page(address: str, window: Windows) -> Page:
    """Maria in front of the map."""
    page = logs_in(window(reduced_motion="reduce"), address)
    page.goto(f"{address}/map")
    return page


def test_two_tickets_of_one_house_are_opened_by_keyboard(numbers: list[str], page: Page) -> None:
    both = page.get_by_role("button", name="2 tickets here")
    expect(both).to_have_text("2")
    both.focus()
    page.keyboard.press("Enter")
    links = page.locator(".heap a")
    expect(links).to_have_count(2)
    expect(links.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(links).to_have_count(0)
    expect(both).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile(f"^{numbers[0]}")).press("Enter")
    expect(page).to_have_url(re.compile(f"/tickets/{numbers[0]}$"))


def test_what_is_seen_is_in_the_address_the_form_and_the_list(numbers: list[str], page: Page) -> None:
    far = page.get_by_role("button", name=re.compile(f"^{numbers[2]}"))
    expect(far).to_be_visible()
    page.get_by_label("State").select_option("all")
    page.get_by_role("button", name="Show").click()
    both = page.get_by_role("button", name="2 tickets here")
    both.dblclick()  # Leaflet's way of going nearer to it
    page.keyboard.press("Escape")
    for _look in range(6):
        if far.count():
            page.get_by_role("button", name="Closer").click()
            page.wait_for_load_state("networkidle")
    expect(far).to_have_count(0)
    seen = parse_qs(urlsplit(page.url).query)
    assert seen["state"] == ["all"]
    assert page.locator("[data-map-box]").input_value() == seen["box"][0]
    page.reload()
    page.wait_for_selector(".streetname", state="attached")
    page.get_by_role("link", name="The same tickets as a list").click()
    assert parse_qs(urlsplit(page.url).query) == seen


def test_streets_are_named_without_tiles(numbers: list[str], page: Page) -> None:
    assert numbers
    page.wait_for_selector(".streetname", state="attached")
    few = page.locator(".streetname").count()
    for _step in range(3):
        page.get_by_role("button", name="Closer").click()
        page.wait_for_load_state("networkidle")
    assert page.locator(".streetname").count() > 0
    names = page.locator(".streetname").all_inner_texts()
    assert few > 5
    assert len(names) == len(set(names)), "each once"
