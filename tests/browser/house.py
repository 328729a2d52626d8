"""The whole house on a port of this machine: the line that answers, the desk, the worker; and telephones to call it."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from werkzeug.serving import ThreadedWSGIServer

from dispatch.city.packs import Packs
from dispatch.console.desk import Desk
from dispatch.notifications.channels import Channel
from dispatch.notifications.channels.linked import Linked
from ivr.app import create_app
from ivr.dialogue.context import Understanding
from ivr.outbox_worker import outbox_worker
from ivr.report_link import report_url
from ivr.simulator.parameters import Number
from ivr.simulator.phone import Phone, PhoneCall
from ivr.simulator.transport import InProcess
from storage import schema
from storage.database import Database
from storage.tables import Notification
from tests import phone as telephone
from tests.console.clerk import QUICK
from tests.console.conftest import Watch
from tests.wire.twilio_side import Twilio

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHROMIUM = shutil.which("chromium")
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: `apt-get install chromium` brings it"),
]
"""What marks a file of tests that need Debian's Chromium (the `browser` of conftest.py)."""
MOST_TURNS = 16


class Server(ThreadedWSGIServer):
    """Hangs up on everybody when it is closed, and waits for its threads: none of them meets another test."""

    daemon_threads = False

    def __init__(self, app: Flask) -> None:
        self._callers: set[object] = set()
        super().__init__("127.0.0.1", 0, _closed_when_sent(app))

    def process_request(self, request: object, client_address: object) -> None:
        """Answer somebody, in a thread."""
        self._callers.add(request)
        super().process_request(request, client_address)  # type: ignore[arg-type] # typeshed has two kinds of server

    def shutdown_request(self, request: object) -> None:
        """Somebody has been answered for good."""
        self._callers.discard(request)
        super().shutdown_request(request)  # type: ignore[arg-type] # likewise

    def server_close(self) -> None:
        """Hang up, and wait."""
        for caller in tuple(self._callers):
            assert isinstance(caller, socket.socket)
            with contextlib.suppress(OSError):
                caller.shutdown(socket.SHUT_RDWR)
        super().server_close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port of this machine; the address of its front door."""
    server = Server(app)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _closed_when_sent(app: Flask) -> WSGIApplication:
    """The application; its answers close themselves, for werkzeug's server forgets it where a browser has left."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        body = app(environ, start_response)
        try:
            for piece in body:  # noqa: UP028 - to yield from it closes it too, and a second time would be an error
                yield piece
        finally:
            getattr(body, "close", lambda: None)()

    return answer


@contextmanager
def desk_in(folder: Path, packs: Packs) -> Iterator[Desk]:
    """A desk on a fresh ledger in a folder."""
    url = f"sqlite:///{folder / 'ledger.sqlite3'}"
    schema.upgrade(url)
    database = Database(url)
    yield Desk(database, packs, Watch(), secret_key="s" * 48, base_url="http://localhost", production=False)
    database.close()


class Postbag:
    """A way out of the house that keeps what is sent, for tests to read."""

    def __init__(self) -> None:
        self.sent: list[Notification] = []

    def send(self, notification: Notification) -> None:
        """Keep it."""
        self.sent.append(notification)

    def to(self, recipient: str) -> list[str]:
        """What somebody was told, oldest first."""
        return [one.body for one in self.sent if one.recipient == recipient]


class House:
    """The application with everything in it, on a clock that tests set."""

    def __init__(self, app: Flask, database: Database, address: str, clock: list[dt.datetime]) -> None:
        self.app = app
        self.database = database
        self.address = address
        """Where browsers find it."""
        self.desk = f"{address}/console"
        """Where they find the desk."""
        self.post = Postbag()
        line = app.extensions["line"]
        linked = Linked(self.post, partial(report_url, line.settings))
        channels: Mapping[str, Channel] = {"sms": linked, "email": linked, "webhook": self.post}
        self.worker = outbox_worker(line, channels)
        self._clock = clock
        self._texts = 0

    @property
    def now(self) -> dt.datetime:
        """What the house's clock says."""
        return self._clock[0]

    @now.setter
    def now(self, moment: dt.datetime) -> None:
        self._clock[0] = moment

    def sends(self) -> None:
        """Let a minute pass, for the desk's steps can be undone at first, and have the worker send what waits."""
        self.now += dt.timedelta(minutes=1)
        while self.worker.once():
            pass

    def dials(self, caller: str) -> PhoneCall:
        """Call the city by the telephone that knows what Twilio knows: signed webhooks, TwiML, nothing else."""
        called = self.app.extensions["line"].packs.first.city.numbers[0]
        transport = InProcess(lambda: self.app)
        phone = Phone(transport, telephone.TOKEN, Number.at(telephone.BASE), called=called)
        return phone.dials(from_=caller)

    def reports(
        self, caller: str, words: str, agrees_to: Sequence[str] = ("shall i send", "shall i text")
    ) -> PhoneCall:
        """A whole call in which somebody reports something, and says no to every question but those they agree to."""
        call = self.dials(caller).says(words)
        for _turn in range(MOST_TURNS):
            if call.ended:
                return call
            said = call.last.casefold()
            call.says("yes" if any(question in said for question in agrees_to) else "no")
        raise AssertionError(call.transcript)

    def texts(self, sender: str, words: str) -> str:
        """Somebody texts the city; the TwiML that comes back."""
        self._texts += 1
        twilio = Twilio(self.app, From=sender)
        reply = twilio.post("/sms", MessageSid=f"SM{self._texts:032x}", Body=words)
        assert reply.status_code == 200, reply.get_data(as_text=True)
        return reply.get_data(as_text=True)


@contextmanager
def open_house(folder: Path, packs: Packs, understanding: Understanding) -> Iterator[House]:
    """Serve the house from a fresh ledger in a folder; its clock stands at `telephone.TUESDAY_MORNING`."""
    settings = telephone.settings_on(f"sqlite:///{folder / 'ledger.sqlite3'}", folder)
    schema.upgrade(settings.database_url)
    database = Database(settings.database_url)
    clock = [telephone.TUESDAY_MORNING]
    app = create_app(
        settings, packs=packs, database=database, now=lambda: clock[0], understanding=lambda _: understanding
    )
    app.extensions["console"].extensions["security"].pwd_context.update(**QUICK)
    try:
        with served(app) as address:
            yield House(app, database, address, clock)
    finally:
        app.extensions["line"].calls.close()
        database.close()
