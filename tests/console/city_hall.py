"""A city's own log-in: a small real OpenID Connect provider, built with Authlib's server side, on a port of its own."""

# ruff: noqa: ARG002, ARG005, C901 - Authlib hands over more than this city needs, and wants it all in classes.

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.models import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify
from joserfc.jwk import KeySet, RSAKey

ID, SECRET = "dial311", "a secret between us and city hall"


class Client(ClientMixin):  # type: ignore[misc] # Authlib has no types
    """The desk, as city hall knows it."""

    def __init__(self, hall: CityHall) -> None:
        self.hall = hall

    def get_client_id(self) -> str:
        return ID

    def get_default_redirect_uri(self) -> str:
        return self.hall.back

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.hall.back

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):  # type: ignore[misc] # Authlib has no types
    """A code that is good once."""

    person: dict[str, Any]
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass
class CityHall:
    """The provider, and who is sitting at the browser as far as it knows."""

    address: str
    back: str
    at_the_browser: dict[str, Any] = field(default_factory=dict)
    """Claims of the person who logs in; empty: they say no."""
    tells: dict[str, Any] = field(default_factory=dict)
    """What its tokens say other than the truth."""
    codes: dict[str, Code] = field(default_factory=dict)
    key: RSAKey = field(
        default_factory=lambda: RSAKey.generate_key(2048, {"kid": "hall", "use": "sig", "alg": "RS256"})
    )
    signs_with: RSAKey | None = None
    """A key other than the published one."""

    def app(self) -> Flask:
        """Its application."""
        app = Flask("city hall")
        hall, client = self, Client(self)

        class Grant(AuthorizationCodeGrant):  # type: ignore[misc] # Authlib has no types
            TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

            def save_authorization_code(self, code: str, request: Any) -> None:
                asked = request.payload
                hall.codes[code] = Code(
                    request.user,
                    asked.redirect_uri,
                    asked.scope,
                    asked.data["nonce"],
                    asked.data["code_challenge"],
                    asked.data["code_challenge_method"],
                )

            def query_authorization_code(self, code: str, client: Any) -> Code | None:
                return hall.codes.get(code)

            def delete_authorization_code(self, authorization_code: Code) -> None:
                hall.codes = {code: kept for code, kept in hall.codes.items() if kept is not authorization_code}

            def authenticate_user(self, authorization_code: Code) -> dict[str, Any]:
                return authorization_code.person

        class Tokens(OpenIDCode):  # type: ignore[misc] # Authlib has no types
            def exists_nonce(self, nonce: str, request: Any) -> bool:
                return False

            def resolve_client_private_key(self, client: Any) -> RSAKey:
                return hall.signs_with or hall.key

            def get_client_algorithm(self, client: Any) -> str:
                return "RS256"

            def get_client_claims(self, client: Any) -> dict[str, Any]:
                return {"iss": hall.tells.get("iss", hall.address)}

            def get_encode_header(self, client: Any) -> dict[str, str]:
                return {"alg": "RS256", "kid": "hall"}

            def generate_user_info(self, user: dict[str, Any], scope: str) -> UserInfo:
                return UserInfo(user | {name: value for name, value in hall.tells.items() if name != "iss"})

        server = AuthorizationServer(app, lambda _: client, lambda token, asked: None)
        server.register_grant(Grant, [Tokens(require_nonce=True), CodeChallenge(required=True)])

        @app.get("/.well-known/openid-configuration")
        def configuration() -> Any:
            return jsonify(
                issuer=hall.address,
                authorization_endpoint=f"{hall.address}/authorize",
                token_endpoint=f"{hall.address}/token",
                jwks_uri=f"{hall.address}/keys",
                response_types_supported=["code"],
                subject_types_supported=["public"],
                id_token_signing_alg_values_supported=["RS256", "none", "HS256"],
            )

        @app.get("/keys")
        def keys() -> Any:
            return jsonify(KeySet([hall.key]).as_dict(private=False))

        @app.get("/authorize")
        def authorize() -> Any:
            person = hall.at_the_browser or None
            return server.create_authorization_response(
                request=None, grant_user=person, grant=server.get_consent_grant(end_user=person)
            )

        @app.post("/token")
        def token() -> Any:
            return server.create_token_response()

        return app
