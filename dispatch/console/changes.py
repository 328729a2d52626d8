"""What happened to a list of tickets while somebody was reading it, told in a line above it.

The list itself stays as it is: lines that move under a hand are the wrong ones when it clicks, and boxes that were
ticked would be gone. What is told is a link that loads the page again. Without JavaScript nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from dispatch.city.model import City
from dispatch.console.numbers import moment, whole, written
from storage import search
from storage.search import Order, Wanted
from storage.tables import Ticket

_MOST_SHOWN = 200


class Read(NamedTuple):
    """What a page says of itself, to hear later what happened since."""

    since: str
    """The mark of the moment it was read."""
    shown: str
    """The numbers of the tickets on it."""


def mark(session: Session, city: str) -> str:
    """Something that is another as soon as anything happens to any ticket: microseconds since 1970."""
    last = search.last_change(session, city)
    return str(written(last)) if last else "0"


def read(session: Session, city: City, shown: Iterable[Ticket]) -> Read:
    """Note what a page shows, in the transaction in which its tickets were read."""
    return Read(mark(session, city.slug), ".".join(ticket.number for ticket in shown))


def told(session: Session, city: City, *lists: tuple[Wanted, Order]) -> ResponseReturnValue:
    """Answer a page that asks what happened to its lists since it was read; "" where nothing did."""
    since, shown = request.args.get("since", ""), request.args.get("shown", "").split(".")[:_MOST_SHOWN]
    count = search.changed(session, city.slug, lists, moment(whole(since) or 0), shown)
    return render_template("console/changes.html", count=count)
