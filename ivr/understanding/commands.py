"""Commands that work everywhere (ETSI ES 202 076): repeat, go back, main menu, operator, help, a language, goodbye.

"Could I please talk to a real person" is OPERATOR; "the operator of the crane never stops honking" has something to
tell and is none. The words are in `lexicon/commands.toml`.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path

import msgspec

from ivr.understanding.words import plain_words


class Command(StrEnum):
    """What a caller may ask for in any state."""

    REPEAT = "repeat"
    BACK = "back"
    MAIN_MENU = "main_menu"
    OPERATOR = "operator"
    HELP = "help"
    ENGLISH = "english"
    SPANISH = "spanish"
    FRENCH = "french"
    LANGUAGE = "language"
    GOODBYE = "goodbye"
    CHECK_STATUS = "check_status"


class _Wording(msgspec.Struct, frozen=True, dict=True):
    """How a command is said: phrases that mean it, words that may stand beside them."""

    phrases: frozenset[tuple[str, ...]]
    beside: frozenset[str]

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that may occur where it is said; one that is not among them is proof that it was not."""
        return self.beside.union(*self.phrases)


_LONGEST = 14
"""A command is short; whoever says more has something to tell."""
_LONGEST_PHRASE = 5


@cache
def _wordings() -> dict[Command, _Wording]:
    lexicon = tomllib.loads((Path(__file__).parent / "lexicon" / "commands.toml").read_text("utf-8"))
    polite = frozenset(lexicon["polite"].split())
    return {
        command: _Wording(
            frozenset(tuple(phrase.split()) for phrase in lexicon[command]["say"]),
            polite | frozenset(lexicon[command]["with"].split()),
        )
        for command in Command
    }


def command_in(text: str) -> Command | None:
    """The command a text amounts to, or None where it says something else (or more)."""
    words = plain_words(text)
    if not words or len(words) > _LONGEST:
        return None
    return next((command for command, wording in _wordings().items() if _amounts_to(words, wording)), None)


def _amounts_to(words: tuple[str, ...], wording: _Wording) -> bool:
    """Whether the words are a phrase of the command and otherwise nothing but words that may stand beside it."""
    if not wording.words.issuperset(words):
        return False
    meant = False
    position = 0
    while position < len(words):
        for length in range(min(_LONGEST_PHRASE, len(words) - position), 0, -1):
            if words[position : position + length] in wording.phrases:
                meant = True
                position += length
                break
        else:
            if words[position] not in wording.beside:
                return False
            position += 1
    return meant
