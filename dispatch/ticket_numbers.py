"""Ticket numbers: digits, drawn by lot, the last one a check digit.

Digits only, because they are said and keyed on a telephone. Damm's check digit rather than Luhn's: both catch every
single wrong digit, but Luhn lets 09/90 change places and takes 22 for 55, which are just the slips of a tired ear.
Drawn by lot rather than counted, so that two callers never wait for one counter and nobody can read off how busy the
line is or guess a neighbour's number. Two draws may meet; the ledger's UNIQUE(city, number) notices, and we draw again.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator

from stdnum import damm

_DRAWS = 40
_ALARMING = ("911", "112", "999")
"""Never inside a number: whoever keys their ticket number must not be taken for somebody dialling for help."""


class NumbersExhausted(Exception):
    """The city has nearly as many tickets as its numbers have room for: raise `tickets.digits` in its file."""


def draws(digits: int) -> Iterator[str]:
    """Draw number after number, until one is free; NumbersExhausted where so many were all taken."""
    for _ in range(_DRAWS):
        yield draw(digits)
    raise NumbersExhausted(f"{_DRAWS} draws of {digits} digits were all taken")


def draw(digits: int) -> str:
    """Draw a number of that many digits, check digit included. It never begins with 0: spreadsheets eat that."""
    first = 10 ** (digits - 2)
    while True:
        body = str(first + secrets.randbelow(9 * first))
        number = body + damm.calc_check_digit(body)
        if not any(alarm in number for alarm in _ALARMING):
            return number


def check(number: str, digits: int) -> bool:
    """Whether this can be one of our numbers: as long as they are, and its check digit is right."""
    return len(number) == digits and re.fullmatch(r"[1-9][0-9]*", number) is not None and damm.is_valid(number)


def digits_of(said: str) -> str:
    """The digits of a number as people write it: "1234-5678", "#1234 5678"."""
    return re.sub(r"[^0-9]", "", said)
