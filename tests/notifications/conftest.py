"""Somewhere to send to: a web server and a mail server that do as they are told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from storage.tables import Notification
from tests.dispatch.littleton import MONDAY


class Department:
    """A department's own system: answers as it is told, and remembers what it was sent."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        """Path, headers in small letters, body."""
        department = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                named = {name.lower(): value for name, value in self.headers.items()}
                department.heard.append((self.path, named, body))
                self.send_response(department.status)
                for name, value in department.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/311?crew=night"


@pytest.fixture
def department() -> Iterator[Department]:
    made = Department()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def a_notification(channel: str, recipient: str, **changes: Any) -> Notification:
    """Something to send."""
    values: dict[str, Any] = {
        "id": 1,
        "city": "littleton",
        "channel": channel,
        "recipient": recipient,
        "template": "department.filed",
        "body": "A pothole at 12 Elm St.\nDeep.",
        "payload": {},
        "idempotency_key": "event-1-1-department",
        "attempts": 1,
        "next_attempt_at": MONDAY,
        "created_at": MONDAY,
    }
    return Notification(**(values | changes))
