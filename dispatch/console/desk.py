"""What the pages of the desk need to know of the house, made once and shared by all requests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import abort, g, session

from dispatch.accounts.city_log_in import CityLogIn
from dispatch.accounts.door import somebody
from dispatch.city.model import City
from dispatch.city.packs import Pack, Packs
from dispatch.media import Media
from storage.database import Database


@dataclass(frozen=True)
class Desk:
    """The database, the cities and the clock. Pages take all of them from here, so that tests can set them."""

    database: Database
    packs: Packs
    now: Callable[[], dt.datetime]
    """The moment, aware and UTC."""
    secret_key: str
    base_url: str
    """What links to this house begin with, without `/console`."""
    production: bool
    """Whether the public is at the other end: cookies then need https and changes a second factor."""

    city_log_in: CityLogIn | None = None
    """The city's own log-in, where it has one."""
    media: Media | None = None
    """Where photos and recordings are kept; None where there is no Twilio account."""
    map_tiles: str = ""
    """Where maps get their tiles: https://…/{z}/{x}/{y}.png; empty: the streets of our own gazetteer are drawn."""
    map_credit: str = ""
    """Whom tiles must name."""
    proxies: int = 0
    """How many proxies stand in front and say for whom they ask."""

    def choices(self) -> list[Pack]:
        """The cities that whoever is logged in may see."""
        who = somebody()
        return [pack for slug, pack in self.packs.items() if who and who.sees(slug)]

    def pack(self) -> Pack:
        """The city on the desk in this request: the one last chosen with `?city=`, else the first they may see."""
        if "pack" not in g:
            packs = {pack.city.slug: pack for pack in self.choices()}
            if not packs:
                abort(403)
            g.pack = packs.get(session.get("city", "")) or next(iter(packs.values()))
        pack: Pack = g.pack
        return pack

    @property
    def city(self) -> City:
        """The city on the desk in this request, as its file describes it."""
        return self.pack().city

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the city on the desk; of the first city where nobody is logged in."""
        return ZoneInfo((self.city if somebody() else self.packs.first.city).time_zone)
