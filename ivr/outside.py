"""The world outside: text messages and live calls through Twilio's REST API, or their twin that only shows them.

Nothing here is ever called from a webhook; `outbox_worker.py` calls it, and may try again.
"""

from __future__ import annotations

from typing import Protocol

import structlog
from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ivr.settings import Settings
from storage.tables import Notification

PATIENCE_S = 10.0
"""Seconds for one request to Twilio."""
TOO_MANY = 429
log = structlog.get_logger()


class TransportError(Exception):
    """It could not be sent. `permanent`: trying again would not help, and a person must look at it."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Outside(Protocol):
    """Sends one thing, or raises `TransportError`."""

    def send(self, notification: Notification) -> None:
        """Send it. Returns once the other side has accepted it."""


class Shown:
    """Where there is nobody to send through: what would leave the house is logged, its words at level DEBUG."""

    def send(self, notification: Notification) -> None:
        """Show it; the recipient is masked."""
        log.info(
            "would_send",
            id=notification.id,
            channel=notification.channel,
            recipient=notification.recipient,
            template=notification.template,
        )
        log.debug("would_say", id=notification.id, body=notification.body)


class Twilio:
    """Text messages and redirected calls, through the account of the settings."""

    def __init__(self, settings: Settings, sender: dict[str, str]) -> None:
        """Take the account from the settings; `sender` maps a city to the number its messages come from."""
        http = TwilioHttpClient(timeout=PATIENCE_S, pool_connections=True)
        self._client = Client(settings.twilio_account_sid, settings.tokens[0], http_client=http)
        self._sender = sender

    def send(self, notification: Notification) -> None:
        """Send it. Raises `TransportError`: permanent where Twilio says that the request itself is at fault."""
        try:
            match notification.channel:
                case "sms":
                    sender = self._sender.get(notification.city)
                    if not sender:
                        raise TransportError("no number to text from: set TWILIO_FROM", permanent=True)
                    self._client.messages.create(to=notification.recipient, from_=sender, body=notification.body)
                case "rest_call":
                    url = str(notification.payload["url"])
                    self._client.calls(notification.recipient).update(url=url, method="POST")
                case other:
                    raise TransportError(f"nothing here sends by {other}", permanent=True)
        except TwilioRestException as refusal:
            permanent = 400 <= refusal.status < 500 and refusal.status != TOO_MANY
            raise TransportError(f"{refusal.status} {refusal.code} {refusal.msg}", permanent=permanent) from refusal
        except (TwilioException, RequestException) as problem:
            raise TransportError(f"{type(problem).__name__}: {problem}", permanent=False) from problem


def outside(settings: Settings, sender: dict[str, str]) -> Outside:
    """Twilio where there is an account, else its twin."""
    return Twilio(settings, sender) if settings.sends else Shown()
