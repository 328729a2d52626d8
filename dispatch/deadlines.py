"""When a ticket is due, and what waiting does to that."""

from __future__ import annotations

import datetime as dt

from dispatch.city import hours
from dispatch.city.model import City
from storage.vocabulary import Priority


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
