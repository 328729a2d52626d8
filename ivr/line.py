"""What one process needs to answer the telephone, made once and shared by all its threads."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from functools import cached_property, partial
from zoneinfo import ZoneInfo

from dispatch.city.hours import is_open
from dispatch.city.model import City
from dispatch.city.packs import Pack, Packs
from ivr.dialogue.context import Context, Understanding
from ivr.dialogue.heard import Heard
from ivr.dialogue.moves import Turn
from ivr.settings import Settings
from ivr.signature import Signatures
from storage.calls import Calls
from storage.database import Database

Advance = Callable[[Context, Heard], Turn]


def utc_now() -> dt.datetime:
    """Now, aware and in UTC."""
    return dt.datetime.now(dt.UTC)


class Served:
    """A city on the line: what it is, what its callers may mean, and the facts of the hour."""

    def __init__(self, city: City, understanding: Callable[[], Understanding]) -> None:
        self.city = city
        self._understanding = understanding
        self._zone = ZoneInfo(city.time_zone)
        self._hour: tuple[int, bool, tuple[str, ...]] = (-1, False, ())

    @cached_property
    def understanding(self) -> Understanding:
        """What callers may mean. Made when first asked for: an outbox worker, whom nobody speaks to, starts without."""
        return self._understanding()

    def hour(self, now: dt.datetime) -> tuple[bool, tuple[str, ...]]:
        """Whether the operators are there, and the notices in force; looked up once a minute."""
        minute = int(now.timestamp()) // 60
        known = self._hour
        if known[0] != minute:
            notices = tuple(
                notice.code
                for notice in self.city.notices
                if self._moment(notice.start) <= now < self._moment(notice.end)
            )
            known = self._hour = (minute, is_open(self.city, None, now), notices)
        return known[1], known[2]

    def _moment(self, written: dt.datetime) -> dt.datetime:
        """A time as the city file has it: the city's own clock where it names no zone."""
        return written if written.tzinfo else written.replace(tzinfo=self._zone)


class Overloaded(Exception):
    """The database kept turns waiting a moment ago; this one does not wait for it as well."""


class Breaker:
    """Lets no crowd of callers wait, one after the other, for a database that does not answer.

    A turn that failed after more than a second opens it for three; turns that come meanwhile hear the apology at once.
    """

    REST_S = 3.0
    SLOW_S = 1.0

    def __init__(self) -> None:
        self._until = 0.0

    def check(self) -> None:
        """Raise `Overloaded` while it is open."""
        if time.monotonic() < self._until:
            raise Overloaded

    def failed(self, took_s: float) -> None:
        """Note that a turn failed after so many seconds."""
        if took_s > self.SLOW_S:
            self._until = time.monotonic() + self.REST_S


class Line:
    """The settings, the cities, the ledger and the dialogue, brought together."""

    def __init__(
        self,
        settings: Settings,
        packs: Packs,
        database: Database,
        advance: Advance,
        now: Callable[[], dt.datetime],
        understanding: Callable[[Pack], Understanding],
    ) -> None:
        self.settings = settings
        self.packs = packs
        self.cities = {slug: Served(pack.city, partial(understanding, pack)) for slug, pack in packs.items()}
        self.database = database
        self.calls = Calls(database)
        self.advance = advance
        self.now = now
        self.signatures = Signatures(settings.tokens, settings.base_url)
        self.breaker = Breaker()

    def dialled(self, number: str) -> Served:
        """The city that a dialled number belongs to; the first one for a number no city file names."""
        return self.cities[self.packs.by_number(number).city.slug]

    def city(self, slug: str) -> Served:
        """A city by its slug; the first one where it is served no longer."""
        return self.cities[slug if slug in self.cities else self.packs.first.city.slug]

    def close(self) -> None:
        """Close the ledger's connections; they open again when needed."""
        self.calls.close()
        self.database.close()
