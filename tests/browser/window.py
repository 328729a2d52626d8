"""Windows of Debian's Chromium: each listens to what the browser complains of, and none is left open."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import ExitStack
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.console.clerk import PASSWORD
from tests.console.conftest import MORNING

PATIENCE_MS = 60_000
"""Far beyond what any page takes: the machine may be busy."""


class Windows:
    """Opens windows, each with cookies of its own, and keeps what the browser complains of."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._open = ExitStack()
        self._complaints: list[str] = []

    def __call__(self, *, forgiven: str = "$^", stopped: bool = False, **options: Any) -> Page:
        """Open one, with Playwright's options, and return its page.

        Complaints that `forgiven` matches count for nothing. The page's clock may be `stopped`: what it does after a
        while it then does when the test says `page.clock.run_for`, however busy the machine is.
        """
        window = self._open.enter_context(self._browser.new_context(**options))
        window.set_default_timeout(PATIENCE_MS)

        def listen(kind: str, words: str) -> None:
            if kind in {"error", "warning"} and not re.search(forgiven, words):
                self._complaints.append(words)

        window.on("console", lambda said: listen(said.type, said.text))
        window.on("weberror", lambda problem: listen("error", str(problem.error)))
        if stopped:
            window.clock.install(time=MORNING)
            window.clock.pause_at(MORNING + dt.timedelta(seconds=1))
        return window.new_page()

    def close(self) -> None:
        """Close all of them, and fail if the browser complained."""
        self._open.close()
        assert self._complaints == []


def types_password(page: Page, console: str, email: str, then: str = "") -> None:
    """Type e-mail and password at the desk's door; `console` is the desk's address, `then` a path to be led to."""
    page.goto(f"{console}/login{then and f'?next=/console/{then}'}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def logs_in(page: Page, console: str, email: str = "maria@springfield.gov", then: str = "") -> Page:
    """Log in, and wait until the desk is there and its scripts listen; the same page."""
    types_password(page, console, email, then)
    is_there(page, "header.bar")
    return page


def is_there(page: Page, selector: str) -> None:
    """Wait until the next page is there, known by something on it, and its scripts: keys before that are nobody's."""
    expect(page.locator(selector).first).to_be_visible()
    page.wait_for_load_state()
