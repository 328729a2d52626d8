"""Short answers: yes or no, one of a few, skip. In every language at once, since callers switch without notice."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from rapidfuzz import fuzz

from ivr.understanding.words import plain_words

_LEXICON = tomllib.loads((Path(__file__).parent / "lexicon" / "answers.toml").read_text("utf-8"))
_WORDS = {name: frozenset(words.split()) for name, words in _LEXICON.items() if isinstance(words, str)}
_YES, _NO, _NO_BUT_YES, _SKIP = _WORDS["yes"], _WORDS["no"], _WORDS["no_but_yes"], _WORDS["skip"]
_FILLER, _RARELY_NUMBERS, _LAST, _UNTELLING = (
    _WORDS[name] for name in ("filler", "rarely_numbers", "last", "untelling")
)
_HERE, _UNKNOWN, _UNKNOWING = _WORDS["here"], _WORDS["unknown"], _WORDS["unknowing"]
_SHORT = 7
"""Words in an answer that can be no more than a shrug."""
_NUMBERS = {word: value for value, words in enumerate(_LEXICON["numbers"]) for word in words.split()}


def yes_or_no(text: str) -> bool | None:
    """Whether a text means yes or no; None where it means neither. The first clear word decides."""
    words = plain_words(text)
    for position, word in enumerate(words):
        if word in _NO:
            return bool(_NO_BUT_YES.intersection(words[position + 1 : position + 4]))
        if word in _YES:
            negated = word in {"right", "correct", "sure"} and position and words[position - 1] in {"not", "isn't"}
            return not negated
    if words and (words[0] in {"1", "2"}) and len(words) == 1:
        return words[0] == "1"
    return None


def means_skip(text: str) -> bool:
    """Whether the caller wants to leave an optional question unanswered: "no", "nothing else", "skip that"."""
    words = plain_words(text)
    meaningful = [word for word in words if word not in _FILLER]
    return (
        bool(words)
        and len(meaningful) <= 2
        and all(word in _SKIP for word in meaningful)
        and bool(_SKIP.intersection(words))
    )


def means_unknown(text: str) -> bool:
    """Whether the caller says not to know: "I don't know", "no idea", "no sé", "je ne sais pas"."""
    words = plain_words(text)
    return len(words) <= _SHORT and bool(_UNKNOWN.intersection(words)) and bool(_UNKNOWING.intersection(words))


def means_here(text: str) -> bool:
    """Whether the caller answers "where is it?" with "right here", which a telephone cannot see."""
    words = plain_words(text)
    return bool({"here", "aqui", "aca", "ici"}.intersection(words)) and all(word in _HERE | _FILLER for word in words)


def one_of(text: str, names: Sequence[str], phrases: Sequence[Sequence[str]] = ()) -> int | None:
    """Which of a few options was meant: by number ("the second one"), by name, or by one of its phrases.

    `names[i]` and `phrases[i]` belong to option i. Returns the index, or None where nothing or more than one fits.
    """
    words = plain_words(text)
    if not words:
        return None
    by_number = _numbered(words, len(names))
    if by_number is not None:
        return by_number
    wordings = [
        [plain_words(wording) for wording in (name, *(phrases[index] if index < len(phrases) else ()))]
        for index, name in enumerate(names)
    ]
    own_word = _only_one_holds(words, [option[0] for option in wordings])
    if own_word is not None:
        return own_word
    said = " ".join(words)
    scores = [max(_likeness(said, " ".join(wording)) for wording in option) for option in wordings]
    best = max(range(len(scores)), key=scores.__getitem__, default=None)
    if best is None or scores[best] < 75:
        return None
    runner_up = max((score for index, score in enumerate(scores) if index != best), default=0.0)
    return best if scores[best] - runner_up >= 5 else None


def mentioned(text: str, options: Sequence[Sequence[str]]) -> int | None:
    """Which one of a few things a longer text speaks of, word for word; None where it is none of them or several."""
    said = f" {' '.join(plain_words(text))} "
    spoken_of = [
        index
        for index, wordings in enumerate(options)
        if any(f" {' '.join(plain_words(wording))} " in said for wording in wordings if wording)
    ]
    return spoken_of[0] if len(spoken_of) == 1 else None


def _only_one_holds(said: tuple[str, ...], names: Sequence[tuple[str, ...]]) -> int | None:
    """The one option sharing a telling word with what was said: "the one on oak" of Main Street and Oak Avenue."""
    holders = set()
    for word in said:
        if len(word) < 3 or word in _FILLER or word in _NUMBERS or word in _UNTELLING:
            continue
        having = [index for index, name in enumerate(names) if word in name]
        if len(having) == 1:
            holders.add(having[0])
    return holders.pop() if len(holders) == 1 else None


def _numbered(words: tuple[str, ...], count: int) -> int | None:
    meaningful = [word for word in words if word not in _FILLER]
    if not meaningful:
        return None
    if _LAST.intersection(meaningful) and len(meaningful) <= 2:
        return count - 1
    hits = {_NUMBERS[word] for word in meaningful if word in _NUMBERS}
    if len(hits) == 2 and len(meaningful) <= 3 and 0 in hits:
        hits.discard(0)  # "the second one"
    if len(hits) != 1:
        return None
    (hit,) = hits
    certain = any(word in _NUMBERS and word not in _RARELY_NUMBERS for word in meaningful)
    if hit < count and len(meaningful) <= (3 if certain else 2):
        return hit
    return None


def _likeness(said: str, name: str) -> float:
    """0 to 100: how well a name is contained in what was said, or what was said in the name."""
    if not name:
        return 0.0
    shorter = min(len(said), len(name))
    if shorter < 3:
        return 100.0 if said == name else 0.0
    return max(fuzz.ratio(said, name), fuzz.token_set_ratio(said, name) if shorter >= 4 else 0.0)
