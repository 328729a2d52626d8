"""Somewhere to send to, and somebody who sends: gateways that do as they are told, and a worker with a clock."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlmodel import col, select

from dispatch import tickets
from dispatch.city.model import City
from dispatch.notifications.worker import House, Worker
from storage.database import Database
from storage.tables import Notification
from tests.dispatch.littleton import LITTLETON, MONDAY, a_report


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


class Clock:
    def __init__(self) -> None:
        self.at = MONDAY

    def __call__(self) -> dt.datetime:
        return self.at


class Out:
    """Every way out of the house; `fails` says what happens to which channel."""

    def __init__(self, **fails: Exception) -> None:
        self.sent: list[tuple[str, str]] = []
        self.bodies: list[str] = []
        self._fails = fails

    def send(self, notification: Notification) -> None:
        if problem := self._fails.get(notification.channel):
            raise problem
        self.sent.append((notification.channel, notification.recipient))
        self.bodies.append(notification.body)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hire(database: Database, clock: Clock) -> Callable[..., Worker]:
    def hired(out: Out, city: City = LITTLETON, **more: Any) -> Worker:
        ways = dict.fromkeys(("sms", "email", "webhook", "rest_call", "rest_delete"), out)
        return Worker(House(database, {"littleton": city}, ways, clock, **more))

    return hired


def rows(database: Database) -> Sequence[Notification]:
    with database.reading() as session:
        return session.exec(select(Notification).order_by(col(Notification.id))).all()


def report(database: Database, city: City, origin: str, **changes: Any) -> str:
    with database.transaction() as session:
        return tickets.file(session, city, a_report(origin=origin, updates=False, **changes), MONDAY).number
