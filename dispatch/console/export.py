"""Any list as a file: CSV for spreadsheets, JSON for programs. Sent as it is read, however long it is.

A page says what its file holds and who may have it, and the file answers beside the page, to the same link:
`/calls?outcome=filed` is `/calls/export.csv?outcome=filed`.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from flask import Blueprint, Response, stream_with_context
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from dispatch.accounts import Permission, needs
from dispatch.console.desk import Desk

FORM = "<any(csv, json):form>"
"""Its place in a route."""
BATCH = 500
"""Lines read at once."""
Line = TypeVar("Line")
Start = TypeVar("Start")
_WRITTEN = 200
_FORMULA = tuple("=+-@＝＋－＠")
"""What a formula begins with; the wide ones of East Asian keyboards count as much."""


class Lines(NamedTuple):
    """What a file holds: columns by name, and line after line what stands in them."""

    columns: Sequence[str]
    rows: Iterable[Sequence[object]]


def offer(
    routes: Blueprint,
    desk: Desk,
    name: str,
    *permissions: Permission,
    read: Callable[[], Lines],
    methods: Sequence[str] = ("GET",),
) -> None:
    """Give the list of a page as a file to those who may export and hold these permissions.

    `name` is the page's endpoint, and its path with a "_" for every "/"; `read` is called in the request.
    """

    @routes.route(f"/{name.replace('_', '/')}/export.{FORM}", endpoint=f"{name}_export_file", methods=methods)
    @needs(Permission.EXPORT, *permissions)
    def export_file(form: str) -> ResponseReturnValue:
        today = desk.now().astimezone(desk.zone).date()
        return sent(form, f"{desk.city.slug}-{name.replace('_', '-')}-{today}", read())


def sent(form: str, name: str, lines: Lines) -> Response:
    """The file, under that name, as it is read."""
    write, kind = _WRITERS[form]
    return Response(
        stream_with_context(write(lines)),
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )


def in_batches(
    desk: Desk, read: Callable[[Session, Start | None], tuple[Iterable[Line], Start | None]]
) -> Iterator[Line]:
    """All lines of a list. `read` gives some, from a place on, and the place where the next begin, None after the last.

    Each batch is read for itself: the database waits for nobody who takes the file slowly.
    """
    start: Start | None = None
    while True:
        with desk.database.reading() as session:
            lines, start = read(session, start)
        yield from lines
        if start is None:
            return


def _csv(lines: Lines) -> Iterator[str]:
    """Lines as CSV, some at a time. A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    page = io.StringIO()
    table = csv.writer(page, lineterminator="\r\n")
    # Excel takes a file for UTF-8 only if it begins with this.
    page.write("\ufeff")
    table.writerow(lines.columns)
    for place, row in enumerate(lines.rows, 1):
        table.writerow([_cell(value) for value in row])
        if place % _WRITTEN == 0:
            yield page.getvalue()
            page.seek(0)
            page.truncate()
    yield page.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return harmless(value) if isinstance(value, str) else value


def harmless(words: str) -> str:
    """Words with an apostrophe before them where a spreadsheet would take them for a formula, blanks or not."""
    return f"'{words}" if words.lstrip().startswith(_FORMULA) or words.startswith(("\t", "\r", "\n")) else words


def _json(lines: Lines) -> Iterator[str]:
    """Lines as one JSON list, an object a line."""
    before = "[\n"
    for row in lines.rows:
        document = dict(zip(lines.columns, row, strict=True))
        yield before + json.dumps(document, ensure_ascii=False, default=dt.datetime.isoformat)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


_WRITERS: dict[str, tuple[Callable[[Lines], Iterator[str]], str]] = {
    "csv": (_csv, "text/csv; charset=utf-8"),
    "json": (_json, "application/json"),
}
