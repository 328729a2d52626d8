"""The indexes that reports and the emergencies log are read from."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table

from storage.rows import partial
from storage.tables import Ticket, Turn

_TICKETS = cast("Table", cast("Any", Ticket).__table__)
_TURNS = cast("Table", cast("Any", Turn).__table__)

# Reports of what was closed; those of what was filed read `ix_tickets_lines`.
partial(
    "ix_tickets_closed_figures",
    *(_TICKETS.c[name] for name in ("city", "closed_at", "created_at", "service", "department", "status")),
    only="closed_at IS NOT NULL",
)
# The emergencies log: a handful of turns among millions.
partial("ix_turns_alarmed", _TURNS.c.at, only="alarm IS NOT NULL")
