"""Who works at the desk: operators, what changed about them, and who knocked and was not let in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from storage.columns import Document, RowId, UtcTime, words_of
from storage.rows import Row
from storage.vocabulary import Role


class Operator(Row, table=True):
    """Somebody with an account. Never deleted, for histories name them; disabled instead."""

    __tablename__ = "operators"
    __table_args__ = (UniqueConstraint("email"), UniqueConstraint("session_key"), UniqueConstraint("subject"))

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    email: str
    """What they log in with, in small letters; stands in histories and as a ticket's assignee."""
    name: str
    role: Role = Field(sa_type=words_of(Role))
    departments: list[str] = Field(default_factory=list, sa_type=Document)
    """Codes of the departments whose tickets they work on; empty: all."""
    cities: list[str] = Field(default_factory=list, sa_type=Document)
    """Slugs of the cities they see; empty: all."""
    language: str = ""
    """What the console speaks to them; empty: what their browser asks for."""
    theme: str = "auto"
    """light, dark, or auto: as their machine has it."""
    active: bool = True
    password: str | None = None
    """Argon2; NULL where they only come in through the city's own log-in."""
    password_expired: bool = False
    """Whether somebody else set the password, so that they must choose one before anything else."""
    session_key: str
    """What their sessions are of: a new one ends them all."""
    second_factor: str | None = None
    """How they prove themselves beyond the password: authenticator, or NULL."""
    totp_secret: str | None = Field(default=None, sa_type=Text)
    """Encrypted with a key made of SECRET_KEY."""
    totp_counter: int | None = Field(default=None, sa_type=RowId)
    """The last half minute whose code was used: no code works twice."""
    recovery_codes: list[str] = Field(default_factory=list, sa_type=Document)
    """Encrypted likewise; each works once."""
    subject: str | None = None
    """Issuer and subject of the city's own log-in, once they came in through it."""
    created_at: dt.datetime = Field(sa_type=UtcTime)
    updated_at: dt.datetime = Field(sa_type=UtcTime)
    last_login_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)


class OperatorEvent(Row, table=True):
    """One line of an account's history: who did what to it, and when. Appended, never edited."""

    __tablename__ = "operator_events"
    __table_args__ = (Index("ix_operator_events_operator_id_id", "operator_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    operator_id: int = Field(foreign_key="operators.id", sa_type=RowId)
    at: dt.datetime = Field(sa_type=UtcTime)
    who: str
    """E-mail of whoever did it, or "command line"."""
    kind: str
    """added, changed, disabled …; see `dispatch/accounts/roll.py`."""
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    """What it was before and is now, field by field; never a secret."""


class EndedSession(Row, table=True):
    """A session somebody logged out of, kept until it would have ended by itself: a copied cookie is worthless."""

    __tablename__ = "ended_sessions"
    __table_args__ = (Index("ix_ended_sessions_at", "at"),)

    key: str = Field(primary_key=True)
    at: dt.datetime = Field(sa_type=UtcTime)


class LoginAttempt(Row, table=True):
    """A log-in that failed, kept for a day so that guessing is slowed down, whichever worker it meets."""

    __tablename__ = "login_attempts"
    __table_args__ = (
        Index("ix_login_attempts_account_at", "account", "at"),
        Index("ix_login_attempts_network_at", "network", "at"),
        Index("ix_login_attempts_at", "at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    account: str
    """What was guessed at, a password or a code, and the e-mail typed; as a keyed hash, for people mistype."""
    network: str
    """Where it came from, as a keyed hash."""
    at: dt.datetime = Field(sa_type=UtcTime)
