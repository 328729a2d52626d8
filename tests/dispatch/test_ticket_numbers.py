"""Ticket numbers survive the telephone: a slip is caught, and none sounds like a call for help."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dispatch.ticket_numbers import check, digits_of, draw

lengths = st.integers(min_value=6, max_value=12)


@given(lengths)
def test_every_number_drawn_is_of_its_length_and_checks(digits: int) -> None:
    assert check(draw(digits), digits)


@given(lengths, st.data())
def test_one_wrong_digit_is_caught(digits: int, data: st.DataObject) -> None:
    number = draw(digits)
    at = data.draw(st.integers(min_value=0, max_value=digits - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[at]]))
    assert not check(number[:at] + wrong + number[at + 1 :], digits)


@given(lengths, st.data())
def test_two_neighbours_that_change_places_are_caught(digits: int, data: st.DataObject) -> None:
    number = draw(digits)
    at = data.draw(st.integers(min_value=0, max_value=digits - 2))
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert check(swapped, digits) == (swapped == number)


@given(lengths)
def test_no_number_holds_a_call_for_help(digits: int) -> None:
    number = draw(digits)
    assert not any(alarm in number for alarm in ("911", "112", "999"))


@given(st.text(max_size=20))
def test_whatever_else_is_keyed_is_no_number(said: str) -> None:
    assert not check(said, 8) or (said.isascii() and said.isdigit() and len(said) == 8)


def test_a_number_of_another_length_is_none_of_ours() -> None:
    assert not check(draw(8), 9)


def test_numbers_are_read_however_they_are_written() -> None:
    assert digits_of("#1234-5678 ") == "12345678"
