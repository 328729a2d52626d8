"""The words the line says: read once from `en.toml es.toml fr.toml`, filled with what this call is about.

A prompt has up to three wordings: `say` at first, `again` when the caller was not understood (shorter), `help` on the
second miss or when asked for help (fuller, with keys). `audio` names a recording to play in place of `say`.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

_FOLDER = Path(__file__).parent
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
        texts = (self.say, self.again, self.help)
        return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


@cache
def prompts(language: str) -> Mapping[str, Prompt]:
    """All prompts of a language, by name."""
    file = _FOLDER / f"{language}.toml"
    return msgspec.convert(tomllib.loads(file.read_text("utf-8")), dict[str, Prompt])


def wording(name: str, language: str, slots: Mapping[str, str], *, attempt: int = 0) -> str:
    """The prompt `name` as it is to be said. KeyError names a prompt nobody wrote or a slot nobody filled."""
    return prompts(language)[name].wording(attempt).format_map(slots)
