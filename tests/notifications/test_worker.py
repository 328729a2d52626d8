"""The worker: who wants nothing gets nothing, nobody is woken, digests are sent once, and nothing holds up the rest."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from dispatch import tickets
from dispatch.new_ticket import By
from dispatch.notifications.channels import OptedOut, TransportError
from dispatch.notifications.worker import House, Worker
from storage import messages, outbox
from storage.database import Database
from storage.tables import Notification
from storage.vocabulary import Channel, NotificationStatus, Status
from tests.dispatch.desk import change, filed
from tests.dispatch.littleton import CALLER, LITTLETON, MONDAY
from tests.notifications.conftest import Clock, Out, report, rows

MIDNIGHT = MONDAY + dt.timedelta(hours=14)
"""Midnight in Littleton."""
PHONE = "+12125550001"
PATIENCE_S = 60.0
"""Far beyond what anything takes: the machine may be busy."""


def put(
    database: Database,
    key: str,
    at: dt.datetime = MONDAY,
    channel: outbox.ChannelName = "sms",
    template: str = "",
    **more: Any,
) -> None:
    with database.transaction() as session:
        outbox.put(
            session,
            "littleton",
            channel=channel,
            recipient=PHONE,
            key=key,
            at=at,
            template=template,
            body=key,
            **more,
        )


def test_who_said_stop_to_twilio_is_not_written_to_again(database: Database, hire: Callable[..., Worker]) -> None:
    put(database, "one")
    out = Out(sms=OptedOut("400 21610 Attempt to send to unsubscribed recipient"))
    while hire(out).once():
        pass
    put(database, "two")
    hire(Out()).once()
    with database.reading() as session:
        assert messages.opted_out(session, "littleton", {PHONE}) == {PHONE}
    assert [(row.status, row.last_error) for row in rows(database)] == [(NotificationStatus.CANCELLED, "opted_out")] * 2


def test_who_wants_no_messages_gets_none_and_others_do(database: Database, hire: Callable[..., Worker]) -> None:
    with database.transaction() as session:
        messages.opt_out(session, "littleton", PHONE, "alto", MONDAY)
        messages.opt_out(session, "littleton", PHONE, "stop", MONDAY)
    put(database, "a")
    put(database, "b", channel="email")
    out = Out()
    hire(out).once()
    assert out.sent == [("email", PHONE)]
    dropped = rows(database)[0]
    assert (dropped.status, dropped.last_error) == (NotificationStatus.CANCELLED, "opted_out")
    with database.transaction() as session:
        assert messages.opt_in(session, "littleton", PHONE)
    put(database, "c")
    hire(out).once()
    assert ("sms", PHONE) in out.sent


def test_nobody_is_woken_and_waiting_is_no_attempt(
    database: Database, hire: Callable[..., Worker], clock: Clock
) -> None:
    clock.at = MIDNIGHT
    put(database, "news", MIDNIGHT, template="public.changed")
    put(database, "receipt", MIDNIGHT, template="public.filed")
    out = Out()
    worker = hire(out)
    worker.once()
    assert out.bodies == ["receipt"]
    held = rows(database)[0]
    assert (held.status, held.held, held.attempts) == (NotificationStatus.PENDING, "quiet_hours", 0)
    assert worker.once() == 0
    clock.at = MIDNIGHT + dt.timedelta(hours=8)
    worker.once()
    assert out.bodies == ["receipt", "news"]


def test_a_receipt_tried_again_at_night_or_of_a_draft_accepted_then_wakes_nobody(
    database: Database, hire: Callable[..., Worker], clock: Clock
) -> None:
    number, clerk = filed(database, draft=True), By("maria", Channel.CONSOLE, MIDNIGHT)
    change(database, tickets.change_status, number, Status.NEW, clerk)
    put(database, "late", MIDNIGHT - dt.timedelta(hours=1), template="public.filed")
    clock.at = MIDNIGHT
    out = Out()
    hire(out).once()
    assert [way for way, _ in out.sent] == ["email"], "departments sleep through it"
    assert [row.held for row in rows(database) if row.channel == "sms"] == ["quiet_hours"] * 2
    clock.at = MIDNIGHT + dt.timedelta(hours=8)
    hire(out).once()
    assert [way for way, _ in out.sent] == ["email", "sms", "sms"]


def test_a_broken_channel_holds_up_no_other_and_is_tried_again(
    database: Database, hire: Callable[..., Worker], clock: Clock
) -> None:
    for number in range(5):
        put(database, f"e{number}", channel="email")
        put(database, f"s{number}")
    out, counted = Out(email=KeyError("a mistake of ours")), []
    hire(out, noted=lambda *what: counted.append(what)).once()
    assert len(out.sent) == 5
    assert sorted(counted) == [("email", "postponed")] * 5 + [("sms", "sent")] * 5
    assert {row.last_error for row in rows(database) if row.channel == "email"} == {"KeyError in our own house"}
    mended = Out()
    assert hire(mended).once() == 0, "not at once"
    clock.at = max(row.next_attempt_at for row in rows(database))
    assert hire(mended).once() == 5
    assert sorted(mended.bodies) == [f"e{number}" for number in range(5)]


def test_what_fails_is_tried_for_about_five_hours(
    database: Database, hire: Callable[..., Worker], clock: Clock
) -> None:
    put(database, "a")
    worker = hire(Out(sms=TransportError("away", permanent=False)))
    while (row := rows(database)[0]).status is NotificationStatus.PENDING:
        clock.at = row.next_attempt_at
        worker.once()
    assert row.status is NotificationStatus.FAILED
    assert dt.timedelta(hours=3.7) < clock.at - MONDAY < dt.timedelta(hours=7.2), "the dice may shorten or lengthen it"


def test_a_gateway_that_says_when_is_asked_no_sooner(database: Database, hire: Callable[..., Worker]) -> None:
    put(database, "a")
    asked = dt.timedelta(minutes=7)
    hire(Out(sms=TransportError("busy", permanent=False, pause=asked))).once()
    [row] = rows(database)
    assert asked <= row.next_attempt_at - MONDAY <= asked * 1.3


def test_what_nobody_can_send_is_for_people_to_see(database: Database, clock: Clock) -> None:
    put(database, "a", channel="webhook")
    Worker(House(database, {"littleton": LITTLETON}, {}, clock)).once()
    assert (rows(database)[0].status, rows(database)[0].last_error) == (
        NotificationStatus.FAILED,
        "nothing here sends by webhook",
    )


@contextmanager
def working(worker: Worker) -> Iterator[threading.Thread]:
    """Have it work meanwhile, in a thread that ends with the block, also where the test fails."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join()


class Stalled(Out):
    """A mail server that answers nobody until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.let_go = threading.Event()
        self.danger_told = threading.Event()

    def send(self, notification: Notification) -> None:
        if notification.channel == "email":
            self.asked.set()
            self.let_go.wait(PATIENCE_S)
        super().send(notification)
        if notification.channel == "rest_call":
            self.danger_told.set()


def test_a_call_to_be_redirected_waits_for_no_mail_server(database: Database, hire: Callable[..., Worker]) -> None:
    for number in range(30):
        put(database, f"slow{number}", channel="email")
    out = Stalled()
    with working(hire(out)):
        try:
            assert out.asked.wait(PATIENCE_S)
            put(database, "danger", channel="rest_call")
            assert out.danger_told.wait(PATIENCE_S)
            assert out.bodies == ["danger"]
        finally:
            out.let_go.set()


def test_it_works_until_it_is_told_to_stop(database: Database, hire: Callable[..., Worker]) -> None:
    arrived, chore_done = threading.Event(), threading.Event()
    out = Out()
    put(database, "danger", channel="rest_call")
    with working(hire(out, noted=lambda *_: arrived.set(), chores=(chore_done.set,))) as thread:
        assert arrived.wait(PATIENCE_S)
        assert chore_done.wait(PATIENCE_S)
    assert not thread.is_alive()
    assert out.bodies == ["danger"]


def test_what_nobody_foresaw_stops_neither_the_messages_nor_the_other_chores(
    database: Database, hire: Callable[..., Worker]
) -> None:
    counted, chore_done, unsure = threading.Event(), threading.Event(), iter((ValueError("no city so named"),))
    out = Out()

    def unwanted(*_: object) -> str:
        for problem in unsure:
            raise problem
        return ""

    put(database, "hello")
    chores = (lambda: next(iter(())), chore_done.set)
    with working(hire(out, unwanted=unwanted, noted=lambda *_: counted.set(), chores=chores)) as thread:
        assert counted.wait(PATIENCE_S)
        assert chore_done.wait(PATIENCE_S)
        assert thread.is_alive()
    assert out.bodies == ["hello"]


def test_a_department_s_own_system_hears_the_facts(database: Database) -> None:
    streets = LITTLETON.departments["streets"].model_copy(update={"webhook": "https://works.littleton.example/311"})
    city = LITTLETON.model_copy(update={"departments": {**LITTLETON.departments, "streets": streets}})
    number = report(database, city, "CA1:1")
    with database.transaction() as session:
        tickets.comment(session, city, number, "it grew", CALLER)
    told = [row for row in rows(database) if row.channel == "webhook"]
    assert [row.recipient for row in told] == ["https://works.littleton.example/311"] * 2
    assert [row.payload["type"] for row in told] == ["ticket.filed", "ticket.comment"]
    facts = told[0].payload["data"]
    assert told[0].payload["department"] == "streets"
    assert (facts["number"], facts["service"], facts["lat"], facts["text"]) == (number, "pothole", 40.5, "a deep one")
    assert len({row.idempotency_key for row in rows(database)}) == len(rows(database))
