"""The words of a text message in plain letters, and the lists of `texts.toml` they are held against. Pure."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib import resources

from rapidfuzz.distance import DamerauLevenshtein

LANGUAGES = ("en", "es", "fr")
_LONG = 6
"""Letters of a word in which a slip is forgiven: a slip in a shorter one makes another word of it."""
_PHRASE = 5
"""Words of a phrase, at most."""
_SOON = 3
"""Words that may stand between "not" and "fixed"."""
_ELIDED = re.compile(r"\b(qu|[cdjlmnst])['’](?=\w)", re.IGNORECASE)
_PAUSES = re.compile(r"[,.;:!?\n]+|\b(?:but|pero|mais)\b", re.IGNORECASE)


def plain(body: str) -> str:
    """A message without capitals, accents, marks and spaces too many: "¡Arrêt!" is "arret", "c'est" is "c est"."""
    spoken = _ELIDED.sub(r"\1 ", body).casefold().replace("'", "").replace("’", "")
    letters = unicodedata.normalize("NFKD", spoken)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]+", " ", bare).split())


def clauses(body: str) -> list[str]:
    """A message in plain letters, cut where its writer paused: "No, lo arreglaron" is no "no lo arreglaron"."""
    return [part for part in map(plain, _PAUSES.split(body)) if part]


def made_of(words: str, language: str, *names: str) -> tuple[frozenset[str], ...]:
    """The lists each part of a message stands in; empty where a part of it stands in none of these. Longest first."""
    lists, parts = _parts(language, names), tuple(words.split())
    found: list[frozenset[str]] = []
    while parts:
        size = next((size for size in range(min(len(parts), _PHRASE), 0, -1) if parts[:size] in lists), 0)
        if not size:
            return ()
        found.append(lists[parts[:size]])
        parts = parts[size:]
    return tuple(found)


def has(words: str, language: str, *names: str) -> bool:
    """Whether plain words hold something of these lists."""
    return bool(_pattern(language, names).search(words))


def without(words: str, language: str, name: str) -> str:
    """Plain words without what stands in a list."""
    return " ".join(_pattern(language, (name,)).sub(" ", words).split())


def undone(words: str, language: str) -> bool:
    """Whether plain words deny that something was done: a word of `never`, and soon after it one of `done`."""
    return bool(_denial(language).search(re.sub(r"\b[a-z]\b ?", "", words)))


@cache
def _pattern(language: str, names: tuple[str, ...]) -> re.Pattern[str]:
    phrases = _any_of(language, *names)
    return re.compile(rf"\b(?:{phrases})\b" if phrases else r"(?!)")


@cache
def _denial(language: str) -> re.Pattern[str]:
    never, done = _any_of(language, "never"), _any_of(language, "done")
    return re.compile(rf"\b(?:{never})(?: \w+){{0,{_SOON}}} (?:{done})\b")


def _any_of(language: str, *names: str) -> str:
    phrases = [phrase for name in names for phrase in listed(language, name)]
    return "|".join(re.escape(phrase).replace(r"\*", r"\w*") for phrase in phrases)


@cache
def _parts(language: str, names: tuple[str, ...]) -> dict[tuple[str, ...], frozenset[str]]:
    found: dict[tuple[str, ...], frozenset[str]] = {}
    for name in names:
        for phrase in (*listed(language, name), *listed("carrier", name)):
            parts = tuple(phrase.split())
            found[parts] = found.get(parts, frozenset()) | {name}
    return found


@lru_cache(maxsize=4096)
def corrected(words: str, language: str) -> str:
    """Plain words with slips in long ones mended, where only one word of the language's lists can be meant."""
    return " ".join(_mended(word, language) for word in words.split())


def _mended(word: str, language: str) -> str:
    known = _long_words(language)
    if len(word) < _LONG or not word.isalpha() or word in known or _word(language).fullmatch(word):
        return word
    # Where it begins or ends otherwise it is another word, or another form of one: "recibí" is no "recibir".
    alike = (one for one in known if (one[0], one[-1]) == (word[0], word[-1]))
    near = {one for one in alike if DamerauLevenshtein.distance(word, one, score_cutoff=1) <= 1}
    return near.pop() if len(near) == 1 else word


@cache
def _long_words(language: str) -> frozenset[str]:
    words = {word for phrases in _lists()[language].values() for phrase in phrases for word in phrase.split()}
    return frozenset(word for word in words if len(word) >= _LONG and word.isalpha())


@cache
def _word(language: str) -> re.Pattern[str]:
    """Any word of the lists that stands alone in them, endings and all."""
    return _pattern(language, tuple(_lists()[language]))


def listed(language: str, name: str) -> list[str]:
    """One list of a language, or of the carriers."""
    return _lists()[language].get(name, [])


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((resources.files(__package__) / "texts.toml").read_text("utf-8"))
