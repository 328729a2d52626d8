"""Browsers in which somebody logged in before: who guesses at an account elsewhere must not lock its owner out.

After a log-in a browser keeps a signed cookie: a mark of its own, and whom it has let in, as keyed hashes. Failures of
theirs there are counted by the mark and not by the network, so that neither a botnet nor a colleague behind the same
wall can use them up. For any other account the browser is a stranger. (OWASP: Slow Down Online Guessing Attacks with
Device Cookies.)
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer

COOKIE = "dial311-known"
KEPT = dt.timedelta(days=180)
"""After so long without a log-in a browser is a stranger again."""
MOST = 8
"""People a browser is kept for: more is not a desk, and a cookie must stay small."""


@dataclass(frozen=True)
class KnownBrowsers:
    """Tells which browsers are known, and makes them so. `key` signs and hashes, and is used for nothing else."""

    key: bytes

    def mark(self, email: str, now: dt.datetime) -> str:
        """The mark of the browser that asks, if that account has logged in there; else ""."""
        mark, people = self._kept(now)
        return mark if self._hash(email) in people else ""

    def remember(self, response: Response, email: str, now: dt.datetime) -> None:
        """Let the browser keep that the account has just logged in there."""
        mark, people = self._kept(now)
        person = self._hash(email)
        people = [person, *(other for other in people if other != person)][:MOST]
        response.set_cookie(
            COOKIE,
            self._signer().dumps([mark, people, int((now + KEPT).timestamp())]),
            max_age=KEPT,
            path=current_app.config["SESSION_COOKIE_PATH"],
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )

    def _kept(self, now: dt.datetime) -> tuple[str, list[str]]:
        """The mark of the browser and whom it has let in; a new mark and nobody where it is a stranger."""
        try:
            mark, people, until = self._signer().loads(request.cookies.get(COOKIE, ""))
        except BadData:
            return secrets.token_hex(16), []
        return (mark, people) if now.timestamp() < until else (secrets.token_hex(16), [])

    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.key)

    def _hash(self, email: str) -> str:
        return hmac.new(self.key, email.strip().lower().encode(), hashlib.sha256).hexdigest()[:32]
