"""What somebody means by a text message: a command of `texts.toml`, or words for a ticket. Pure."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from importlib import resources

import msgspec

from dispatch.city.model import City
from dispatch.ticket_numbers import check, digits_of

SHORT = 12
"""Words: in a longer message "not fixed" is part of a story, which reaches the ticket as it is."""
_NUMBERS = re.compile(r"\d(?:[ .\-]?\d){3,15}")


class Wish(StrEnum):
    """What a text message asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    STATUS = "status"
    NOT_FIXED = "not_fixed"
    TELL = "tell"
    """None of these: words or photos for a ticket."""


class Meant(msgspec.Struct, frozen=True):
    """A text message as it was understood."""

    wish: Wish
    language: str = ""
    """What the command was written in; "" where it could be any."""
    word: str = ""
    """The command, in plain letters."""
    number: str = ""
    """The ticket named, if it can be one of the city's."""
    misread: str = ""
    """Digits that were meant as a ticket and cannot be one."""
    by_carrier: bool = False
    """Whether Twilio answers it by itself."""


def understand(city: City, body: str) -> Meant:
    """Understand a text message sent to a city."""
    said, sentences = plain(body), _sentences(body)
    number, misread = _numbers(city, body)
    short = len(said.split()) <= SHORT
    for wish, language, word in _commands():
        match wish:
            case Wish.STATUS:
                fits = said == word or (said.startswith(f"{word} ") and (short or bool(number or misread)))
            case Wish.NOT_FIXED:
                fits = short and _in_one_of(sentences, word)
            case _:
                fits = said == word
        if fits:
            by_carrier = language == "carrier"
            return Meant(wish, "" if by_carrier else language, word, number, misread, by_carrier)
    if number and not re.sub(r"[\W\d]", "", body):
        return Meant(Wish.STATUS, number=number)
    return Meant(Wish.TELL, number=number)


def says_fixed(said: str) -> bool | None:
    """Whether somebody says of a ticket that it is fixed (True) or that it is not (False); None for neither."""
    sentences = _sentences(said)
    if any(_in_one_of(sentences, phrase) for phrase in (*_phrases("not_fixed"), *_phrases("goes_on"))):
        return False
    unless = set(_phrases("unless"))
    content = [one for one in sentences if not unless.intersection(one.split())]
    return True if any(_in_one_of(content, phrase) for phrase in _phrases("fixed")) else None


def plain(body: str) -> str:
    """A message without capitals, accents, marks and spaces too many: "¡Arrêt!" is "arret"."""
    letters = unicodedata.normalize("NFKD", body.casefold().replace("'", "").replace("’", ""))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]+", " ", bare).split())


def _sentences(body: str) -> list[str]:
    """A message in plain letters, cut where its writer paused: "No, lo arreglaron" is no "no lo arreglaron"."""
    return [plain(part) for part in re.split(r"[,.;:!?\n]+", body)]


def _in_one_of(sentences: Iterable[str], phrase: str) -> bool:
    return any(f" {phrase} " in f" {one} " for one in sentences)


def _numbers(city: City, body: str) -> tuple[str, str]:
    """The ticket number in a message; else digits that look like one and are not."""
    found = [digits_of(match) for match in _NUMBERS.findall(body)]
    right = next((digits for digits in found if check(digits, city.tickets.digits)), "")
    near = next((digits for digits in found if abs(len(digits) - city.tickets.digits) <= 2), "")
    return right, "" if right else near


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((resources.files(__package__) / "texts.toml").read_text("utf-8"))


@cache
def _commands() -> tuple[tuple[Wish, str, str], ...]:
    """Every command with its wish and language, in the order of the wishes: who wants no messages is heard first."""
    return tuple(
        (wish, language, word)
        for wish in Wish
        for language, wishes in _lists().items()
        for word in wishes.get(wish, ())
    )


@cache
def _phrases(name: str) -> tuple[str, ...]:
    """One list in all languages."""
    return tuple(phrase for lists in _lists().values() for phrase in lists.get(name, ()))
