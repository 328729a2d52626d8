"""When somebody is there, and which days count: opening hours, public holidays, working days.

Everything is reckoned on the city's own clocks, so a day on which they change is 23 or 25 hours long and nobody opens
an hour early. Moments go in with any time zone and come out in the city's.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import holidays

from dispatch.city.formats import at_minute, minutes
from dispatch.city.model import City, Department, OpeningHours

Weekday = tuple[tuple[int, int], ...]
"""The open ranges of a day, in minutes since local midnight."""
_ALL_DAY: Weekday = ((0, 24 * 60),)
_OBSERVED = " (observed)"
LONGEST_CLOSURE = 366
"""Days in which an office must open again."""


@functools.lru_cache(maxsize=256)
def _week(hours: OpeningHours) -> tuple[Weekday, ...]:
    """The open ranges of Monday to Sunday."""
    if hours.always:
        return (_ALL_DAY,) * 7
    days = (hours.mon, hours.tue, hours.wed, hours.thu, hours.fri, hours.sat, hours.sun)
    return tuple(tuple(minutes(span) for span in day) for day in days)


@functools.lru_cache(maxsize=256)
def _calendar(country: str, subdivision: str | None, year: int) -> dict[dt.date, str]:
    """A year's public holidays; working a year out takes a millisecond, so each is kept."""
    return dict(holidays.country_holidays(country, subdiv=subdivision, years=year))


def holiday(city: City, day: dt.date) -> str | None:
    """The name of the public holiday the city keeps on that day, in the country's own language; None on other days."""
    kept = city.holidays
    if own := kept.also.get(day):
        return own
    joined = _calendar(kept.country, kept.subdivision, day.year).get(day)
    names = [name for name in joined.split("; ") if name.removesuffix(_OBSERVED) not in kept.not_kept] if joined else []
    return names[0] if names else None


def hours_of(city: City, department: Department | None) -> OpeningHours:
    """The department's own hours, else the city's."""
    return (department.hours if department else None) or city.hours


def _open_ranges(city: City, hours: OpeningHours, day: dt.date) -> Weekday:
    spans = _week(hours)[day.weekday()]
    if spans and not (hours.always or hours.on_holidays) and holiday(city, day):
        return ()
    return spans


def is_open(city: City, department: Department | None, at: dt.datetime) -> bool:
    """Whether somebody is there at that moment; without a department, whether the city's own people answer.

    `at` must carry a time zone (ValueError otherwise): a naive time would be taken for another city's.
    """
    local = _local(city, at)
    minute = local.hour * 60 + local.minute
    return any(
        opens <= minute < closes for opens, closes in _open_ranges(city, hours_of(city, department), local.date())
    )


def _openings(city: City, hours: OpeningHours, first: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Every opening and its close, from the day `first` on, until nobody comes for a year."""
    zone = ZoneInfo(city.time_zone)
    day, idle = first, 0
    while idle < LONGEST_CLOSURE:
        ranges = _open_ranges(city, hours, day)
        for opens, closes in ranges:
            yield at_minute(day, opens, zone), at_minute(day, closes, zone)
        day, idle = day + dt.timedelta(days=1), 0 if ranges else idle + 1


def is_working_day(city: City, day: dt.date, department: Department | None = None) -> bool:
    """Whether work is done at all on that day."""
    return bool(_open_ranges(city, hours_of(city, department), day))


def add_working_days(city: City, start: dt.datetime, days: int, department: Department | None = None) -> dt.datetime:
    """The close of the last hours of the `days`-th working day after the day of `start`.

    What is reported on a Friday with one day to do it is due when the office closes on Monday, or on Tuesday if Monday
    is a holiday. No days at all: `start` itself. Where nothing closes (`always`), a day ends one minute before
    midnight, so that the due date is the day that was counted. Raises ValueError for a negative number of days.
    """
    if days < 0:
        message = f"working days are counted forwards, not {days}"
        raise ValueError(message)
    local = _local(city, start)
    if days == 0:
        return local
    hours = hours_of(city, department)
    day = local.date()
    ranges: Weekday = ()
    idle = 0
    while days and idle < LONGEST_CLOSURE:
        day += dt.timedelta(days=1)
        ranges = _open_ranges(city, hours, day)
        days, idle = (days - 1, 0) if ranges else (days, idle + 1)
    closes = min(ranges[-1][1] if ranges else 24 * 60, 24 * 60 - 1)
    return at_minute(day, closes, ZoneInfo(city.time_zone))


def working_time_between(
    city: City, start: dt.datetime, end: dt.datetime, department: Department | None = None
) -> dt.timedelta:
    """How long somebody was there between two moments; nothing where `end` is not later than `start`."""
    worked = dt.timedelta()
    for opens, closes in _openings_in_utc(city, department, start):
        if opens >= end:
            break
        worked += max(dt.timedelta(), min(closes, end) - max(opens, start))
    return worked


def add_working_time(
    city: City, start: dt.datetime, time: dt.timedelta, department: Department | None = None
) -> dt.datetime:
    """The moment by which somebody will have been there for so long, counted from `start`: `start` itself for no time.

    What takes the rest of a day is done when the office closes, not when it opens next.
    """
    done, left = start, time
    for opens, closes in _openings_in_utc(city, department, start):
        if not left:
            break
        begins = max(opens, start)
        if closes > begins:
            worked = min(left, closes - begins)
            done, left = begins + worked, left - worked
    return _local(city, done)


def _openings_in_utc(
    city: City, department: Department | None, start: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The openings from the day of `start` on, in UTC: on the city's clocks an hour is lost or found twice a year."""
    for opens, closes in _openings(city, hours_of(city, department), _local(city, start).date()):
        yield opens.astimezone(dt.UTC), closes.astimezone(dt.UTC)


def _local(city: City, at: dt.datetime) -> dt.datetime:
    if at.tzinfo is None:
        message = "a moment without a time zone cannot be compared with opening hours"
        raise ValueError(message)
    return at.astimezone(ZoneInfo(city.time_zone))
