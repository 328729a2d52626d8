"""Numbers, addresses and days as they are said aloud."""

from __future__ import annotations

import pytest

from ivr.dialogue.wording import spoken_address, spoken_day, spoken_ticket_number


@pytest.mark.parametrize(
    ("address", "language", "spoken"),
    [
        ("1234 Mission St", "en", "1 2 3 4 Mission Street"),
        ("12 N Main St", "en", "1 2 North Main Street"),
        ("5th St & Main St", "en", "5th Street and Main Street"),
        ("5th St & Main St", "es", "5th Street y Main Street"),
        ("12B St Mary Ave", "en", "1 2 B St Mary Avenue"),
        ("30-32 Oak Ave", "en", "3 0, 3 2 Oak Avenue"),
        ("City Hall", "fr", "City Hall"),
        ("N", "en", "N"),
    ],
)
def test_addresses(address: str, language: str, spoken: str) -> None:
    assert spoken_address(address, language) == spoken


@pytest.mark.parametrize(
    ("number", "spoken"),
    [("48210735", "4 8 2, 1 0 7, 3 5"), ("482107", "4 8 2, 1 0 7"), ("4821073", "4 8 2, 1 0, 7 3"), ("7", "7")],
)
def test_ticket_numbers_come_in_groups(number: str, spoken: str) -> None:
    assert spoken_ticket_number(number) == spoken


def test_days() -> None:
    assert spoken_day("2026-11-26", "en") == "Thursday, November 26"
    assert spoken_day("2026-11-26", "es") == "jueves 26 de noviembre"
    assert spoken_day("2026-11-26", "fr") == "jeudi 26 novembre"
