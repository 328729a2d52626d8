"""What the desk says, in the language of whoever reads it: `_("Save")`, in Python and in templates alike.

The English words are the key. Spanish and French stand beside each other in `words/<page>.toml`, one file a page:

    ["Save"]
    es = "Guardar"
    fr = "Enregistrer"

    ["%(n)s ticket|%(n)s tickets"]              # what `ngettext` takes, with a bar between
    es = ["%(n)s solicitud", "%(n)s solicitudes"]
    fr = ["%(n)s demande", "%(n)s demandes"]

A test looks through templates and code, and demands every word in every language, with the same slots.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_decimal, format_percent
from flask import Flask, g, has_request_context, request

from dispatch.accounts.door import somebody

LANGUAGES = {"en": "English", "es": "Español", "fr": "Français"}
_LOCALES = {tag: Locale.parse(locale) for tag, locale in (("en", "en_US"), ("es", "es_US"), ("fr", "fr_CA"))}
WORDS = Path(__file__).parent / "words"
MOMENT = dt.timedelta(seconds=20)
"""What is nearer to now than this is "just now": nobody counts seconds to say when."""


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Every phrase of every page, by its English: what it is in the other languages."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(WORDS.glob("*.toml")):
        found |= tomllib.loads(file.read_text(encoding="utf-8"))
    return found


def language() -> str:
    """The language of this request: the operator's choice, else what the browser asks for, else English."""
    # A page asks a thousand times, so looking what it is comes before looking whether it can be known.
    try:
        spoken: str = g.language
    except (AttributeError, RuntimeError):
        if not has_request_context():
            return "en"
        who = somebody()
        chosen = who.language if who else ""
        spoken = g.language = chosen if chosen in LANGUAGES else asked()
    return spoken


def asked() -> str:
    """The language the browser asks for first, of those we speak: fr-CA is French."""
    wanted = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((tag for tag in wanted if tag in LANGUAGES), "en")


def gettext(words: str, **slots: Any) -> str:
    """The words in the reader's language, with the slots filled: `_("Opened by %(who)s", who=name)`."""
    spoken = catalogue().get(words, {}).get(language(), words)
    return _filled(spoken, slots)


def ngettext(one: str, many: str, n: int, **slots: Any) -> str:
    """The words for that number of things, by the rules of the reader's language; `n` is a slot, written out."""
    forms = catalogue().get(f"{one}|{many}", {}).get(language(), [one, many])
    # Spanish and French know a third form, for round millions ("de"), which we word so that it is not needed.
    spoken = forms[0] if _locale().plural_form(n) == "one" else forms[1]
    return _filled(spoken, {"n": number(n)} | slots)


_ = gettext


def marked(words: str) -> str:
    """Words of a table, as they are: whoever shows them looks them up with `_`."""
    return words


def _filled(words: str, slots: dict[str, Any]) -> str:
    return words % slots if slots else words


def _locale() -> Locale:
    return _LOCALES[language()]


def number(value: float, places: int = 0) -> str:
    """A number as the reader writes it: 12,345."""
    return _number(language(), round(value, places))


def percent(share: float) -> str:
    """A share between 0 and 1 as a whole percentage."""
    return format_percent(share, "#,##0%", locale=_locale())


def _time(spoken: str, at: dt.time) -> str:
    """The time of day, to the minute."""
    return _minute(spoken, at.replace(second=0, microsecond=0))


# A list has a hundred moments of a few days, a report thousands of numbers, mostly the same: and Babel takes longer for
# one of them than the database for a ticket.
@lru_cache(maxsize=10_000)
def _day(spoken: str, day: dt.date) -> str:
    return format_date(day, "medium", locale=_LOCALES[spoken])


@lru_cache(maxsize=10_000)
def _number(spoken: str, value: float) -> str:
    return str(format_decimal(value, locale=_LOCALES[spoken]))


@lru_cache(maxsize=10_000)
def _minute(spoken: str, at: dt.time) -> str:
    return format_time(at, "short", locale=_LOCALES[spoken])


class Clock:
    """Times as the reader writes them, on the clock of the city on the desk."""

    def __init__(self, zone: Callable[[], ZoneInfo], now: Callable[[], dt.datetime]) -> None:
        self._zone = zone
        self._now = now

    def moment(self, at: dt.datetime | None) -> str:
        """Day and time: "Jul 4, 2026, 3:05 PM"; an en dash for none."""
        if at is None:
            return "–"
        local = at.astimezone(self._zone())
        return f"{_day(language(), local.date())}, {_time(language(), local.time())}"

    def day(self, at: dt.datetime | dt.date | None) -> str:
        """The day: "Jul 4, 2026"; an en dash for none."""
        if isinstance(at, dt.datetime):
            at = at.astimezone(self._zone()).date()
        return _day(language(), at) if at else "–"

    def time(self, at: dt.datetime | None) -> str:
        """The time of day: "3:05 PM"; an en dash for none."""
        return _time(language(), at.astimezone(self._zone()).time()) if at else "–"

    def ago(self, at: dt.datetime | None) -> str:
        """How long from now, either way: "2 hours ago", "in 3 days", "just now"; an en dash for none."""
        if at is None:
            return "–"
        away = at - self._now()
        if abs(away) < MOMENT:
            return _("just now")
        away = dt.timedelta(seconds=round(away.total_seconds()))
        # "25 hours ago" tells more than "1 day ago"; of 60 seconds everybody says a minute.
        threshold = 1 if abs(away) < dt.timedelta(minutes=2) else 1.2
        return format_timedelta(away, add_direction=True, threshold=threshold, locale=_locale())

    def duration(self, seconds: float | None) -> str:
        """How long something takes: "3 days"; an en dash for none."""
        return "–" if seconds is None else format_timedelta(dt.timedelta(seconds=seconds), locale=_locale())


def speak(app: Flask, clock: Clock) -> None:
    """Give templates `_`, `ngettext`, and the filters moment, day, time, ago, duration, number, percent, translated."""
    app.jinja_env.globals.update(_=gettext, ngettext=ngettext, language=language, LANGUAGES=LANGUAGES)
    app.jinja_env.filters.update(
        moment=clock.moment,
        day=clock.day,
        time=clock.time,
        ago=clock.ago,
        duration=clock.duration,
        number=number,
        percent=percent,
        translated=gettext,
    )
