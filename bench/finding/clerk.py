"""Somebody at the desk who opens page after page, and how long each takes to come."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import NamedTuple

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import text

from bench.finding.town import CITY, CLERKS, NOW
from dispatch.accounts import roll
from dispatch.city.packs import Packs, roots_with
from dispatch.console import put_up
from dispatch.console.desk import Desk
from storage.database import Database
from storage.vocabulary import Role

_PASSWORD = "nineteen potholes on Elm"


_OURS = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'dial311'")


class Opened(NamedTuple):
    """What opening a page took, in milliseconds."""

    waited: float
    """Until all of it was there."""
    worked: float
    """The processor's time, here and in PostgreSQL's process for us: the same with nobody else on the machine."""


class Clerk:
    """An administrator, logged in at a desk of her own in this process, at the bench's moment."""

    def __init__(self, database: Database, scratch: Path) -> None:
        packs = Packs.open((CITY,), roots_with(scratch / "cities"))
        app = Flask("house")
        desk = Desk(database, packs, lambda: NOW, secret_key="s" * 48, base_url="http://localhost", production=False)
        put_up(app, desk)
        self.city = packs.first.city
        self.numbers = _hired(database)
        self._served_by: list[Path] = []
        self._browser = app.test_client()
        page = self._browser.get("/console/login").get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        self._browser.post("/console/login", data={"email": CLERKS[0], "password": _PASSWORD, "csrf_token": token[1]})

    def opens(self, path: str) -> Opened:
        """Open a page."""
        before, worked = time.perf_counter(), self._worked()
        answer = self._browser.get(f"/console/{path}")
        answer.get_data()
        waited, worked = time.perf_counter() - before, self._worked() - worked
        assert answer.status_code == 200, f"{path}: {answer.status}"
        return Opened(1000 * waited, 1000 * worked)

    def knows_who_serves(self, database: Database) -> None:
        """Find out which of PostgreSQL's processes are ours. Those that help them count are not counted."""
        if not database.is_sqlite:
            with database.reading() as session:
                pids = session.connection().execute(_OURS).scalars()
                self._served_by = [Path(f"/proc/{pid}/schedstat") for pid in pids]

    def _worked(self) -> float:
        """Seconds of the processor's time until now."""
        served = (int(file.read_text().split()[0]) for file in self._served_by if file.exists())
        return time.process_time() + sum(served) / 1e9


def _hired(database: Database) -> list[int]:
    """Forty clerks with accounts; their numbers."""
    password = PasswordHasher().hash(_PASSWORD)
    with database.transaction() as session:
        operators = [
            roll.add(session, NOW, "bench", roll.Person(email, email.partition("@")[0], Role.ADMINISTRATOR), password)
            for email in CLERKS
        ]
        for operator in operators:
            operator.password_expired = False
        return [operator.id or 0 for operator in operators]
