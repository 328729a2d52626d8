"""Which tickets need a person's eyes before anybody drives out, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from dispatch.city.model import City
from dispatch.new_ticket import NewTicket

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "dropped_call": "The caller hung up before sending it.",
        "message": "The caller left a spoken message: listen to it, and file what it is about.",
        "unknown_service": "Nobody knows yet what it is about.",
        "no_place": "It needs a place, and there is none.",
        "location_unverified": "The place is in the caller's own words; our map knows none like it.",
        "out_of_area": "The place lies outside the city.",
        "low_confidence": "What was understood is a guess.",
        "possible_emergency_denied": "It sounded like an emergency, and the caller said it was none.",
        "abusive": "The caller insulted or threatened people here: read it before anybody calls back or goes there.",
        "emergency_in_transcript": "The recorded message speaks of an emergency: call back at once.",
    }
)
"""Code → what operators read. A code that is not here is shown as it is: a door may know reasons of its own."""


def reasons(city: City, new: NewTicket) -> list[str]:
    """Codes of all that is doubtful about a report, those the door gave first; empty: it can go to work."""
    return list(dict.fromkeys((*new.review, *_found(city, new))))


def _found(city: City, new: NewTicket) -> Iterator[str]:
    service = city.services.get(new.service)
    if new.draft:
        yield "dropped_call"
    if new.recording_sid:
        # Whoever listens to it finds out the rest.
        yield "message"
        return
    if service is None:
        yield "unknown_service"
    if new.place_kind == "none" and not new.address:
        if service is not None and service.place == "required":
            yield "no_place"
    elif not new.location_verified:
        yield "location_unverified"
    if not inside(city, new.lat, new.lon):
        yield "out_of_area"


def inside(city: City, lat: float | None, lon: float | None) -> bool:
    """Whether a spot may lie in the city; one without coordinates, or a city without bounds, may."""
    if city.bounds is None or lat is None or lon is None:
        return True
    south, west, north, east = city.bounds
    return south <= lat <= north and west <= lon <= east
