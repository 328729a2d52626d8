"""Tickets of another system, taken over with their histories: who gets them here, and what they are about.

Reads the columns that Boston publishes its cases in: case_id, open_dt, target_dt, closed_dt, case_title, type, reason,
queue, location, street, property_type, neighborhood, latitude, longitude, source. Only case_id and open_dt must be
there. Times are the city's own, as "11/05/2015 10:25:00 AM" or in ISO 8601. Pure.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from dispatch import deadlines, routing
from dispatch.city.model import City
from storage.vocabulary import Channel, Priority, Status

WHO = "import"
_AMERICAN = "%m/%d/%Y %I:%M:%S %p"
_CHANNELS = {
    "constituent call": Channel.PHONE,
    "citizens connect app": Channel.WEB,
    "self service": Channel.WEB,
    "twitter": Channel.WEB,
    "city worker app": Channel.CONSOLE,
    "employee generated": Channel.CONSOLE,
}
ServiceOf = Callable[[str, str], str]
"""From a case's type and reason to the code of our service, "" where there is none like it."""


class BadCase(ValueError):
    """A line that cannot be a case; its text says what is wrong with it."""


class Imported(msgspec.Struct, frozen=True):
    """A ticket-to-be, its columns by name, but for its number; and the lines of its history."""

    ticket: dict[str, Any]
    history: list[dict[str, Any]]


def take_over(city: City, case: Mapping[str, str], service_of: ServiceOf, at: dt.datetime) -> Imported:
    """Make a ticket of a case. What is still open there is new here, and comes to whoever does such things here."""
    key = case.get("case_id", "").strip()
    opened = _moment(city, case.get("open_dt", ""))
    if not key or opened is None:
        raise BadCase("a case needs a case_id and an open_dt")
    closed = _moment(city, case.get("closed_dt", ""))
    kind = case.get("type", "").strip()
    service = service_of(kind, case.get("reason", "").strip())
    area = _area(city, case.get("neighborhood", ""))
    routed = routing.route(city, service, area=area, answers={}, at=opened)
    due = _moment(city, case.get("target_dt", ""))
    channel = _CHANNELS.get(case.get("source", "").strip().lower(), Channel.IMPORT)
    title = case.get("case_title", "").strip()
    status = Status.CLOSED if closed else Status.NEW
    ticket = _BARE | {
        "city": city.slug,
        "origin": f"{WHO}:{key}",
        "service": service,
        "department": routed.department,
        "routed_because": routed.because,
        "status": status,
        "channel": channel,
        "language": city.default_language,
        "place_kind": "intersection" if case.get("property_type", "").lower() == "intersection" else "address",
        "address": (case.get("street") or case.get("location") or "").strip(),
        "area": area,
        "lat": _degrees(case.get("latitude", ""), 90),
        "lon": _degrees(case.get("longitude", ""), 180),
        "description": kind if title in {"", kind} else f"{kind}: {title}",
        "created_at": opened,
        "updated_at": closed or opened,
        "due_at": due or deadlines.due(city, service, routed.department, Priority.NORMAL, opened),
        "escalated": _NOBODY_IS_TOLD,
        "resolved_at": closed,
        "closed_at": closed,
    }
    whence = "; ".join(part for part in (f"case {key}", case.get("queue", "").strip()) if part)
    filed = _LINE | {"at": opened, "channel": channel, "kind": "filed", "to_status": Status.NEW, "why": whence}
    ended = {"kind": "status", "from_status": Status.NEW, "to_status": Status.CLOSED, "channel": Channel.IMPORT}
    taken = _LINE | {"at": at, "channel": Channel.IMPORT, "kind": "imported", "data": dict.fromkeys(("case",), key)}
    return Imported(ticket, [filed, *([_LINE | ended | {"at": closed}] if closed else []), taken])


_NOBODY_IS_TOLD = 1_000
"""As if every step of a city had been taken that its deadline could call for: another system promised it, years ago
perhaps, and thousands at once would be overdue here. With a deadline of ours a ticket counts from 0 like any other."""
_BARE: dict[str, Any] = {
    "priority": Priority.NORMAL,
    "priority_because": "",
    "place_note": "",
    "location_verified": True,
    "answers": {},
    "review": [],
    "updates": False,
    "public_note": "",
    "version": 1,
}
_LINE: dict[str, Any] = {"who": WHO, "from_status": None, "to_status": None, "why": "", "public": "", "data": {}}


def _moment(city: City, written: str) -> dt.datetime | None:
    written = written.strip()
    if not written:
        return None
    try:
        local = dt.datetime.strptime(written, _AMERICAN) if "/" in written else dt.datetime.fromisoformat(written)  # noqa: DTZ007 - its zone is added below
    except ValueError:
        raise BadCase(f"{written!r} is no time") from None
    return local if local.tzinfo else local.replace(tzinfo=ZoneInfo(city.time_zone))


def _degrees(written: str, most: float) -> float | None:
    try:
        degrees = float(written)
    except ValueError:
        return None
    return degrees if -most <= degrees <= most and degrees else None


def _area(city: City, named: str) -> str:
    """The code of the city's area of that name, else the name as a code, for lists to be filtered by."""
    wanted = named.strip().casefold()
    for code, area in city.areas.items():
        if wanted in {code, *(name.casefold() for name in (*area.names.values(), *area.also))}:
            return code
    return re.sub(r"[^a-z0-9]+", "-", wanted).strip("-")
