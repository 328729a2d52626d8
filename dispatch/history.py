"""Taking a ticket in hand, and writing down what was done to it. Only `tickets.py` has any use for this."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlmodel import Session

from dispatch.city.model import City
from dispatch.new_ticket import By
from storage import tickets as ledger
from storage.tables import Ticket, TicketEvent
from storage.vocabulary import Status


class NoSuchTicket(Exception):
    """There is no ticket of that number in that city."""


class TicketChanged(Exception):
    """Somebody else changed the ticket since it was looked at: look again before overwriting what they did."""


class Entry(msgspec.Struct, frozen=True):
    """A line of a ticket's history, but for who did it and when."""

    kind: str
    """filed, status, comment, follower, transcript, service, place, priority, assigned, rerouted, joined."""
    from_status: Status | None = None
    to_status: Status | None = None
    why: str = ""
    """For staff."""
    public: str = ""
    """For everybody."""
    data: dict[str, Any] = {}


def open_ticket(session: Session, city: City, number: str, seen: int | None = None) -> Ticket:
    """Take the ticket in hand: whoever else wants to change it waits until the end of the transaction.

    Raises NoSuchTicket, and TicketChanged where its version is no longer the one that was `seen`.
    """
    ticket = ledger.locked(session, city.slug, number)
    if ticket is None:
        raise NoSuchTicket(f"{city.slug} has no ticket {number}")
    if seen is not None and ticket.version != seen:
        raise TicketChanged(f"ticket {number} was changed in the meantime; look at it again")
    return ticket


def append(session: Session, ticket: Ticket, by: By, entry: Entry) -> TicketEvent:
    """Write a line of the history. Every change ends here, so every change moves the version on."""
    ticket.updated_at = by.at
    ticket.version += 1
    event = TicketEvent(
        ticket_id=ticket_id(ticket), at=by.at, who=by.who, channel=by.channel, **msgspec.structs.asdict(entry)
    )
    session.add(event)
    session.flush()
    return event


def ticket_id(ticket: Ticket) -> int:
    """The row's own number, which a ticket has once it is stored."""
    if ticket.id is None:
        raise ValueError("a ticket that is not stored has no history")
    return ticket.id
