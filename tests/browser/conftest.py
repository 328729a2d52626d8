"""Debian's Chromium, for all tests that look through it, and the house that they look at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from dispatch.city.packs import Packs
from ivr.dialogue.context import Understanding
from tests.browser.house import CHROMIUM, House, open_house

QUIETLY = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser; each test opens windows of its own.

    Started for each file: as long as it runs, so does an event loop, which tests of other things may want to start.
    """
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, packs: Packs, understanding: Understanding) -> Iterator[House]:
    """The whole house, with nobody in it yet."""
    with open_house(tmp_path_factory.mktemp("house"), packs, understanding) as house:
        yield house
