"""What is remembered: calls, their turns, tickets, their history, who follows them, and what is to be sent.

Every row names its city, or hangs on one that does. Columns marked *forgettable* hold personal data and are emptied by
`retention.py`. Times are aware UTC (`columns.UtcTime`). Rules about tickets live in `dispatch/tickets.py`, not here.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from storage.columns import Document, RowId, UtcTime, words_of
from storage.rows import Row, partial
from storage.vocabulary import CallStatus, Channel, NotificationStatus, Priority, Status


class Call(Row, table=True):
    """A telephone call: where it stands, all it remembers, and how it ended. Rewritten on every turn.

    No index holds a column that a turn changes: so PostgreSQL can rewrite the row in its own page (a HOT update, for
    which `fillfactor` leaves room) and SQLite touches no index at all.
    """

    __tablename__ = "calls"
    __table_args__ = (
        # "A second call from the same number within 30 minutes": a number has few calls, the newest are found at once.
        partial("ix_calls_caller", "city", "caller", "started_at", only="caller IS NOT NULL"),
        # The calls in the line now: a few hundred at most, for sweeping stale ones and for people who watch the line.
        partial("ix_calls_active", "city", "started_at", only="status = 'active'"),
        Index("ix_calls_city_started_at", "city", "started_at"),
        # What retention has still to look at.
        partial("ix_calls_unforgotten", "city", "started_at", only="forgotten_at IS NULL"),
        {"postgresql_with": {"fillfactor": "60"}},
    )

    call_sid: str = Field(primary_key=True)
    city: str
    caller: str | None = None
    """E.164; NULL where withheld or no number. Forgettable."""
    language: str = "en"
    state: str
    turn: int = 0
    """Number of the last answered turn: the optimistic lock of the hot path."""
    memory: str = Field(sa_type=Text)
    """`ivr.dialogue.call.Call` as JSON. Forgettable."""
    status: CallStatus = Field(default=CallStatus.ACTIVE, sa_type=words_of(CallStatus))
    outcome: str | None = None
    """filed, emergency, transferred, message, abandoned …; NULL while active."""
    alarm: str = "none"
    """The worst verdict of the emergency detector in this call."""
    started_at: dt.datetime = Field(sa_type=UtcTime)
    updated_at: dt.datetime = Field(sa_type=UtcTime)
    ended_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    forgotten_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)


class Turn(Row, table=True):
    """One answered webhook: what was heard, what was said, and the reply word for word. Written once.

    The key is (call, number), so a turn delivered twice cannot be stored twice. No foreign key to `calls`: a turn is
    only ever inserted by the statement that moves its call on, and the look-up would be paid on every turn.
    """

    __tablename__ = "turns"

    call_sid: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    heard: str = Field(sa_type=Text)
    """`ivr.dialogue.heard.Heard` as JSON. Forgettable."""
    state_before: str
    state_after: str
    said: str = Field(sa_type=Text)
    """The words spoken. Forgettable: they read names and places back."""
    reply: str = Field(sa_type=Text)
    """The TwiML, replayed byte for byte to a repeated delivery. Forgettable."""
    language: str
    alarm: str | None = None
    """Verdict, category and evidence of the emergency guard, where it acted on this turn. Evidence is forgettable."""
    alarm_category: str | None = None
    alarm_evidence: str | None = None
    missed: str | None = None
    """no_input or no_match, where the question of `state_before` got no answer. Stays when the words are forgotten."""
    took_us: int
    at: dt.datetime = Field(sa_type=UtcTime)


class Ticket(Row, table=True):
    """A thing the city is asked to do. Changed by `dispatch/tickets.py` alone."""

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("city", "number"),
        UniqueConstraint("city", "origin"),
        Index("ix_tickets_city_status_created_at", "city", "status", "created_at"),
        Index("ix_tickets_city_service_created_at", "city", "service", "created_at"),
        Index("ix_tickets_city_updated_at", "city", "updated_at"),
        Index("ix_tickets_parent_id", "parent_id"),
        Index("ix_tickets_call_sid", "call_sid"),
        partial("ix_tickets_unforgotten", "city", "closed_at", only="forgotten_at IS NULL"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    city: str
    number: str
    """Digits with a check digit; see `dispatch/ticket_numbers.py`."""
    origin: str | None = None
    """What it came from, e.g. "CA…:1" for the first ticket of a call: files once however often it is delivered."""
    service: str
    department: str
    routed_because: str
    status: Status = Field(default=Status.NEW, sa_type=words_of(Status))
    priority: Priority = Field(default=Priority.NORMAL, sa_type=words_of(Priority))
    priority_because: str = ""
    channel: Channel = Field(sa_type=words_of(Channel))
    language: str = "en"

    place_kind: str = "none"
    address: str = ""
    area: str = ""
    lat: float | None = None
    lon: float | None = None
    place_note: str = ""
    """What was said beyond the address: "behind the school"."""
    location_verified: bool = True

    description: str = Field(default="", sa_type=Text)
    """The reporter's own words. Forgettable."""
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    """Answers to the service's questions, by their code. Forgettable: free text may name people."""
    review: list[str] = Field(default_factory=list, sa_type=Document)
    """Codes of the reasons why a person should look; see `dispatch/review.py`."""

    reporter_name: str | None = None
    """The reporter's name, phone and e-mail: forgettable."""
    reporter_phone: str | None = None
    reporter_email: str | None = None
    updates: bool = False
    """Whether the reporter asked to hear of it."""

    call_sid: str | None = None
    recording_url: str | None = None
    """The message left, as Twilio keeps it; forgettable, as is its transcript."""
    recording_sid: str | None = None
    recording_seconds: int | None = None
    transcript: str | None = Field(default=None, sa_type=Text)

    assignee: str | None = None
    """Login of the operator who holds it."""
    waiting_on: str | None = None
    """Whom a waiting ticket waits for: caller or contractor."""
    parent_id: int | None = Field(default=None, foreign_key="tickets.id", sa_type=RowId)
    """The ticket this one is a duplicate of."""
    public_note: str = Field(default="", sa_type=Text)
    """The department's last public sentence."""
    created_at: dt.datetime = Field(sa_type=UtcTime)
    updated_at: dt.datetime = Field(sa_type=UtcTime)
    due_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    expected_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    """When it should really be done, as whoever reported it was told; NULL where nobody was told but the deadline."""
    paused_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    """Since when the clock stands still, while it waits."""
    escalated: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How many of the city's steps for overdue tickets have been taken since it got the deadline it has."""
    scheduled_for: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    resolved_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    closed_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    """When the work on it ended, however it ended; NULL while open."""
    forgotten_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    version: int = 1
    """Optimistic lock: two people cannot overwrite each other."""


class TicketEvent(Row, table=True):
    """One line of a ticket's history: who, when, through which door, what and why. Appended, never edited."""

    __tablename__ = "ticket_events"
    __table_args__ = (Index("ix_ticket_events_ticket_id_id", "ticket_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    ticket_id: int = Field(foreign_key="tickets.id", sa_type=RowId)
    at: dt.datetime = Field(sa_type=UtcTime)
    who: str
    """An operator's login, "caller", "reporter", or the part of the house that did it."""
    channel: Channel = Field(sa_type=words_of(Channel))
    kind: str
    """filed, status, comment, rerouted …; see `dispatch/tickets.py`."""
    from_status: Status | None = Field(default=None, sa_type=words_of(Status))
    to_status: Status | None = Field(default=None, sa_type=words_of(Status))
    why: str = Field(default="", sa_type=Text)
    """The reason, for staff. Forgettable where a member of the public wrote it."""
    public: str = Field(default="", sa_type=Text)
    """The sentence the public may read."""
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Document)


class Follower(Row, table=True):
    """Somebody who wants to hear of a ticket. Forgettable altogether."""

    __tablename__ = "followers"
    __table_args__ = (UniqueConstraint("ticket_id", "phone"), UniqueConstraint("ticket_id", "email"))

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    ticket_id: int = Field(foreign_key="tickets.id", sa_type=RowId)
    phone: str | None = None
    email: str | None = None
    language: str = "en"
    created_at: dt.datetime = Field(sa_type=UtcTime)


class Notification(Row, table=True):
    """Something that must leave the house: written with what it tells of, sent later by a worker."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("idempotency_key"),
        partial("ix_notifications_waiting", "next_attempt_at", only="status IN ('pending', 'sending')"),
        Index("ix_notifications_ticket_id", "ticket_id"),
        Index("ix_notifications_call_sid", "call_sid"),
        Index("ix_notifications_city_created_at", "city", "created_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    city: str
    channel: str
    """One of `storage.outbox.ChannelName`."""
    recipient: str
    """Phone number, address, URL or SID at Twilio. Forgettable."""
    template: str
    """Name of the words, where they come from a template; empty where `body` holds them already."""
    language: str = "en"
    body: str = Field(default="", sa_type=Text)
    """The words, where they are known already. Forgettable, as is the payload."""
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    idempotency_key: str
    status: NotificationStatus = Field(default=NotificationStatus.PENDING, sa_type=words_of(NotificationStatus))
    attempts: int = 0
    next_attempt_at: dt.datetime = Field(sa_type=UtcTime)
    claimed_by: str | None = None
    claimed_until: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    ticket_id: int | None = Field(default=None, foreign_key="tickets.id", sa_type=RowId)
    call_sid: str | None = None
    held: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Why it waits longer than it would have to: quiet_hours; empty otherwise."""
    last_error: str = ""
    created_at: dt.datetime = Field(sa_type=UtcTime)
    sent_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    """When the gateway took it."""
    delivered_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    """When the gateway said that it had arrived, if it did."""


# One ledger: whoever knows these tables knows the others too, migrations first of all.
from storage import account_tables as account_tables  # noqa: E402, PLC0414 - registers its tables
from storage import alarm_tables as alarm_tables  # noqa: E402, PLC0414 - registers its tables
from storage import figure_indexes as figure_indexes  # noqa: E402, PLC0414 - registers its tables
from storage import likeness_tables as likeness_tables  # noqa: E402, PLC0414 - registers its tables
from storage import message_tables as message_tables  # noqa: E402, PLC0414 - registers its tables
from storage import search_tables as search_tables  # noqa: E402, PLC0414 - registers its tables
