"""Any list as a file: CSV for spreadsheets, JSON for programs. Sent as it is read, however long it is.

A page shows how far it has come where the browser runs scripts; without them the file simply arrives.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from dispatch.accounts import Permission, current, needs
from dispatch.console import lists
from dispatch.console.desk import Desk
from dispatch.console.filters import Filters
from storage import search
from storage.tables import Ticket

COLUMNS = (
    *("number", "status", "service", "department", "priority", "channel", "language", "address", "area", "lat", "lon"),
    *("place_note", "description", "public_note", "review", "assignee", "created_at", "updated_at", "due_at"),
    *("scheduled_for", "resolved_at", "closed_at"),
)
CONTACTS = ("reporter_name", "reporter_phone", "reporter_email")
"""Only for who may see them, and only if they ask for them."""
_BATCH = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the page and the files."""

    @routes.get("/tickets/export")
    @needs(Permission.EXPORT)
    def tickets_export() -> ResponseReturnValue:
        """What would be in the file, how much it is, and the ways to have it."""
        asked = Filters.read(request.args)
        with desk.database.reading() as session:
            people = lists.people(session, desk.city)
            total = search.count(session, desk.city.slug, asked.wanted(current(), people, desk.now()))
            around = lists.around(session, desk)
        return render_template(
            "console/export.html",
            asked=asked,
            total=total,
            chips=asked.chips(desk.city, people),
            contacts=current().can(Permission.SEE_CONTACTS),
            **around,
        )

    @routes.get("/tickets/export.<form>")
    @needs(Permission.EXPORT)
    def tickets_export_file(form: str) -> ResponseReturnValue:
        """The file."""
        if form not in _WRITERS:
            abort(404)
        asked, who, city = Filters.read(request.args), current(), desk.city
        columns = COLUMNS + (CONTACTS if "contacts" in request.args and who.can(Permission.SEE_CONTACTS) else ())
        with desk.database.reading() as session:
            wanted = asked.wanted(who, lists.people(session, city), desk.now())

        def rows() -> Iterator[dict[str, Any]]:
            with desk.database.reading() as session:
                for ticket in search.stream(session, city.slug, wanted, asked.order):
                    yield _row(ticket, columns)

        write, kind = _WRITERS[form]
        name = f"{city.slug}-tickets-{desk.now().astimezone(desk.zone):%Y-%m-%d}.{form}"
        return Response(
            stream_with_context(write(rows(), columns)),
            content_type=kind,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _row(ticket: Ticket, columns: tuple[str, ...]) -> dict[str, Any]:
    found = {name: getattr(ticket, name) for name in columns}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in found.items()}


def _csv(rows: Iterable[dict[str, Any]], columns: tuple[str, ...]) -> Iterator[str]:
    """Rows as CSV, some at a time. A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    page = io.StringIO()
    table = csv.DictWriter(page, columns, lineterminator="\r\n")
    # Excel takes a file for UTF-8 only if it begins with this.
    page.write("\ufeff")
    table.writeheader()
    for place, row in enumerate(rows, 1):
        table.writerow({name: _cell(value) for name, value in row.items()})
        if place % _BATCH == 0:
            yield page.getvalue()
            page.seek(0)
            page.truncate()
    yield page.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _json(rows: Iterable[dict[str, Any]], columns: tuple[str, ...]) -> Iterator[str]:  # noqa: ARG001 - rows name them
    """Rows as one JSON list, a ticket a line."""
    before = "[\n"
    for row in rows:
        yield before + json.dumps(row, ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


_WRITERS: dict[str, tuple[Callable[[Iterable[dict[str, Any]], tuple[str, ...]], Iterator[str]], str]] = {
    "csv": (_csv, "text/csv; charset=utf-8"),
    "json": (_json, "application/json"),
}
