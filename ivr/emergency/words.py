"""From whatever was typed or heard to plain words with their places in the text.

Capitals, accents, curly apostrophes, full-width letters, emoji, "heeelp", "cant", "nine one one": all become the words
a sign is written in. Words that carry nothing (articles, "um", forms of "be") are left out, so that a sign need not
mention them; a sentence's end stays, as "#", because no sign reaches across it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

BOUNDARY = "#"
"""Where a sentence begins or ends."""

EDGE = "##"
"""Where the whole text begins or ends."""

_PIECE = re.compile(r"[^\W\d_]+(?:['’‘ʼ`´′][^\W\d_]+)*['’]?|\d+|[.!?;…\n|]|[,:()\"]|[\U0001F300-\U0001FAFF☠☢☣⚠]")
_APOSTROPHE = re.compile("['’‘ʼ`´′]")
_LONG_RUN = re.compile(r"(.)\1{2,}")

_LIGHT = frozenset(
    "a an the my your our his their its this these those um uh er erm ah oh hmm just really very so actually literally"
    " basically please well yeah yep sir maam ma'am hi hello hey some kinda sorta currently"
    " is are am was were be"
    " el la los las un una unos unas mi mis tu su sus este esta ese esa esto eso pues muy oiga mire"
    " esta estan estoy estamos estaba estaban siendo sido"
    " le les l une des mon ma ta sa ses notre nos votre vos leur leurs cet cette ces tres vraiment euh ben alors"
    " suis est sont sommes etes etait etaient ete c d j s m t qu monsieur madame".split()
)

_CONTRACTIONS = {
    "can't": "can not", "cant": "can not", "cannot": "can not", "won't": "will not", "wont": "will not",
    "ain't": "not", "aint": "not", "isn't": "not", "isnt": "not", "aren't": "not", "arent": "not", "wasn't": "not",
    "wasnt": "not", "weren't": "not", "don't": "do not", "dont": "do not", "doesn't": "do not", "doesnt": "do not",
    "didn't": "do not", "didnt": "do not", "hasn't": "have not", "hasnt": "have not", "haven't": "have not",
    "havent": "have not", "couldn't": "could not", "couldnt": "could not", "wouldn't": "would not",
    "wouldnt": "would not", "shouldn't": "should not", "gonna": "going to", "wanna": "want to", "gotta": "got to",
    "im": "i", "i'm": "i", "hes": "he", "shes": "she", "theyre": "they", "ive": "i have", "i've": "i have",
    "theres": "there", "there's": "there", "its": "it", "it's": "it", "thats": "that", "that's": "that",
    "whats": "what", "youre": "you", "somebodys": "somebody", "someones": "someone", "noone": "nobody",
    "lemme": "let me", "gimme": "give me", "ppl": "people", "pls": "", "plz": "", "u": "you", "ur": "", "r": "",
    "hlp": "help", "sum1": "someone", "smb": "somebody", "b4": "before", "bf": "boyfriend", "gf": "girlfriend",
    "hubby": "husband", "amb": "ambulance", "emt": "ambulance", "ems": "ambulance", "od": "overdose", "oding": "overdose",
    "od'd": "overdose", "o.d": "overdose", "ya": "you", "em": "them", "outta": "out", "tryna": "try to",
    "'em": "them", "y'all": "you", "d'you": "you", "al": "a el", "del": "de el", "aux": "a les", "au": "a le", "du": "de le",
}

_EMOJI = {
    "🔥": "fire", "🆘": "sos", "🚑": "ambulance", "🚒": "firetruck", "🚨": "alarm", "🔫": "gun", "🔪": "knife",
    "🗡": "knife", "💣": "bomb", "🩸": "blood", "💥": "explosion", "☠": "poison", "💀": "skull", "🚓": "police",
    "👮": "police", "💨": "smoke",
}

_NINE = frozenset({"9", "nine"})
_ONE = frozenset({"1", "one"})
_JOINED = {
    ("91", "1"): 2, ("9", "11"): 2, ("nine", "eleven"): 2, ("9", "eleven"): 2, ("900", "11"): 2,
    ("nine", "hundred"): 3, ("nueve", "once"): 2, ("neuf", "onze"): 2, ("neuf", "cent"): 3,
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
        for form in _plain(raw):
            forms.append(form)
            spans.append(piece.span())
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
