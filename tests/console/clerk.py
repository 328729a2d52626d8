"""A clerk at the desk: somebody with an account, and a browser without JavaScript that keeps cookies and tokens."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from werkzeug.test import TestResponse

from dispatch.accounts import roll
from storage import accounts
from storage.account_tables import Operator, OperatorEvent
from storage.database import Database
from storage.vocabulary import Role

PASSWORD = "nineteen potholes on Elm"
QUICK = {"argon2__time_cost": 1, "argon2__memory_cost": 1024, "argon2__parallelism": 1}
"""How hard it is to hash a password in tests; at the desk it takes a tenth of a second, on purpose."""
HASH = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
HIRED = dt.datetime(2026, 3, 2, 14, 0, tzinfo=dt.UTC)


def hired(
    database: Database,
    email: str = "maria@springfield.gov",
    *,
    name: str = "",
    role: Role = Role.OPERATOR,
    departments: tuple[str, ...] = (),
    cities: tuple[str, ...] = (),
) -> str:
    """Somebody with an account and PASSWORD, who has chosen it themselves; their e-mail."""
    person = roll.Person(email, name or email.partition("@")[0].title(), role, departments, cities)
    with database.transaction() as session:
        operator = roll.add(session, HIRED, "test", person, HASH)
        operator.password_expired = False
    return email


def account(database: Database, email: str) -> Operator:
    with database.reading() as session:
        found = accounts.by_email(session, email)
    assert found is not None
    return found


def history(database: Database, email: str) -> list[OperatorEvent]:
    """What happened to an account, oldest first."""
    found = account(database, email)
    with database.reading() as session:
        return list(accounts.history(session, [found.id or 0]))[::-1]


class Clerk:
    """A person with a browser. `goes` and `sends` follow redirects and return the page they end at, as text."""

    def __init__(self, app: Flask, *, language: str = "en", address: str = "192.0.2.1", secure: bool = False) -> None:
        self.browser = app.test_client()
        self.language = language
        self.address = address
        self.secure = secure
        self.forwarded_for = ""
        """Whom the city's proxy says it asks for."""
        self.last: TestResponse
        self.token = ""

    def goes(self, path: str, *, follow: bool = True, **headers: str) -> str:
        """Open a page."""
        return self._opens("GET", path, follow, headers=headers)

    def sends(self, path: str, *, follow: bool = True, token: str | None = None, **form: Any) -> str:
        """Send a form, with the token of the last page that had one."""
        form["csrf_token"] = self.token if token is None else token
        return self._opens("POST", path, follow, data=form)

    def logs_in(self, email: str, password: str = PASSWORD) -> str:
        """Open the desk and log in with a password."""
        self.goes("/console/login")
        return self.sends("/console/login", email=email, password=password)

    @property
    def status(self) -> int:
        return self.last.status_code

    @property
    def where(self) -> str:
        """The path of the page in front of them."""
        return self.last.request.path

    @property
    def is_in(self) -> bool:
        """Whether they are logged in, with a page of the desk in front of them."""
        return self.status == 200 and "/console/logout" in self.last.get_data(as_text=True)

    @property
    def told(self) -> list[str]:
        """The messages at the top of the page."""
        return [
            unescape(words) for words in re.findall(r'class="flash[^>]*>([^<]*)<', self.last.get_data(as_text=True))
        ]

    def _opens(
        self, method: str, path: str, follow: bool, headers: Mapping[str, str] | None = None, **sent: Any
    ) -> str:
        said = {"Accept-Language": self.language, **(headers or {})}
        if self.forwarded_for:
            said["X-Forwarded-For"] = self.forwarded_for
        if self.secure:
            said["Referer"] = "https://localhost/"
        self.last = self.browser.open(
            path,
            method=method,
            headers=said,
            base_url="https://localhost" if self.secure else None,
            environ_base={"REMOTE_ADDR": self.address},
            follow_redirects=follow,
            buffered=True,
            **sent,
        )
        html = self.last.get_data(as_text=True)
        if found := re.search(r'name="csrf_token"[^>]* value="([^"]+)"', html):
            self.token = found[1]
        return html
