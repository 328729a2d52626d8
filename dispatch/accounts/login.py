"""How people get in: Flask-Security, told how strict to be."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from flask import Flask, request, session
from flask_login import logout_user
from flask_security.core import Security
from flask_security.mail_util import MailUtil
from flask_security.signals import user_authenticated
from flask_wtf import FlaskForm

from dispatch.accounts.account import ENFORCED
from dispatch.accounts.accounts import Accounts
from dispatch.accounts.door import somebody
from dispatch.accounts.passwords import SHORTEST, PasswordRules

if TYPE_CHECKING:
    from dispatch.console.desk import Desk

IDLE = dt.timedelta(hours=1)
"""A desk that nobody touches for so long is logged out."""
LONGEST = dt.timedelta(hours=12)
"""Nobody stays logged in longer than a shift."""


class NoMail(MailUtil):  # type: ignore[misc]
    """Flask-Security sends no mail here: what leaves this house goes through the outbox."""

    def __init__(self, app: Flask) -> None:
        self.app = app


def key_for(secret_key: str, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, made of SECRET_KEY."""
    return hmac.digest(secret_key.encode(), f"dial311 {purpose}".encode(), hashlib.sha256)


def wrongs(form: FlaskForm) -> list[str]:
    """Everything that is wrong with a form, each sentence once."""
    found = [str(error) for errors in form.errors.values() for error in errors]
    return list(dict.fromkeys(found))


def let_people_in(app: Flask, desk: Desk) -> Security:
    """Add log-in, log-out, password, second factor and recovery codes to the desk's application."""
    secret = desk.secret_key
    app.config.update(
        {
            ENFORCED: desk.production,
            "SECURITY_PASSWORD_HASH": "argon2",
            "SECURITY_PASSWORD_SCHEMES": ["argon2"],
            # Argon2 salts by itself, so a password outlives a change of SECRET_KEY.
            "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
            "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST,
            "SECURITY_RETURN_GENERIC_RESPONSES": True,
            "SECURITY_API_ENABLED_METHODS": ["session"],
            "SECURITY_CHANGEABLE": True,
            "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
            "SECURITY_TWO_FACTOR": True,
            "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
            "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
            "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
            "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 10,
            "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [urlsafe_b64encode(key_for(secret, "recovery codes"))],
            "SECURITY_TOTP_SECRETS": {"1": key_for(secret, "second factor").hex()},
            "SECURITY_TOTP_ISSUER": "dial311",
            "SECURITY_LOGIN_USER_TEMPLATE": "console/login.html",
            "SECURITY_POST_LOGIN_VIEW": "console.home",
            "SECURITY_POST_LOGOUT_VIEW": "security.login",
            "SECURITY_CLI_USERS_NAME": None,
            "SECURITY_CLI_ROLES_NAME": None,
            "SECURITY_DATETIME_FACTORY": desk.now,
        }
    )

    @app.before_request
    def end_sessions() -> None:
        """Log out who was away too long, or has been in for a whole shift."""
        if somebody() is None:
            return
        now = desk.now().timestamp()
        idle, whole = now - session.get("seen", 0), now - session.get("since", 0)
        if idle > IDLE.total_seconds() or whole > LONGEST.total_seconds():
            logout_user()
            session.clear()
        elif "text/event-stream" not in request.accept_mimetypes:
            # A page that listens for news by itself is no sign of anybody in front of it.
            session["seen"] = now

    @user_authenticated.connect_via(app)
    def begin_session(_: Flask, **__: object) -> None:
        session["since"] = session["seen"] = desk.now().timestamp()

    # Flask-Security keeps the signal's receivers weakly; the application keeps them alive.
    app.extensions["begin_session"] = begin_session
    return Security(app, Accounts(desk.database, desk.now), mail_util_cls=NoMail, password_util_cls=PasswordRules)
