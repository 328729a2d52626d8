"""Telling a department's own system, signed as Standard Webhooks has it, and without being led astray.

The address stands in a city's file, and what it resolves to is somebody else's to say. So it is looked up once, every
answer must be a public address (or in a network that WEBHOOK_NETWORKS names), and the connection is made to the very
address that was looked at: a name that answers differently the second time leads nowhere. Redirects are not followed.
"""

from __future__ import annotations

import base64
import datetime as dt
import email.utils
import hmac
import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec
import urllib3
from standardwebhooks import Webhook as Signer
from urllib3.exceptions import HTTPError

from dispatch.notifications.channels import TransportError
from storage.tables import Notification

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
PATIENCE = urllib3.Timeout(connect=5, read=8)
LONGEST_PAUSE = dt.timedelta(hours=1)
TRY_AGAIN = frozenset({408, 409, 425, 429})
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Webhook:
    """Posts what a department should know to its address."""

    def __init__(
        self, secrets: Sequence[str], networks: Sequence[Network] = (), now: Callable[[], dt.datetime] | None = None
    ) -> None:
        """Take the house's secrets, newest first (all of them sign, so that one can be rotated), and what else is open.

        `networks` are those inside the city that may be reached too, also without TLS.
        """
        self._secrets = secrets
        self._networks = networks
        self._now = now or (lambda: dt.datetime.now(dt.UTC))

    def send(self, notification: Notification) -> None:
        """Post it. Any 2xx is an acceptance; 410 and the other 4xx are permanent, but for those that mean "later"."""
        url, payload = notification.recipient, notification.payload
        body = msgspec.json.encode(payload).decode()
        # Rows of the release before name only the department that has the ticket.
        has_it = cast("dict[str, Any]", payload.get("data", {})).get("department", "")
        department = str(payload.get("department", has_it))
        headers = self._signed(notification, department, body)
        try:
            status, answer = self._post(url, body.encode(), headers)
        except (HTTPError, OSError) as problem:
            raise TransportError(f"{type(problem).__name__}: {problem}", permanent=False) from problem
        if not 200 <= status < 300:
            permanent = (300 <= status < 500) and status not in TRY_AGAIN
            raise TransportError(f"the department's system said {status}", permanent=permanent, pause=answer)

    def _signed(self, notification: Notification, department: str, body: str) -> dict[str, str]:
        now = self._now()
        signers = [Signer(secret_of(secret, notification.city, department)) for secret in self._secrets]
        return {
            "Content-Type": "application/json",
            "User-Agent": "dial311",
            "webhook-id": notification.idempotency_key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(
                signer.sign(notification.idempotency_key, now.astimezone(dt.UTC), body) for signer in signers
            ),
        }

    def _post(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, dt.timedelta | None]:
        parts = urlsplit(url)
        host, tls = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if tls else 80)
        address = self._checked(host, port, tls=tls)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        headers = headers | {"Host": parts.netloc.rpartition("@")[2]}
        if tls:
            pool: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(
                str(address), port, timeout=PATIENCE, server_hostname=host, assert_hostname=host
            )
        else:
            pool = urllib3.HTTPConnectionPool(str(address), port, timeout=PATIENCE)
        with pool:
            # The body of the answer says nothing we need, and may never end.
            response = pool.urlopen(
                "POST", path, body, headers, retries=False, redirect=False, preload_content=False, timeout=PATIENCE
            )
            response.close()
        return response.status, _pause(response.headers.get("Retry-After", ""), self._now())

    def _checked(self, host: str, port: int, *, tls: bool) -> IpAddress:
        """The address to connect to. Raises `TransportError` where the name leads to one that is not ours to visit."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        for address in addresses:
            inside = any(address in network for network in self._networks)
            if not inside and not (tls and is_public(address)):
                why = "is no public address" if tls else "is spoken to without TLS"
                raise TransportError(f"{host} leads to {address}, which {why}; see WEBHOOK_NETWORKS", permanent=True)
        return addresses[0]


def secret_of(secret: str, city: str, department: str) -> str:
    """The secret a department checks our signatures with: each has its own, and none can be guessed from another."""
    derived = hmac.digest(secret.encode(), f"webhook:{city}/{department}".encode(), "sha256")
    return f"whsec_{base64.b64encode(derived).decode()}"


def is_public(address: IpAddress) -> bool:
    """Whether an address is out there in the world, also when it is wrapped in another kind."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _pause(written: str, now: dt.datetime) -> dt.timedelta | None:
    """How long the other side asks us to wait: seconds or a date, an hour at most; None where it says nothing."""
    if not written:
        return None
    try:
        pause = dt.timedelta(seconds=int(written))
    except (ValueError, OverflowError):
        try:
            pause = email.utils.parsedate_to_datetime(written).astimezone(dt.UTC) - now
        except (ValueError, TypeError):
            return None
    return min(max(pause, dt.timedelta()), LONGEST_PAUSE)
