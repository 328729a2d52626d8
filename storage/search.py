"""Finding tickets: any filter, any words, any corner of the map, page by page, as quick at a million as at a thousand.

How a list is read stands in `search_lists.py`. Pages are found by the last line of the page before (keyset), so the
thousandth is as quick as the first, and a ticket that arrives meanwhile shifts nothing. Counts stop at `COUNTED`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import Table, and_, func, or_, select
from sqlmodel import Session, col
from sqlmodel import select as rows_of

from storage.search_filters import Box, Wanted
from storage.search_lists import Cursor, List, Order
from storage.tables import Ticket
from storage.value_lists import is_one_of
from storage.vocabulary import Priority, Status

# fmt: off
__all__ = [
    "Box", "Cursor", "Mark", "Order", "Page", "Wanted", "changed", "count", "in_box", "last_change", "page",
]
# fmt: on
COUNTED = 1_000
NOTICED = 200
"""Changes, the newest, among which those of a list are looked for."""
_TABLE = cast("Table", cast("Any", Ticket).__table__)


class Page(msgspec.Struct, frozen=True):
    """Some lines of a list."""

    tickets: Sequence[Ticket]
    count: int
    """How many fit; counted on the first page alone."""
    more: bool
    """Whether `count` is only what was counted, and there are more."""
    newer: Cursor | None
    """The first line, where there are lines before it."""
    older: Cursor | None
    """The last line, where there are lines after it."""


def page(
    session: Session,
    city: str,
    wanted: Wanted,
    order: Order = Order.NEWEST,
    *,
    after: Cursor | None = None,
    before: Cursor | None = None,
    limit: int = 50,
) -> Page:
    """The lines that follow `after`, or come before `before`, or else the first."""
    start = after or before
    asked = List(session, city, wanted, order, start, backwards=before is not None)
    found = asked.first(limit, counted=0 if start else COUNTED)
    shown = found.lines[:limit]
    beyond = len(found.lines) > limit
    if before:
        shown.reverse()
    return Page(
        _tickets(session, city, shown),
        min(found.many, COUNTED),
        more=found.many > COUNTED or not found.whole,
        newer=shown[0] if shown and (beyond if before else after) else None,
        older=shown[-1] if shown and (before or beyond) else None,
    )


def count(session: Session, city: str, wanted: Wanted) -> int:
    """Exactly how many fit: a second or so where that is most of a million. For exports, not for pages."""
    conditions = List(session, city, wanted).conditions
    return session.connection().execute(select(func.count()).select_from(_TABLE).where(*conditions)).scalar_one()


def last_change(session: Session, city: str) -> dt.datetime | None:
    """When anything last happened to any ticket of a city: one look at the end of an index, however many there are."""
    newest = select(func.max(_TABLE.c.updated_at)).where(_TABLE.c.city == city)
    return cast("dt.datetime | None", session.connection().execute(newest).scalar_one())


def changed(
    session: Session, city: str, lists: Iterable[tuple[Wanted, Order]], since: dt.datetime, shown: Sequence[str]
) -> int:
    """How many tickets of lists that are shown together changed after `since`; `shown` stood on them then.

    A ticket counts that fits one of the lists now, or is one of `shown`: it may be gone from there. Of more than
    `NOTICED` changes in the city only the newest are looked through.
    """
    recent = select(_TABLE.c.id).where(_TABLE.c.city == city, _TABLE.c.updated_at > since)
    recent = recent.order_by(_TABLE.c.updated_at.desc()).limit(NOTICED)
    fits = [and_(*List(session, city, wanted, order).conditions) for wanted, order in lists]
    ids = list(session.connection().execute(recent).scalars())
    ours = select(func.count()).select_from(_TABLE).where(_TABLE.c.id.in_(ids))
    return session.connection().execute(ours.where(or_(_TABLE.c.number.in_(shown), *fits))).scalar_one()


class Mark(NamedTuple):
    """A ticket on the map."""

    id: int
    number: str
    lat: float
    lon: float
    status: Status
    service: str
    priority: Priority
    created_at: dt.datetime
    due_at: dt.datetime | None
    paused_at: dt.datetime | None
    closed_at: dt.datetime | None


def in_box(session: Session, city: str, box: Box, wanted: Wanted, *, limit: int = 500) -> list[Mark]:
    """The newest tickets in a corner of the map, at most so many."""
    within = msgspec.structs.replace(wanted, box=box)
    lines = List(session, city, within).first(limit).lines[:limit]
    question = select(*(_TABLE.c[name] for name in Mark._fields))
    question = question.where(_TABLE.c.city == city, is_one_of(session, _TABLE.c.id, [line.id for line in lines]))
    marks = (Mark(*row) for row in session.connection().execute(question))
    return sorted(marks, key=lambda mark: (mark.created_at, mark.id), reverse=True)


def _tickets(session: Session, city: str, lines: Sequence[Cursor]) -> list[Ticket]:
    ours = is_one_of(session, col(Ticket.id), [line.id for line in lines])
    question = rows_of(Ticket).where(Ticket.city == city, ours)
    held = {ticket.id: ticket for ticket in session.exec(question)}
    return [held[line.id] for line in lines if line.id in held]
