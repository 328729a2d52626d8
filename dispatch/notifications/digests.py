"""One e-mail a day for departments that want it so: what happened to their tickets, all together."""

from __future__ import annotations

import datetime as dt
import secrets

from sqlmodel import Session

from dispatch.city.model import City, Department
from dispatch.notifications import quiet, wording
from storage import messages, outbox
from storage.database import Database
from storage.message_tables import DigestLine
from storage.tables import Ticket
from storage.vocabulary import Priority

SETTLED = dt.timedelta(seconds=30)
"""Longer than a deed can be taken back (`deeds.GRACE`): of what is younger nobody knows yet whether it stays so."""


def waits_for_digest(department: Department, ticket: Ticket) -> bool:
    """Whether a department reads of a ticket once a day; of what is urgent nobody does."""
    return department.told == "daily" and ticket.priority is not Priority.URGENT


def add(
    session: Session, city: City, department: Department, ticket: Ticket, words: wording.Message, at: dt.datetime
) -> None:
    """Put something into a department's next digest."""
    line = DigestLine(
        city=city.slug,
        department=department.code,
        ticket_id=ticket.id or 0,
        subject=words.subject,
        body=words.body,
        at=at,
    )
    messages.add_digest_line(session, line)


def send_due(database: Database, city: City, at: dt.datetime) -> int:
    """Put the digests whose hour has come into the outbox; returns how many. Several workers may try at once."""
    with database.reading() as session:
        waiting = messages.digests_waiting(session, city.slug)
    sent = 0
    for code, since in waiting.items():
        department = city.departments.get(code)
        if (
            department
            and department.email
            and quiet.next_time(city, city.notifications.digest_at, since) + SETTLED <= at
        ):
            with database.transaction() as session:
                sent += _send(session, city, department, at)
    return sent


def _send(session: Session, city: City, department: Department, at: dt.datetime) -> bool:
    lines = messages.digest_lines(session, city.slug, department.code, at - SETTLED)
    if not lines:
        return False  # Another worker was quicker.
    words = wording.digest(city, department, [wording.Message(line.subject, line.body) for line in lines])
    for line in lines:
        line.sent_at = at
    return outbox.put(
        session,
        city.slug,
        channel="email",
        recipient=department.email or "",
        # Drawn, for an id may come again: SQLite gives that of a line which was dropped to the next one.
        key=f"digest-{city.slug}-{department.code}-{secrets.token_hex(12)}",
        at=at,
        template="department.digest",
        language=city.default_language,
        body=words.body,
        payload={"subject": words.subject},
    )
