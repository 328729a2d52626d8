"""Callers and a telephone recogniser, invented: places worded as people say them, then misheard.

The misheard forms follow what `recogniser_pairs_dev.csv` shows a small recogniser does on an 8 kHz line: numbers become
figures ("1-8-7", "2,454", "350, 8"), a name it does not know becomes words that sound like it ("use to" for Eustis) or
a new spelling ("kewnerd"), sounds are lost or swapped, "and" becomes "in", "at" becomes "that", the end of the number
runs into the name. How often each happens is set so that half of the names come out changed, as on the real line.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import Indel

from dispatch.city.gazetteer_names import number_in_words, parse_street
from dispatch.city.gazetteer_sounds import encode, phones

_BEFORE = ("", "", "", "it's ", "it's at ", "i'm at ", "at ", "near ", "in front of ", "the address is ", "um it's ")
_CORNER = ("", "it's at ", "the corner of ", "corner of ", "at the intersection of ")
_BEFORE_HEARD = {
    "um it's ": ("um, it's ", "i'm at ", "amidst ", "um it's "),
    "i'm at ": ("i'm at ", "i'm at ", "i met ", "i am at "),
    "it's at ": ("it's at ", "it's at ", "it's that ", "it's a "),
    "corner of ": ("corner of ", "foreigner of ", "corner of "),
}
_LIKE = {
    "p": "bt", "b": "pvd", "t": "dkp", "d": "tbg", "k": "gt", "g": "kd", "f": "vTs", "v": "fbD", "s": "zSf", "z": "s",
    "S": "sC", "C": "SJ", "J": "CZ", "T": "fts", "D": "dv", "m": "n", "n": "mN", "N": "n", "l": "rw", "r": "lw",
    "w": "rl",
    "h": "", "y": "", "i": "Ie", "I": "ieV", "e": "IAV", "E": "ei", "A": "eaV", "a": "AVO", "V": "IeaA", "Y": "aX",
    "O": "aoW",
    "o": "OUu", "u": "Uoy", "U": "u", "W": "aO", "X": "oY", "R": "oVr",
}  # fmt: skip
_SPELLINGS = {
    "p": ("p", "pp"), "t": ("t", "tt"), "d": ("d",), "k": ("k", "c", "ck"), "g": ("g",), "f": ("f", "ph"),
    "s": ("s", "ss", "c"),
    "S": ("sh",), "C": ("ch",), "J": ("j", "g"), "T": ("th",), "D": ("th",), "N": ("ng",),
    "i": ("ee", "y", "ie", "ea"),
    "I": ("i", "y"), "e": ("e",), "E": ("ay", "ai", "a"), "A": ("a",), "a": ("o", "a"), "V": ("u", "a", "e", "o"),
    "Y": ("y", "ie", "igh"), "O": ("aw", "au", "o"), "o": ("o", "oa", "ow"), "u": ("oo", "u", "ew"), "U": ("oo",),
    "W": ("ow", "ou"),
    "X": ("oy", "oi"), "R": ("er", "ur", "or"),
}  # fmt: skip


def said_number(number: int, rng: random.Random) -> str:
    """A house number in words, in one of the ways callers use."""
    high, low = divmod(number, 100)
    ways = [number_in_words(number)]
    if number >= 100:
        ways.append(" ".join("oh" if digit == "0" else number_in_words(int(digit)) for digit in str(number)))
        tail = number_in_words(low) if low > 9 else f"oh {number_in_words(low)}" if low else "hundred"
        ways += [f"{number_in_words(high)} {tail}"] * 2
    return rng.choice(ways)


def said_street(name: str) -> str:
    """A street in words: "W Third St" → "west third street"."""
    parts = parse_street(name)
    kind = "" if parts.type == parts.core else parts.type
    return " ".join(filter(None, (parts.direction, parts.core, kind, parts.after)))


def say_address(number: int, street: str, area: str, rng: random.Random) -> str:
    """An address as a caller says it, all in words."""
    tail = f" in {area.lower()}" if area else ""
    return f"{rng.choice(_BEFORE)}{said_number(number, rng)} {said_street(street)}{tail}"


def say_corner(street: str, other: str, rng: random.Random) -> str:
    """A corner as a caller says it."""
    return f"{rng.choice(_CORNER)}{said_street(street)} {rng.choice(('and', 'at'))} {said_street(other)}"


class Recogniser:
    """Mishears. `vocabulary` is what it takes for words; the same seed mishears the same."""

    def __init__(self, vocabulary: Sequence[str], seed: int, changed: float = 0.5) -> None:
        self.rng = random.Random(seed)
        self.changed = changed
        self._words = list(vocabulary)
        self._sounds = [encode(phones(word)) for word in self._words]

    def hear_address(self, number: int, street: str, area: str) -> str:
        """What is written down for an address."""
        rng = self.rng
        before = rng.choice(_BEFORE)
        figures = self._number(number)
        if rng.random() < 0.05:  # The number's last word and the name run together.
            figures, _, last = said_number(number, rng).rpartition(" ")
            name = self._misheard(f"{last} {parse_street(street).core}") + f" {parse_street(street).type}"
        else:
            name = self._street(street, self.changed)
        tail = f"{rng.choice((' in ', ' in ', ' in ', ' and ', ', '))}{self._name(area, 0.4)}" if area else ""
        return f"{self._frame(before)}{figures} {name}{tail}.".capitalize()

    def hear_corner(self, street: str, other: str) -> str:
        """What is written down for a corner."""
        rng = self.rng
        joint = rng.choice(("and", "and", "and", "at", "at", "at", "in", "it", "that", ","))
        one, two = self._street(street, self.changed * 0.7), self._street(other, self.changed * 0.7)
        return f"{self._frame(rng.choice(_CORNER))}{one} {joint} {two}.".capitalize()

    def _frame(self, before: str) -> str:
        return self.rng.choice(_BEFORE_HEARD.get(before, (before,)))

    def _number(self, number: int) -> str:
        rng, written = self.rng, str(number)
        roll = rng.random()
        if roll < 0.09 and number > 9:  # A digit more, less, or another; or fifteen for fifty.
            if 13 <= number % 100 <= 19:
                return f"{written[:-2]}{number % 10}0"
            at = rng.randrange(len(written))
            other = rng.choice(("", rng.choice("0123456789")))
            return written[:at] + other + written[at + 1 :]
        if roll < 0.14 and number > 20 and number % 10 and number % 100 > 20:
            unit = rng.choice((str(number % 10), _digit_word(number % 10)))
            return f"{number - number % 10}{rng.choice((', ', ' ', '-'))}{unit}"
        if roll < 0.20 and number > 99:
            return rng.choice(("-", ", ", " ")).join(written)
        if roll < 0.26:
            return f"{number}th"
        if roll < 0.40 and number < 10:
            return number_in_words(number)
        if number >= 1000 and roll < 0.6:
            return f"{number:,}"
        return said_number(number, rng) if roll > 0.94 else written

    def _street(self, street: str, changed: float) -> str:
        parts = parse_street(street)
        kind = "" if parts.type == parts.core else parts.type
        if self.rng.random() < 0.07 and kind:
            if self.rng.random() < 0.5:
                return self._misheard(f"{parts.core} {kind}")
            kind = self._misheard(kind)
        name = self._name(parts.core, changed)
        return " ".join(filter(None, (parts.direction, name, kind, parts.after)))

    def _name(self, name: str, changed: float) -> str:
        return self._misheard(name.lower()) if self.rng.random() < changed else name.title()

    def _misheard(self, name: str) -> str:
        """Swap and lose a few sounds, then write what is left as words, or spell it anew."""
        rng = self.rng
        heard = ""
        for sound in "".join(phones(word) for word in name.split()):
            roll = rng.random()
            if roll < 0.10 and _LIKE.get(sound):
                heard += rng.choice(_LIKE[sound])
            elif roll < 0.145:
                continue
            elif roll < 0.165:
                heard += sound + rng.choice("VItdn")
            else:
                heard += sound
        if rng.random() < 0.35:
            return "".join(rng.choice(_SPELLINGS.get(sound, (sound,))) for sound in heard).lower()
        return self._as_words(heard)

    def _as_words(self, heard: str) -> str:
        cuts = sorted(self.rng.sample(range(2, len(heard) - 1), k=min(len(heard) // 5, 2))) if len(heard) > 5 else []
        cuts = [] if self.rng.random() < 0.5 else cuts
        written = []
        for start, end in zip([0, *cuts], [*cuts, len(heard)], strict=True):
            near = process.extract(encode(heard[start:end]), self._sounds, scorer=Indel.normalized_similarity, limit=2)
            written.append(self._words[self.rng.choice(near)[2]])
        return " ".join(written)


def _digit_word(digit: int) -> str:
    return {2: "to", 4: "for", 8: "ate"}.get(digit, str(digit))
