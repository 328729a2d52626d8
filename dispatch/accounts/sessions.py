"""Sessions end: an hour after somebody left, with the shift, and when they say so."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING, Any

from flask import Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import logout_user, user_logged_out
from flask_security.signals import user_authenticated

from dispatch.accounts import roll
from dispatch.accounts.account import Account
from dispatch.accounts.door import somebody
from storage import accounts

if TYPE_CHECKING:
    from dispatch.console.desk import Desk

IDLE = dt.timedelta(hours=1)
"""A desk that nobody touches for so long is logged out."""
LONGEST = dt.timedelta(hours=12)
"""Nobody stays logged in longer than a shift."""
HALF_WAY = dt.timedelta(minutes=10)
"""Who gave the password has so long to give the code."""
CITY_LOG_IN = "city log-in"
"""What somebody was let in with who came by the city's own log-in, which asks for its own second factor."""
SAME_PERSON = ["change"]
"""How Flask-Security says that a session is only begun anew, because the password changed."""
_ALWAYS = frozenset({"static", "security.logout"})
_PROOF = {
    "security.two_factor_token_validation": ["password", "code"],
    "security.mf_recovery": ["password", "recovery"],
}


class Sessions:
    """Watches over the sessions of the desk's application."""

    def __init__(self, app: Flask, desk: Desk) -> None:
        self.desk = desk
        app.before_request(self.still_valid)
        # Signals hold their receivers weakly, so somebody must hold this one.
        app.extensions["sessions"] = self
        user_authenticated.connect(self.begun, app)
        user_logged_out.connect(self.ended, app)

    def still_valid(self) -> ResponseReturnValue | None:
        """Log out who was away too long, and send on who has something to do first."""
        now = self.desk.now().timestamp()
        if "tf_user_id" in session and now - session.setdefault("knocked", now) > HALF_WAY.total_seconds():
            session.clear()
        who = somebody()
        if who is None:
            return None
        if self._is_over(now):
            logout_user()
            return None
        if "text/event-stream" not in request.accept_mimetypes.values() and "X-By-Itself" not in request.headers:
            # A page that listens for news, and asks for them, by itself is no sign of anybody in front of it.
            session["seen"] = now
        return _duty(who)

    def begun(self, _: Flask, user: Account, authn_via: list[str] | None = None, **__: Any) -> None:
        """Begin a session in place of whatever was before, and note in the history what was proved."""
        now = self.desk.now()
        session.pop("knocked", None)
        session.update(id=secrets.token_hex(16), since=now.timestamp(), seen=now.timestamp())
        if authn_via == SAME_PERSON:
            return
        proof = authn_via or _PROOF.get(request.endpoint or "", ["password"])
        session["by"] = proof[0]
        with self.desk.database.transaction() as ledger:
            operator = accounts.by_id(ledger, user.id, lock=True)
            if operator:
                roll.came_in(ledger, now, operator, proof)

    def ended(self, _: Flask, **__: Any) -> None:
        """Make a copy of the cookie worthless, and forget what was in it."""
        now = self.desk.now()
        if key := session.get("id"):
            with self.desk.database.transaction() as ledger:
                accounts.end(ledger, key, now, forget_before=now - LONGEST)
        session.clear()

    def _is_over(self, now: float) -> bool:
        if (
            now - session.get("seen", 0) > IDLE.total_seconds()
            or now - session.get("since", 0) > LONGEST.total_seconds()
        ):
            return True
        with self.desk.database.reading() as ledger:
            return accounts.has_ended(ledger, session.get("id", ""))


def _duty(who: Account) -> ResponseReturnValue | None:
    """What somebody must do before anything else: choose a password of their own, set up the second factor."""
    if session.get("by") == CITY_LOG_IN or request.endpoint in _ALWAYS:
        return None
    if who.password_expired:
        if request.endpoint != "security.change_password":
            return redirect(url_for("security.change_password"))
    elif who.check_tf_required_setup() and not who.tf_primary_method:
        allowed = {"security.two_factor_setup", "security.two_factor_token_validation", "security.verify"}
        if request.endpoint not in allowed:
            return redirect(url_for("security.two_factor_setup"))
    return None
