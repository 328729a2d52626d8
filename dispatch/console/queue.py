"""Where an operator's day begins: what is theirs, overdue first; what needs review; what nobody has taken yet."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from dispatch.accounts import Permission, current, needs
from dispatch.console import lists
from dispatch.console.desk import Desk
from storage import search
from storage.search import Order, Wanted
from storage.vocabulary import Status

_UNTOUCHED = (Status.NEW, Status.REOPENED)


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @routes.get("/queue")
    @needs(Permission.SEE_TICKETS)
    def queue() -> ResponseReturnValue:
        """My queue."""
        who, city = current(), desk.city
        with desk.database.reading() as session:
            mine = search.page(session, city.slug, Wanted(assignees=(who.email,)), Order.DUE, limit=100)
            doubtful = Wanted(statuses=(Status.DRAFT, Status.NEEDS_REVIEW), departments=who.departments)
            review = search.page(session, city.slug, doubtful, Order.OLDEST, limit=10)
            untouched = Wanted(statuses=_UNTOUCHED, departments=who.departments, assignees=("",))
            free = search.page(session, city.slug, untouched, Order.DUE, limit=25)
            around = lists.around(session, desk)
        parts = {
            "mine": lists.by_urgency(mine.tickets, desk.now()),
            "review": review.tickets if who.can(Permission.REVIEW) else [],
            "free": free.tickets,
        }
        return render_template("console/queue.html", parts=parts, counts=(mine, review, free), **around)
