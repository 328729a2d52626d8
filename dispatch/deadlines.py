"""When a ticket is due, and what waiting, ending and reopening do to its clock. Pure."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from dispatch.city import hours
from dispatch.city.model import City
from dispatch.workflow import ENDED, PAUSED
from storage.tables import Ticket
from storage.vocabulary import Priority, Status


class Clock(NamedTuple):
    """A ticket's times, named like its columns."""

    due_at: dt.datetime | None
    paused_at: dt.datetime | None
    resolved_at: dt.datetime | None
    closed_at: dt.datetime | None


def due(city: City, service: str, department: str, priority: Priority, at: dt.datetime) -> dt.datetime:
    """The moment by which something reported at `at` should be done, in the city's time zone.

    The service's own working days, counted in the department's calendar. At least one, for even what is "answered at
    once" was not answered at once if there is a ticket; and one for what is urgent or what nobody has sorted out yet.
    """
    known = city.services.get(service)
    days = 1 if known is None or priority is Priority.URGENT else max(1, known.days)
    return hours.add_working_days(city, at, days, city.departments.get(department))


def resumed(city: City, department: str, due_at: dt.datetime, paused_at: dt.datetime, at: dt.datetime) -> dt.datetime:
    """The new deadline of a ticket that stood still from `paused_at` to `at`: later by the working days it waited."""
    desk = city.departments.get(department)
    return hours.add_working_days(city, due_at, hours.working_days_between(city, paused_at, at, desk), desk)


def clock(city: City, ticket: Ticket, to: Status, at: dt.datetime) -> Clock:
    """What the times of a ticket become when it moves to another status at `at`.

    Waiting stops the clock and going on moves the deadline; an end is kept, whatever end follows it; reopening starts
    anew, with a deadline counted from then.
    """
    due_at, paused_at = ticket.due_at, ticket.paused_at
    if paused_at and to not in PAUSED:
        due_at = resumed(city, ticket.department, due_at, paused_at, at) if due_at else None
        paused_at = None
    elif to in PAUSED:
        paused_at = paused_at or at
    if to in ENDED:
        return Clock(due_at, paused_at, at if to is Status.RESOLVED else ticket.resolved_at, ticket.closed_at or at)
    if ticket.closed_at:
        due_at = due(city, ticket.service, ticket.department, ticket.priority, at)
    return Clock(due_at, paused_at, None, None)
