"""A real application on both databases, with Twilio in the middle of a call to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from pydantic import SecretStr

from dispatch.city.packs import Packs
from ivr.app import create_app
from ivr.dialogue.context import Understanding
from ivr.settings import Settings
from storage.database import Database
from tests.wire.twilio_side import BASE, TOKEN, Twilio, line_of


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """Plain tracebacks: structlog's own for developers show every local variable, and take a second each."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings as a city would have them."""
    return Settings(
        _env_file=None,
        twilio_auth_token=(SecretStr(TOKEN),),
        public_url=BASE,
        database_url=database_url,
        secret_key=SecretStr("s" * 48),
        cities_path=tmp_path / "cities",
    )


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
