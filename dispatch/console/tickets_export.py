"""Tickets as a file: how many it would hold, and with whose names and numbers, before anybody takes it.

A page shows how far it has come where the browser runs scripts; without them the file simply arrives.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from dispatch.accounts import Permission, current, needs
from dispatch.console import export, lists
from dispatch.console.desk import Desk
from dispatch.console.export import Lines
from dispatch.console.filters import Filters
from storage import search
from storage.search import Cursor

COLUMNS = (
    *("number", "status", "service", "department", "priority", "channel", "language", "address", "area", "lat", "lon"),
    *("place_note", "description", "public_note", "review", "assignee", "created_at", "updated_at", "due_at"),
    *("scheduled_for", "resolved_at", "closed_at"),
)
CONTACTS = ("reporter_name", "reporter_phone", "reporter_email")
"""Only for who may see them, and only if they ask for them."""


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the page and the files."""
    export.offer(routes, desk, "tickets", Permission.SEE_TICKETS, read=lambda: _lines(desk))

    @routes.get("/tickets/export")
    @needs(Permission.SEE_TICKETS, Permission.EXPORT)
    def tickets_export() -> ResponseReturnValue:
        """What would be in the file, how much it is, and the ways to have it."""
        asked = Filters.read(request.args)
        with desk.database.reading() as session:
            people = lists.people(session, desk.city)
            total = search.count(session, desk.city.slug, asked.wanted(desk.city, current(), people, desk.now()))
            around = lists.around(session, desk)
        return render_template(
            "console/export.html",
            asked=asked,
            total=total,
            chips=asked.chips(desk.city, people),
            contacts=current().can(Permission.SEE_CONTACTS),
            **around,
        )


def _lines(desk: Desk) -> Lines:
    asked, who, city = Filters.read(request.args), current(), desk.city
    columns = COLUMNS + (CONTACTS if "contacts" in request.args and who.can(Permission.SEE_CONTACTS) else ())
    with desk.database.reading() as session:
        wanted = asked.wanted(city, who, lists.people(session, city), desk.now())

    def some(session: Session, after: Cursor | None) -> tuple[Iterable[list[object]], Cursor | None]:
        page = search.page(session, city.slug, wanted, asked.order, after=after, limit=export.BATCH)
        return [[getattr(ticket, name) for name in columns] for ticket in page.tickets], page.older

    return Lines(columns, export.in_batches(desk, some))
