"""Where an operator's day begins: what is theirs, overdue first; what needs review; what nobody has."""

from __future__ import annotations

from itertools import chain

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from dispatch.accounts import Account, Permission, current, needs
from dispatch.console import changes, lists
from dispatch.console.actions import REVIEWED
from dispatch.console.desk import Desk
from dispatch.workflow import OPEN
from storage import search
from storage.search import Order, Wanted
from storage.vocabulary import Status

_IN_HAND = tuple(status for status in Status if status in OPEN and status not in REVIEWED)
"""What is to be worked on: somebody must have it, whatever was done to it already."""


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @routes.get("/queue")
    @needs(Permission.SEE_TICKETS)
    def queue() -> ResponseReturnValue:
        """My queue."""
        who, city = current(), desk.city
        with desk.database.reading() as session:
            mine, review, free = (
                search.page(session, city.slug, *wanted, limit=limit)
                for wanted, limit in zip(_wanted(who), (100, 10, 25), strict=True)
            )
            parts = {
                "mine": lists.by_urgency(mine.tickets, desk.now()),
                "review": review.tickets if who.can(Permission.REVIEW) else [],
                "free": free.tickets,
            }
            read = changes.read(session, city, chain.from_iterable(parts.values()))
            around = lists.around(session, desk)
        return render_template("console/queue.html", parts=parts, counts=(mine, review, free), read=read, **around)

    @routes.get("/queue/changed")
    @needs(Permission.SEE_TICKETS)
    def queue_changed() -> ResponseReturnValue:
        """What happened to it since."""
        mine, review, free = _wanted(current())
        seen = (mine, review, free) if current().can(Permission.REVIEW) else (mine, free)
        with desk.database.reading() as session:
            return changes.told(session, desk.city, *seen)


def _wanted(who: Account) -> tuple[tuple[Wanted, Order], ...]:
    """What is theirs, what needs review, and what nobody has taken."""
    return (
        (Wanted(assignees=(who.email,)), Order.DUE),
        (Wanted(statuses=REVIEWED, departments=who.departments, open_only=True), Order.OLDEST),
        (Wanted(statuses=_IN_HAND, departments=who.departments, assignees=("",)), Order.DUE),
    )
