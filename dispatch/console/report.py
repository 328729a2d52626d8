"""What a report is made of: a title, a sentence on how it is counted, a chart, and the table that says the same."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from markupsafe import Markup

from dispatch.city.model import City
from dispatch.console.i18n import _, number, percent
from dispatch.console.labels import in_language
from storage.counting import Moment, Period

_EPOCH, _DAY_S = dt.date(1970, 1, 1), 86_400


class Share(float):
    """A part of a whole, 0 to 1."""


class Hours(float):
    """A length of time, in hours."""


class Seconds(float):
    """A length of time, in seconds."""


Cell = str | int | Share | Hours | Seconds | None


class Report(msgspec.Struct, frozen=True):
    """One report, ready to be shown or given as a file."""

    name: str
    """As in the link to its files."""
    title: str
    note: str
    """How it is counted, in a sentence."""
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    """The first cell of each is what the line is called."""
    chart: Markup | None = None
    legend: str = "before"
    """Which key stands above the chart: before, good, lost, or none."""
    wide: bool = False


class Span(msgspec.Struct, frozen=True):
    """The days a report is of, on the city's calendar, and as many before them."""

    first: dt.date
    last: dt.date
    zone: ZoneInfo

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def period(self) -> Period:
        """The same as the ledger counts."""
        before = self.first - dt.timedelta(days=self.days)
        return Period(*(self._midnight(day) for day in (before, self.first, self.last + dt.timedelta(days=1))))

    @property
    def grain_s(self) -> int:
        """What all days and hours of the city's clock are made up of, in seconds: an hour, or in some zones a part."""
        first, last = self.period.before.timestamp(), self.period.end.timestamp()
        # A clock is changed for months: to look at it every month is enough.
        offsets = (_offset_at(self.zone, int(at)) for at in (first, last, *range(int(first), int(last), 30 * _DAY_S)))
        return math.gcd(3_600, *offsets)

    def _midnight(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), self.zone).astimezone(dt.UTC)


class Calendar:
    """How many came when, on the city's clock."""

    def __init__(self, span: Span, moments: Iterable[Moment]) -> None:
        """Sort moments into days, hours and weekdays of the city."""
        self.by_hour = [[0] * 24 for _weekday in range(7)]
        """By weekday, Monday first, then hour; of the period alone."""
        days: dict[int, int] = {}
        first, grain_s, offset_on = (span.first - _EPOCH).days, span.grain_s, cache(lambda day: _offset(span.zone, day))
        for place, many in moments:
            at = place * grain_s
            offset = offset_on(at // _DAY_S)
            day, second = divmod(at + (_offset_at(span.zone, at) if offset is None else offset), _DAY_S)
            days[day] = days.get(day, 0) + many
            if day >= first:
                self.by_hour[(day + _EPOCH.weekday()) % 7][second // 3_600] += many
        self.by_day = {_EPOCH + dt.timedelta(days=day): many for day, many in days.items()}

    def days(self, first: dt.date, count: int) -> list[int]:
        """The figures of so many days."""
        return [self.by_day.get(first + dt.timedelta(days=place), 0) for place in range(count)]


def _offset_at(zone: ZoneInfo, at: int) -> int:
    """By how many seconds the city's clock is ahead of UTC at a moment, in seconds since 1970."""
    offset = dt.datetime.fromtimestamp(at, zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _offset(zone: ZoneInfo, day: int) -> int | None:
    """The same for a whole day of UTC; None for one on which the clocks are changed."""
    begin, end = (_offset_at(zone, at * _DAY_S) for at in (day, day + 1))
    return begin if begin == end else None


def shown(cell: Cell) -> str:
    """A figure as the reader writes it."""
    match cell:
        case None:
            return "–"
        case Share():
            return percent(cell)
        case Hours():
            return _("%(n)s h", n=number(cell, 1)) if cell < 48 else _("%(n)s days", n=number(cell / 24, 1))
        case Seconds():
            return f"{int(cell) // 60}:{int(cell) % 60:02}"
        case int():
            return number(cell)
        case _:
            return str(cell)


def plain(cell: Cell) -> str | int | float | None:
    """The same for other programs: no thousands, no signs."""
    return round(float(cell), 4) if isinstance(cell, float) else cell


def share(part: int, whole: int) -> Share | None:
    """The part as a share; None of nothing."""
    return Share(part / whole) if whole else None


def median(counted: Mapping[int, int]) -> float | None:
    """The middle of a distribution, given how many there are of each value; None where there are none."""
    middle, seen = sum(counted.values()) / 2, 0
    for value in sorted(counted):
        seen += counted[value]
        if seen >= middle:
            return float(value)
    return None


def named(city: City, kind: str, code: str) -> str:
    """What the city calls a service, department or area; its code where the city no longer knows it."""
    kinds: Mapping[str, Mapping[str, Any]] = {
        "service": city.services,
        "department": city.departments,
        "area": city.areas,
    }
    things = kinds[kind]
    if not code:
        return _("Not known")
    return in_language(things[code].names) if code in things else code
