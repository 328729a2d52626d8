"""What messages leave in the ledger: who wants none, what was asked, what came in, what waits for a digest."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from sqlalchemy import Index, Table, Text
from sqlmodel import Field

from storage.columns import Document, RowId, UtcTime
from storage.rows import Row, partial
from storage.tables import Follower, Notification, Ticket

DIGESTS = "template = 'department.digest' AND body <> ''"
"""Which rows of the outbox are digests whose words are still known, in SQL."""


class OptOut(Row, table=True):
    """A telephone number that wants no text messages from a city. Gone when it says START.

    Never forgotten by itself: a wish not to be written to can only be honoured while it is known.
    """

    __tablename__ = "opt_outs"

    city: str = Field(primary_key=True)
    phone: str = Field(primary_key=True)
    """E.164."""
    word: str
    """What was said: STOP, ALTO …, or 21610 where Twilio told us."""
    at: dt.datetime = Field(sa_type=UtcTime)


class Question(Row, table=True):
    """What an operator asked a reporter by text message, until it is answered."""

    __tablename__ = "questions"
    __table_args__ = (
        Index("ix_questions_ticket_id", "ticket_id"),
        partial("ix_questions_open", "city", "phone", only="answered_at IS NULL"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    city: str
    ticket_id: int = Field(foreign_key="tickets.id", sa_type=RowId)
    phone: str
    """Who was asked; this and what was asked are forgettable."""
    text: str = Field(sa_type=Text)
    asked_by: str
    """Login of the operator."""
    asked_at: dt.datetime = Field(sa_type=UtcTime)
    answered_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)


class IncomingText(Row, table=True):
    """A text message somebody sent to the city, with what it was answered. Delivered twice, it is answered the same."""

    __tablename__ = "incoming_texts"
    __table_args__ = (
        Index("ix_incoming_texts_city_at", "city", "at"),
        Index("ix_incoming_texts_ticket_id", "ticket_id"),
        # The emergencies log: a handful of texts among many.
        partial("ix_incoming_texts_alarmed", "city", "at", only="alarm <> ''"),
        # What still lacks something that was asked for.
        partial("ix_incoming_texts_asked", "city", "phone", "at", only="asked <> ''"),
        partial("ix_incoming_texts_unforgotten", "city", "at", only="forgotten_at IS NULL"),
    )

    message_sid: str = Field(primary_key=True)
    city: str
    phone: str | None = None
    """Who sent it; this, the words, the photos and the reply are forgettable."""
    body: str = Field(default="", sa_type=Text)
    media: list[str] = Field(default_factory=list, sa_type=Document)
    """Addresses of its photos, as Twilio keeps them."""
    reply: str = Field(default="", sa_type=Text)
    alarm: str = ""
    """Verdict, category and evidence of the emergency guard, where it acted. Evidence is forgettable."""
    alarm_category: str | None = None
    alarm_evidence: str | None = None
    asked: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """What its answer asked for, until that came: place or service; empty otherwise."""
    ticket_id: int | None = Field(default=None, foreign_key="tickets.id", sa_type=RowId)
    """The ticket whose history it reached."""
    at: dt.datetime = Field(sa_type=UtcTime)
    forgotten_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)


class DigestLine(Row, table=True):
    """Something a department will read in its next digest."""

    __tablename__ = "digest_lines"
    __table_args__ = (
        partial("ix_digest_lines_waiting", "city", "department", "at", only="sent_at IS NULL"),
        Index("ix_digest_lines_ticket_id", "ticket_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    city: str
    department: str
    ticket_id: int = Field(foreign_key="tickets.id", sa_type=RowId)
    subject: str
    body: str = Field(default="", sa_type=Text)
    """Both forgettable."""
    at: dt.datetime = Field(sa_type=UtcTime)
    sent_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    """When it went into the outbox with the others."""


_TICKETS, _FOLLOWERS, _NOTIFICATIONS = (
    cast("Table", cast("Any", kind).__table__) for kind in (Ticket, Follower, Notification)
)
# Whose ticket is this text message about? A number has few tickets; the newest is found at once.
partial(
    "ix_tickets_reporter",
    *(_TICKETS.c[name] for name in ("city", "reporter_phone", "created_at")),
    only="reporter_phone IS NOT NULL",
)
partial("ix_followers_phone", _FOLLOWERS.c.phone, only="phone IS NOT NULL")
# What operators must see: a handful among millions of rows that went well.
partial(
    "ix_notifications_failed", *(_NOTIFICATIONS.c[name] for name in ("city", "created_at")), only="status = 'failed'"
)
# Digests hang on no ticket of which they tell: they are forgotten by age, and found without reading all that was sent.
partial("ix_notifications_digests", *(_NOTIFICATIONS.c[name] for name in ("city", "created_at")), only=DIGESTS)
