"""A question by text message: it leaves whatever was taken back before, and no ticket waits for what will not come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlmodel import Session, col, select

from dispatch import deeds, questions, tickets
from dispatch.new_ticket import By
from dispatch.notifications.channels import OptedOut, TransportError
from dispatch.notifications.worker import House, Worker
from storage import messages, outbox
from storage import tickets as ledger
from storage.database import Database
from storage.tables import Notification, Ticket
from storage.vocabulary import Channel, NotificationStatus, Status
from tests.dispatch.desk import change, filed, history, ticket
from tests.dispatch.littleton import CLERK, LITTLETON, MONDAY, later

PHONE = "+12125550001"
SILENT = LITTLETON.tickets.answer_days


def asked(database: Database, number: str, text: str = "Which lane?", by: By = CLERK) -> None:
    def ask(session: Session, city: object) -> None:
        found = ledger.by_number(session, "littleton", number)
        assert found
        questions.ask(session, LITTLETON, found, text, by)

    change(database, ask)


def sent(database: Database) -> list[Notification]:
    with database.reading() as session:
        texts = select(Notification).where(Notification.template == "public.asked").order_by(col(Notification.id))
        return list(session.exec(texts).all())


def worker(database: Database, at: dt.datetime, problem: Exception | None = None) -> Worker:
    """Sends what waits at that moment; every text message meets with that problem."""

    class Out:
        def send(self, _: Notification) -> None:
            if problem:
                raise problem

    ways = dict.fromkeys(("sms", "email"), Out())
    return Worker(House(database, {"littleton": LITTLETON}, ways, lambda: at))


def test_a_question_after_one_that_was_taken_back_is_sent(database: Database) -> None:
    number, by = filed(database), later(CLERK, hours=1)

    def ask(session: Session, city: object) -> deeds.Done:
        def do(number: str, seen: int | None) -> Ticket:
            found = ledger.by_number(session, "littleton", number)
            assert found
            questions.ask(session, LITTLETON, found, "Which lein?", by, seen=seen)
            return found

        return deeds.do(session, LITTLETON, by, "ask", {number: None}, do)

    slip = change(database, ask)
    change(database, deeds.take_back, slip.key, by.who, by.at + dt.timedelta(seconds=5))
    asked(database, number, by=later(by, seconds=8))
    assert [row.status for row in sent(database)] == [NotificationStatus.CANCELLED, NotificationStatus.PENDING]
    assert "Which lane?" in sent(database)[-1].body


@pytest.mark.parametrize(
    ("problem", "why"),
    [
        (TransportError("400 21614 not a mobile number", permanent=True), "the question could not be delivered"),
        (OptedOut("400 21610 unsubscribed recipient"), "the reporter wants no more text messages"),
    ],
)
def test_a_question_that_does_not_arrive_brings_the_ticket_back(
    database: Database, problem: Exception, why: str
) -> None:
    number = filed(database)
    asked(database, number)
    assert ticket(database, number).paused_at == MONDAY
    at_work = worker(database, MONDAY + dt.timedelta(minutes=5), problem)
    at_work.chores()
    assert ticket(database, number).status is Status.WAITING, "nobody knows yet"
    at_work.once()
    at_work.chores()
    back = ticket(database, number)
    assert (back.status, back.assignee, back.paused_at) == (Status.ASSIGNED, "maria", None)
    line = history(database, number)[-1]
    assert (line.who, line.channel, line.why) == ("questions", Channel.SYSTEM, why)
    at_work.chores()
    assert history(database, number)[-1].id == line.id, "once"


def lost_on_the_way(session: Session, city: object) -> None:
    [row] = session.exec(select(Notification).where(Notification.template == "public.asked")).all()
    outbox.reported(session, row.idempotency_key, MONDAY, "lost", "Twilio 30003: undelivered")


def stop(session: Session, city: object) -> None:
    messages.opt_out(session, "littleton", PHONE, "alto", MONDAY)


@pytest.mark.parametrize("happens", [lost_on_the_way, stop])
def test_nor_does_it_wait_for_a_telephone_that_is_off_or_for_who_said_stop(
    database: Database, happens: Callable[[Session, object], None]
) -> None:
    number, minute = filed(database), MONDAY + dt.timedelta(minutes=1)
    asked(database, number)
    worker(database, minute).once()
    change(database, happens)
    worker(database, minute).chores()
    assert ticket(database, number).status is Status.ASSIGNED


def test_silence_is_waited_for_only_so_long(database: Database) -> None:
    number, now = filed(database), MONDAY + dt.timedelta(minutes=1)
    asked(database, number)
    worker(database, now).once()
    worker(database, MONDAY + dt.timedelta(days=SILENT)).chores()
    assert ticket(database, number).status is Status.WAITING
    over = MONDAY + dt.timedelta(days=SILENT, minutes=1)
    worker(database, over).chores()
    back = ticket(database, number)
    assert back.status is Status.ASSIGNED
    assert history(database, number)[-1].why == f"the reporter has not answered for {SILENT} days"
    assert back.due_at
    assert back.due_at > over, "what it waited is not held against anybody"


def test_who_is_asked_again_has_as_long_again(database: Database) -> None:
    number, again = filed(database), later(CLERK, days=SILENT - 1)
    asked(database, number)
    asked(database, number, "Which side?", again)
    worker(database, MONDAY + dt.timedelta(days=SILENT + 1)).chores()
    assert ticket(database, number).status is Status.WAITING
    worker(database, again.at + dt.timedelta(days=SILENT + 1)).chores()
    assert ticket(database, number).status is Status.ASSIGNED
    assert [line.who for line in history(database, number)].count("questions") == 1


def test_a_wait_of_the_clerk_s_own_is_left_to_the_clerk(database: Database) -> None:
    number, again = filed(database), later(CLERK, days=SILENT, hours=1)
    asked(database, number)
    worker(database, again.at).chores()
    why = "will send us a plan by post"
    change(database, tickets.change_status, number, Status.WAITING, again, why=why, waiting_on="caller")
    worker(database, again.at + dt.timedelta(days=100)).chores()
    assert ticket(database, number).status is Status.WAITING


def test_who_has_answered_is_not_said_to_be_silent(database: Database) -> None:
    number = filed(database)
    asked(database, number)
    with database.transaction() as session:
        question = messages.open_question(session, "littleton", PHONE)
        assert question
        by = By("reporter", Channel.SMS, MONDAY + dt.timedelta(hours=1), PHONE)
        questions.answered(session, LITTLETON, question, number, "the left one", by)
    before = len(history(database, number))
    worker(database, MONDAY + dt.timedelta(days=SILENT + 1)).chores()
    assert len(history(database, number)) == before
