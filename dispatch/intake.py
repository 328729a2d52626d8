"""What becomes of a report before anybody has seen it: doubts, urgency, department, deadline. Pure."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dispatch import deadlines, review, routing, urgency
from dispatch.city.model import City
from dispatch.new_ticket import NewTicket
from storage.vocabulary import Status

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
