"""What a person should look at before anybody drives out: each with its reasons, and one key to accept it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from dispatch.accounts import Permission, current, needs
from dispatch.console import changes, filters, lists
from dispatch.console.actions import REVIEWED
from dispatch.console.desk import Desk
from dispatch.console.filters import Filters
from storage import search
from storage.search import Order, Wanted


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @routes.get("/review")
    @needs(Permission.REVIEW)
    def review() -> ResponseReturnValue:
        """Everything in review, the oldest first."""
        city, asked = desk.city, Filters.read(request.args)
        with desk.database.reading() as session:
            wanted, order = _wanted(asked)
            page = search.page(session, city.slug, wanted, order, after=asked.after, before=asked.before, limit=25)
            read = changes.read(session, city, page.tickets)
            around = lists.around(session, desk)
        choices = filters.options(city, {})
        return render_template(
            "console/review.html",
            page=page,
            asked=asked,
            statuses=wanted.statuses,
            departments=wanted.departments,
            services=choices["service"][:-1],
            read=read,
            **around,
        )

    @routes.get("/review/changed")
    @needs(Permission.REVIEW)
    def review_changed() -> ResponseReturnValue:
        """What happened to it since."""
        with desk.database.reading() as session:
            return changes.told(session, desk.city, _wanted(Filters.read(request.args)))


def _wanted(asked: Filters) -> tuple[Wanted, Order]:
    departments = tuple(asked.chosen.get("department", ())) or current().departments
    return Wanted(statuses=REVIEWED, departments=departments, open_only=True), Order.OLDEST
