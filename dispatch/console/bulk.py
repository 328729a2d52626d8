"""Doing the same to many tickets, or to one, from any list; and taking it back within ten seconds."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from dispatch import deeds
from dispatch.accounts import Permission, current, needs
from dispatch.console import actions, filters, lists
from dispatch.console.actions import Asked
from dispatch.console.desk import Desk
from dispatch.console.i18n import _, marked, ngettext
from dispatch.deeds import Done, TooLate
from storage import tickets as ledger

MOST = 100
"""Tickets at once, twice what a page shows. On SQLite callers wait meanwhile: for half a second with so many."""


def register(routes: Blueprint, desk: Desk) -> None:
    """Add what lists send their forms to."""

    @routes.post("/tickets/do")
    @needs(Permission.CHANGE_TICKETS)
    def tickets_do() -> ResponseReturnValue:
        """Do what a list's form says; ask first for what that owes."""
        asked = read(request.form.getlist("ticket"), request.form.get("do", ""), request.form.get("one", ""))
        where = request.form.get("back", "")
        if not asked.seen:
            flash(marked("Tick the tickets first."), "warning")
            return redirect(lists.safe(where))
        if asked.do == "print":
            return _printed(desk, asked)
        if asked.do not in actions.OWED:
            abort(400)
        if asked.missing:
            return _ask(desk, asked, where)
        done = desk.database.keep(lambda session: actions.perform(session, desk.city, current(), asked, desk.now()))
        tell(done)
        return redirect(lists.safe(where))

    @routes.post("/undo")
    @needs(Permission.CHANGE_TICKETS)
    def undo() -> ResponseReturnValue:
        """Take back what was done a moment ago."""
        key, who = request.form.get("key", ""), current().email
        try:
            done = desk.database.keep(lambda session: deeds.take_back(session, desk.city, key, who, desk.now()))
        except TooLate:
            flash(marked("The ten seconds are over: it is done, and people may have been told."), "error")
        else:
            if done.numbers:
                flash(
                    ngettext("%(n)s ticket is as it was.", "%(n)s tickets are as they were.", len(done.numbers)),
                    "success",
                )
            tell_refused(done)
        return redirect(lists.safe(request.form.get("back", "")))


def read(seen: list[str], do: str, one: str = "") -> Asked:
    """Read a list's form. `one` is a button in a line: "accept 12345678@3" is for that ticket alone."""
    if one:
        do, _space, number = one.partition(" ")
        seen = [number]
    fields = {
        name: value for name, value in request.form.items() if name not in {"csrf_token", "ticket", "do", "one", "back"}
    }
    return Asked(do, fields, dict(list(deeds.numbers(seen).items())[:MOST]))


def tell(done: Done) -> None:
    """Say what was done, and of what was not, why."""
    if done.numbers:
        flash(ngettext("%(n)s ticket done.", "%(n)s tickets done.", len(done.numbers)), "success")
    tell_refused(done)


def tell_refused(done: Done) -> None:
    """Say of what was not done why not; of many, of the first few."""
    for number, problem in list(done.refused.items())[:5]:
        why = actions.why_refused(problem)
        flash(_("Ticket %(number)s was left as it is: %(why)s.", number=number, why=why), "error")
    if len(done.refused) > 5:
        more = len(done.refused) - 5
        flash(ngettext("So was %(n)s more.", "So were %(n)s more.", more), "error")


def _ask(desk: Desk, asked: Asked, where: str) -> ResponseReturnValue:
    """Ask for what is owed, with the tickets it is for in sight."""
    with desk.database.reading() as session:
        found = [ledger.by_number(session, desk.city.slug, number) for number in asked.seen]
        tickets = [ticket for ticket in found if ticket]
        colleagues = lists.colleagues(session, desk.city, {ticket.department for ticket in tickets})
        around = lists.around(session, desk)
    return render_template(
        "console/owed.html",
        asked=asked,
        owed=actions.OWED[asked.do],
        tickets=tickets,
        name=actions.NAMES[asked.do],
        options=filters.options(desk.city, {}) | {"colleague": colleagues},
        **(around | {"here": where}),
    )


def _printed(desk: Desk, asked: Asked) -> ResponseReturnValue:
    with desk.database.reading() as session:
        found = [ledger.by_number(session, desk.city.slug, number) for number in asked.seen]
        around = lists.around(session, desk)
    return render_template("console/print.html", tickets=[one for one in found if one], more=None, **around)
