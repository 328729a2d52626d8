"""Reports of tickets: how many, of what, where and when; how long they take, and whether that is what was promised."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from sqlmodel import Session

from dispatch.city.model import City
from dispatch.console import charts
from dispatch.console.charts import Bar
from dispatch.console.i18n import _
from dispatch.console.labels import label
from dispatch.console.report import Calendar, Cell, Hours, Report, Span, median, named, share, shown
from dispatch.console.report_calendar import by_day, by_hour
from storage import figures
from storage.figures import Filed, Took
from storage.vocabulary import Channel

CHARTED = 12
"""Lines of a chart; the table behind it holds all."""


class TicketFigures:
    """All that is counted of tickets in a span of days."""

    def __init__(self, session: Session, city: City, span: Span, now: dt.datetime) -> None:
        """Ask the ledger."""
        self.city, self.span = city, span
        self.filed = figures.filed(session, city.slug, span.period, now)
        self.calendar = Calendar(span, figures.moments(session, city.slug, span.period, span.grain_s))
        self.took = figures.took(session, city.slug, span.period)
        self.waiting = figures.waiting(session, city.slug, now)

    def count(self, now: int, of: Callable[[Filed], int] = lambda line: line.tickets) -> int:
        """So many in one of the two periods."""
        return sum(of(line) for line in self.filed if line.now == now)

    def median_hours(self, now: int) -> Hours | None:
        """How long closing takes, all in all."""
        hours = median(_hours(line for line in self.took if line.now == now))
        return None if hours is None else Hours(hours)

    def on_time(self, now: int) -> Cell:
        """What part was done by its deadline."""
        done = self.count(now, lambda line: line.on_time)
        return share(done, done + self.count(now, lambda line: line.late))

    def reports(self) -> Iterator[Report]:
        """Every report of tickets."""
        yield self._by_day()
        yield self._by_hour()
        for kind, title in (
            ("service", _("Tickets by service")),
            ("area", _("Tickets by area")),
            ("channel", _("Tickets by channel")),
        ):
            yield self._by(kind, title)
        yield self._punctual("department", _("On time, by department"))
        yield self._punctual("service", _("On time, by service"))
        yield self._backlog()
        yield self._duplicates()

    def _by_day(self) -> Report:
        note = _("Tickets filed, by every channel, on the city’s calendar.")
        return by_day("day", _("Tickets by day"), note, _("Tickets"), self.span, self.calendar)

    def _by_hour(self) -> Report:
        note = _("When tickets are filed, on the city’s clock.")
        return by_hour("hour", _("Tickets by weekday and hour"), note, self.calendar)

    def _by(self, kind: str, title: str) -> Report:
        counts: dict[str, Counter[int]] = defaultdict(Counter)
        for line in self.filed:
            counts[getattr(line, kind)][line.now] += line.tickets
        order = sorted(counts, key=lambda code: (-counts[code][1], -counts[code][0], code))
        total = self.count(1)
        rows = [
            (self._called(kind, code), counts[code][1], counts[code][0], share(counts[code][1], total))
            for code in order
        ]
        picture = charts.bars(title, [Bar(row[0], row[1], row[2]) for row in rows[:CHARTED]])
        name = {"service": _("Service"), "area": _("Area"), "channel": _("Channel")}[kind]
        headings = [name, _("Tickets"), _("Before"), _("Share")]
        return Report(kind, title, _("Tickets filed in the period."), headings, rows, picture)

    def _punctual(self, kind: str, title: str) -> Report:
        sums: dict[str, Counter[tuple[str, int]]] = defaultdict(Counter)
        for line in self.filed:
            code = getattr(line, kind)
            for name in ("tickets", "ended", "on_time", "late"):
                sums[code][name, line.now] += getattr(line, name)
        rows: list[list[Cell]] = []
        bars: list[Bar] = []
        for code in sorted(sums, key=lambda one: -sums[one]["tickets", 1]):
            one = sums[code]
            if not one["tickets", 1]:
                continue
            judged, before = one["on_time", 1] + one["late", 1], one["on_time", 0] + one["late", 0]
            hours = median(_hours(line for line in self.took if line.now and getattr(line, kind) == code))
            kept = share(one["on_time", 1], judged)
            name, rule = self._called(kind, code), self._rule(kind, code)
            rows.append(
                [name, *rule, one["tickets", 1], one["ended", 1], None if hours is None else Hours(hours), kept]
            )
            rows[-1].append(share(one["on_time", 0], before))
            if kept is not None:
                bars.append(Bar(name, 1.0, shown=shown(kept), good=kept))
        rules = [_("Rule, working days")] if kind == "service" else []
        headings = [_("Service") if kind == "service" else _("Department"), *rules, _("Tickets"), _("Ended")]
        headings += [_("Half took up to"), _("On time"), _("Before")]
        note = _("Of the tickets filed in the period whose deadline can be judged: ended by it, or not. ")
        note += _("How long half of them took is counted for what was closed in the period.")
        picture = charts.bars(title, bars[:CHARTED], most=1.0)
        return Report(f"on-time-{kind}", title, note, headings, rows, picture, legend="good")

    def _rule(self, kind: str, code: str) -> Sequence[Cell]:
        if kind != "service":
            return ()
        known = self.city.services.get(code)
        return (max(1, known.days) if known else None,)

    def _backlog(self) -> Report:
        title = _("Open tickets by age")
        ages = (_("Under a day"), _("1 to 7 days"), _("7 to 30 days"), _("30 to 90 days"), _("Over 90 days"))
        by_department: dict[str, Counter[int]] = defaultdict(Counter)
        for line in self.waiting:
            by_department[line.department][line.days] += line.tickets
        steps = (0, 1, 7, 30, 90)
        rows: list[Sequence[Cell]] = [
            (named(self.city, "department", code), *(counts[step] for step in steps), sum(counts.values()))
            for code, counts in sorted(by_department.items(), key=lambda item: -sum(item[1].values()))
        ]
        sums = [sum(counts[step] for counts in by_department.values()) for step in steps]
        picture = charts.bars(title, [Bar(age, count) for age, count in zip(ages, sums, strict=True)])
        headings = [_("Department"), *ages, _("All")]
        return Report("backlog", title, _("What is open at this moment."), headings, rows, picture, legend="none")

    def _duplicates(self) -> Report:
        title = _("Duplicates by service")
        sums: dict[str, Counter[tuple[str, int]]] = defaultdict(Counter)
        for line in self.filed:
            sums[line.service]["tickets", line.now] += line.tickets
            sums[line.service]["duplicates", line.now] += line.duplicates
        order = sorted(sums, key=lambda code: -sums[code]["duplicates", 1])
        rows = [
            (
                named(self.city, "service", code),
                sums[code]["duplicates", 1],
                sums[code]["duplicates", 0],
                share(sums[code]["duplicates", 1], sums[code]["tickets", 1]),
            )
            for code in order
            if sums[code]["duplicates", 1] or sums[code]["duplicates", 0]
        ]
        picture = charts.bars(title, [Bar(row[0], row[1], row[2]) for row in rows[:CHARTED]])
        headings = [_("Service"), _("Duplicates"), _("Before"), _("Share of tickets")]
        return Report("duplicates", title, _("Tickets that were found to be reported before."), headings, rows, picture)

    def _called(self, kind: str, code: str) -> str:
        return label(Channel(code)) if kind == "channel" else named(self.city, kind, code)


def _hours(lines: Iterator[Took]) -> Counter[int]:
    counted: Counter[int] = Counter()
    for line in lines:
        counted[line.hours] += line.tickets
    return counted
