"""Whether somebody insults or threatens the people who answer for the city. Swearing at a pothole is not abuse.

Read after the emergency guard, which has what is dangerous. Whoever is abusive is answered as kindly as anybody: it is
for the people who take up the report that it is noted. The words are in `lexicon/abuse.toml`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from ivr.understanding.words import plain_words


class _Words(msgspec.Struct, frozen=True):
    """How people are abused in one language; see the lexicon."""

    at: frozenset[str]
    between: frozenset[str]
    names: frozenset[str]
    things: frozenset[str]
    phrases: tuple[str, ...]


@cache
def _languages() -> tuple[_Words, ...]:
    lexicon = tomllib.loads((Path(__file__).parent / "lexicon" / "abuse.toml").read_text("utf-8"))
    return tuple(
        _Words(
            at=frozenset(words["at"].split()),
            between=frozenset(words["between"].split()),
            names=frozenset(words["names"].split()),
            things=frozenset(words["things"].split()),
            phrases=tuple(words["phrases"]),
        )
        for words in lexicon.values()
    )


def is_abusive(text: str) -> bool:
    """Whether a text insults or threatens whoever it is said to, in any of the languages."""
    words = plain_words(text)
    said = f" {' '.join(words)} "
    return any(
        any(f" {phrase} " in said for phrase in language.phrases) or _called_names(words, language)
        for language in _languages()
    )


def _called_names(words: tuple[str, ...], language: _Words) -> bool:
    """Whether somebody is called names to their face: "you are all idiots", not "you idiotic machine"."""
    aimed = False
    for position, word in enumerate(words):
        if aimed and word in language.names and not language.things.intersection(words[position + 1 : position + 2]):
            return True
        aimed = word in language.at or (aimed and word in language.between)
    return False
