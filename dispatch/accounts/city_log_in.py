"""The city's own log-in, by OpenID Connect: who proves there who they are need not remember another password here.

The account must be open already; the first time it is found by the e-mail address that the city vouches for, and from
then on by the city's own mark for the person, so that an address given to somebody else opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import requests
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Blueprint, Flask, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import login_user
from joserfc.errors import JoseError
from sqlmodel import Session

from dispatch.accounts import roll
from dispatch.accounts.account import Account
from dispatch.accounts.sessions import CITY_LOG_IN
from storage import accounts
from storage.account_tables import Operator

if TYPE_CHECKING:
    from dispatch.console.desk import Desk

PATIENCE_S = 10
"""Seconds that the city's log-in has to answer us."""
SIGNED_WITH = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
"""Signatures that only the city can make: "none" and shared secrets are not among them, whatever it offers."""
NOT_WORKING = "The city's log-in did not work. Try again, or log in with your password."
NOT_KNOWN = "The city knows you, but you have no account here. Ask an administrator."

log = structlog.get_logger()


@dataclass(frozen=True)
class CityLogIn:
    """Where the city's log-in is, and who we are to it."""

    issuer: str
    """Its address, as its tokens name it; `/.well-known/openid-configuration` below it tells the rest."""
    client_id: str
    client_secret: str
    name: str
    """What stands on the button."""
    trusts_every_address: bool = False
    """Whether its e-mail addresses hold without its saying that it verified them; some never say so."""


class UnknownIssuer(Exception):
    """The document found at the issuer's address names another one."""


class _Provider(FlaskOAuth2App):  # type: ignore[misc] # Authlib has no types
    """Authlib's, which believes only what the configured issuer signed by itself."""

    def load_server_metadata(self) -> dict[str, Any]:
        """What the issuer publishes about itself; fetched once a process."""
        known: dict[str, Any] = super().load_server_metadata()
        if known["issuer"].rstrip("/") != self.expected_issuer:
            raise UnknownIssuer(known["issuer"])
        offered = known.get("id_token_signing_alg_values_supported") or ["RS256"]
        known["id_token_signing_alg_values_supported"] = [name for name in offered if name in SIGNED_WITH]
        return known

    expected_issuer = ""


class _OAuth(OAuth):  # type: ignore[misc] # Authlib has no types
    oauth2_client_cls = _Provider


def open_door(app: Flask, desk: Desk, city: CityLogIn) -> None:
    """Add the way there and back to the desk's application."""
    provider: _Provider = _OAuth(app).register(
        "city",
        client_id=city.client_id,
        client_secret=city.client_secret,
        server_metadata_url=f"{city.issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE_S,
        },
    )
    provider.expected_issuer = city.issuer
    routes = Blueprint("city_log_in", __name__)
    troubles = (AuthlibBaseError, JoseError, requests.RequestException, UnknownIssuer, KeyError, ValueError)

    @routes.get("/login/city")
    def there() -> ResponseReturnValue:
        """Send the browser to the city's log-in."""
        session["after"] = _within(request.args.get("next", ""))
        try:
            return cast(
                "ResponseReturnValue", provider.authorize_redirect(f"{desk.base_url}{url_for('city_log_in.back')}")
            )
        except troubles as trouble:
            return _refused(NOT_WORKING, trouble)

    @routes.get("/login/city/back")
    def back() -> ResponseReturnValue:
        """Let in whom the city vouches for."""
        try:
            person: dict[str, Any] = dict(provider.authorize_access_token()["userinfo"])
        except troubles as trouble:
            return _refused(NOT_WORKING, trouble)
        with desk.database.transaction() as ledger:
            operator = _whose(ledger, city, person, desk)
            account = Account.of(operator) if operator and operator.active else None
        if account is None:
            return _refused(NOT_KNOWN, None)
        after = session.pop("after", "")
        login_user(account, authn_via=[CITY_LOG_IN])
        return redirect(after or url_for("console.home"))

    app.register_blueprint(routes)
    app.jinja_env.globals["city_log_in"] = city


def _whose(ledger: Session, city: CityLogIn, person: dict[str, Any], desk: Desk) -> Operator | None:
    """Find the account: by the city's mark, else by the address, to which the mark is then bound."""
    subject = f"{city.issuer} {person['sub']}"
    known = accounts.find(ledger, Operator.subject, subject)
    if known is not None:
        return known
    address = str(person.get("email") or "")
    if not address or not (person.get("email_verified") is True or city.trusts_every_address):
        return None
    found = accounts.by_email(ledger, address, lock=True)
    if found is None or found.subject is not None or not found.active:
        return None
    roll.bind(ledger, desk.now(), found, subject)
    return found


def _refused(words: str, trouble: Exception | None) -> ResponseReturnValue:
    if trouble is not None:
        log.warning("city log-in failed", trouble=f"{type(trouble).__name__}: {trouble}")
    flash(words, "error")
    return redirect(url_for("security.login"))


def _within(address: str) -> str:
    """The page to go to afterwards, if it is one of ours; else nothing."""
    parts = urlsplit(address)
    ours = not parts.scheme and not parts.netloc and address.startswith("/") and "\\" not in address
    return address if ours and not address.startswith("//") else ""
