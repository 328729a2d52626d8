"""What a person should look at before anybody drives out: each with its reasons, and one key to accept it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from dispatch.accounts import Permission, current, needs
from dispatch.console import filters, lists
from dispatch.console.desk import Desk
from dispatch.console.filters import Filters
from storage import search
from storage.search import Order, Wanted
from storage.vocabulary import Status


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @routes.get("/review")
    @needs(Permission.REVIEW)
    def review() -> ResponseReturnValue:
        """Everything in review, the oldest first."""
        who, city, asked = current(), desk.city, Filters.read(request.args)
        doubtful = Wanted(
            statuses=(Status.DRAFT, Status.NEEDS_REVIEW),
            departments=tuple(asked.chosen.get("department", ())) or who.departments,
        )
        with desk.database.reading() as session:
            page = search.page(
                session, city.slug, doubtful, Order.OLDEST, after=asked.after, before=asked.before, limit=25
            )
            around = lists.around(session, desk)
        choices = filters.options(city, {})
        return render_template(
            "console/review.html", page=page, asked=asked, services=choices["service"][:-1], **around
        )
