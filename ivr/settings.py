"""Every environment variable the house reads, typed, with what is wrong said in a sentence that names the cure.

They come from the environment, then from a `.env` file beside the place it is started from. `.env.example` lists them
all, and a test compares it with this class, so that neither can forget one.
"""

from __future__ import annotations

import os
import secrets
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Words = Annotated[tuple[str, ...], NoDecode]
"""A list written with commas."""
Tokens = Annotated[tuple[SecretStr, ...], NoDecode]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode]
SHORTEST_KEY = 32


class SettingsProblem(Exception):
    """The settings make no sense. Its text is for the person who starts the house: one sentence a mistake."""


class Settings(BaseSettings):
    """What a city decides when it runs the line. Each field's description says what it is for."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, populate_by_name=True)

    environment: Literal["development", "production"] = Field(
        "development", description="production turns the browser phone off and refuses made-up secrets"
    )
    twilio_account_sid: str = Field("", description="AC…, from the Twilio console; empty: nothing is sent, only shown")
    twilio_auth_token: Tokens = Field(
        (), description="one or several with commas, so that a token can be rotated; the first one is used for sending"
    )
    twilio_from: str = Field("", description="the number text messages come from; empty: the number that was dialled")
    twilio_api_url: str = Field(
        "https://api.twilio.com", description="where Twilio's REST API is reached, also by proxy"
    )
    public_url: str = Field("", description="https://… as Twilio reaches this house, without a path of its own")
    database_url: str = Field("sqlite:///var/dial311.db", description="sqlite:///PATH or postgresql+psycopg://…")
    secret_key: SecretStr = Field(SecretStr(""), description="signs operators' sessions; 32 characters or more")
    cities: Words = Field(
        ("springfield",), description="slugs of the cities served, with commas; the first is the default"
    )
    cities_path: Path = Field(
        Path("var/cities"), description="folder of imported cities, beside those that are shipped"
    )
    host: str = Field("127.0.0.1", description="address to listen on; put a TLS proxy in front of it")
    port: int = Field(8311, ge=1, le=65535, description="port to listen on")
    proxies: int = Field(
        1, ge=0, le=9, description="proxies in front that name in X-Forwarded-For whom they ask for; 0: none"
    )
    workers: int = Field(0, ge=0, le=256, description="processes; 0: one on SQLite, one a core on PostgreSQL")
    threads: int = Field(0, ge=0, le=512, description="threads a process; 0: 16 on SQLite, 4 on PostgreSQL")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    metrics_token: SecretStr = Field(
        SecretStr(""), description="bearer token for /metrics; without one it is shut in production"
    )
    smtp_host: str = Field("", description="the mail server; empty: no e-mail is sent, only shown")
    smtp_port: int = Field(587, ge=1, le=65535, description="587 with starttls, 465 with implicit")
    smtp_tls: Literal["starttls", "implicit", "none"] = Field(
        "starttls", description="starttls, implicit, or none for a server on this machine"
    )
    smtp_username: str = Field("", description="empty: no log-in")
    smtp_password: SecretStr = Field(SecretStr(""), description="for SMTP_USERNAME")
    smtp_from: str = Field("", description="the address e-mail comes from, such as 311@springfield.gov")
    webhook_secret: Tokens = Field(
        (), description="departments' secrets are made of it; with commas, newest first, to rotate it"
    )
    webhook_networks: Networks = Field(
        (), description="networks inside the city that webhooks may reach, such as 10.20.0.0/16, with commas"
    )
    oidc_issuer: str = Field(
        "", description="https://… of the city's own log-in (OpenID Connect); empty: passwords only"
    )
    oidc_client_id: str = Field("", description="what this house is called there")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="what proves it there")
    oidc_name: str = Field("City account", description="what stands on the button")
    oidc_emails: Literal["verified", "all"] = Field(
        "verified", description="all: trust its e-mail addresses though it never says that it verified them"
    )
    map_tiles: str = Field("", description="where the desk's maps get their tiles; empty: our own streets are drawn")
    map_credit: str = Field("", description="whom those tiles must name")
    retention_days_calls: int = Field(90, ge=1, description="days until what was said in a call is forgotten")
    retention_days_contacts: int = Field(
        365, ge=1, description="days after a ticket is closed until who reported it is forgotten"
    )

    @field_validator("twilio_auth_token", "cities", "webhook_secret", "webhook_networks", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("twilio_account_sid")
    @classmethod
    def _account(cls, value: str) -> str:
        if value and not (value.startswith("AC") and len(value) == 34 and value.isalnum()):
            raise ValueError(
                "is no account SID: copy it from the Twilio console, it begins with AC and has 34 characters"
            )
        return value

    @field_validator("public_url")
    @classmethod
    def _url(cls, value: str) -> str:
        url = value.rstrip("/")
        parts = urlsplit(url)
        if url and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment):
            raise ValueError("must be the address Twilio calls, such as https://311.example.gov")
        return url

    @field_validator("webhook_secret")
    @classmethod
    def _long(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(secret.get_secret_value()) < SHORTEST_KEY for secret in value):
            raise ValueError(f"needs {SHORTEST_KEY} characters or more")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str) -> str:
        address = value.rstrip("/").removesuffix("/.well-known/openid-configuration")
        parts = urlsplit(address)
        if address and (parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1"}):
            raise ValueError("must be the https:// address that the city's log-in calls its issuer")
        return address

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
        return value

    @field_validator("cities")
    @classmethod
    def _some_city(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("is empty: name at least one city, such as springfield")
        return value

    @model_validator(mode="after")
    def _mail(self) -> Self:
        if self.smtp_host and "@" not in self.smtp_from:
            raise ValueError("SMTP_FROM must be the address e-mail comes from, such as 311@springfield.gov")
        return self

    @model_validator(mode="after")
    def _production(self) -> Self:
        """Refuse to serve the public with anything made up for a desk."""
        missing = []
        if self.production:
            if not self.twilio_auth_token:
                missing.append(
                    "TWILIO_AUTH_TOKEN is empty: copy it from the Twilio console, without it every call is refused"
                )
            if not self.public_url.startswith("https://"):
                missing.append(
                    "PUBLIC_URL must be the https:// address Twilio calls: signatures are checked against it"
                )
            if len(self.secret_key.get_secret_value()) < SHORTEST_KEY:
                missing.append(
                    f"SECRET_KEY needs {SHORTEST_KEY} characters or more: "
                    "`python -c 'import secrets; print(secrets.token_urlsafe(48))'` makes one"
                )
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_client_secret.get_secret_value()):
            missing.append(
                "OIDC_ISSUER is set: OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be too, as the issuer gave them"
            )
        if missing:
            raise ValueError("\n".join(missing))
        return self

    @property
    def production(self) -> bool:
        """Whether the public is at the other end."""
        return self.environment == "production"

    @property
    def sqlite(self) -> bool:
        """Whether the database is a file, written by one process at a time."""
        return self.database_url.startswith("sqlite")

    @property
    def sends(self) -> bool:
        """Whether there is a Twilio account to send through; otherwise what would be sent is only shown."""
        return bool(self.twilio_account_sid and self.twilio_auth_token)

    @property
    def base_url(self) -> str:
        """What URLs begin with: PUBLIC_URL, or this machine where none is set."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def processes(self) -> int:
        """Worker processes. A second one on SQLite adds nothing and ruins the 99th percentile: its lock is unfair."""
        return self.workers or (1 if self.sqlite else max(2, os.cpu_count() or 2))

    @property
    def threads_each(self) -> int:
        """Threads in each process."""
        return self.threads or (16 if self.sqlite else 4)

    @property
    def made_up_token(self) -> str:
        """The token made up for a desk without Twilio, to be shown there; "" where one was configured: never shown."""
        path = _place_of("twilio_auth_token")
        made_up = path.read_text().strip() if not self.production and path.is_file() else ""
        return made_up if made_up in self.tokens else ""

    @property
    def tokens(self) -> tuple[str, ...]:
        """The Twilio tokens in clear, for signatures."""
        return tuple(token.get_secret_value() for token in self.twilio_auth_token)


def load(**given: Any) -> Settings:
    """Read the settings; every mistake at once, each naming its variable. Raises `SettingsProblem`."""
    try:
        settings = Settings(**given)
    except ValidationError as problem:
        raise SettingsProblem("\n".join(_sentence(dict(error)) for error in problem.errors())) from None
    return settings if settings.production else _with_local_secrets(settings)


def _sentence(error: dict[str, Any]) -> str:
    """Say one mistake so that whoever set the variable knows what to write instead."""
    name = "_".join(str(part) for part in error["loc"][:1]).upper()
    what = str(error["msg"]).removeprefix("Value error, ")
    if not name:
        return what
    if error["type"] == "value_error":
        return f"{name} {what}."
    return f"{name} makes no sense: {what[:1].lower()}{what[1:]}."


def _with_local_secrets(settings: Settings) -> Settings:
    """At a desk, make up the secrets that are missing, and keep them in `var/`, so that all processes share them."""
    made_up: dict[str, Any] = {}
    if not settings.twilio_auth_token:
        made_up["twilio_auth_token"] = (SecretStr(_kept("twilio_auth_token")),)
    if not settings.secret_key.get_secret_value():
        made_up["secret_key"] = SecretStr(_kept("secret_key"))
    return settings.model_copy(update=made_up) if made_up else settings


def _place_of(name: str) -> Path:
    return Path("var") / f"local_{name}"


def _kept(name: str) -> str:
    """Read a made-up secret, or make it: two processes that start together end with the same one."""
    path = _place_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(16))
    return path.read_text().strip()
