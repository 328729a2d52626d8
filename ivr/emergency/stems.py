"""From an inflected word to its stem, in three languages: "choking" and "choked" are one sign.

Rough and quick on purpose: the same cut is made in the lexicon and in what was heard, so a stem need not be a word.
A word reaches these functions casefolded and without accents.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

_WORDS = files("ivr.emergency") / "lexicon" / "words.toml"
_IRREGULAR: dict[str, str] = tomllib.loads(_WORDS.read_text("utf-8"))["irregular"]

_SPANISH_ENDINGS = (
    "iendose",
    "andose",
    "andolo",
    "andola",
    "andome",
    "iendome",
    "ieron",
    "iendo",
    "abamos",
    "aron",
    "ando",
    "amos",
    "emos",
    "imos",
    "arse",
    "erse",
    "irse",
    "aban",
    "aba",
    "ados",
    "adas",
    "idos",
    "idas",
    "ado",
    "ada",
    "ido",
    "ida",
    "ian",
    "ia",
    "yo",
    "io",
    "ar",
    "er",
    "ir",
    "an",
    "en",
    "as",
    "es",
    "os",
    "a",
    "e",
    "o",
    "s",
)

_FRENCH_ENDINGS = (
    "issent",
    "aient",
    "ements",
    "ement",
    "erait",
    "ions",
    "ait",
    "ant",
    "ent",
    "ees",
    "ons",
    "era",
    "ee",
    "es",
    "er",
    "ez",
    "ir",
    "it",
    "is",
    "e",
    "s",
    "x",
    "a",
)

_VOWELS = frozenset("aeiou")


def english(word: str) -> str:
    """The stem of an English word: "stabbing", "stabbed" and "stab" all give "stab"."""
    irregular = _IRREGULAR.get(word)
    if irregular:
        return irregular
    stem = word
    if len(stem) > 4 and stem.endswith(("ies", "ied")):
        return stem[:-3] + "y"
    if len(stem) > 3 and stem.endswith("s") and stem[-2] not in "sui":
        stem = stem[:-1]
    if len(stem) > 5 and stem.endswith("ing"):
        stem = stem[:-3]
    elif len(stem) > 4 and stem.endswith("ed") and stem[-3] != "e":
        stem = stem[:-2]
    elif len(stem) > 4 and stem.endswith("e") and stem[-2] != "e":
        stem = stem[:-1]
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in _VOWELS:
        stem = stem[:-1]
    return stem


def spanish(word: str) -> str:
    """The stem of a Spanish word: "respira", "respirando" and "respirar" all give "respir"."""
    return _cut(word, _SPANISH_ENDINGS)


def french(word: str) -> str:
    """The stem of a French word: "saigne", "saignait" and "saigner" all give "saign"."""
    return _cut(word, _FRENCH_ENDINGS)


def _cut(word: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


STEMMERS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"en": lru_cache(20_000)(english), "es": lru_cache(20_000)(spanish), "fr": lru_cache(20_000)(french)}
)
"""The stemmer of each language the line speaks."""
