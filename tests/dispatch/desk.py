"""A desk to test at: files, looks up and changes tickets, each in a transaction of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from sqlmodel import col, select

from dispatch import tickets
from storage import tickets as ledger
from storage.database import Database
from storage.tables import Notification, Ticket, TicketEvent
from tests.dispatch.littleton import LITTLETON, MONDAY, a_report

T = TypeVar("T")


def filed(database: Database, **changes: Any) -> str:
    """The number of a ticket just filed."""
    with database.transaction() as session:
        return tickets.file(session, LITTLETON, a_report(**changes), MONDAY).number


def ticket(database: Database, number: str) -> Ticket:
    with database.reading() as session:
        found = ledger.by_number(session, "littleton", number)
    assert found is not None
    return found


def history(database: Database, number: str) -> list[TicketEvent]:
    with database.reading() as session:
        found = ledger.by_number(session, "littleton", number)
        assert found is not None
        return list(ledger.history(session, "littleton", found))


def told(database: Database) -> list[tuple[str, str]]:
    """Recipients and bodies of all that is to be sent, in order."""
    with database.reading() as session:
        rows = session.exec(select(Notification).order_by(col(Notification.id))).all()
        return [(row.recipient, row.body) for row in rows]


def change(database: Database, do: Callable[..., T], *arguments: Any, **named: Any) -> T:
    with database.transaction() as session:
        return do(session, LITTLETON, *arguments, **named)


def together(jobs: list[Callable[[], Any]]) -> None:
    """Do all of it at once, and fail if any of it failed."""
    problems: list[Exception] = []
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> None:
        gate.wait()
        try:
            job()
        except Exception as problem:  # noqa: BLE001 - told below, in the thread that can fail the test
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
