"""All tickets: filters that stand in the link, filters that are kept, and what can be done with many at once."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from dispatch.accounts import Permission, current, needs
from dispatch.console import actions, changes, filters, lists
from dispatch.console.desk import Desk
from dispatch.console.filters import Filters
from dispatch.console.i18n import _, marked
from dispatch.console.numbers import ONE_ROW
from storage import desk as kept
from storage import search
from storage import tickets as ledger
from storage.search import Order

PRINTED = 200
"""Tickets on one printed list: a crew's week."""


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the list, its filters, and its printed form."""

    @routes.get("/tickets")
    @needs(Permission.SEE_TICKETS)
    def tickets() -> ResponseReturnValue:
        """All tickets that fit the link."""
        asked, who, city = Filters.read(request.args), current(), desk.city
        with desk.database.reading() as session:
            if number := filters.ticket_number(request.args.get("q", ""), city):
                if ledger.by_number(session, city.slug, number):
                    return redirect(url_for("console.tickets_one", number=number))
                flash(_("There is no ticket %(number)s.", number=number), "error")
            people = lists.people(session, city)
            wanted = asked.wanted(city, who, people, desk.now())
            page = search.page(session, city.slug, wanted, asked.order, after=asked.after, before=asked.before)
            read = changes.read(session, city, page.tickets)
            saved = kept.filters(session, city.slug, who.email)
            around = lists.around(session, desk)
        if request.args.get("q", "").split() != asked.words.split():
            flash(
                marked("Names, numbers and e-mail addresses are not searched for: what you search stands in the link."),
                "info",
            )
        if request.args.get("order") == Order.DUE and asked.order is not Order.DUE:
            flash(marked("What has ended is due no more, so these stand the newest first."), "info")
        return render_template(
            "console/tickets.html",
            page=page,
            read=read,
            asked=asked,
            saved=saved,
            kept_now=next((each.id for each in saved if asked.same_as(each.query)), None),
            options=filters.options(city, people),
            chips=asked.chips(city, people),
            bulk=actions.BULK,
            **around,
        )

    @routes.get("/tickets/changed")
    @needs(Permission.SEE_TICKETS)
    def tickets_changed() -> ResponseReturnValue:
        """What happened since to those that fit the link."""
        asked, city = Filters.read(request.args), desk.city
        with desk.database.reading() as session:
            wanted = asked.wanted(city, current(), lists.people(session, city), desk.now())
            return changes.told(session, city, (wanted, asked.order))

    @routes.get("/tickets/print")
    @needs(Permission.SEE_TICKETS)
    def tickets_print() -> ResponseReturnValue:
        """The same on paper, a ticket after the other, with room for what the crew finds."""
        asked, city = Filters.read(request.args), desk.city
        with desk.database.reading() as session:
            wanted = asked.wanted(city, current(), lists.people(session, city), desk.now())
            found = search.page(session, city.slug, wanted, asked.order, limit=PRINTED)
            around = lists.around(session, desk)
        way_back = f"{url_for('console.tickets')}?{asked.query}"
        return render_template(
            "console/print.html", tickets=found.tickets, more=found.older, way_back=way_back, **around
        )

    @routes.post("/tickets/filters")
    @needs(Permission.SEE_TICKETS)
    def tickets_filter_save() -> ResponseReturnValue:
        """Keep the filters of a list under a name."""
        name, shared = request.form.get("name", "").strip()[:60], "shared" in request.form
        asked = Filters.read(_args(request.form.get("query", "")))
        who = current()
        if shared and not who.can(Permission.SHARE_FILTERS):
            abort(403)
        if name:
            with desk.database.transaction() as session:
                owner = kept.EVERYBODY if shared else who.email
                kept.save_filter(session, desk.city.slug, owner, name, asked.query, desk.now())
            flash(_("Kept as “%(name)s”.", name=name), "success")
        return redirect(f"{url_for('console.tickets')}?{asked.query}")

    @routes.post(f"/tickets/filters/{ONE_ROW}/drop")
    @needs(Permission.SEE_TICKETS)
    def tickets_filter_drop(number: int) -> ResponseReturnValue:
        """Forget a filter of one's own, or of everybody where one may share them."""
        who = current()
        owners = (who.email, kept.EVERYBODY) if who.can(Permission.SHARE_FILTERS) else (who.email,)
        with desk.database.transaction() as session:
            kept.drop_filter(session, desk.city.slug, owners, number)
        return redirect(url_for("console.tickets"))


def _args(query: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(query))
