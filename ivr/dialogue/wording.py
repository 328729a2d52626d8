"""How numbers, addresses and days are said aloud: "1 2 3 4 Mission Street", "Thursday, November 26"."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from babel.dates import format_date, format_timedelta

_SUFFIXES = {
    "St": "Street",
    "Ave": "Avenue",
    "Av": "Avenue",
    "Blvd": "Boulevard",
    "Rd": "Road",
    "Dr": "Drive",
    "Ln": "Lane",
    "Ct": "Court",
    "Pl": "Place",
    "Sq": "Square",
    "Ter": "Terrace",
    "Terr": "Terrace",
    "Pkwy": "Parkway",
    "Hwy": "Highway",
    "Cir": "Circle",
    "Hl": "Hill",
    "Pk": "Park",
    "Wy": "Way",
    "Aly": "Alley",
    "Brg": "Bridge",
    "Expy": "Expressway",
    "Xing": "Crossing",
    "Cres": "Crescent",
    "Whf": "Wharf",
    "Plz": "Plaza",
    "Trl": "Trail",
    "Vw": "View",
    "Mt": "Mount",
    "Ext": "Extension",
}
_DIRECTIONS = {
    "N": "North",
    "S": "South",
    "E": "East",
    "W": "West",
    "NE": "Northeast",
    "NW": "Northwest",
    "SE": "Southeast",
    "SW": "Southwest",
}
_HOUSE_NUMBER = re.compile(r"^(\d+)(?:-(\d+))?([A-Za-z]?)(?= )")
_AND = {"en": "and", "es": "y", "fr": "et"}


def spoken_digits(digits: str) -> str:
    """Digits one by one, so that a voice does not make a quantity of them: "1234" → "1 2 3 4"."""
    return " ".join(digits)


def spoken_ticket_number(number: str) -> str:
    """A ticket number in groups of three with a breath between: "48210735" → "4 8 2, 1 0 7, 3 5"."""
    groups = [number[start : start + 3] for start in range(0, len(number), 3)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2][:2], groups[-2][2:] + groups[-1]]
    return ", ".join(spoken_digits(group) for group in groups)


def spoken_address(address: str, language: str) -> str:
    """An address of the gazetteer as it is read back: "12 N Main St" → "1 2 North Main Street".

    Street names stay in their own language; only the "&" of a corner is translated.
    """
    return f" {_AND.get(language, 'and')} ".join(_spoken_part(part) for part in address.split(" & "))


def _spoken_part(part: str) -> str:
    number = _HOUSE_NUMBER.match(part)
    head = ""
    if number:
        head = (
            ", ".join(spoken_digits(found) for found in number.groups()[:2] if found) + f" {number[3]}".rstrip() + " "
        )
        part = part[number.end() :].strip()
    words = part.split()
    for index, word in enumerate(words):
        if word in _DIRECTIONS and len(words) > 1 and index in {0, len(words) - 1}:
            words[index] = _DIRECTIONS[word]
        elif word in _SUFFIXES and index:
            words[index] = _SUFFIXES[word]
    return head + " ".join(words)


@lru_cache(maxsize=256)
def spoken_day(day: str, language: str) -> str:
    """An ISO date as people say it: "2026-11-26" → "Thursday, November 26"."""
    pattern = {"en": "EEEE, MMMM d", "es": "EEEE d 'de' MMMM", "fr": "EEEE d MMMM"}.get(language, "EEEE, MMMM d")
    return format_date(dt.date.fromisoformat(day), pattern, locale=language)


def spoken_ago(minutes: int, language: str) -> str:
    """How long ago something was, roughly: 125 → "2 hours ago", "hace 2 horas", "il y a 2 heures"."""
    return format_timedelta(-dt.timedelta(minutes=max(1, minutes)), add_direction=True, locale=language)
