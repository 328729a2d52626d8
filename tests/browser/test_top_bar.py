"""The bar above every page: each link can be hit, in every language and on every screen, and none lies on another."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from dispatch.console.desk import Desk
from storage.vocabulary import Role
from tests.browser.house import IN_A_BROWSER
from tests.browser.window import Windows
from tests.console.clerk import PASSWORD, hired

ANA = "ana@springfield.gov"
HIT = """() => [...document.querySelectorAll('.bar a, .bar summary')].filter((one) => {
  const box = one.getBoundingClientRect();
  if (!one.checkVisibility()) return false;
  const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !one.contains(on);
}).map((one) => one.innerText)"""
"""The links of the bar on whose middle something else lies."""
pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def desk(desk: Desk) -> Desk:
    """A desk with an administrator, who has every link, and a long name."""
    hired(desk.database, ANA, name="Ana María Díaz-Santiago de la Vega", role=Role.ADMINISTRATOR)
    return desk


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_every_link_of_the_bar_can_be_hit(language: str, address: str, window: Windows) -> None:
    page: Page = window(locale=language, viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/login")
    page.fill("[name=email]", ANA)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_selector("header.bar")
    for width in (390, 1024, 1160, 1280, 1366, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(HIT) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
