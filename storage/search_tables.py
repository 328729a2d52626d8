"""What finding tickets and working through lists leaves in the ledger, and the indexes that keep lists quick.

Each engine has a full-text index of its own kind, which no model can describe: `ENGINES_OWN` names what migrations make
and models do not know.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from sqlalchemy import Index, Table, Text, UniqueConstraint
from sqlmodel import Field

from storage.columns import Document, RowId, UtcTime
from storage.rows import Row, partial
from storage.tables import Follower, Ticket

ENGINES_OWN = ("ticket_words", "words", "ix_tickets_words", "ix_tickets_facets")
"""How the names begin: SQLite's FTS5 table `ticket_words` with its own five beside it, PostgreSQL's column
`words` and its indexes of words and of facets."""


def has_model(_: object, name: str | None, kind: str, reflected: bool, __: object) -> bool:  # noqa: FBT001 - Alembic's
    """Tell Alembic what to compare with the models: all but what is an engine's own."""
    return not (reflected and name and kind in {"table", "column", "index"} and name.startswith(ENGINES_OWN))


class SavedFilter(Row, table=True):
    """A list somebody comes back to: its filters as they stand in a link, under a name."""

    __tablename__ = "saved_filters"
    __table_args__ = (UniqueConstraint("city", "owner", "name"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    city: str
    owner: str
    """Login of the operator whose it is; empty: everybody's."""
    name: str
    query: str = Field(sa_type=Text)
    """As in a link: status=new&department=streets."""
    created_at: dt.datetime = Field(sa_type=UtcTime)


class UnsentWords(Row, table=True):
    """What an operator has begun to write on a ticket's page and not sent: kept until it is, or a month."""

    __tablename__ = "unsent_words"

    operator: str = Field(primary_key=True)
    ticket_id: int = Field(primary_key=True, foreign_key="tickets.id", sa_type=RowId)
    words: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    """By the step of the ticket's page they belong to, and in it by the name of the field."""
    at: dt.datetime = Field(sa_type=UtcTime)


class Deed(Row, table=True):
    """Something an operator did to one ticket or many a moment ago, with how they stood before, to be taken back."""

    __tablename__ = "deeds"
    __table_args__ = (Index("ix_deeds_at", "at"),)

    key: str = Field(primary_key=True)
    city: str
    who: str
    what: str
    at: dt.datetime = Field(sa_type=UtcTime)
    until: dt.datetime = Field(sa_type=UtcTime)
    """Until when it can be taken back; until then what it has to say to the public waits in the outbox."""
    taken_back_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    before: list[dict[str, Any]] = Field(default_factory=list, sa_type=Document)
    """Of each ticket its number, the version the deed left it at, and what it changed; so too of its `kin`, the tickets
    that came along. With the first stand the `words` that somebody had typed for them all."""


_TICKETS, _FOLLOWERS = (cast("Table", cast("Any", kind).__table__) for kind in (Ticket, Follower))
# One facet, newest first: read off its index, however rare or common its value is.
for _facet in ("department", "area", "channel", "language"):
    Index(f"ix_tickets_city_{_facet}_created_at", *(_TICKETS.c[name] for name in ("city", _facet, "created_at")))
# A corner of the map: a slice by latitude, with all else that is asked to hand in the index itself.
Index("ix_tickets_city_lat_lon", *(_TICKETS.c[name] for name in ("city", "lat", "lon", "created_at", "id")))
# A list in its own order with all that it may be filtered by, and all that reports count: both read this index from
# some moment on, and not the table.
_LINE = (
    *("city", "created_at", "service", "department", "area", "channel", "status", "closed_at", "due_at", "paused_at"),
    *("language", "priority", "assignee", "id", "lat", "lon"),
)
Index("ix_tickets_lines", *(_TICKETS.c[name] for name in _LINE))
# What is still to be done is a small part of what there ever was, and what most lists are of.
for _name, _columns in {
    "ix_tickets_open_lines": _LINE,
    "ix_tickets_open_lat_lon": ("city", "lat", "lon"),
    "ix_tickets_open_due_at": ("city", "due_at"),
    "ix_tickets_open_department_due_at": ("city", "department", "due_at"),
    "ix_tickets_open_assignee_due_at": ("city", "assignee", "due_at"),
}.items():
    partial(_name, *(_TICKETS.c[name] for name in _columns), only="closed_at IS NULL")
# Whose ticket is it? By number `message_tables.py` has the same; few leave an address, so few that write pay for these.
partial(
    "ix_tickets_reporter_email",
    *(_TICKETS.c[name] for name in ("city", "reporter_email", "created_at")),
    only="reporter_email IS NOT NULL",
)
partial("ix_followers_email", _FOLLOWERS.c.email, only="email IS NOT NULL")
