"""What a caller's words have to say about a service: a text in, weighted features out. Pure.

Addresses are dropped, spellings joined, words stemmed; a word also counts as the concept it belongs to ("sofa" as
furniture), next to its neighbours, and, unless everybody says it, as its groups of letters, so that a typing slip or a
misheard word still says something. The tables are `lexicon/services_*.toml`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import snowballstemmer

_LEXICON = Path(__file__).parent / "lexicon"
_STEMMERS = {"en": "english", "es": "spanish", "fr": "french"}
_GROUP = 4
"""Letters in a group."""
_CLOSE = 3
"""How many meaningful words further on still make a pair."""
_LONGEST_TEXT = 2_000
"""Characters; what a caller has not said by then will not name the service either."""

_WORD = re.compile(r"[a-z]+")
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu)'")
_DIRECTION = r"(?:(?:n|s|e|w|ne|nw|se|sw|north|south|east|west)\.?\s+)?"
_STREET_TYPE = (
    r"(?:street|st|avenue|ave|av|road|rd|drive|dr|lane|ln|blvd|boulevard|place|pl|terrace|terr|ter|court|ct|way"
    r"|highway|hwy|parkway|pkwy|circle|cir)"
)
_ADDRESS = re.compile(rf"\b\d{{1,6}}(?:-?[a-z]{{1,2}}|-\d+)?\s+{_DIRECTION}(?:[a-z0-9]+\s+){{0,2}}?{_STREET_TYPE}\b")
_DIRECTIONS = re.compile(r"\b(?:ne|nw|se|sw)\b")


class Reading(NamedTuple):
    """What was read in a text."""

    words: Counter[str]
    """Stems of the words that carry meaning; everyday words too, as `.how`: "how many" asks for something."""
    kinds: Counter[str]
    """What the words are kinds of: `furniture` for a sofa."""
    pairs: Counter[str]
    """Words that stand next to each other, and `~meaningful pairs` (kinds where there is one) that stand close."""
    letters: Counter[str]
    """Groups of four letters, `<` and `>` marking where words begin and end."""
    content: tuple[str, ...]
    """The words that carry meaning, stemmed, in order."""


class Reader:
    """Reads texts in one language. Shared between cities: see `reader`."""

    def __init__(self, language: str) -> None:
        tables = tomllib.loads((_LEXICON / f"services_{language}.toml").read_text(encoding="utf-8"))
        self._elides = language == "fr"
        self._stem = _stemmer(_STEMMERS[language])
        self._ignored = frozenset(self._plain(tables["ignored"]))
        self._joined: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for word, spellings in tables["joined"].items():
            for spelling in spellings:
                parts = tuple(self._plain(spelling))
                self._joined.setdefault(parts[0], []).append((parts, word))
        for candidates in self._joined.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))
        concepts: dict[str, dict[str, None]] = {}
        for concept, members in tables["concepts"].items():
            for member in self._plain(members):
                concepts.setdefault(self._stem(member), {})[f"#{concept}"] = None
        self._concepts = {stem: tuple(found) for stem, found in concepts.items()}

    def read(self, text: str) -> Reading:
        """Read at most the first 2,000 characters of `text`."""
        spoken = self._joined_up(self._plain(text[:_LONGEST_TEXT]))
        told = [word for word in spoken if len(word) > 1 and word not in self._ignored]
        everyday = [f".{word}" for word in spoken if word in self._ignored]
        stems = [self._stem(word) for word in told]
        kinds = [self._concepts.get(stem, ()) for stem in stems]
        heads = [found[0] if found else stem for stem, found in zip(stems, kinds, strict=True)]
        pairs = Counter(map(" ".join, pairwise([self._stem(word) for word in spoken])))
        pairs.update(
            f"~{one} {other}" if one < other else f"~{other} {one}"
            for at, one in enumerate(heads)
            for other in heads[at + 1 : at + 1 + _CLOSE]
            if one != other
        )
        return Reading(
            Counter(chain(stems, everyday)),
            Counter(chain.from_iterable(kinds)),
            pairs,
            Counter(chain.from_iterable(map(_letter_groups, told))),
            tuple(stems),
        )

    def share_known(self, text: str, knows: Callable[[str], bool]) -> float:
        """How much of `text`, 0 to 1, is everyday words of this language or words whose stems are known otherwise."""
        words = self._plain(text[:_LONGEST_TEXT])
        known = sum(
            word in self._ignored or knows(stem) or stem in self._concepts for word, stem in self._stemmed(words)
        )
        return known / len(words) if words else 0.0

    def _stemmed(self, words: list[str]) -> Iterator[tuple[str, str]]:
        return ((word, self._stem(word)) for word in words)

    def _plain(self, text: str) -> list[str]:
        plain = text.casefold().replace("\u2019", "'")
        if not plain.isascii():
            plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
        plain = _ELISION.sub("", plain) if self._elides else _DIRECTIONS.sub(" ", _ADDRESS.sub(" ", plain))
        return _WORD.findall(plain.replace("'", ""))

    def _joined_up(self, words: list[str]) -> list[str]:
        joined: list[str] = []
        at = 0
        while at < len(words):
            for parts, word in self._joined.get(words[at], ()):
                if tuple(words[at : at + len(parts)]) == parts:
                    joined.append(word)
                    at += len(parts)
                    break
            else:
                joined.append(words[at])
                at += 1
        return joined


def _stemmer(name: str) -> Callable[[str], str]:
    """A stemmer that remembers, and that several threads may ask: the library's works on state of its own."""
    stemmer = snowballstemmer.stemmer(name)
    lock = Lock()

    @lru_cache(20_000)
    def stem(word: str) -> str:
        with lock:
            return str(stemmer.stemWord(word))

    return stem


@lru_cache(20_000)
def _letter_groups(word: str) -> tuple[str, ...]:
    bounded = f"<{word}>"
    return tuple(bounded[i : i + _GROUP] for i in range(len(bounded) - _GROUP + 1))


@lru_cache
def reader(language: str) -> Reader:
    """The reader of a language, made once a process."""
    return Reader(language)
