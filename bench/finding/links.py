"""The pages a desk asks for: every filter with values drawn as they occur, words, corners of the map, and reports."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from bench.finding.clerk import Clerk
from bench.finding.town import NOW, Town
from storage.vocabulary import Channel, Status

COMMON = tuple("street trash light water parking sidewalk tree please broken".split())
AGES = ("0-1", "1-7", "7-30", "30-90", "90-")
Draw = Callable[[], str]
"""Draws the path of a page, without `/console/`."""


def first_pages(town: Town, clerk: Clerk) -> Mapping[str, Draw]:
    """The first page of every filter, and of some together; of words; of corners of the map."""
    chance = random.Random(311)
    pick = chance.choice
    rare = sorted({word.lower() for text in town.words for word in text.split() if word.isalpha() and len(word) > 6})
    departments = sorted({case["department"] for case in town.cases})
    statuses, channels = list(Status), list(Channel)

    def a(**named: object) -> str:
        return "tickets?" + urlencode({"state": "all"} | named, doseq=True)

    def of(name: str) -> str:
        return pick(town.cases)[name] or "none"

    def corner(size: float) -> str:
        case = pick(town.cases)
        lat, lon = case["lat"] or 42.3, case["lon"] or -71.1
        return f"{lat - size:.6f},{lon - size:.6f},{lat + size:.6f},{lon + size:.6f}"

    def on_the_map(size: float, **named: object) -> str:
        return "map/tickets.json?" + urlencode({"box": corner(size), "state": "all"} | named)

    return {
        "all": a,
        "open": lambda: a(state="open"),
        "ended": lambda: a(state="ended"),
        "overdue": lambda: a(state="overdue"),
        "status": lambda: a(status=pick(statuses)),
        "two statuses": lambda: a(status=("new", pick(statuses))),
        "department": lambda: a(department=pick(departments)),
        "service": lambda: a(service=of("service")),
        "area": lambda: a(area=of("area")),
        "channel": lambda: a(channel=pick(channels)),
        "language": lambda: a(language=pick(("en", "es", "fr"))),
        "priority": lambda: a(priority=pick(("normal", "high", "urgent"))),
        "age": lambda: a(age=pick(AGES)),
        "age, open": lambda: a(state="open", age=pick(AGES)),
        "held by somebody": lambda: a(assignee=pick(clerk.numbers)),
        "held by nobody, open": lambda: a(state="open", assignee="nobody"),
        "oldest first": lambda: a(order="oldest"),
        "a department's, open, due first": lambda: a(state="open", department=pick(departments), order="due"),
        "a clerk's, open, due first": lambda: a(state="open", assignee=pick(clerk.numbers), order="due"),
        "department + status + area": lambda: a(department=pick(departments), status=pick(statuses), area=of("area")),
        "service + language + overdue": lambda: a(service=of("service"), language="es", state="overdue"),
        "service of any department": lambda: a(service=of("service"), department=pick(departments)),
        "service + channel + language": lambda: a(service=of("service"), channel=pick(channels), language="fr"),
        "text: a common word": lambda: a(q=pick(COMMON)),
        "text: any word": lambda: a(q=pick(rare)),
        "text: three common words": lambda: a(q=" ".join(chance.sample(COMMON, 3))),
        "text: two words of any": lambda: a(q=f"{pick(rare)} {pick(COMMON)}"),
        "text: a street": lambda: a(q=of("address")),
        "text + department + open": lambda: a(q=pick(COMMON), department=pick(departments), state="open"),
        "text + service + status": lambda: a(q=pick(COMMON), service=of("service"), status=pick(statuses)),
        "my queue": lambda: "queue",
        "review": lambda: "review",
        "map: a few blocks": lambda: on_the_map(0.002),
        "map: a district": lambda: on_the_map(0.02),
        "map: a district, open": lambda: on_the_map(0.02, state="open"),
        "map: a district, a service": lambda: on_the_map(0.02, service=of("service")),
        "map: the city": lambda: on_the_map(0.2),
        "map: drawn, without scripts": lambda: "map?" + urlencode({"box": corner(0.02)}),
    }


def reports() -> Mapping[str, Draw]:
    """All reports of a period, which is compared with the one before."""

    def of(days: int) -> Draw:
        first = NOW - dt.timedelta(days=days)
        return lambda: f"reports?since={first:%Y-%m-%d}&until={NOW:%Y-%m-%d}"

    return {
        "reports: a week": of(7),
        "reports: a month": of(30),
        "reports: a year": of(365),
        "reports: five years": of(1_826),
        "reports: all ten years": of(3_650),
    }
