"""Two operators at one ticket see each other: who is looking at it, who is writing about it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from dispatch.accounts import Permission, current, needs
from dispatch.console import lists
from dispatch.console.desk import Desk
from storage import presence
from storage import tickets as ledger
from storage.likeness_tables import Presence
from storage.tables import Ticket


def register(routes: Blueprint, desk: Desk) -> None:
    """Add where a ticket's page says that somebody is still there."""

    @routes.post("/tickets/<number>/here")
    @needs(Permission.SEE_TICKETS)
    def tickets_one_here(number: str) -> ResponseReturnValue:
        """Say that somebody is still at a ticket, is writing about it, or leaves; answers who else is there."""
        who, doing = current().email, request.form.get("doing", "")
        with desk.database.transaction() as session:
            ticket = ledger.by_number(session, desk.city.slug, number) or abort(404)
            if doing == "leaving":
                presence.leave(session, ticket.id or 0, who)
                return "", 204
            presence.note(session, ticket.id or 0, who, desk.now(), writing=doing == "writing")
            there = presence.others(session, ticket.id or 0, who, desk.now())
            around = lists.around(session, desk)
        return render_template("console/ticket_others.html", there=there, **around)


def noted(desk: Desk, ticket: Ticket) -> Sequence[Presence]:
    """Note that whoever asks has the ticket before their eyes; who else has."""
    with desk.database.transaction() as session:
        presence.note(session, ticket.id or 0, current().email, desk.now(), writing=False)
        return presence.others(session, ticket.id or 0, current().email, desk.now())
