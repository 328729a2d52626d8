"""Danger that was heard neither in a turn of a call nor in a text message: on a page, in a recorded message."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from storage.columns import RowId, UtcTime, words_of
from storage.rows import Row, partial
from storage.vocabulary import Channel


class HeardAlarm(Row, table=True):
    """One time that the guard acted there. A turn's alarms stand with the turn, a text's with the text."""

    __tablename__ = "alarms"
    __table_args__ = (
        UniqueConstraint("city", "origin"),
        Index("ix_alarms_city_at", "city", "at"),
        Index("ix_alarms_ticket_id", "ticket_id"),
        partial("ix_alarms_unforgotten", "city", "at", only="forgotten_at IS NULL"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    city: str
    origin: str | None = None
    """What it was heard in, e.g. a recording's SID: logged once however often that is delivered. Forgettable."""
    channel: Channel = Field(sa_type=words_of(Channel))
    """`web` for a page, `phone` for a recorded message."""
    ticket_id: int | None = Field(default=None, foreign_key="tickets.id", sa_type=RowId)
    """The ticket it was said of, where there was one already."""
    call_sid: str | None = None
    words: str = Field(default="", sa_type=Text)
    """What was written or said. Forgettable, as is the evidence."""
    alarm: str
    """Verdict, category and evidence of the emergency guard."""
    alarm_category: str
    alarm_evidence: str | None = None
    at: dt.datetime = Field(sa_type=UtcTime)
    forgotten_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
