"""Debian's Chromium, for all tests that look through it, and the house and the desk that they look at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from dispatch.city.packs import Packs
from dispatch.console.desk import Desk
from ivr.dialogue.context import Understanding
from tests.browser.house import CHROMIUM, House, desk_in, open_house, served
from tests.browser.window import PATIENCE_MS, Windows
from tests.console.conftest import house_with

QUIETLY = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser; each test opens windows of its own.

    Started for each file: as long as it runs, so does an event loop, which tests of other things may want to start.
    """
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIETLY, timeout=PATIENCE_MS)
        yield browser
        browser.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[Windows]:
    """Opens windows; whatever the browser complains of in one fails the test."""
    windows = Windows(browser)
    yield windows
    windows.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, packs: Packs, understanding: Understanding) -> Iterator[House]:
    """The whole house, with nobody in it yet."""
    with open_house(tmp_path_factory.mktemp("house"), packs, understanding) as house:
        yield house


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, packs: Packs) -> Iterator[Desk]:
    """A desk at which nobody works yet; files of tests hire somebody."""
    with desk_in(tmp_path_factory.mktemp("desk"), packs) as desk:
        yield desk


@pytest.fixture(scope="module")
def address(desk: Desk) -> Iterator[str]:
    """Where the desk is served."""
    with served(house_with(desk)) as house:
        yield f"{house}/console"
