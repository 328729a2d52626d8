"""Reports: any period, compared with as many days before it; charts, the tables behind them, and files of these."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from dispatch.accounts import Permission, needs
from dispatch.console import export
from dispatch.console.desk import Desk
from dispatch.console.export import Lines
from dispatch.console.i18n import _, percent
from dispatch.console.report import Cell, Share, Span, plain, share, shown
from dispatch.console.report_calls import CallFigures
from dispatch.console.report_tickets import TicketFigures
from storage.counting import make_room

USUAL = (7, 30, 90, 365)
"""Days up to today that one click shows."""
_Figures = TypeVar("_Figures", TicketFigures, CallFigures)
LONGEST = 3_660
"""Days; more than ten years are ten years."""


class Headline(NamedTuple):
    """One figure above all reports, and what it was before."""

    words: str
    now: Cell
    before: Cell

    @property
    def change(self) -> str:
        """How it compares with before: "+12 %", or in points where it is a share itself; "" where it cannot."""
        now, before = self.now, self.before
        if isinstance(now, str) or isinstance(before, str) or now is None or not before:
            return ""
        change = now - before if isinstance(now, Share) else (now - before) / before
        return f"{'+' if change > 0 else '−' if change < 0 else '±'}{percent(abs(change))}"


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the page and its files."""

    @routes.get("/reports")
    @needs(Permission.SEE_REPORTS)
    def reports() -> ResponseReturnValue:
        """Show all reports of a period."""
        span = _span(desk)
        tickets, calls = _figures(desk, span)
        return render_template(
            "console/reports.html",
            span=span,
            usual=[(days, desk.now().astimezone(desk.zone).date() - dt.timedelta(days=days - 1)) for days in USUAL],
            headlines=list(_headlines(tickets, calls)),
            parts=((_("Calls"), list(calls.reports())), (_("Tickets"), list(tickets.reports()))),
            shown=shown,
        )

    @routes.get(f"/reports/<name>.{export.FORM}")
    @needs(Permission.SEE_REPORTS)
    def report_file(name: str, form: str) -> ResponseReturnValue:
        """Give one report to a spreadsheet, or to a program."""
        span = _span(desk)
        tickets, calls = _figures(desk, span)
        found = {report.name: report for report in (*calls.reports(), *tickets.reports())}.get(name) or abort(404)
        lines = Lines(found.headings, [[plain(cell) for cell in row] for row in found.rows])
        return export.sent(form, f"{name}-{span.first}-{span.last}", lines)


def _figures(desk: Desk, span: Span) -> tuple[TicketFigures, CallFigures]:
    """Count tickets and calls side by side, each in a transaction of its own: over years either takes a second."""
    city, now = desk.city, desk.now()

    def counted(figures: type[_Figures]) -> _Figures:
        with desk.database.reading() as session:
            make_room(session)
            return figures(session, city, span, now)

    with ThreadPoolExecutor(max_workers=1) as beside:
        calls = beside.submit(counted, CallFigures)
        return counted(TicketFigures), calls.result()


def _headlines(tickets: TicketFigures, calls: CallFigures) -> Iterable[Headline]:
    def of(words: str, figure: Any) -> Headline:
        return Headline(words, figure(1), figure(0))

    yield of(_("Calls"), calls.count)
    yield of(_("Served without a person"), calls.contained)
    yield of(_("Broken off"), calls.lost)
    yield of(_("Went to a person"), calls.zeroed_out)
    yield of(_("Settled by one call"), calls.at_once)
    yield of(_("Time to file"), calls.time_to_file)
    yield of(_("Tickets"), tickets.count)
    yield of(_("Half are closed within"), tickets.median_hours)
    yield of(_("On time"), tickets.on_time)
    yield of(_("Duplicates"), lambda now: share(tickets.count(now, lambda line: line.duplicates), tickets.count(now)))


def _span(desk: Desk) -> Span:
    """The days that the link names; the last thirty where it names none that make sense."""
    today = desk.now().astimezone(desk.zone).date()
    last = _day(request.args.get("until", "")) or today
    first = _day(request.args.get("since", "")) or last - dt.timedelta(days=29)
    first, last = min(first, last), max(first, last)
    return Span(max(first, last - dt.timedelta(days=LONGEST - 1)), last, desk.zone)


def _day(written: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(written)
    except ValueError:
        return None
    return day if 1990 <= day.year <= 2200 else None
