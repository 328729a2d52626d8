"""Whose ticket is it? Found by the number or the e-mail address that somebody left, word for word and off an index."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from storage.tables import Follower, Ticket

SHOWN = 100
"""Tickets of one person, the newest: who has more is no person."""


def tickets_of(session: Session, city: str, *, phone: str = "", email: str = "") -> Sequence[Ticket]:
    """What somebody reported or follows, the newest first, and one more than `SHOWN` where there are more.

    One of the two is given. Asked one after the other, for each has its index.
    """
    if not phone and not email:
        return []
    reported = col(Ticket.reporter_phone) == phone if phone else col(Ticket.reporter_email) == email
    follows = col(Follower.phone) == phone if phone else col(Follower.email) == email
    theirs = reported, col(Ticket.id).in_(select(Follower.ticket_id).where(follows))
    newest = col(Ticket.created_at).desc(), col(Ticket.id).desc()
    found = {
        ticket.id: ticket
        for mine in theirs
        for ticket in session.exec(select(Ticket).where(Ticket.city == city, mine).order_by(*newest).limit(SHOWN + 1))
    }
    return sorted(found.values(), key=lambda one: (one.created_at, one.id or 0), reverse=True)[: SHOWN + 1]
