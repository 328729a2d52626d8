"""Tickets by who reported them: a form asks for a number or an e-mail address, for neither ever stands in a link."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from dispatch.accounts import Permission, needs
from dispatch.console import contacts, lists
from dispatch.console.desk import Desk
from dispatch.console.i18n import _
from storage import search_people
from storage.tables import Ticket


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @routes.get("/tickets/reporter")
    @needs(Permission.SEE_TICKETS, Permission.SEE_CONTACTS)
    def tickets_reporter() -> ResponseReturnValue:
        """The form alone."""
        return _page(desk)

    @routes.post("/tickets/reporter")
    @needs(Permission.SEE_TICKETS, Permission.SEE_CONTACTS)
    def tickets_reporter_found() -> ResponseReturnValue:
        """What somebody reported or follows."""
        typed = request.form.get("reporter", "").replace("\0", "").strip()[:254]
        email = contacts.email(typed)
        phone = "" if email else contacts.phone(desk.city, typed)
        if not phone and not email:
            return _page(desk, typed, wrong=_("This is neither a whole number nor an e-mail address.")), 422
        with desk.database.reading() as session:
            found = list(search_people.tickets_of(session, desk.city.slug, phone=phone, email=email))
        return _page(desk, typed, found)


def _page(desk: Desk, typed: str = "", found: list[Ticket] | None = None, wrong: str = "") -> str:
    with desk.database.reading() as session:
        around = lists.around(session, desk)
    return render_template(
        "console/reporter.html",
        typed=typed,
        found=None if found is None else found[: search_people.SHOWN],
        more=found is not None and len(found) > search_people.SHOWN,
        wrong=wrong,
        **around,
    )
