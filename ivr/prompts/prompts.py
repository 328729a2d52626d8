"""The words the line says: read once from `en.toml es.toml fr.toml`, filled with what this call is about.

A prompt has up to three wordings: `say` at first, `again` when the caller was not understood (shorter), `help` on the
second miss or when asked for help (fuller, with keys). `audio` names a recording to play in place of `say`. A city may
have words of its own for any of them.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path as Folder
from typing import cast

import msgspec

from dispatch.city.formats import unknown
from dispatch.city.mistakes import Mistake, Path, written
from dispatch.city.model import City, Language

_FOLDER = Folder(__file__).parent
FALLBACK = "en"


class Prompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One prompt in one language. Slots are written {like_this}."""

    say: str
    again: str = ""
    help: str = ""
    audio: str = ""

    def wording(self, attempt: int) -> str:
        """What to say on this attempt: 0 the first time, 1 after one miss, 2 or more in full."""
        if attempt >= 2:
            return self.help or self.again or self.say
        return (self.again or self.say) if attempt else self.say

    def slots(self) -> set[str]:
        """Names of all the slots in all the wordings."""
        return _slots(self.say) | _slots(self.again) | _slots(self.help)


@cache
def prompts(language: str) -> Mapping[str, Prompt]:
    """All prompts of a language, by name."""
    file = _FOLDER / f"{language}.toml"
    return msgspec.convert(tomllib.loads(file.read_text("utf-8")), dict[str, Prompt])


def prompt(city: City, name: str, language: str) -> Prompt:
    """The prompt of that name: in the city's own words, else in the house's. KeyError where nobody wrote it."""
    own = city.prompts.get(name, {}).get(cast("Language", language))
    return Prompt(own.say, own.again, own.help, own.audio) if own else prompts(language)[name]


def wording(city: City, name: str, language: str, slots: Mapping[str, str], *, attempt: int = 0) -> str:
    """A prompt as it is to be said. KeyError names a prompt nobody wrote or a slot nobody filled."""
    return prompt(city, name, language).wording(attempt).format_map(slots)


def mistakes(city: City) -> Iterator[Mistake]:
    """What is wrong with a city's own prompts: a name nobody says, other {slots} than the house's, or other keys."""
    for name, spoken in city.prompts.items():
        if name not in prompts(FALLBACK):
            yield _mistake(city, ("prompts", name), unknown("prompt", name, prompts(FALLBACK)))
            continue
        for language, own in spoken.items():
            houses = prompts(language)[name]
            for part in ("say", "again", "help"):
                if text := getattr(own, part):
                    for problem in _differs(text, getattr(houses, part) or houses.say):
                        yield _mistake(city, ("prompts", name, language, part), problem)


def _mistake(city: City, path: Path, problem: str) -> Mistake:
    return Mistake(f"{city.slug}/city.toml", written(path), problem)


def _differs(own: str, houses: str) -> Iterator[str]:
    try:
        found = _slots(own)
    except ValueError:
        yield "has a stray brace"
        return
    if found != (wanted := _slots(houses)):
        yield f"must hold the slots {_listed(wanted)}; it holds {_listed(found)}"
    if (named := _keys(own)) != (keys := _keys(houses)):
        yield f"must name the keys {_listed(keys)}; it names {_listed(named)}"


def _slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _keys(text: str) -> set[str]:
    """The digits that stand alone: those of "3 1 1" are a number, and no keys."""
    return set(re.findall(r"(?<!\d )\b\d\b(?! \d)", text))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "none"
