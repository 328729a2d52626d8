"""Is this the same hole in the road? Reports of one thing are found by what, where, when and in which words.

How far apart in space and time they may be is the city file's to say, service by service (`duplicates`). Within that,
the nearer the likelier. A guess is only ever offered: a caller or an operator says whether it is so.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata

import msgspec
from sqlmodel import Session

from dispatch.city.model import City, Duplicates
from storage import likeness, tickets
from storage.tables import Ticket
from storage.vocabulary import Status

SUGGEST = 0.35
"""From this likeness on operators are shown a ticket: a look costs them a second."""
OFFER = 0.6
"""From this on a caller is asked: a wrong question costs them a turn, and a wrong yes a report."""
_CANDIDATES = 300
_METRES_A_DEGREE = 111_320.0
_RELATED = 0.75
_ELSEWHERE = 0.8
"""How much less likely, where the addresses differ."""
_WORD = re.compile(r"[^\W\d_]{4,}")


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Something reported, or about to be: what and where, in which words."""

    service: str
    lat: float | None
    lon: float | None
    address: str = ""
    words: str = ""
    number: str = ""
    """Of the ticket itself, where it is one, so that it is not found to be like itself."""


class Because(msgspec.Struct, frozen=True):
    """What makes two reports alike, for operators to judge by."""

    metres: int
    minutes: int
    """Between the two reports."""
    same_service: bool
    same_address: bool
    words: tuple[str, ...] = ()
    """Words that stand in both."""


class Suggestion(msgspec.Struct, frozen=True):
    """A ticket that may be about the same thing."""

    number: str
    service: str
    address: str
    created_at: dt.datetime
    likeness: float
    """0 to 1."""
    because: Because


def suggestions(
    session: Session, city: City, about: Ticket | Spot, at: dt.datetime, *, limit: int = 3, least: float = SUGGEST
) -> list[Suggestion]:
    """The open tickets that may be about the same thing as `about`, reported at `at`; the likeliest first.

    Empty where the service has no such thing as duplicates, or nobody knows the spot.
    """
    spot = about if isinstance(about, Spot) else spot_of(about)
    rule = city.duplicates(spot.service)
    if rule is None or spot.lat is None or spot.lon is None:
        return []
    window = dt.timedelta(days=max(rule.days, 1))
    found = likeness.open_in(
        session,
        city.slug,
        (spot.service, *rule.related),
        _around(spot.lat, spot.lon, rule.radius),
        at - window,
        at + window,
        limit=_CANDIDATES,
    )
    weighed = (weigh(spot, rule, at, row) for row in found if row.number != spot.number)
    alike = [one for one in weighed if one.likeness >= least]
    return sorted(alike, key=lambda one: (-one.likeness, one.created_at))[:limit]


def spot_of(ticket: Ticket) -> Spot:
    """What is compared of a ticket."""
    return Spot(
        service=ticket.service,
        lat=ticket.lat,
        lon=ticket.lon,
        address=ticket.address,
        words=ticket.description,
        number=ticket.number,
    )


def weigh(spot: Spot, rule: Duplicates, at: dt.datetime, known: likeness.Spot) -> Suggestion:
    """How alike a report and a known ticket are. Pure.

    Likeness falls with the square of the distance and slowly with time, less for a related service, and less where
    the addresses differ; words in common make up for some of what is lacking.
    """
    metres = distance(spot.lat or 0.0, spot.lon or 0.0, known.lat, known.lon)
    apart = abs(at - known.created_at)
    shared = words_of(spot.words) & words_of(known.description)
    because = Because(
        metres=round(metres),
        minutes=int(apart.total_seconds() // 60),
        same_service=known.service == spot.service,
        same_address=bool(spot.address) and _plain(spot.address) == _plain(known.address),
        words=tuple(sorted(shared)),
    )
    near = math.exp(-2 * (metres / rule.radius) ** 2)
    recent = 1 - 0.4 * min(1.0, apart / dt.timedelta(days=max(rule.days, 1)))
    likely = near * recent
    if not because.same_service:
        likely *= _RELATED
    if not because.same_address:
        likely *= _ELSEWHERE
    if metres > rule.radius and not because.same_address:
        likely = 0.0
    likely += (1 - likely) * likely * min(0.5, 0.15 * len(shared))
    return Suggestion(
        number=known.number,
        service=known.service,
        address=known.address,
        created_at=known.created_at,
        likeness=round(likely, 3),
        because=because,
    )


def came_along(session: Session, city: City, ticket: Ticket) -> list[Ticket]:
    """The duplicates that a ticket brought along when it joined another, as far as they are with that one still."""
    parent = tickets.parent_of(session, city.slug, ticket)
    if parent is None:
        return []
    history = tickets.history(session, city.slug, ticket)
    joined = [line for line in history if line.kind == "status" and line.to_status is Status.DUPLICATE]
    brought = joined[-1].data.get("with", ()) if joined else ()
    return [one for one in tickets.duplicates_of(session, city.slug, parent) if one.number in brought]


def distance(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Metres between two spots of one city, where the earth is flat."""
    east = (other_lon - lon) * math.cos(math.radians((lat + other_lat) / 2))
    return _METRES_A_DEGREE * math.hypot(other_lat - lat, east)


def words_of(text: str) -> frozenset[str]:
    """The words of a description that can tell one thing from another: of four letters and more, without accents."""
    return frozenset(_WORD.findall(_plain(text))) - _COMMON


def _around(lat: float, lon: float, metres: int) -> likeness.Box:
    up = metres / _METRES_A_DEGREE
    wide = up / max(0.1, math.cos(math.radians(lat)))
    return lat - up, lon - wide, lat + up, lon + wide


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).strip()


_COMMON = frozenset(
    """
    about again also been before being call came could down each ever every from going have here hello into just know
    like little long make many more much need next only other over please really right said same some still street
    thank thanks that their them then there these they thing this those three very want week well were what when where
    which will with would year your avenue road
    aqui calle como cuando desde donde entre esta este esto favor hace hola mucho para pero porque quiero sobre tiene
    avec avoir bonjour cette comme dans depuis elle etre faire fait mais merci plus pour quand sont tout tres votre
    """.split()
)
"""Words that anybody says about anything."""
