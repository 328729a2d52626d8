"""The desk on both databases, with a clock that tests can move."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask

from dispatch.city.packs import Packs
from dispatch.console import put_up
from dispatch.console.desk import Desk
from storage.database import Database
from tests.console.clerk import QUICK, Clerk

MORNING = dt.datetime(2026, 3, 3, 14, 30, tzinfo=dt.UTC)
"""A Tuesday, half past eight in Springfield."""


class Watch:
    """The clock on the wall of the desk."""

    def __init__(self) -> None:
        self.at = MORNING

    def __call__(self) -> dt.datetime:
        return self.at

    def passes(self, **time: float) -> None:
        """Let time pass: `watch.passes(minutes=5)`."""
        self.at += dt.timedelta(**time)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def desk(database: Database, packs: Packs, watch: Watch) -> Desk:
    """The desk of a city that tries things out; production is one `replace` away."""
    return Desk(database, packs, watch, secret_key="s" * 48, base_url="http://localhost", production=False)


def house_with(desk: Desk) -> Flask:
    """An application with the desk under /console, whose passwords are hashed quickly."""
    app = Flask("house")
    console = put_up(app, desk)
    console.extensions["security"].pwd_context.update(**QUICK)
    return app


@pytest.fixture
def house(desk: Desk) -> Flask:
    """An application with the desk under /console, as the telephone's has it."""
    return house_with(desk)


@pytest.fixture
def clerk(house: Flask) -> Clerk:
    """Somebody in front of a browser, not logged in."""
    return Clerk(house)


@pytest.fixture
def production(desk: Desk) -> Flask:
    """The same where the public is at the other end."""
    return house_with(replace(desk, production=True, base_url="https://localhost"))
