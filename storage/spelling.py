"""Words without what spelling may add, capitals and accents: recognisers write both, and people search without."""

from __future__ import annotations

import re
import unicodedata

_ACCENTED = "áàâäãåçéèêëíìîïñóòôöõúùûüýÿ"


def bare(words: str) -> str:
    """The words in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def pattern(word: str) -> str:
    """A regular expression, for Python and PostgreSQL alike, that finds a word in any letters, with accents or not."""
    return "(?i)" + "".join(_FORMS.get(letter, re.escape(letter)) for letter in bare(word))


# The capitals too, for whether PostgreSQL knows them depends on its locale.
_FORMS = {
    plain: f"[{plain}{''.join(letter for letter in _ACCENTED + _ACCENTED.upper() if bare(letter) == plain)}]"
    for plain in set(bare(_ACCENTED))
}
