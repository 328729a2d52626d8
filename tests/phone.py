"""A telephone connected to the real application, with a clock that stands still; for tests that are phone calls."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask
from pydantic import SecretStr

from dispatch.city.packs import Packs, roots_with
from ivr.app import create_app
from ivr.dialogue.context import Understanding
from ivr.settings import Settings
from ivr.simulator.parameters import Number
from ivr.simulator.phone import Phone
from ivr.simulator.transport import InProcess
from storage.database import Database

TOKEN = "12345"
BASE = "https://311.springfield.example"
TUESDAY_MORNING = dt.datetime(2026, 3, 10, 16, 0, tzinfo=dt.UTC)
"""Springfield's offices are open, and no holiday is near: what the line says of days is the same in every run."""


def springfield(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Packs:
    """The shipped city, its gazetteer drawn once for all test processes."""
    return Packs.open(("springfield",), roots_with(shared(tmp_path_factory, worker_id) / "cities"))


def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of all processes of this run."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


def settings_on(database_url: str, folder: Path) -> Settings:
    """Settings as a city would have them."""
    return Settings(
        _env_file=None,
        twilio_auth_token=(SecretStr(TOKEN),),
        public_url=BASE,
        database_url=database_url,
        secret_key=SecretStr("s" * 48),
        cities_path=folder / "cities",
    )


class Exchange:
    """Makes a fresh application for every webhook: no turn may lean on what a process remembers."""

    def __init__(self, settings: Settings, packs: Packs, database: Database, understanding: Understanding) -> None:
        self.now = TUESDAY_MORNING
        self._understanding = understanding
        self._settings = settings
        self._packs = packs
        self._database = database
        self._made: list[Flask] = []

    def make(self) -> Flask:
        """Make an application; the one before it is let go of, as a process that ended."""
        self.close()
        app = create_app(
            self._settings,
            packs=self._packs,
            database=self._database,
            now=lambda: self.now,
            understanding=lambda _: self._understanding,
        )
        self._made.append(app)
        return app

    def close(self) -> None:
        """Let go of the connections."""
        while self._made:
            self._made.pop().extensions["line"].calls.close()

    def phone(self) -> Phone:
        """A telephone on this exchange."""
        return Phone(InProcess(self.make), TOKEN, Number.at(BASE), called=self.called)

    @property
    def called(self) -> str:
        """The number people dial."""
        return self._packs.first.city.numbers[0]
