"""What happens in Springfield beyond the desk: reports come in, colleagues act, messages wait to be sent."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from dispatch import tickets
from dispatch.console.desk import Desk
from dispatch.new_ticket import By, NewTicket
from storage import tickets as ledger
from storage.tables import Notification, Ticket, TicketEvent
from storage.vocabulary import Channel

SLUG = "springfield"


def filed(desk: Desk, **changes: Any) -> str:
    """The number of a ticket just filed by a caller who wants to hear of it, but for what is changed."""
    report: dict[str, Any] = {
        "channel": Channel.PHONE,
        "origin": "CA1:1",
        "service": "pothole",
        "place_kind": "address",
        "address": "12 Elm St",
        "description": "a deep one",
        "reporter_phone": "+12175550101",
        "updates": True,
    }
    with desk.database.transaction() as session:
        city = desk.packs[SLUG].city
        return tickets.file(session, city, NewTicket(**(report | changes)), desk.now()).number


def changed_by(desk: Desk, number: str, who: str) -> None:
    """A colleague starts working on it."""
    with desk.database.transaction() as session:
        city = desk.packs[SLUG].city
        tickets.comment(session, city, number, "I called them", By(who, Channel.CONSOLE, desk.now()))


def ticket(desk: Desk, number: str) -> Ticket:
    with desk.database.reading() as session:
        found = ledger.by_number(session, SLUG, number)
    assert found is not None
    return found


def history(desk: Desk, number: str) -> list[TicketEvent]:
    found = ticket(desk, number)
    with desk.database.reading() as session:
        return list(ledger.history(session, SLUG, found))


def said_to(desk: Desk, recipient: str) -> list[Notification]:
    """What waits in the outbox for somebody, in order."""
    with desk.database.reading() as session:
        question = select(Notification).where(Notification.recipient == recipient)
        return list(session.exec(question.order_by(col(Notification.id))).all())
