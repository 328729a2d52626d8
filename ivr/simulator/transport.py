"""How a request reaches the application: in this process through WSGI, or over the network."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import msgspec
from werkzeug.test import Client

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


PATIENCE = 15.0
"""Seconds until Twilio gives an application up."""


class Answer(msgspec.Struct, frozen=True):
    """What came back, bare."""

    status: int
    headers: dict[str, str]
    """By their names in lower case."""
    body: str
    seconds: float = 0.0
    """How long it took, on the virtual clock."""


class Refused(Exception):
    """No connection: Twilio calls it a connect timeout, `ct`, and tries once more."""


class NoReply(Exception):
    """Connected, but nothing (or not all) came back: `rt`. The application may have done its work all the same."""

    def __init__(self, why: str, seconds: float = 0.0) -> None:
        super().__init__(why)
        self.seconds = seconds


class Transport(Protocol):
    """Carries one request. `url` is the public address, as signed; where it really goes is the transport's affair."""

    def carry(self, method: str, url: str, body: str, headers: Mapping[str, str], patience: float = PATIENCE) -> Answer:
        """Send and return the answer. Raises `Refused`, or `NoReply` where none came within `patience` seconds."""


class InProcess:
    """Straight into a WSGI application, freshly made for every request: no turn may lean on a process's memory."""

    def __init__(self, make_app: Callable[[], WSGIApplication]) -> None:
        self._make_app = make_app

    def carry(self, method: str, url: str, body: str, headers: Mapping[str, str], patience: float = PATIENCE) -> Answer:
        """Call the application, and let it take its time: on the virtual clock it answers at once."""
        del patience
        parts = urlsplit(url)
        client = Client(self._make_app(), use_cookies=False)
        response = client.open(
            parts.path or "/",
            method=method,
            base_url=f"{parts.scheme}://{parts.netloc}",
            query_string=parts.query,
            data=body.encode() if method == "POST" else None,
            headers=dict(headers),
        )
        try:
            return Answer(response.status_code, _headers(response.headers.items()), response.get_data(as_text=True))
        finally:
            response.close()


class OverHttp:
    """To a running server at `server`, whatever public address the application believes to have."""

    def __init__(self, server: str) -> None:
        self._server = urlsplit(server)

    def carry(self, method: str, url: str, body: str, headers: Mapping[str, str], patience: float = PATIENCE) -> Answer:
        """Open a connection, send, read the answer, close: as Twilio does it, from machines that never meet."""
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if self._server.scheme == "https" else http.client.HTTPConnection
        connection = kind(self._server.netloc, timeout=patience)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        forwarded = {"Host": parts.netloc, "X-Forwarded-Proto": parts.scheme, "Connection": "close"}
        started = time.monotonic()
        try:
            try:
                connection.connect()
            except OSError as error:
                raise Refused(str(error)) from error
            connection.request(method, path, body if method == "POST" else None, {**forwarded, **headers})
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
            return Answer(response.status, _headers(response.getheaders()), text, time.monotonic() - started)
        except (OSError, http.client.HTTPException) as error:
            raise NoReply(str(error) or type(error).__name__, time.monotonic() - started) from error
        finally:
            connection.close()


def _headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in pairs}
