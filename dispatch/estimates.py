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


def day_of(city: City, ticket: Ticket, at: dt.datetime) -> dt.datetime | None:
    """The day to tell whoever asks at `at`: the one fixed for the work, else the one told before, else the deadline.

    None where nobody can promise one: it has ended, it waits and its clock stands still, or all these days are over.
    """
    if ticket.closed_at or ticket.paused_at:
        return None
    zone = ZoneInfo(city.time_zone)
    today = at.astimezone(zone).date()
    days = (ticket.scheduled_for, ticket.expected_at, ticket.due_at)
    return next((day for day in days if day and day.astimezone(zone).date() >= today), None)


def told(session: Session, city: City, ticket: Ticket, at: dt.datetime) -> dt.datetime | None:
    """The moment to tell whoever reported it: from recent closes in its area, else in the city, else its deadline.

    Its deadline as well where it has taken longer by now than such things do. None where it has none either.
    """
    done = likeness.lately_done(session, city.slug, ticket.service, at - _LOOK_BACK, limit=_LATEST)
    here = [closed - created for area, created, closed in done if area == ticket.area]
    everywhere = [closed - created for _, created, closed in done]
    took = here if len(here) >= ENOUGH else everywhere
    if len(took) < ENOUGH:
        return ticket.due_at
    done_by = ticket.created_at + percentile(took, SHARE)
    return _on_a_working_day(city, ticket.department, done_by) if done_by > at else ticket.due_at


def percentile(took: Sequence[dt.timedelta], share: float) -> dt.timedelta:
    """The time within which that share of them was done: one of those that happened, nothing between two."""
    return sorted(took)[math.ceil(share * len(took)) - 1]


def _on_a_working_day(city: City, department: str, moment: dt.datetime) -> dt.datetime:
    """That day, or the next on which the department works: nobody is told a Sunday."""
    local, desk = moment.astimezone(ZoneInfo(city.time_zone)), city.departments.get(department)
    if hours.is_working_day(city, local.date(), desk):
        return local
    return hours.add_working_days(city, local, 1, desk)
