"""House numbers as people say them, as recognisers write them, and ticket numbers digit by digit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.city.gazetteer_names import number_in_words
from ivr.understanding.numbers import house_numbers, is_number, spoken_digits, tokens


def first(text: str, language: str = "en") -> str:
    """The likeliest reading, as written on a door."""
    readings = house_numbers(tokens(text), language)
    if not readings:
        return ""
    best = readings[0]
    return f"{best.number}{best.suffix}{f'-{best.high}' if best.high else ''}"


def readable_as(text: str, language: str = "en") -> set[int]:
    return {one.number for one in house_numbers(tokens(text), language)}


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("twelve thirty four mission street", "1234"),
        ("one two three four", "1234"),
        ("one thousand two hundred and thirty four", "1234"),
        ("twelve hundred", "1200"),
        ("one oh five", "105"),
        ("sixty six oh one", "6601"),
        ("two oh oh two", "2002"),
        ("double two five oak street", "225"),
        ("forty eight ninety", "4890"),
        ("nine hundred and ninety eight", "998"),
        ("seven", "7"),
    ],
)
def test_english_callers_say_a_number_in_many_ways(said: str, number: str) -> None:
    assert first(said) == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1-8-7 elm", 187),
        ("838-blue hill", 838),
        ("98th print street", 98),
        ("350, 8 common", 358),
        ("2,454 center street", 2454),
        ("40, 8, 10, Del", 48),
        ("90 to clayburn", 92),
        ("two 24 seaver", 224),
        ("1, 5 7 foster", 157),
    ],
)
def test_what_recognisers_write_can_be_read_as_the_number_that_was_said(written: str, number: int) -> None:
    assert number in readable_as(written)


@pytest.mark.parametrize(
    ("said", "number"),
    [("doce treinta y cuatro", "1234"), ("mil doscientos treinta y cuatro", "1234"), ("ciento cinco", "105"),
     ("uno dos tres", "123"), ("veintitrés", "23"), ("dos mil", "2000")],
)  # fmt: skip
def test_spanish_callers_too(said: str, number: str) -> None:
    assert first(said, "es") == number


@pytest.mark.parametrize(
    ("said", "number"),
    [("douze cent trente-quatre", "1234"), ("quatre-vingt-douze", "92"), ("soixante-dix-huit", "78"),
     ("mille deux cent quatre-vingt-onze", "1291"), ("vingt et un", "21"), ("quatre-vingt-dix-neuf", "99"),
     ("cent cinq", "105"), ("nonante trois", "93")],
)  # fmt: skip
def test_french_callers_too(said: str, number: str) -> None:
    assert first(said, "fr") == number


def test_a_street_named_after_a_number_leaves_two_ways_to_read_it() -> None:
    readings = house_numbers(tokens("one twenty third street"))
    assert {(one.number, one.end) for one in readings} >= {(1, 1), (120, 2)}


@pytest.mark.parametrize(
    ("said", "number"), [("12B", "12B"), ("12 b oak", "12B"), ("35 to 37 elm", "35-37"), ("35-37", "35-37")]
)
def test_letters_and_ranges_are_among_the_readings(said: str, number: str) -> None:
    written = {f"{one.number}{one.suffix}{f'-{one.high}' if one.high else ''}" for one in house_numbers(tokens(said))}
    assert number in written


@pytest.mark.parametrize("words", ["", "mission street", "for sale", "to the park", "and", "street"])
def test_no_number_is_heard_where_none_is_plainly_said(words: str) -> None:
    assert all(one.cost > 2 for one in house_numbers(tokens(words)))
    assert not any(is_number(word) for word in tokens(words))


@pytest.mark.parametrize(
    ("said", "digits", "language"),
    [
        ("four one five, five five five, double two one two", "4155552212", "en"),
        ("my number is 415-555 22 12", "4155552212", "en"),
        ("it's eight hundred five five five twelve twelve", "8005551212", "en"),
        ("four to five oh nine", "42509", "en"),
        ("triple seven one", "7771", "en"),
        ("seis uno siete, cinco cinco cinco, doble cero", "61755500", "es"),
        ("zéro six, quatre-vingt-douze, trente et un", "069231", "fr"),
        ("I do not know it", "", "en"),
    ],
)
def test_ticket_and_telephone_numbers_are_heard_digit_by_digit(said: str, digits: str, language: str) -> None:
    assert spoken_digits(said, language) == digits


@given(st.integers(min_value=1, max_value=99_999))
def test_every_number_said_in_full_is_understood(number: int) -> None:
    assert first(number_in_words(number)) == str(number)


@given(st.integers(min_value=1, max_value=99_999), st.sampled_from(["-", " ", ", "]))
def test_every_number_said_in_digits_is_understood(number: int, between: str) -> None:
    assert number in readable_as(between.join(str(number)))


@given(st.text(max_size=200), st.sampled_from(["en", "es", "fr", "xx"]))
def test_no_text_breaks_the_reading(text: str, language: str) -> None:
    house_numbers(tokens(text), language)
    assert spoken_digits(text, language).isdigit() or not spoken_digits(text, language)
