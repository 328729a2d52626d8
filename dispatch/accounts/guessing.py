"""Where passwords and codes are tried, and what happens when too many were wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, g, request, session
from flask_security.signals import user_authenticated
from werkzeug.exceptions import TooManyRequests

from dispatch.accounts import throttle
from dispatch.accounts.account import Account
from dispatch.accounts.door import somebody
from dispatch.accounts.known_browsers import KnownBrowsers
from dispatch.accounts.throttle import Knock
from storage import accounts
from storage.account_tables import Operator

if TYPE_CHECKING:
    from dispatch.console.desk import Desk

_CODES = frozenset({"security.two_factor_token_validation", "security.mf_recovery"})
_PASSWORDS = frozenset({"security.verify", "security.change_password"})


def slow_down(app: Flask, desk: Desk, key: bytes, known: KnownBrowsers) -> None:
    """Count what fails at the places where secrets are tried, and refuse (429) who failed too often."""

    @app.before_request
    def not_too_often() -> None:
        knock = _knock(key, desk, known)
        if knock is None:
            return
        with desk.database.reading() as ledger:
            if throttle.must_wait(ledger, knock, desk.now()):
                raise TooManyRequests(retry_after=int(throttle.WINDOW.total_seconds()))
        g.knock = knock

    @app.after_request
    def counted(response: Response) -> Response:
        """A form that comes back was wrong; one that leads on was right. Of codes, only a log-in is."""
        knock: Knock | None = g.pop("knock", None)
        if knock and response.status_code == 200:
            with desk.database.transaction() as ledger:
                throttle.failed(ledger, knock, desk.now())
        elif knock and response.status_code == 302 and not knock.is_code:
            with desk.database.transaction() as ledger:
                throttle.succeeded(ledger, knock, desk.now())
        if email := g.pop("let_in", ""):
            known.remember(response, email, desk.now())
        return response

    def right(_: Flask, user: Account, **__: object) -> None:
        """Forget the slips before the right code, and let the browser be known from now on."""
        g.let_in = user.email
        knock: Knock | None = g.get("knock")
        if knock and knock.is_code:
            with desk.database.transaction() as ledger:
                throttle.succeeded(ledger, knock, desk.now())

    app.extensions["guessing ears"] = right
    user_authenticated.connect(right, app)


def _knock(key: bytes, desk: Desk, known: KnownBrowsers) -> Knock | None:
    """What is being tried in this request; None where nothing is."""
    if request.method != "POST":
        return None
    address = request.remote_addr or ""
    if request.endpoint == "security.login" and somebody() is None:
        email = request.form.get("email", "")
    elif request.endpoint in _CODES and "tf_user_id" in session:
        with desk.database.reading() as ledger:
            operator = accounts.find(ledger, Operator.session_key, session["tf_user_id"])
        browser = known.mark(operator.email, desk.now()) if operator else ""
        return Knock.of(key, session["tf_user_id"], address, is_code=True, browser=browser)
    elif request.endpoint in _PASSWORDS and (who := somebody()):
        email = who.email
    else:
        return None
    return Knock.of(key, email, address, browser=known.mark(email, desk.now()))
