"""What a phone number, a time zone, hours and addresses look like in a city file, and what to say when they do not."""

from __future__ import annotations

import datetime as dt
import difflib
import functools
import re
import string
import zoneinfo
from collections.abc import Iterable
from urllib.parse import urlsplit

import phonenumbers

_TIME = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")
_RANGE = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$")

LISTED = 12
"""How many right answers are listed to whoever gave a wrong one."""


@functools.cache
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def did_you_mean(wrong: str, right: Iterable[str]) -> str:
    """`, did you mean "streets"?` where one of the `right` words is close to the wrong one; else a full stop."""
    close = difflib.get_close_matches(wrong, list(right), n=1, cutoff=0.6)
    return f'; did you mean "{close[0]}"?' if close else "."


def unknown(kind: str, wrong: str, right: Iterable[str], whose: str = "") -> str:
    """`there is no department "street"; did you mean "streets"?`, else what there is, twelve names at most."""
    known = list(right)
    hint = did_you_mean(wrong, known)
    sentence = f'there is no {kind} "{wrong}"{whose}{hint}'
    if hint != ".":
        return sentence
    shown, more = known[:LISTED], len(known) - LISTED
    return f"{sentence} There are: {', '.join(shown) or 'none'}{f' and {more} more' if more > 0 else ''}"


def phone_number(value: str) -> str:
    """Demand a number that can exist, in E.164: a wrong digit here would put callers through to a stranger."""
    if not re.fullmatch(r"\+[1-9]\d{6,14}", value):
        message = f'"{value}" is not a phone number with its country code, such as "+12175550142"'
        raise ValueError(message)
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        message = f'"{value}" is no number anybody can have: look at its country and area code and count its digits'
        raise ValueError(message)
    return value


def time_zone(value: str) -> str:
    """Demand a zone the machine knows, since every deadline and opening hour hangs on it."""
    if value not in _time_zones():
        hint = did_you_mean(value, _time_zones())
        message = f'"{value}" is not a time zone of the IANA database, such as "America/Chicago"{hint}'
        raise ValueError(message)
    return value


def opening_range(value: str) -> str:
    """Demand "08:00-17:00"; a night is two ranges, "22:00-24:00" and on the next day "00:00-06:00"."""
    if not _RANGE.match(value):
        message = f'"{value}" is not a range of hours such as "08:00-17:00" (two digits each, 24:00 for midnight)'
        raise ValueError(message)
    opens, closes = value.split("-")
    if opens >= closes:
        message = (
            f'"{value}" ends before it begins; a night is two ranges: '
            f'"{opens}-24:00", and "00:00-{closes}" on the next day'
        )
        raise ValueError(message)
    return value


def time_of_day(value: str) -> str:
    """Demand "21:00": two digits each, from 00:00 to 23:59."""
    if not _TIME.match(value):
        message = f'"{value}" is not a time of day such as "21:00"'
        raise ValueError(message)
    return value


def https_address(value: str) -> str:
    """Demand an https:// address without a name and password in it; plain http only where it says so itself.

    Where it may lead is looked at when something is sent: `dispatch/notifications/channels/webhook.py`.
    """
    parts = urlsplit(value)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or parts.fragment:
        message = f'"{value}" is not an address such as "https://works.example.gov/311"'
        raise ValueError(message)
    return value


def slots(text: str, allowed: frozenset[str]) -> str:
    """Demand that the {slots} of a text are ones that can be filled in."""
    try:
        used = [name for _, name, spec, turned in string.Formatter().parse(text) if name is not None or spec or turned]
    except ValueError:
        used = [""]
    for name in used:
        if name not in allowed:
            raise ValueError(unknown("slot", str(name), sorted(allowed)) if name else f'"{text}" has a stray brace')
    return text


@functools.cache
def minutes(value: str) -> tuple[int, int]:
    """A valid range as minutes since midnight: "08:00-17:00" is (480, 1020), "22:00-24:00" ends at 1440."""
    opens, closes = (int(time[:2]) * 60 + int(time[3:]) for time in value.split("-"))
    return opens, closes


def at_minute(day: dt.date, minute: int, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """The moment the clocks show `minute` minutes into a local day; 1440 is midnight at its end."""
    if minute >= 24 * 60:
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
    return dt.datetime.combine(day, dt.time(minute // 60, minute % 60), zone)
