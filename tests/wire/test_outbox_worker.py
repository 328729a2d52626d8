"""What leaves the house: once, later if it must, and never from a webhook."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from typing import ClassVar

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlmodel import select
from twilio.base.exceptions import TwilioRestException

from dispatch.city.packs import Packs
from dispatch.notifications.channels import Nowhere, TransportError
from dispatch.notifications.channels.console import Console
from dispatch.notifications.channels.linked import Linked
from dispatch.notifications.channels.twilio import Twilio
from dispatch.notifications.worker import MOST_ATTEMPTS, MOST_ATTEMPTS_ON_A_LIVE_CALL, Worker
from ivr.line import Line
from ivr.outbox_worker import outbox_worker
from ivr.outside import channels, senders
from ivr.settings import Settings
from storage import outbox
from storage.database import Database
from storage.tables import Notification
from storage.vocabulary import NotificationStatus
from tests.wire.twilio_side import SID, line_of
from tests.wire.twilio_side import Twilio as Caller

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


class Wire:
    """An outside world that does as it is told and remembers."""

    def __init__(self, *answers: TransportError | None) -> None:
        self.sent: list[int] = []
        self._answers = list(answers)
        self._lock = threading.Lock()

    def send(self, notification: Notification) -> None:
        with self._lock:
            answer = self._answers.pop(0) if self._answers else None
            if answer is not None:
                raise answer
            self.sent.append(notification.id or 0)


def works_for(line: Line, wire: Wire) -> Worker:
    """A worker whose every way out is this wire."""
    return outbox_worker(line, dict.fromkeys(("sms", "email", "webhook", "rest_call", "rest_delete"), wire))


@pytest.fixture
def line(app: Flask) -> Line:
    """The line, at a time of our own."""
    line = line_of(app)
    line.now = lambda: NOW
    return line


def it_is(line: Line, moment: dt.datetime) -> None:
    """Set the line's clock."""
    line.now = lambda: moment


def put(line: Line, key: str, channel: outbox.ChannelName = "sms", at: dt.datetime = NOW) -> None:
    with line.database.transaction() as session:
        outbox.put(
            session, "springfield", channel=channel, recipient=SID, key=key, at=at, body="hello", payload={"url": "u"}
        )


def rows(database: Database) -> Sequence[Notification]:
    with database.reading() as session:
        return session.exec(select(Notification).order_by(Notification.id)).all()  # type: ignore[arg-type]


def test_what_is_due_is_sent_once(line: Line, database: Database) -> None:
    put(line, "a")
    put(line, "later", at=NOW + dt.timedelta(hours=1))
    wire = Wire()
    worker = works_for(line, wire)
    assert worker.once() == 1
    assert worker.once() == 0
    assert [row.status for row in rows(database)] == [NotificationStatus.SENT, NotificationStatus.PENDING]
    assert len(wire.sent) == 1


def test_two_workers_share_the_work(line: Line, database: Database) -> None:
    for number in range(20):
        put(line, str(number))
    wire = Wire()
    workers = [works_for(line, wire) for _ in range(2)]

    def works(worker: Worker) -> None:
        while worker.once():
            pass

    threads = [threading.Thread(target=works, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(wire.sent) == [row.id for row in rows(database)]


def test_what_fails_is_tried_again_later_each_time_and_then_given_up(line: Line, database: Database) -> None:
    put(line, "a")
    worker = works_for(line, Wire(*[TransportError("+16175550142 is busy", permanent=False)] * MOST_ATTEMPTS))
    pauses = []
    for _ in range(MOST_ATTEMPTS):
        assert worker.once() == 1
        [row] = rows(database)
        pauses.append((row.next_attempt_at - line.now()).total_seconds())
        it_is(line, max(row.next_attempt_at, line.now()))
    [row] = rows(database)
    assert row.status is NotificationStatus.FAILED
    assert "…42 is busy" in row.last_error
    assert 3 <= pauses[0] <= 7
    assert 28 <= pauses[3] <= 52
    assert max(pauses) <= 1.3 * 3600


def test_what_can_never_be_sent_is_given_up_at_once(line: Line, database: Database) -> None:
    put(line, "a")
    works_for(line, Wire(TransportError("no such number", permanent=True))).once()
    [row] = rows(database)
    assert (row.status, row.last_error) == (NotificationStatus.FAILED, "no such number")


def test_a_worker_that_died_is_stood_in_for(line: Line, database: Database) -> None:
    put(line, "a")
    with database.transaction() as session:
        outbox.claim(session, "dead", NOW, lease=dt.timedelta(seconds=90))
    wire = Wire()
    assert works_for(line, wire).once() == 0
    line.now = lambda: NOW + dt.timedelta(seconds=91)
    assert works_for(line, wire).once() == 1
    assert wire.sent


def test_a_live_call_is_tried_within_seconds_and_not_for_long(line: Line, database: Database) -> None:
    put(line, "a", "rest_call")
    worker = works_for(line, Wire(*[TransportError("timeout", permanent=False)] * 9))
    for _ in range(MOST_ATTEMPTS_ON_A_LIVE_CALL):
        assert worker.once() == 1
        it_is(line, line.now() + dt.timedelta(seconds=2))
    assert rows(database)[0].status is NotificationStatus.FAILED


def test_a_call_that_was_told_meanwhile_is_left_alone(app: Flask, line: Line, database: Database) -> None:
    caller = Caller(app)
    caller.turn(0)
    put(line, "a", "rest_call")
    caller.says(1, "my house is on fire")
    wire = Wire()
    works_for(line, wire).once()
    assert not wire.sent
    [row] = rows(database)
    assert (row.status, row.last_error) == (NotificationStatus.CANCELLED, "told_meanwhile")


def test_what_is_not_set_up_is_shown_at_a_desk_and_fails_in_production(settings: Settings, packs: Packs) -> None:
    cities = {"springfield": packs.first.city}
    for way in channels(settings, cities).values():
        assert isinstance(way, Console | Linked)
        way.send(notification("sms"))
    for way in channels(settings.model_copy(update={"environment": "production"}), cities).values():
        assert isinstance(way, Nowhere | Linked)
        with pytest.raises(TransportError, match="set ") as problem:
            way.send(notification("sms"))
        assert problem.value.permanent


@pytest.fixture
def account(settings: Settings, packs: Packs) -> Twilio:
    """Twilio's REST API, with nobody at the other end."""
    update = {
        "twilio_account_sid": "AC" + "0" * 32,
        "twilio_auth_token": (SecretStr("t"),),
        "twilio_from": "+15550003110",
    }
    made = channels(settings.model_copy(update=update), {"springfield": packs.first.city})["rest_call"]
    assert isinstance(made, Twilio)
    return made


def test_whoever_replies_reaches_the_city_that_wrote(settings: Settings, packs: Packs) -> None:
    city = packs.first.city
    two = {slug: city.model_copy(update={"slug": slug, "numbers": (f"+1555000{n}",)}) for n, slug in enumerate("ab")}

    def from_(number: str) -> dict[str, str]:
        return senders(settings.model_copy(update={"twilio_from": number}), two)

    assert from_("") == {"a": "+15550000", "b": "+15550001"}
    assert from_("+15550001") == {"a": "+15550000", "b": "+15550001"}, "b's own"
    assert from_("+15559999") == {"a": "+15559999", "b": "+15550001"}, "what no city names reaches the first"


def notification(channel: str, city: str = "springfield") -> Notification:
    return Notification(
        city=city, channel=channel, recipient=SID, template="", body="hello", payload={"url": "https://h.example/voice/emergency"},
        idempotency_key="k", next_attempt_at=NOW, created_at=NOW,
    )  # fmt: skip


def test_messages_and_redirects_go_to_twilio(account: Twilio, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str, dict[str, str]]] = []

    class Accepted:
        status_code = 201
        text = "{}"
        headers: ClassVar[dict[str, str]] = {}

    def request(method: str, url: str, **more: dict[str, str]) -> Accepted:
        asked.append((method, url.partition("/Accounts/")[2], more["data"]))
        return Accepted()

    monkeypatch.setattr(account._client.http_client, "request", request)
    account.send(notification("sms"))
    account.send(notification("rest_call"))
    (_, messages, sms), (_, calls, redirect) = asked
    assert messages.endswith("/Messages.json")
    report = "https://311.springfield.example/sms/status?key=k"
    assert sms == {"To": SID, "From": "+15550003110", "Body": "hello", "StatusCallback": report}
    assert calls.endswith(f"/Calls/{SID}.json")
    assert redirect == {"Url": "https://h.example/voice/emergency", "Method": "POST"}


@pytest.mark.parametrize(("status", "permanent"), [(400, True), (404, True), (429, False), (500, False), (503, False)])
def test_what_twilio_refuses_is_tried_again_or_not(
    account: Twilio, monkeypatch: pytest.MonkeyPatch, status: int, permanent: bool
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise TwilioRestException(status, "/x", "no")

    monkeypatch.setattr(account._client.http_client, "request", refuse)
    with pytest.raises(TransportError) as problem:
        account.send(notification("sms"))
    assert problem.value.permanent is permanent


def test_what_nobody_here_can_send_is_for_people_to_see(account: Twilio) -> None:
    for impossible in (notification("email"), notification("sms", city="elsewhere")):
        with pytest.raises(TransportError) as problem:
            account.send(impossible)
        assert problem.value.permanent


def test_the_worker_outlives_the_database(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dispatch.notifications.worker.TICK_S", 0.01)
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:9/none")
    line = line_of(app)
    line.database = nowhere
    stop = threading.Event()
    worker = threading.Thread(target=works_for(line, Wire()).run, args=(stop,))
    worker.start()
    worker.join(0.3)
    assert worker.is_alive()
    stop.set()
    worker.join(10)
    assert not worker.is_alive()
    nowhere.close()
