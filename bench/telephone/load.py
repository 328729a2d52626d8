"""A cheap client: requests made and signed beforehand, bare sockets, one process that spends its time waiting.

The work is a list of calls, each a list of ready requests that must be sent in order; a connection takes a call, walks
through it, and takes the next. Only complete answers count, and each one's time is kept.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

Ready = bytes
"""An HTTP request, to the last byte."""


@dataclass
class Outcome:
    """What one round of load gave."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    """Seconds from request to complete answer."""
    refused: int = 0
    """Answers that were not 200."""
    finished: int = 0
    """Calls walked through to the end."""

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        """Seconds within which that share of all answers came."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ready(url: str, params: dict[str, str], validator: RequestValidator) -> Ready:
    """Make and sign a POST."""
    parts = urlsplit(url)
    body = urlencode(params)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return (
        f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"Content-Length: {len(body)}\r\nX-Twilio-Signature: {validator.compute_signature(url, params)}\r\n"
        "User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n\r\n"
        f"{body}"
    ).encode()


class Walker(asyncio.Protocol):
    """One connection: sends a request, waits for the whole answer, sends the next."""

    def __init__(self, calls: Iterator[Sequence[Ready]], outcome: Outcome, until: float) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._calls = calls
        self._outcome = outcome
        self._until = until
        self._call: Sequence[Ready] = ()
        self._next = 0
        self._buffer = b""
        self._missing = -1
        self._began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """Collect the answer; when it is whole, go on."""
        self._buffer += data
        if self._missing < 0:
            head, blank, _ = self._buffer.partition(b"\r\n\r\n")
            if not blank:
                return
            self._missing = len(head) + 4 + _content_length(head)
        if len(self._buffer) < self._missing:
            return
        self._outcome.times.append(time.perf_counter() - self._began)
        if not self._buffer.startswith(b"HTTP/1.1 200"):
            self._outcome.refused += 1
        self._buffer = b""
        self._missing = -1
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """The server hung up: whoever waits must know."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    def _send(self) -> None:
        if self._next >= len(self._call):
            if self._call:
                self._outcome.finished += 1
            self._call = next(self._calls, ()) if time.perf_counter() < self._until else ()
            self._next = 0
        if not self._call:
            self.done.set_result(None)
            self._transport.close()
            return
        self._began = time.perf_counter()
        self._transport.write(self._call[self._next])
        self._next += 1


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError(f"an answer without a length: {head!r}")


def load(port: int, calls: Iterator[Sequence[Ready]], connections: int, seconds: float) -> Outcome:
    """Put load on a server: so many connections, each walking call after call; calls begun are walked to their end."""
    return asyncio.run(_load(port, calls, connections, seconds))


async def _load(port: int, calls: Iterator[Sequence[Ready]], connections: int, seconds: float) -> Outcome:
    outcome = Outcome()
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    walkers = [
        (await loop.create_connection(lambda: Walker(calls, outcome, began + seconds), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(walker.done for walker in walkers))
    outcome.seconds = time.perf_counter() - began
    return outcome
