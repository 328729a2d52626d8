"""When it will really be done, as far as the last months can tell: what callers are told instead of the rule."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlmodel import Session

from dispatch.city import hours
from dispatch.city.model import City
from storage import likeness
from storage.tables import Ticket

ENOUGH = 30
"""Closes below which chance has more to say than experience."""
SHARE = 0.8
"""Of ten callers, eight are told a day by which it is done."""
_LOOK_BACK = dt.timedelta(days=180)
_LATEST = 400


def day_of(ticket: Ticket) -> dt.datetime | None:
    """The day to tell whoever asks: the one fixed for the work, else the one told before, else the deadline."""
    return ticket.scheduled_for or ticket.expected_at or ticket.due_at


def told(session: Session, city: City, ticket: Ticket, at: dt.datetime) -> dt.datetime | None:
    """The moment to tell whoever reported it: from recent closes in its area, else in the city, else its deadline.

    None where the ticket has no deadline either.
    """
    done = likeness.lately_done(session, city.slug, ticket.service, at - _LOOK_BACK, limit=_LATEST)
    here = [closed - created for area, created, closed in done if area == ticket.area]
    everywhere = [closed - created for _, created, closed in done]
    took = here if len(here) >= ENOUGH else everywhere
    if len(took) < ENOUGH:
        return ticket.due_at
    return _on_a_working_day(city, ticket.department, ticket.created_at + percentile(took, SHARE))


def percentile(took: Sequence[dt.timedelta], share: float) -> dt.timedelta:
    """The time within which that share of them was done: one of those that happened, nothing between two."""
    return sorted(took)[math.ceil(share * len(took)) - 1]


def _on_a_working_day(city: City, department: str, moment: dt.datetime) -> dt.datetime:
    """That day, or the next on which the department works: nobody is told a Sunday."""
    local, desk = moment.astimezone(ZoneInfo(city.time_zone)), city.departments.get(department)
    if hours.is_working_day(city, local.date(), desk):
        return local
    return hours.add_working_days(city, local, 1, desk)
