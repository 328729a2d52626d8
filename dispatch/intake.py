"""What becomes of a report before anybody has seen it, and of a ticket that proves to be another's. Pure.

Doubts, urgency, department, deadline.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec

from dispatch import deadlines, review, routing, urgency
from dispatch.city.model import City
from dispatch.new_ticket import NewTicket, Spot
from dispatch.workflow import OPEN
from storage.tables import Ticket, TicketEvent
from storage.vocabulary import Status

_OF_PLACE = frozenset({"location_unverified", "no_place", "out_of_area"})
_NOT_COLUMNS = frozenset({"draft", "review"})


def weigh(city: City, new: NewTicket, at: dt.datetime) -> dict[str, Any]:
    """All columns of the ticket-to-be but its number. Never refuses: what lacks or is doubtful goes to review."""
    doubts = review.reasons(city, new)
    urgent = urgency.judge(city, new)
    routed = routing.route(city, new.service, area=new.area, answers=new.answers, at=at)
    reported = {field: getattr(new, field) for field in new.__struct_fields__ if field not in _NOT_COLUMNS}
    return reported | {
        "city": city.slug,
        "department": routed.department,
        "routed_because": routed.because,
        "status": Status.DRAFT if new.draft else Status.NEEDS_REVIEW if doubts else Status.NEW,
        "priority": urgent.priority,
        "priority_because": urgent.because,
        "review": doubts,
        "created_at": at,
        "updated_at": at,
        "due_at": deadlines.due(city, new.service, routed.department, urgent.priority, at),
    }


def placed(city: City, ticket: Ticket, spot: Spot, *, checked: bool) -> dict[str, Any]:
    """The columns of a ticket that is there and not where it was; a doubt, where no person has `checked` it."""
    doubts = [doubt for doubt in ticket.review if doubt not in _OF_PLACE]
    if not checked:
        doubts.append("location_unverified")
        if not review.inside(city, spot.lat, spot.lon):
            doubts.append("out_of_area")
    return msgspec.structs.asdict(spot) | {"location_verified": checked, "review": doubts}


def weigh_again(
    city: City, ticket: Ticket, days: int, history: Iterable[TicketEvent], at: dt.datetime
) -> dict[str, Any]:
    """The columns of a ticket that are others now that its service or place is another. `days` is what it had so far.

    The deadline stays as it was promised unless the rule is another one, and where the work on it has ended.
    """
    routed = routing.route(city, ticket.service, area=ticket.area, answers=ticket.answers, at=at)
    columns: dict[str, Any] = {"department": routed.department, "routed_because": routed.because}
    rules = (ticket.department, days), (routed.department, deadlines.days(city, ticket.service))
    if ticket.status in OPEN and rules[0] != rules[1]:
        columns |= {"due_at": deadlines.counted_anew(city, ticket, routed.department, history), "escalated": 0}
    if routed.department != ticket.department:
        columns["assignee"] = None
    return columns
