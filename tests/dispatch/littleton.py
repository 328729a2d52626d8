"""A small made-up city, whole enough to file tickets in, and a clerk's and a caller's way to change them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dispatch.city.model import City
from dispatch.new_ticket import By, NewTicket
from storage.vocabulary import Channel

MONDAY = dt.datetime(2026, 3, 2, 15, 0, tzinfo=dt.UTC)
"""Ten in the morning in the city."""


WEEKDAYS = {day: ["08:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
LITTLETON = City.model_validate(
    {
        "slug": "littleton",
        "names": {"en": "Littleton"},
        "time_zone": "America/New_York",
        "languages": {
            "en": {"name": {"en": "English"}, "locale": "en-US", "voice": "Polly.Joanna-Neural"},
            "es": {"name": {"en": "Spanish"}, "locale": "es-MX", "voice": "Polly.Mia-Neural"},
        },
        "hours": WEEKDAYS,
        "holidays": {"country": "US"},
        "bounds": [40.0, -75.0, 41.0, -74.0],
        "front_desk": "information",
        "departments": {
            "streets": {"code": "streets", "names": {"en": "Streets"}, "email": "streets@littleton.example"},
            "parks": {"code": "parks", "names": {"en": "Parks"}, "email": "parks@littleton.example"},
            "information": {"code": "information", "names": {"en": "Information"}},
        },
        "categories": {"all": {"code": "all", "names": {"en": "Everything"}}},
        "services": {
            "pothole": {
                "code": "pothole",
                "category": "all",
                "names": {"en": "Pothole", "es": "Bache"},
                "department": "streets",
                "days": 3,
                "urgency": [
                    {"priority": "high", "because": "a lane is blocked", "question": "lane", "answer": "yes"},
                    {
                        "priority": "urgent",
                        "because": "somebody nearly fell",
                        "words": {"en": ["nearly fell"], "es": ["casi me caí"]},
                    },
                ],
            },
            "tree": {
                "code": "tree",
                "category": "all",
                "names": {"en": "Fallen tree"},
                "department": "parks",
                "days": 10,
            },
            "records": {
                "code": "records",
                "category": "all",
                "names": {"en": "Records"},
                "department": "information",
                "days": 0,
                "place": "none",
            },
        },
        "menu": [{"service": "pothole"}, {"service": "tree"}, {"service": "records"}],
        "routing": [
            {"services": ["pothole"], "department": "parks", "because": "park roads", "areas": ["the-park"]},
            {
                "services": ["tree"],
                "department": "streets",
                "because": "the road crew clears roads",
                "answers": {"on_road": "yes"},
            },
            {
                "services": ["tree"],
                "department": "information",
                "because": "parks is closed",
                "outside_hours": True,
            },
        ],
    }
)
"""Three services, three departments, open on working days from 8 to 17; no holiday in the spring."""

CALLER = By("caller", Channel.PHONE, MONDAY)
CLERK = By("maria", Channel.CONSOLE, MONDAY)


def later(by: By, **time: float) -> By:
    """The same person, so many `days` or `hours` later."""
    return By(by.who, by.channel, by.at + dt.timedelta(**time))


def a_report(**changes: Any) -> NewTicket:
    """A complete report of a pothole by a caller who wants to hear of it, but for what is changed."""
    report: dict[str, Any] = {
        "channel": Channel.PHONE,
        "origin": "CA1:1",
        "service": "pothole",
        "place_kind": "address",
        "address": "12 Elm St",
        "lat": 40.5,
        "lon": -74.5,
        "description": "a deep one",
        "reporter_phone": "+12125550001",
        "updates": True,
        "call_sid": "CA1",
    }
    return NewTicket(**(report | changes))
