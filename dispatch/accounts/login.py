"""How people get in: Flask-Security, told how strict to be."""

from __future__ import annotations

import datetime as dt
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, g
from flask_security.core import Security
from flask_security.forms import ChangePasswordForm, LoginForm
from flask_security.mail_util import MailUtil
from flask_wtf import FlaskForm

from dispatch.accounts import city_log_in, guessing
from dispatch.accounts.account import ENFORCED
from dispatch.accounts.accounts import Accounts
from dispatch.accounts.known_browsers import KnownBrowsers
from dispatch.accounts.passwords import SHORTEST, PasswordRules
from dispatch.accounts.second_factor import DRIFT_S, Codes, RecoveryCodes
from dispatch.accounts.sessions import Sessions

if TYPE_CHECKING:
    from dispatch.console.desk import Desk

FRESH = dt.timedelta(minutes=15)
"""Who changes their second factor must have shown their password no longer ago than this."""
SENTENCES = {
    "API_ERROR": "That cannot be done like this.",
    "GENERIC_AUTHN_FAILED": "E-mail and password do not go together.",
    "INVALID_PASSWORD": "That is not your password.",
    "INVALID_RECOVERY_CODE": "That is none of your recovery codes, or it has been used.",
    "NO_RECOVERY_CODES_SETUP": "You have no recovery codes yet.",
    "PASSWORD_IS_THE_SAME": "That is the password you have already.",
    "PASSWORD_NOT_PROVIDED": "The password is missing.",
    "REAUTHENTICATION_REQUIRED": "Please show once more that it is you.",
    "RETYPE_PASSWORD_MISMATCH": "The two are not the same.",
    "TWO_FACTOR_INVALID_TOKEN": "That code is wrong, or was used already. Wait for the next one.",
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": "That cannot be done like this.",
    "TWO_FACTOR_PERMISSION_DENIED": "Please log in first.",
    "TWO_FACTOR_SETUP_EXPIRED": "That took too long. Please begin again.",
    "UNAUTHENTICATED": "Please log in first.",
}
"""What Flask-Security says when something is amiss, in our words; they are keys of the desk's catalogue."""
NEWS = {
    "PASSWORD_CHANGE": "Your password is changed. All your other sessions have ended.",
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": "From now on a code is asked for at every log-in.",
    "TWO_FACTOR_DISABLED": "No code is asked for any more.",
}
"""What it says when something went well."""


class NoMail(MailUtil):
    """Flask-Security sends no mail here: what leaves this house goes through the outbox."""

    def send_mail(self, *_: Any, **__: Any) -> None:
        """Nothing: the page that would have it sent says whom to ask instead."""


class PlainLogin(LoginForm):
    """E-mail and password. There is no staying logged in beyond a shift, not even for who forges the tick."""

    remember = None


class OwnPassword(ChangePasswordForm):
    """Changing one's password: only a wrong old one counts as guessing, not a new one that will not do."""

    def validate(self, **kwargs: Any) -> bool:
        """Judge both passwords."""
        right: bool = super().validate(**kwargs)
        if not self.password.errors:
            g.pop("knock", None)
        return right


def key_for(secret_key: str, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, made of SECRET_KEY."""
    return HKDF(SHA256(), 32, salt=None, info=f"dial311 {purpose}".encode()).derive(secret_key.encode())


def wrongs(form: FlaskForm) -> list[str]:
    """Everything that is wrong with a form, each sentence once."""
    found = [str(error) for errors in form.errors.values() for error in errors]
    return list(dict.fromkeys(found))


def let_people_in(app: Flask, desk: Desk) -> None:
    """Add log-in, log-out, password, second factor and recovery codes to the desk's application."""
    app.config.update(_settings(desk))
    app.config.update({f"SECURITY_MSG_{name}": (words, "error") for name, words in SENTENCES.items()})
    app.config.update({f"SECURITY_MSG_{name}": (words, "success") for name, words in NEWS.items()})
    Sessions(app, desk)
    known = KnownBrowsers(key_for(desk.secret_key, "known browsers"))
    guessing.slow_down(app, desk, key_for(desk.secret_key, "throttle"), known)
    security = Security(
        app,
        Accounts(desk.database, desk.now),
        login_form=PlainLogin,
        change_password_form=OwnPassword,
        mail_util_cls=NoMail,
        password_util_cls=PasswordRules,
        totp_cls=Codes,
        mf_recovery_codes_util_cls=RecoveryCodes,
    )
    # Pages only: nobody logs in with JSON and takes a token away.
    security.want_json(lambda _: False)
    app.jinja_env.globals.update(wrongs=wrongs, city_log_in=None)
    if desk.city_log_in:
        city_log_in.open_door(app, desk, desk.city_log_in)


def _settings(desk: Desk) -> dict[str, Any]:
    secret = desk.secret_key
    of_ours = {
        "STATIC_FOLDER": None,
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        # Argon2 salts by itself, so that a password outlives a change of SECRET_KEY.
        "PASSWORD_SINGLE_HASH": ["argon2"],
        "PASSWORD_LENGTH_MIN": SHORTEST,
        "RETURN_GENERIC_RESPONSES": True,
        # `headers.py` says it for all pages, in words that browsers know.
        "CACHE_CONTROL": None,
        "API_ENABLED_METHODS": ["session"],
        "CHANGEABLE": True,
        "CHANGE_URL": "/account/password",
        "SEND_PASSWORD_CHANGE_EMAIL": False,
        "FRESHNESS": FRESH,
        "FRESHNESS_GRACE_PERIOD": FRESH,
        "VERIFY_URL": "/account/verify",
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": DRIFT_S,
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_SETUP_URL": "/account/second-factor",
        "TWO_FACTOR_TOKEN_VALIDATION_URL": "/login/code",
        "TWO_FACTOR_RESCUE_URL": "/login/help",
        "TWO_FACTOR_SELECT_URL": "/login/select",
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 10,
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [urlsafe_b64encode(key_for(secret, "recovery codes"))],
        "MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
        "MULTI_FACTOR_RECOVERY_URL": "/login/recovery",
        "TOTP_SECRETS": {"1": key_for(secret, "second factor").hex()},
        "TOTP_ISSUER": f"311 {desk.packs.first.city.names['en']}",
        "LOGIN_USER_TEMPLATE": "console/login.html",
        "CHANGE_PASSWORD_TEMPLATE": "console/password.html",
        "VERIFY_TEMPLATE": "console/verify.html",
        "TWO_FACTOR_SETUP_TEMPLATE": "console/second_factor.html",
        "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "console/code.html",
        "MULTI_FACTOR_RECOVERY_TEMPLATE": "console/recovery.html",
        "MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "console/recovery_codes.html",
        "POST_LOGIN_VIEW": "console.home",
        "POST_LOGOUT_VIEW": "security.login",
        "POST_CHANGE_VIEW": "console.account",
        "TWO_FACTOR_POST_SETUP_VIEW": "console.account",
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "DATETIME_FACTORY": desk.now,
    }
    return {ENFORCED: desk.production} | {f"SECURITY_{name}": value for name, value in of_ours.items()}
