"""Which words of a sign another word may be a mishearing of: "fiber" for "fire", "bleating" for "bleeding".

Used only for the words that signs mark with "~", and such a sign only ever asks a question.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from jellyfish import damerau_levenshtein_distance, metaphone

_SHORTEST = 4
"""A word of three letters is one letter away from too many others."""

_LONG_SOUND = 4
"""Of fewer consonants, one more or less makes another word."""


class Ear:
    """Knows the words that matter and hears them in others."""

    def __init__(self, known: Iterable[str], never: Iterable[str]) -> None:
        """`known`: the words worth mishearing; `never`: everyday words that are always just themselves."""
        self._never = frozenset(never)
        self._by_start: dict[str, set[tuple[str, str]]] = {}
        for word in set(known):
            sound = _sound(word)
            for start in (word[0], sound[:1].upper()):
                self._by_start.setdefault(start, set()).add((word, sound))
        self.hears = lru_cache(20_000)(self._hears)

    def _hears(self, form: str) -> tuple[str, ...]:
        if not 3 <= len(form) <= 16 or form in self._never or not form.isascii() or not form.isalpha():
            return ()
        sound = _sound(form)
        near = self._by_start.get(form[0], set()) | self._by_start.get(sound[:1], set())
        return tuple(sorted(word for word, known in near if word != form and _alike(form, sound, word, known)))


def _sound(word: str) -> str:
    """The consonants of a word as spoken, voiced and voiceless taken as one: a telephone line loses the difference."""
    return metaphone(word).replace("B", "P").replace("T", "D").replace("K", "G").replace("V", "F").replace(" ", "")


def _alike(form: str, sound: str, word: str, known: str) -> bool:
    if abs(len(form) - len(word)) > 2:
        return False
    distance = damerau_levenshtein_distance(form, word)
    if len(word) < 6:
        return distance == 1 and len(word) >= 4 and len(form) >= 4
    return distance <= 2 and (distance == 1 or sound == known or (len(word) > 8 and sound[:2] == known[:2]))


class Neighbours:
    """Knows every word of the lexicon and finds those one letter away, for words that are in no lexicon at all."""

    def __init__(self, known: Iterable[str]) -> None:
        """`known`: all the words that signs are written with, plain."""
        self._known = frozenset(word for word in known if len(word) >= _SHORTEST)
        self._by_gap: dict[str, set[str]] = {}
        for word in self._known:
            for gap in _gaps(word):
                self._by_gap.setdefault(gap, set()).add(word)

    def of(self, form: str) -> list[str]:
        """The lexicon's words that `form` may be a slip of, in alphabetical order; none for a word it knows."""
        if form in self._known or not _SHORTEST <= len(form) <= 16 or not form.isalpha():
            return []
        near: set[str] = set()
        for gap in (form, *_gaps(form)):
            near |= self._by_gap.get(gap, set())
        return sorted(word for word in near if damerau_levenshtein_distance(form, word) == 1)


class Homophones:
    """Knows how the lexicon's words sound: on a telephone line "pines" may have been "pains", "closing" "choking"."""

    def __init__(self, known: Iterable[str], never: Iterable[str]) -> None:
        """`known`: all the words that signs are written with, plain; `never`: words that are always just themselves."""
        self._never = frozenset(never)
        self._by_sound: dict[str, set[str]] = {}
        self._by_gap: dict[str, set[str]] = {}
        for word in known:
            sound = _sound(word)
            if len(sound) > 1:
                self._by_sound.setdefault(sound, set()).add(word)
            if len(sound) >= _LONG_SOUND:
                for gap in _gaps(sound):
                    self._by_gap.setdefault(gap, set()).add(word)

    def of(self, form: str) -> list[str]:
        """Words with the same consonants, or one apart where there are enough of them; in alphabetical order."""
        if form in self._never or not 3 <= len(form) <= 16 or not form.isascii() or not form.isalpha():
            return []
        sound = _sound(form)
        near = set(self._by_sound.get(sound, ()))
        if len(sound) >= _LONG_SOUND:
            near.update(*(self._by_gap.get(gap, ()) for gap in _gaps(sound)))
        return sorted(w for w in near if w != form and damerau_levenshtein_distance(form, w) <= 1 + len(w) // 3)


def _gaps(word: str) -> list[str]:
    """The word itself, and with each of its letters left out."""
    return [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]
