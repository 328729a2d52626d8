"""Forgetting at night what must be forgotten: a few seconds a minute, while the city sleeps.

Several workers may do it at once, for what one has in hand the others leave alone; and what is cut short one night goes
on the next.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import structlog

from dispatch.city.model import City
from ivr.line import Line
from storage.retention import Forgotten, forgetting

BEGINS, ENDS = 3, 5
"""Hours on the city's clock: few call then, and no change to summer time swallows them."""
AT_A_TIME_S = 5.0
"""Seconds a minute: the worker has messages to send as well."""
BREATH_S = 0.1
"""Seconds between two steps: who waits for SQLite's one writer looks that often whether its place is free."""
log = structlog.get_logger()


class Forgetting:
    """The chore: called once a minute, it goes on where it left off, and does a city's ledger once a night."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._nights: dict[str, tuple[dt.date, Iterator[Forgotten]]] = {}
        """By city, the night that is done or being done, and what is left of it."""

    def __call__(self) -> None:
        """Forget for a few seconds, where it is night."""
        now = self._line.now()
        for served in self._line.cities.values():
            here = now.astimezone(ZoneInfo(served.city.time_zone))
            if BEGINS <= here.hour < ENDS:
                self._some(served.city, here)

    def _some(self, city: City, here: dt.datetime) -> None:
        night, steps = self._nights.get(city.slug) or (None, iter(()))
        if night != here.date():
            steps = self._begun(city, here)
            self._nights[city.slug] = here.date(), steps
        enough = time.monotonic() + AT_A_TIME_S
        calls = tickets = 0
        try:
            for step in steps:
                calls, tickets = calls + step.calls, tickets + step.tickets
                if time.monotonic() > enough:
                    break
                time.sleep(BREATH_S)
        except BaseException:
            del self._nights[city.slug]  # Begun anew in a minute: what broke off is over.
            raise
        finally:
            if calls or tickets:
                log.info("forgotten", city=city.slug, calls=calls, tickets=tickets)

    def _begun(self, city: City, here: dt.datetime) -> Iterator[Forgotten]:
        now, settings = here.astimezone(dt.UTC), self._line.settings
        return forgetting(
            self._line.database,
            city.slug,
            calls_before=now - dt.timedelta(days=settings.retention_days_calls),
            tickets_before=now - dt.timedelta(days=settings.retention_days_contacts),
            at=now,
        )
