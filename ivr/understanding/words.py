"""Text into plain words: folded, without accents or punctuation, so that spelling never decides what was meant."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a text: "¡Sí, señor!" gives ("si", "senor")."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))
    return tuple(_WORD.findall("".join(c for c in folded if not unicodedata.combining(c))))
