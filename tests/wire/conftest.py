"""A real application on both databases, with Twilio in the middle of a call to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from dispatch.city.packs import Packs
from ivr.app import create_app
from ivr.dialogue.context import Understanding
from ivr.settings import Settings
from storage.database import Database
from tests import phone as telephone
from tests.wire.texting import NOON, Texter
from tests.wire.twilio_side import Twilio, line_of


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings as a city would have them."""
    return telephone.settings_on(database_url, tmp_path)


@pytest.fixture
def make_app(
    settings: Settings, packs: Packs, understanding: Understanding, database: Database
) -> Iterator[Callable[..., Flask]]:
    """Makes applications on the test's own ledger; parts of it can be replaced."""
    made: list[Flask] = []

    def make(**parts: Any) -> Flask:
        usual: dict[str, Any] = {"packs": packs, "database": database, "understanding": lambda _: understanding}
        app = create_app(parts.pop("settings", settings), **(usual | parts))
        made.append(app)
        return app

    yield make
    for app in made:
        line_of(app).calls.close()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The application."""
    return make_app()


@pytest.fixture
def twilio(app: Flask) -> Twilio:
    """Twilio, in the middle of a call to the application."""
    return Twilio(app)


@pytest.fixture
def texter(app: Flask) -> Texter:
    """Somebody who texts it, at noon."""
    line_of(app).now = lambda: NOON
    return Texter(app)
