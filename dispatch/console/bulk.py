"""Doing the same to many tickets, or to one, from any list; and taking it back within ten seconds."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from dispatch import deeds
from dispatch.accounts import Permission, current, needs
from dispatch.console import actions, drafts, filters, lists
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
            return _printed(desk, asked, lists.safe(where))
        if asked.do and asked.do not in actions.OWED:
            abort(400)
        if not asked.do or asked.missing:
            return _ask(desk, asked, where)
        done = desk.database.keep(lambda session: actions.perform(session, desk.city, current(), asked, desk.now()))
        if not done.numbers and any(asked.fields.values()):
            return _ask(desk, asked, where, done)
        tell(done)
        return redirect(lists.safe(where))

    @routes.post("/undo")
    @needs(Permission.CHANGE_TICKETS)
    def undo() -> ResponseReturnValue:
        """Take back what was done a moment ago. What was typed for it stands where it was typed, to be mended."""
        key, who, where = request.form.get("key", ""), current().email, request.form.get("back", "")

        def take_back(session: Session) -> Done:
            done = deeds.take_back(session, desk.city, key, who, desk.now())
            if done.words and len(done.numbers) == 1:
                ticket = ledger.by_number(session, desk.city.slug, done.numbers[0]) or abort(404)
                drafts.keep(session, who, ticket, drafts.step_of(done.what), done.words, desk.now())
            return done

        try:
            done = desk.database.keep(take_back)
        except TooLate:
            flash(marked("The ten seconds are over: it is done, and people may have been told."), "error")
        else:
            if done.numbers:
                flash(
                    ngettext("%(n)s ticket is as it was.", "%(n)s tickets are as they were.", len(done.numbers)),
                    "success",
                )
            tell_refused(done)
            if done.words and len(done.numbers) > 1:
                return _ask(desk, Asked(done.what, dict(done.words), dict.fromkeys(done.numbers)), where)
        return redirect(lists.safe(where))


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
    """Say of what was not done why not, each reason once; of many reasons the first few."""
    reasons = list(_reasons(done).items())
    for why, numbers in reasons[:5]:
        flash(_left(why, numbers), "error")
    if more := sum(len(numbers) for _why, numbers in reasons[5:]):
        flash(ngettext("So was %(n)s more.", "So were %(n)s more.", more), "error")


def _reasons(done: Done) -> dict[str, list[str]]:
    """Why tickets were left as they are, in words, each with the numbers of those."""
    found: dict[str, list[str]] = {}
    for number, problem in done.refused.items():
        found.setdefault(actions.why_refused(problem), []).append(number)
    return found


def _left(why: str, numbers: Sequence[str]) -> str:
    if len(numbers) == 1:
        return _("Ticket %(number)s was left as it is: %(why)s.", number=numbers[0], why=why)
    named = ", ".join(numbers[:5]) + (" …" if len(numbers) > 5 else "")
    return _("%(n)s tickets were left as they are: %(why)s (%(numbers)s).", n=len(numbers), why=why, numbers=named)


def _ask(desk: Desk, asked: Asked, where: str, refused: Done | None = None) -> ResponseReturnValue:
    """Ask what to do, or for what that owes, with the tickets it is for in sight.

    Where all of them `refused`, say why (422); what was typed stands there still.
    """
    with desk.database.reading() as session:
        found = [ledger.by_number(session, desk.city.slug, number) for number in asked.seen]
        tickets = [ticket for ticket in found if ticket]
        colleagues = lists.colleagues(session, desk.city, {ticket.department for ticket in tickets})
        around = lists.around(session, desk)
    problems = list(refused.refused.values()) if refused else []
    return render_template(
        "console/owed.html",
        asked=asked,
        owed=actions.OWED.get(asked.do, ()),
        tickets=tickets,
        name=actions.NAMES[asked.do] if asked.do else marked("Choose what to do"),
        choices=actions.BULK,
        wrong={actions.at_fault(problem): actions.why_refused(problem) for problem in problems},
        reasons=[_left(why, numbers) for why, numbers in _reasons(refused).items()] if refused else [],
        options=filters.options(desk.city, {}) | {"colleague": colleagues},
        there=lists.safe(where),
        **(around | {"here": where}),
    ), 422 if refused else 200


def _printed(desk: Desk, asked: Asked, way_back: str) -> ResponseReturnValue:
    with desk.database.reading() as session:
        found = [ledger.by_number(session, desk.city.slug, number) for number in asked.seen]
        around = lists.around(session, desk)
    tickets = [one for one in found if one]
    return render_template("console/print.html", tickets=tickets, more=None, way_back=way_back, **around)
