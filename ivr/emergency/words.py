"""From whatever was typed or heard to plain words with their places in the text.

Capitals, accents, curly apostrophes, full-width letters, emoji, "heeelp", "cant", "nine one one": all become the words
a sign is written in. Words that carry nothing (articles, "um", forms of "be") are left out, so that a sign need not
mention them; a sentence's end stays, as "#", because no sign reaches across it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

BOUNDARY = "#"
"""Where a sentence begins or ends."""

EDGE = "##"
"""Where the whole text begins or ends."""

_PIECE = re.compile(
    r"(?:some|sum|any|every)1\b"
    r"|[^\W\d_]+(?:['’‘ʼ`´′][^\W\d_]+)*['’]?|\d+|[.!?;…\n|]|[,:()\"]|[\U0001F100-\U0001FAFF☠☢☣⚠]"
)
_APOSTROPHE = re.compile("['’‘ʼ`´′]")
_LONG_RUN = re.compile(r"(.)\1{2,}")

_TABLES = tomllib.loads((files("ivr.emergency") / "lexicon" / "words.toml").read_text("utf-8"))
_LIGHT = frozenset(word for words in _TABLES["light"].values() for word in words.split())
_CONTRACTIONS: dict[str, str] = _TABLES["contractions"]
_EMOJI: dict[str, str] = _TABLES["emoji"]

_LONGEST = 40
"""No word that matters is longer; what is longer is cut, so that nobody can fill the memory with it."""

_LAST_OF_911 = frozenset({"1", "one", "11", "eleven", "once", "onze", "uno", "un"})
_NINE = frozenset({"9", "nine"})
_ONE = frozenset({"1", "one"})
_JOINED = {
    ("91", "1"): 2,
    ("9", "11"): 2,
    ("nine", "eleven"): 2,
    ("9", "eleven"): 2,
    ("900", "11"): 2,
    ("nine", "hundred"): 3,
    ("nueve", "once"): 2,
    ("neuf", "onze"): 2,
    ("neuf", "cent"): 3,
}


class Words(NamedTuple):
    """A text as the detector sees it."""

    text: str
    """The caller's own words, after Unicode's compatibility folding; spans point into it."""
    forms: list[str]
    """One entry a word: casefolded, without accents; BOUNDARY where a sentence begins or ends."""
    spans: list[tuple[int, int]]
    """Where in `text` each form stands; empty spans for boundaries."""
    pauses: int
    """A bit for each position that stands right behind a comma or the like."""


@lru_cache(30_000)
def _plain(raw: str) -> tuple[str, ...]:
    """One piece of text to none, one or more words; kept, as people use few different words."""
    word = _APOSTROPHE.sub("'", raw.casefold()).strip("'")
    if not word.isascii():
        if word in _EMOJI:
            return (_EMOJI[word],)
        decomposed = unicodedata.normalize("NFD", word)
        word = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).replace("œ", "oe")
    if len(word) > 3:
        word = _LONG_RUN.sub(r"\1", word)
    expanded = _CONTRACTIONS.get(word)
    if expanded is not None:
        return tuple(form for form in expanded.split() if form not in _LIGHT)
    if "'" not in word:
        return () if word in _LIGHT else (word,)
    if word.endswith("n't"):
        return tuple(form for form in (word[:-3], "not") if form not in _LIGHT)
    parts = [part for part in word.split("'") if part not in ("s", "re", "ve", "ll", "m", "d", "t")]
    parts = ["ne" if part == "n" else part for part in parts]
    return tuple(part for part in parts if part not in _LIGHT)


def words(text: str) -> Words:
    """Cut a text into plain words. Never fails; time grows with the length and nothing else."""
    text = unicodedata.normalize("NFKC", text) if not text.isascii() else text
    forms = [BOUNDARY]
    spans = [(0, 0)]
    pauses = 0
    for piece in _PIECE.finditer(text):
        raw = piece.group()
        if raw in ".!?;…\n|":
            if forms[-1] != BOUNDARY:
                forms.append(BOUNDARY)
                spans.append((piece.start(), piece.start()))
            continue
        if raw in ',:()"':
            pauses |= 1 << len(forms)
            continue
        for form in _plain(raw[:_LONGEST]):
            forms.append(form)
            spans.append(piece.span())
            if form in _LAST_OF_911:
                _join_911(forms, spans)
    if forms[-1] != BOUNDARY:
        forms.append(BOUNDARY)
        spans.append((len(text), len(text)))
    return Words(text, forms, spans, pauses)


def _join_911(forms: list[str], spans: list[tuple[int, int]]) -> None:
    """Make one word of "nine one one", "9-1-1", "nine eleven" as soon as its last piece has come."""
    last = forms[-1]
    size = 0
    if last in _ONE and len(forms) > 3 and forms[-2] in _ONE and forms[-3] in _NINE:
        size = 3
    elif last in ("11", "eleven", "once", "onze", "1"):
        pair = _JOINED.get((forms[-2], last), 0)
        triple = _JOINED.get((forms[-3], forms[-2]), 0) if len(forms) > 3 else 0
        size = 2 if pair == 2 else 3 if triple == 3 else 0
    elif last in ("uno", "un") and len(forms) > 3 and forms[-2] == last and forms[-3] in ("nueve", "neuf"):
        size = 3
    if size:
        begin = spans[-size][0]
        end = spans[-1][1]
        del forms[-size:], spans[-size:]
        forms.append("911")
        spans.append((begin, end))
