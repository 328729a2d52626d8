"""Who is looking at which ticket now, and the indexes that finding duplicates and recent closes needs."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from sqlalchemy import Table
from sqlmodel import Field

from storage.columns import RowId, UtcTime
from storage.rows import Row, partial
from storage.tables import Ticket


class Presence(Row, table=True):
    """An operator who has a ticket before their eyes, or is writing about it. Runs out by itself."""

    __tablename__ = "presences"

    ticket_id: int = Field(primary_key=True, foreign_key="tickets.id", sa_type=RowId)
    operator: str = Field(primary_key=True)
    """Login."""
    writing: bool = False
    since: dt.datetime = Field(sa_type=UtcTime)
    seen_at: dt.datetime = Field(sa_type=UtcTime)


_TICKETS = cast("Table", cast("Any", Ticket).__table__)
for _name, _columns, _only in (
    # The same hole in the road: a strip of latitude of one service's open tickets; longitude is settled in the index.
    ("ix_tickets_open_spots", ("city", "service", "lat", "lon"), "closed_at IS NULL AND lat IS NOT NULL"),
    # How long it took lately, for what callers are told.
    ("ix_tickets_done", ("city", "service", "closed_at"), "status IN ('resolved', 'closed')"),
    # What is overdue and at which step, soonest due first.
    (
        "ix_tickets_running",
        ("city", "escalated", "due_at"),
        "closed_at IS NULL AND paused_at IS NULL AND status <> 'draft' AND channel <> 'import'",
    ),
):
    partial(_name, *(_TICKETS.c[name] for name in _columns), only=_only)
