"""The two reports of when: by day, beside as many days before, and by weekday and hour. Of tickets and calls alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from babel.dates import format_date, get_day_names

from dispatch.console import charts
from dispatch.console.i18n import _, language
from dispatch.console.report import Calendar, Cell, Report, Span


def by_day(name: str, title: str, note: str, counted: str, span: Span, calendar: Calendar) -> Report:
    """How many came on each day; `counted` is what they are called."""
    days = [span.first + dt.timedelta(days=place) for place in range(span.days)]
    now = calendar.days(span.first, span.days)
    before = calendar.days(span.first - dt.timedelta(days=span.days), span.days)
    labels = [format_date(day, "MMM d" if language() == "en" else "d MMM", locale=language()) for day in days]
    rows = [(day.isoformat(), one, other) for day, one, other in zip(days, now, before, strict=True)]
    headings = [_("Day"), counted, _("Before")]
    return Report(name, title, note, headings, rows, charts.curve(title, now, before, labels), wide=True)


def by_hour(name: str, title: str, note: str, calendar: Calendar) -> Report:
    """How many came in each hour of each weekday."""
    names = get_day_names("abbreviated", locale=language())
    weekdays = [str(names[place]) for place in range(7)]
    hours = [str(hour) for hour in range(24)]
    lines = list(zip(weekdays, calendar.by_hour, strict=True))
    rows: list[Sequence[Cell]] = [(name, *counts) for name, counts in lines]
    picture = charts.grid(title, lines, hours)
    return Report(name, title, note, [_("Weekday"), *hours], rows, picture, legend="none", wide=True)
