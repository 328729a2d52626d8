"""What the recogniser should expect to hear: the streets, areas and landmarks likeliest in this turn.

Twilio takes 500 hints of 100 characters. A city has thousands of streets, so they are chosen: the area the caller or
the place is known to be in first, then the streets with the most addresses, because a report is about as likely at one
address as at another. Streets whose names are ordinary words ("Main", "Park") need no hint as much as those no
recogniser has heard of, yet they are left in: a hint also keeps "Park" from becoming "part".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from dispatch.city.gazetteer import Gazetteer, Street
from dispatch.city.gazetteer_names import words as plain_words
from dispatch.city.model import City, in_language
from ivr.understanding.places_areas import AreaIndex

MOST = 500
LONGEST = 100
_PARKS = frozenset({"park", "parks", "playground", "playgrounds"})
_PLACES = frozenset({"place", "address", "street", "corner", "request", "landmark"})


def hints(
    city: City, gazetteer: Gazetteer, areas: AreaIndex, kind: str, language: str, *, parks: bool, area: str
) -> tuple[str, ...]:
    """At most 500 hints for a turn that asks for `kind`: "place", "street", "corner", "landmark", or "request".

    For "request" the services' own names come first, and streets fill what is left. `parks`: the service is about
    parks, so the landmarks, many of them parks, come before the streets.
    """
    if kind not in _PLACES:
        return ()
    return tuple(islice(_distinct(_in_order(city, gazetteer, areas, kind, language, parks=parks, area=area)), MOST))


def in_parks(city: City, service: str) -> bool:
    """Whether a service is about parks, by its name."""
    known = city.services.get(service)
    return known is not None and not _PARKS.isdisjoint(plain_words(known.names.get("en", "")))


def _in_order(
    city: City, gazetteer: Gazetteer, areas: AreaIndex, kind: str, language: str, *, parks: bool, area: str
) -> Iterator[str]:
    if kind == "request":
        for one in city.services.values():
            yield in_language(one.names, language)
    if kind == "landmark" or parks:
        yield from (mark.name for mark in city.landmarks)
        yield from (mark.name for mark in gazetteer.landmarks)
    yield from (in_language(one.names, language) for one in city.areas.values())
    for raw in areas.named(area) if area else ():
        yield from map(spoken_street, gazetteer.streets_in(raw, MOST))
    yield from map(spoken_street, gazetteer.streets_in("", MOST))


def spoken_street(street: Street) -> str:
    """A street's name as it is said: "W Third St" → "west third street"."""
    kind = street.type if street.type != street.core else ""
    return " ".join(filter(None, (street.direction, street.core, kind, street.after)))


def _distinct(names: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        key = name.casefold()
        if name and key not in seen and len(name) <= LONGEST and "," not in name:
            seen.add(key)
            yield name
