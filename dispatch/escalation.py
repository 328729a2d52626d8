"""What happens to tickets whose deadline has passed: the steps of the city's file, taken by the worker."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from dispatch import tickets
from dispatch.city import hours
from dispatch.city.model import City
from dispatch.new_ticket import By
from storage import likeness
from storage.database import Database
from storage.vocabulary import Channel

AT_ONCE = 100
"""Tickets in one transaction: a backlog must not hold up callers."""


def escalate_due(database: Database, city: City, at: dt.datetime) -> int:
    """Take every step that is due, one a ticket; returns how many. Several workers may try at once."""
    return sum(_step(database, city, taken, at) for taken in range(len(city.escalation)))


def _step(database: Database, city: City, taken: int, at: dt.datetime) -> int:
    before = _due_before(city, city.escalation[taken].days, at)
    with database.reading() as session:
        numbers = likeness.overdue_at(session, city.slug, taken, before, limit=AT_ONCE)
    done = 0
    by = By("escalation", Channel.SYSTEM, at)
    for number in numbers:
        with database.transaction() as session:
            done += tickets.escalate(session, city, number, taken, by) is not None
    return done


def _due_before(city: City, days: int, at: dt.datetime) -> dt.datetime:
    """What was due before this moment is overdue by so many working days of the city's calendar.

    It is the same hour so many working days ago, on the city's clocks; on a day off, what the last working day came to.
    """
    if not days:
        return at
    now = at.astimezone(ZoneInfo(city.time_zone))
    moment = now if hours.is_working_day(city, now.date()) else dt.datetime.combine(now, dt.time.max, now.tzinfo)
    earliest = now - dt.timedelta(days=days + hours.LONGEST_CLOSURE)
    while moment > earliest:
        works = hours.is_working_day(city, moment.date())
        if works and not days:
            break
        days -= works
        moment -= dt.timedelta(days=1)
    return moment
