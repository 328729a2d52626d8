"""When a ticket is due, and what waiting, ending and reopening do to its clock. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from dispatch.city import hours
from dispatch.city.model import City
from dispatch.workflow import ENDED, PAUSED
from storage.tables import Ticket, TicketEvent
from storage.vocabulary import Priority, Status


class Clock(NamedTuple):
    """A ticket's times, and the escalation that hangs on them, named like its columns."""

    due_at: dt.datetime | None
    expected_at: dt.datetime | None
    escalated: int
    paused_at: dt.datetime | None
    resolved_at: dt.datetime | None
    closed_at: dt.datetime | None


def due(city: City, service: str, department: str, priority: Priority, at: dt.datetime) -> dt.datetime:
    """The moment by which something reported at `at` should be done, in the city's time zone.

    The service's own working days, counted in the department's calendar. At least one, for even what is "answered at
    once" was not answered at once if there is a ticket; and one for what is urgent or what nobody has sorted out yet.
    """
    count = 1 if priority is Priority.URGENT else days(city, service)
    return hours.add_working_days(city, at, count, city.departments.get(department))


def resumed(city: City, department: str, due_at: dt.datetime, paused_at: dt.datetime, at: dt.datetime) -> dt.datetime:
    """The new deadline of a ticket that stood still from `paused_at` to `at`: later by the working hours in between."""
    desk = city.departments.get(department)
    return hours.add_working_time(city, due_at, hours.working_time_between(city, paused_at, at, desk), desk)


def soon(city: City, at: dt.datetime) -> dt.datetime:
    """The end of the next working day: what is due before it, and is not overdue, is due soon."""
    last = hours.add_working_days(city, at, 1)
    return dt.datetime.combine(last.date() + dt.timedelta(days=1), dt.time(), last.tzinfo)


def days(city: City, service: str) -> int:
    """How many working days a service's rule gives."""
    known = city.services.get(service)
    return max(1, known.days) if known else 1


def counted_anew(city: City, ticket: Ticket, department: str, history: Iterable[TicketEvent]) -> dt.datetime:
    """The deadline of a ticket that comes under another rule: from its last opening on, later by what it waited since.

    A wait that lasts is not in it: the clock adds that when the ticket goes on.
    """
    opened, waits = _since_opened(ticket.created_at, history)
    due_at = due(city, ticket.service, department, ticket.priority, opened)
    for began, ended in waits:
        if ticket.paused_at is None or began < ticket.paused_at:
            due_at = resumed(city, department, due_at, began, ended)
    return due_at


def _since_opened(
    opened: dt.datetime, history: Iterable[TicketEvent]
) -> tuple[dt.datetime, list[tuple[dt.datetime, dt.datetime]]]:
    """When a ticket was opened last, reopening included, and from when to when it has waited since."""
    waits: list[tuple[dt.datetime, dt.datetime]] = []
    began: dt.datetime | None = None
    for line in history:
        if line.to_status is None:
            continue
        # A step that was taken back ended nothing, and so opened nothing.
        if line.from_status in ENDED and line.to_status not in ENDED and line.kind == "status":
            opened, waits = line.at, []
        if began and line.to_status not in PAUSED:
            waits.append((began, line.at))
        began = (began or line.at) if line.to_status in PAUSED else None
    return opened, waits


def clock(city: City, ticket: Ticket, to: Status, at: dt.datetime) -> Clock:
    """What the times of a ticket become when it moves to another status at `at`.

    Waiting stops the clock; going on moves the deadline and the day that was told; an end is kept, whatever end follows
    it; reopening starts anew, with a deadline counted from then. A deadline that still lies ahead escalates anew.
    """
    due_at, expected_at, paused_at = ticket.due_at, ticket.expected_at, ticket.paused_at
    if paused_at and to not in PAUSED:
        due_at, expected_at = (
            moment and resumed(city, ticket.department, moment, paused_at, at) for moment in (due_at, expected_at)
        )
        paused_at = None
    elif to in PAUSED:
        paused_at = paused_at or at
    resolved_at, closed_at = None, None
    if to in ENDED:
        resolved_at, closed_at = at if to is Status.RESOLVED else ticket.resolved_at, ticket.closed_at or at
    elif ticket.closed_at:
        due_at, expected_at = due(city, ticket.service, ticket.department, ticket.priority, at), None
    # What is late stays late after a short wait, and whoever was told of it is not told again.
    anew = due_at and due_at != ticket.due_at and due_at > at
    return Clock(due_at, expected_at, 0 if anew else ticket.escalated, paused_at, resolved_at, closed_at)
