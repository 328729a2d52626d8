"""How somebody can be reached, as an operator types it: a number however it is spelled, or an e-mail address."""

from __future__ import annotations

import re

import phonenumbers

from dispatch.city.model import City

_EMAIL = re.compile(r"[^@\s<>\"(),;:\\]+@[^@\s<>\"(),;:\\]+\.[^@\s<>\"(),;:\\.]+")


def phone(city: City, typed: str) -> str:
    """The number in E.164; "" for what no number can be. Without a country's prefix it is one of the city's own."""
    try:
        number = phonenumbers.parse(typed, city.holidays.country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(typed: str) -> str:
    """The address, small letters throughout as nobody tells them apart; "" for what is none."""
    bare = typed.strip().casefold()
    return bare if len(bare) <= 254 and _EMAIL.fullmatch(bare) else ""
