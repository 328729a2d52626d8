"""A gateway that fails, stalls and repeats itself: Twilio's message API, departments' webhooks, and a mail server.

It counts what it took, by idempotency key, and how each taking ended. A message counts as taken when it was read whole
and not refused, whatever the sender then heard of it: nothing, too late, or that it should try again.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks import Webhook, WebhookVerificationError

FAILS, REPEATS, DROPS, STALLS = 0.10, 0.02, 0.01, 0.005
"""Of the requests: refused for now; taken and asked for again; taken without a word; taken, and no word for long."""
STALL_S = 12.0
"""Longer than anybody here waits."""


@dataclass
class Taken:
    """What the gateway took under one key."""

    times: int = 0
    in_doubt: int = 0
    """Of those, the times the sender could not know it."""
    bodies: set[str] = field(default_factory=set)


class Ledger:
    """What was taken, by channel and key, and what was done to the senders."""

    def __init__(self, seed: int) -> None:
        self.taken: dict[str, dict[str, Taken]] = defaultdict(lambda: defaultdict(Taken))
        self.mischief: Counter[str] = Counter()
        self.badly_signed = 0
        self.messages: dict[str, list[dict[str, str]]] = defaultdict(list)
        """Twilio's list of messages, by recipient."""
        self._lock = threading.Lock()
        self._dice = random.Random(seed)

    def mood(self) -> str:
        """What becomes of the next request."""
        with self._lock:
            throw = self._dice.random()
        for name, share in (("fails", FAILS), ("repeats", REPEATS), ("drops", DROPS), ("stalls", STALLS)):
            if throw < share:
                self.mischief[name] += 1
                return name
            throw -= share
        return "takes"

    def take(self, channel: str, key: str, body: str, mood: str) -> None:
        """Note that something was taken, and whether its sender will know."""
        with self._lock:
            one = self.taken[channel][key]
            one.times += 1
            one.in_doubt += mood != "takes"
            one.bodies.add(body)


def _handler(ledger: Ledger, webhook_secret: str) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one door
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Twilio's list of the messages to somebody."""
            to = parse_qs(urlsplit(self.path).query).get("To", [""])[0]
            self._answer(200, {"messages": ledger.messages[to], "next_page_uri": None})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            if len(body) < length:
                self.close_connection = True  # Its sender was killed in the middle of it: that is no message.
                return
            mood = ledger.mood()
            if mood == "fails":
                self._answer(503, {"code": 20503, "message": "busy", "status": 503}, {"Retry-After": "1"})
                return
            answer = self._hook(body, mood) if self.path.startswith("/hook") else self._message(body, mood)
            if mood == "drops":
                self.close_connection = True
                self.connection.close()
            elif mood == "repeats":
                self._answer(500, {"code": 20500, "message": "once more, please", "status": 500})
            else:
                if mood == "stalls":
                    time.sleep(STALL_S)
                self._answer(201, answer)

        def _hook(self, body: bytes, mood: str) -> dict[str, str]:
            try:
                Webhook(webhook_secret).verify(body, dict(self.headers.items()))
            except WebhookVerificationError:
                ledger.badly_signed += 1
            ledger.take("webhook", self.headers["webhook-id"], body.decode(), mood)
            return {}

        def _message(self, body: bytes, mood: str) -> dict[str, str]:
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            sid = f"SM{hashlib.sha256(body).hexdigest()[:32]}"
            message = {
                "sid": sid,
                "to": form["To"],
                "body": form["Body"],
                "status": "queued",
                "date_created": format_datetime(datetime.now(UTC)),
            }
            ledger.take("sms", form["Body"].split()[-1], form["Body"], mood)
            ledger.messages[form["To"]].append(message)
            return message

        def _answer(self, status: int, answer: Mapping[str, object], more: Mapping[str, str] | None = None) -> None:
            text = json.dumps(answer).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                for name, value in (more or {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


class _Mail:
    """The mail server's moods. Dropped connections are its 421, after which it is not known what was kept."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _: SMTP, __: Session, envelope: Envelope
    ) -> str:
        mood = self._ledger.mood()
        if mood == "fails":
            return "451 busy"
        mail = message_from_bytes(envelope.original_content or b"")
        body = str(mail.get_payload()).strip()
        self._ledger.take("email", mail["Message-ID"], body, mood)
        if mood == "stalls":
            await asyncio.sleep(STALL_S)
        return "250 taken" if mood in {"takes", "stalls"} else "421 once more, please"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A worker that was killed in the middle of a request is what this is for."""


@dataclass(frozen=True)
class Gateway:
    """A running gateway."""

    ledger: Ledger
    url: str
    smtp_port: int


@contextmanager
def gateway(seed: int, webhook_secret: str) -> Iterator[Gateway]:
    """Serve on ports of its own; `webhook_secret` is the department's."""
    ledger = Ledger(seed)
    server = _Server(("127.0.0.1", 0), _handler(ledger, webhook_secret))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    mail = Controller(_Mail(ledger), hostname="127.0.0.1", port=_free_port())
    mail.start()
    try:
        yield Gateway(ledger, f"http://127.0.0.1:{server.server_port}", mail.port)
    finally:
        mail.stop()
        server.shutdown()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
