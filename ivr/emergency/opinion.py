"""A second opinion, learnt from examples: how much a text sounds like danger, whatever words it says it with.

Rules know what their writers thought of; callers say it otherwise, and a recogniser otherwise again. Here every word,
every group of three to five letters in a word, and every pair of words or of kinds of words ("@family fell") has a
weight, learnt from calls that we wrote (`python -m bench.learning`); opinion.tsv lists them. A text's odds are those of
its most alarming stretch: a danger told in the middle of a long story weighs as much as one told by itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate, chain
from typing import NamedTuple

from ivr.emergency.lexicon import lexicon
from ivr.emergency.words import BOUNDARY

_STRETCH = 64
"""So many words are judged together: most calls are shorter."""
_PASSAGE = 20
"""About what is said in one breath."""
_GROUPS = (3, 4, 5)
_SCALE = 100
"""Weights are written in hundredths."""
_CACHED = 30_000
_KINDS = (
    "family",
    "child",
    "he",
    "person",
    "weapon",
    "body",
    "animal",
    "vehicle",
    "building",
    "burnable",
    "water",
    "drug",
)
"""Classes of the lexicon that tell who and what is spoken of; a word is of the first that it belongs to."""


class Opinion(NamedTuple):
    """How a text sounds: logarithms of the odds that somebody is in danger."""

    odds: float
    """Of all that is said, or of the most alarming stretch of a long text."""
    passage: float
    """Of its most alarming passage, be it a single sentence: never less than `odds`."""


class Reason(NamedTuple):
    """What made a text sound as it does."""

    category: str
    """The danger that its words are mostly told of."""
    begin: int
    end: int
    """The positions of the weightiest words: the first and behind the last."""


def word_features(form: str) -> tuple[str, ...]:
    """What is weighed of a word: itself, its kind and its groups of letters.

    So "stabber" is a little like "stabbed". Everyday words are only themselves: "the" is no part of "there".
    """
    framed = f"_{form}_"
    kind = word_kind(form)
    features = [framed, kind] if kind else [framed]
    if form not in lexicon().common:
        features += [framed[at : at + size] for size in _GROUPS for at in range(len(framed) - size + 1)]
    return tuple(dict.fromkeys(features))


def pair_features(before: str, after: str) -> tuple[str, ...]:
    """What is weighed of two words one after another: them, and their kinds."""
    kind, next_kind = word_kind(before) or before, word_kind(after) or after
    return tuple(dict.fromkeys((f"{before} {after}", f"{kind} {next_kind}")))


@lru_cache(_CACHED)
def word_kind(form: str) -> str:
    """Who or what a word stands for, in whatever language: "@family" for mother, madre, mère; mostly nothing."""
    classes = {
        symbol[1:].removeprefix("es-").removeprefix("fr-") for symbol in lexicon().symbols(form) if symbol[0] == "@"
    }
    return next((f"@{kind}" for kind in _KINDS if kind in classes), "")


def stretches(size: int, length: int) -> Iterator[tuple[int, int]]:
    """What is judged together of `size` words, as (begin, end): all, or stretches of `length` that overlap by half."""
    for begin in range(0, max(1, size - length // 2), length // 2):
        yield begin, min(begin + length, size)


def sentences(forms: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The sentences of a text, as (begin, end)."""
    begin = 0
    for end, form in enumerate(forms):
        if form == BOUNDARY:
            if end > begin:
                yield begin, end
            begin = end + 1


class Weights:
    """All weights, as learnt."""

    def __init__(self, lines: Iterable[str]) -> None:
        """`lines`: a feature, its weight in hundredths and, where it speaks of danger, of which; tabs between."""
        self._weights: dict[str, int] = {}
        self._categories: dict[str, str] = {}
        for line in lines:
            feature, weight, category = line.rstrip("\n").split("\t")
            self._weights[feature] = int(weight)
            if category:
                self._categories[feature] = category
        self._bias = self._weights.pop("", 0)
        self._weigh = lru_cache(2 * _CACHED)(self._weighed)

    def opinion(self, forms: Sequence[str]) -> Opinion:
        """What a text of these words sounds like; time grows with its length."""
        weights, sizes = self._weigh_all(forms)
        summed = [0, *accumulate(weights)]
        counted = [0, *accumulate(sizes)]

        def odds(part: tuple[int, int]) -> float:
            begin, end = part
            return (self._bias + (summed[end] - summed[begin]) / math.sqrt(counted[end] - counted[begin] + 1)) / _SCALE

        whole = max(map(odds, stretches(len(forms), _STRETCH)))
        parts = chain(stretches(len(forms), _PASSAGE), sentences(forms))
        return Opinion(whole, max(whole, *map(odds, parts)))

    def reason(self, forms: Sequence[str]) -> Reason:
        """Why a text of these words sounds as it does."""
        weights, _ = self._weigh_all(forms)
        begin, end = _heaviest(weights)
        return Reason(self._category(forms), begin, end)

    def _weigh_all(self, forms: Sequence[str]) -> tuple[list[int], list[int]]:
        """Of each word with the pair it ends: the weight, and how many features that sums up."""
        weights, sizes = [], []
        before = BOUNDARY
        for form in forms:
            if form == BOUNDARY:
                weights.append(0)
                sizes.append(0)
            else:
                weight, size = self._weigh(form)
                if before != BOUNDARY:
                    pair_weight, pair_size = self._weigh(before, form)
                    weight += pair_weight
                    size += pair_size
                weights.append(weight)
                sizes.append(size)
            before = form
        return weights, sizes

    def _weighed(self, *words: str) -> tuple[int, int]:
        """A word or a pair: the weight of its features, and how many they are."""
        features = word_features(*words) if len(words) == 1 else pair_features(*words)
        return sum(self._weights.get(feature, 0) for feature in features), len(features)

    def _category(self, forms: Sequence[str]) -> str:
        """What the features that speak of danger mostly speak of."""
        votes: dict[str, int] = {}
        for before, form in zip((BOUNDARY, *forms), forms, strict=False):
            for feature in (*word_features(form), *pair_features(before, form)):
                category = self._categories.get(feature)
                if category:
                    votes[category] = votes.get(category, 0) + self._weights[feature]
        return max(votes, key=lambda category: (votes[category], category), default="")


def _heaviest(weights: Sequence[int]) -> tuple[int, int]:
    """The run of words that weighs most, as (first, behind the last)."""
    best = here = 0
    first = last = start = 0
    for position, weight in enumerate(weights):
        if here <= 0:
            here, start = 0, position
        here += weight
        if here > best:
            best, first, last = here, start, position + 1
    return first, last


@cache
def learnt() -> Weights:
    """The weights that are shipped, read once a process."""
    text = (files("ivr.emergency") / "opinion.tsv").read_text("utf-8")
    return Weights(line for line in text.splitlines() if not line.startswith("# "))
