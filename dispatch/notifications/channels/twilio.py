"""Twilio's REST API: text messages, live calls that must be redirected, and what Twilio keeps and must forget.

Twilio knows no idempotency key for messages. So the key goes along in the address Twilio reports a message's fate to,
and where a first attempt ended in silence, Twilio is asked whether it has the message already before it gets it again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from dispatch.notifications.channels import OptedOut, TransportError
from storage.messages import SAID_TO_CARRIER
from storage.tables import Notification

PATIENCE_S: Final = 10.0
"""Seconds for one request."""
NOT_ITS_FAULT: Final = frozenset({401, 403, 429})
"""Refusals that are not about the request: a token that was changed, an account that is held, too many at once."""
LONGEST_TEXT: Final = 1600
"""Characters Twilio takes in one message."""
API: Final = "https://api.twilio.com"


class _Http(TwilioHttpClient):  # type: ignore[misc] # The library has no types.
    """Twilio's own client, with the API at another address where one is set: a proxy, or a gateway made for trials."""

    def __init__(self, api: str) -> None:
        super().__init__(timeout=PATIENCE_S, pool_connections=True)
        self._api = api.rstrip("/")

    def request(self, method: str, url: str, *arguments: Any, **named: Any) -> Response:
        return super().request(method, url.replace(API, self._api, 1), *arguments, **named)


class Twilio:
    """One account. Sends by the channels sms, rest_call and rest_delete."""

    def __init__(
        self, account_sid: str, token: str, *, senders: Mapping[str, str], base_url: str = "", api: str = API
    ) -> None:
        """`senders` is the number a city's messages come from; `base_url` where Twilio reports what became of them."""
        self._client = Client(account_sid, token, http_client=_Http(api))
        self._senders = senders
        # Twilio refuses to report to an address it cannot reach.
        self._reports = base_url if urlsplit(base_url).scheme == "https" else ""

    def send(self, notification: Notification) -> None:
        """Send it. Raises `TransportError`: permanent where Twilio says that the request itself is at fault."""
        try:
            match notification.channel:
                case "sms":
                    self._text(notification)
                case "rest_call":
                    url = str(notification.payload["url"])
                    self._client.calls(notification.recipient).update(url=url, method="POST")
                case "rest_delete":
                    self._delete(notification.recipient)
                case other:
                    raise TransportError(f"Twilio does nothing by {other}", permanent=True)
        except TwilioRestException as refusal:
            if str(refusal.code) == SAID_TO_CARRIER:
                raise OptedOut(f"{refusal.status} {refusal.code} {refusal.msg}") from refusal
            permanent = 400 <= refusal.status < 500 and refusal.status not in NOT_ITS_FAULT
            raise TransportError(f"{refusal.status} {refusal.code} {refusal.msg}", permanent=permanent) from refusal
        except (TwilioException, RequestException) as problem:
            raise TransportError(f"{type(problem).__name__}: {problem}", permanent=False) from problem

    def _text(self, notification: Notification) -> None:
        sender = self._senders.get(notification.city)
        if not sender:
            raise TransportError("no number to text from: set TWILIO_FROM", permanent=True)
        body = shortened(notification.body)
        if notification.attempts > 1 and self._has(notification, sender, body):
            return
        more = {"status_callback": self._report_to(notification.idempotency_key)} if self._reports else {}
        self._client.messages.create(to=notification.recipient, from_=sender, body=body, **more)

    def _has(self, notification: Notification, sender: str, body: str) -> bool:
        """Whether an earlier attempt, of which we heard nothing, arrived at Twilio after all."""
        since = notification.created_at - dt.timedelta(minutes=1)
        there = self._client.messages.list(to=notification.recipient, from_=sender, limit=20)
        return any(
            one.body == body and one.date_created >= since and one.status not in {"failed", "canceled"} for one in there
        )

    def _report_to(self, key: str) -> str:
        return f"{self._reports}/sms/status?key={quote(key, safe='')}"

    def _delete(self, what: str) -> None:
        """Delete a recording (RE…), a message (SM…, MM…) or a photo of one (MM…/ME…). What is gone already is well."""
        try:
            if what.startswith("RE"):
                self._client.recordings(what).delete()
                return
            message, _, photo = what.partition("/")
            if photo:
                self._client.messages(message).media(photo).delete()
            else:
                self._client.messages(message).delete()
        except TwilioRestException as refusal:
            if refusal.status != 404:
                raise


def shortened(body: str) -> str:
    """A text no longer than Twilio takes."""
    return body if len(body) <= LONGEST_TEXT else f"{body[: LONGEST_TEXT - 1]}…"
