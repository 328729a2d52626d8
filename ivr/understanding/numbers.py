"""Numbers as people say them, and as recognisers write what they said.

A house number is said in digits ("one two three four"), pairs ("twelve thirty four"), hundreds ("twelve hundred"), with
"oh" ("one oh five"), as a whole ("one thousand two hundred thirty four"), and written down as any of "1234", "12 34",
"1-2-3-4", "1,234", "12th 34". So a text has several readings, each with a cost; the gazetteer knows which one exists.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from dispatch.city.gazetteer_names import plain
from ivr.understanding.numbers_words import NUMBER_WORDS, NumberWords

LONGEST = 6
"""Digits in a house number, at most."""
_FURTHEST = 9
"""Words a house number may take: "two thousand seven hundred and eighty seven" takes seven."""


class Reading(NamedTuple):
    """One way to read a house number from the start of some words."""

    number: int
    end: int
    """How many words it took."""
    cost: float = 0.0
    """0: plainly said so. Each point makes the reading about three times less likely."""
    suffix: str = ""
    """The letter of 12B."""
    high: int = 0
    """The other end of a range such as 35-37, else 0."""


_LONGEST_WORD = 30
_ARTICLES = frozenset({"un", "una", "une", "o"})
_WRITTEN = re.compile(r"(\d{1,6})([A-Za-z]?)(?:-(\d{1,6}))?")
_TOKEN = re.compile(r"\d+|[a-z]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|e|eme|o|a)\b")


def tokens(text: str) -> list[str]:
    """The words and digit groups of a text, plain: "1,838-Blue Hill, 98th" → 1838, blue, hill, 98th."""
    folded = _THOUSANDS.sub("", plain(text)) if "," in text else plain(text)
    found: list[str] = []
    for match in re.finditer(r"[a-z0-9]+", folded):
        token = match[0][:_LONGEST_WORD]
        if token.isalpha() or token.isdigit() or _ORDINAL.search(token):
            found.append(token)
        else:
            found.extend(_TOKEN.findall(token))
    return found


def digits_of(token: str) -> str:
    """The digits of "12" or "12th", else ""."""
    if token.isdigit():
        return token
    bare = _ORDINAL.sub("", token)
    return bare if bare.isdigit() else ""


def house_numbers(words: Sequence[str], language: str = "en") -> list[Reading]:
    """Every sensible reading of a house number at the very start of some plain words, the likeliest first.

    "98th", "print" reads 98; "40", "8", "10" reads 40, 48, 408, 4810 …; "one", "twenty", "third" reads 1 and 120.
    Nothing is read where no number starts.
    """
    known = NUMBER_WORDS.get(language, NUMBER_WORDS["en"])
    found: dict[tuple[int, int, str, int], float] = {}
    for end in range(1, min(len(words), _FURTHEST) + 1):
        if end > 1 and not _may_continue(words[end - 1], known) and len(words[end - 1]) > 1:
            break
        for digits, cost in _read(words[:end], known):
            if len(digits) <= LONGEST and (len(digits) == 1 or digits[0] != "0"):
                _keep(found, (int(digits), end, "", 0), cost)
                if end < len(words) and len(words[end]) == 1 and words[end].isalpha() and words[end] not in known.joins:
                    _keep(found, (int(digits), end + 1, words[end].upper(), 0), cost + 0.4)
        for low, high in _ranges(words[:end], known):
            _keep(found, (low, end, "", high), 0.5)
    readings = [Reading(number, end, cost, suffix, high) for (number, end, suffix, high), cost in found.items()]
    readings.sort(key=lambda one: (one.cost - 0.6 * one.end, -one.end))
    return readings


def as_reading(written: str) -> Reading | None:
    """A house number kept from before, "98", "12B" or "35-37", as a reading; None where it is none."""
    parts = _WRITTEN.fullmatch(written)
    return Reading(int(parts[1]), 0, 0.0, parts[2].upper(), int(parts[3] or 0)) if parts else None


def spoken_digits(text: str, language: str = "en") -> str:
    """The digits of a ticket or telephone number said one by one, in groups, with "double" or "oh".

    "four one five, five five five, double two one two" → "4155552212"; words between are passed over.
    """
    known = NUMBER_WORDS.get(language, NUMBER_WORDS["en"])
    said, out, at = tokens(text), "", 0
    while at < len(said):
        word = said[at]
        if word in known.repeats and at + 1 < len(said):
            following = _value(said[at + 1], known)
            if following is not None and len(following) == 1:
                out += following * known.repeats[word]
                at += 2
                continue
        group, took = _cardinal(said[at:], known)
        if took > 1 and said[at + took - 2] in known.hundred and len(_value([*said, ""][at + took], known) or "") == 1:
            group, took = group[:-1] + "0", took - 1  # "eight hundred, five five five": the five begins a new group.
        if took:
            out += group
            at += took
            continue
        between = out and at + 1 < len(said) and _cardinal(said[at + 1 :], known)[1]
        if between and word in known.homophones:
            out += known.homophones[word]
        at += 1
    return out


def in_figures(words: Sequence[str], language: str) -> list[str]:
    """The words with numbers in figures, for streets that are numbered: calle veinticuatro → calle, 24.

    English stays as it is, because its streets are written in English words too; "un" and "une" may be articles.
    """
    if language not in NUMBER_WORDS or language == "en":
        return list(words)
    known, written, at = NUMBER_WORDS[language], list[str](), 0
    while at < len(words):
        figures, took = ("", 0) if words[at] in _ARTICLES else _cardinal(words[at:], known)
        written.append(figures or words[at])
        at += took or 1
    return written


def is_number(word: str, language: str = "en") -> bool:
    """Whether a plain word is a number by itself: "12", "98th", "twelve"; not "to" or "for"."""
    known = NUMBER_WORDS.get(language, NUMBER_WORDS["en"])
    return word[0].isdigit() or word in known.values or word in known.hundred or word in known.thousand


def _keep(found: dict[tuple[int, int, str, int], float], key: tuple[int, int, str, int], cost: float) -> None:
    if cost < found.get(key, 9.0):
        found[key] = cost


def _may_continue(word: str, known: NumberWords) -> bool:
    return (
        word in known.values
        or bool(digits_of(word))
        or word in known.hundred
        or word in known.thousand
        or word in known.joins
        or word in known.repeats
        or word in known.homophones
        or word in known.through
    )


def _value(word: str, known: NumberWords) -> str | None:
    if word in known.values:
        return str(known.values[word])
    return digits_of(word) or None


def _cardinal(words: Sequence[str], known: NumberWords) -> tuple[str, int]:
    """The longest number said as one whole at the start: its digits, and how many words it took (0: none)."""
    if words and (written := digits_of(words[0])):
        return written, 1
    total, current, took, at = 0, -1, 0, 0
    while at < len(words):
        word = words[at]
        value = known.values.get(word)
        if value is not None and (current < 0 or _adds(current, value, known)):
            current = max(current, 0) + (76 if current % 100 == 4 and value == 20 else value)
        elif word in known.hundred and (0 < current < 100 or (current < 0 and "cent" in known.hundred)):
            current = max(current, 1) * 100
        elif word in known.thousand and (current > 0 or (at == 0 and word in {"mil", "mille"})) and not total:
            total, current = max(current, 1) * 1000, -1
        elif word in known.joins and took and at + 1 < len(words) and (total or current > 9):
            at += 1
            continue
        else:
            break
        at += 1
        took = at
    return (str(total + max(current, 0)), took) if took else ("", 0)


def _adds(current: int, value: int, known: NumberWords) -> bool:
    """Whether a number word joins the number so far: twenty + four, two hundred + five, quatre + vingt + douze."""
    french = "cent" in known.hundred
    if current >= 100 and current % 100 == 0:
        return 0 < value < 100
    tens, unit = divmod(current % 100, 10)
    if french and (current % 100, value) == (4, 20):
        return True
    if french and tens in {6, 8} and unit == 0:
        return 0 < value < 20
    if french and current % 10 == 0 and tens in {1, 7, 9} and 7 <= value <= 9:
        return True
    if french and current % 100 in {70, 90} and value < 10:
        return value > 0
    return tens >= 2 and unit == 0 and 0 < value < 10


def _read(words: Sequence[str], known: NumberWords) -> list[tuple[str, float]]:
    """All readings that use up all the words: digits and cost."""
    states: list[tuple[str, int, float, bool]] = [("", 0, 0.0, False)]
    """Digits so far, zeros at their end that a smaller number may fill, cost, and whether written in figures."""
    at = 0
    while at < len(words):
        word = words[at]
        if word in known.repeats and at + 1 < len(words) and len(_value(words[at + 1], known) or "12") == 1:
            group, took, cost, figures = (_value(words[at + 1], known) or "") * known.repeats[word], 2, 0.0, False
        else:
            group, took = _cardinal(words[at:], known)
            cost, figures = (0.3 if took and not word.isdigit() and digits_of(word) else 0.0), word[0].isdigit()
        if not took and word in known.homophones:
            group, took, cost = known.homophones[word], 1, 0.8 if at else 2.5
        if not took:
            return []
        at += took
        zeros = 0 if group == "0" else len(group) - len(group.rstrip("0"))
        joined: list[tuple[str, int, float, bool]] = []
        for digits, open_zeros, before, in_figures in states:
            fills = 0 < len(group) <= open_zeros and group[0] != "0"
            if fills:
                unlikely = 0.1 if in_figures else 2.0  # "30, 5" is 35; who says "ten one" means 101.
                joined.append((digits[: -len(group)] + group, zeros, before + cost + unlikely, figures))
            if len(digits) + len(group) <= LONGEST:
                unlikely = 1.0 if fills and in_figures else 0.0
                joined.append((digits + group, zeros, before + cost + unlikely, figures))
        states = joined
    return [(digits, cost) for digits, _, cost, _ in states]


def _ranges(words: Sequence[str], known: NumberWords) -> list[tuple[int, int]]:
    """Find a range: "35", "37" in figures or "thirty five to thirty seven", the second end a little above the first."""
    for middle in range(1, len(words)):
        said = words[middle] in known.through
        if not said and not (words[0].isdigit() and words[middle].isdigit()):
            continue
        rest = words[middle + 1 :] if said else words[middle:]
        first, took = _cardinal(words[:middle], known)
        second, took_rest = _cardinal(rest, known)
        if took == middle and took_rest == len(rest) > 0:
            low, high = int(first), int(second)
            if len(first) == len(second) > 1 and low < high <= low + (40 if said else 10) and (high - low) % 2 == 0:
                return [(low, high)]
    return []
