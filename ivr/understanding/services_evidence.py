"""How much each word a caller uses speaks for each service, learnt from the city's own phrases. Pure.

Naive Bayes over four kinds of features, each counted by itself: words, what they are kinds of, pairs that stand near
each other, and groups of letters. A phrase counts as one vote, a vector of length one spread over its features by their
rarity; a service's score is the sum over what was heard of weight times the logarithm of the service's share of the
votes. A feature weighs more the rarer it is and the fewer services share it. Adding up is all there is to it, so every
score can be taken apart and read.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import mul
from typing import NamedTuple

from ivr.understanding.services_words import Reading

_SHARED_BY_ALL = 0.1
"""Features less pointed than this are forgotten: "the" belongs to every service."""


class Worth(NamedTuple):
    """How a kind of feature is weighed against the others."""

    weight: float
    smoothing: float
    """Votes every service gets for every feature, so that one odd word does not rule a service out."""


WORDS, KINDS, PAIRS, LETTERS = Worth(1.0, 0.12), Worth(1.5, 0.08), Worth(1.0, 0.08), Worth(0.35, 0.12)


class Scores(NamedTuple):
    """What a text says about each service, in the order the services were given."""

    by_service: list[float]
    heard: float
    """Length of the text's vector of words: how much there was to go by, known to the city or not."""
    legible: bool
    """Whether the city's phrases know any of its words, or half of its letters at least."""


class Evidence:
    """The phrases of one language, counted."""

    def __init__(self, phrases: Sequence[Sequence[Reading]]) -> None:
        """`phrases[i]` are the readings of service i's phrases."""
        self._services = len(phrases)
        self._words = _Table([[reading.words for reading in readings] for readings in phrases], WORDS)
        self._kinds = _Table([[reading.kinds for reading in readings] for readings in phrases], KINDS)
        self._pairs = _Table([[reading.pairs for reading in readings] for readings in phrases], PAIRS)
        self._letters = _Table([[reading.letters for reading in readings] for readings in phrases], LETTERS)

    def knows(self, stem: str) -> bool:
        """Whether any phrase holds the word."""
        return stem in self._words.rows

    def scores(self, reading: Reading) -> Scores:
        """Add up what speaks for each service."""
        totals = [0.0] * self._services
        heard = self._words.add_to(totals, reading.words)
        self._kinds.add_to(totals, reading.kinds)
        self._pairs.add_to(totals, reading.pairs)
        self._letters.add_to(totals, reading.letters)
        known = sum(group in self._letters.rows for group in reading.letters)
        legible = any(map(self.knows, reading.content)) or 2 * known >= len(reading.letters) > 0
        return Scores(totals, heard, legible)


class _Table:
    """What the features of one kind say for each service."""

    def __init__(self, phrases: Sequence[Sequence[Mapping[str, int]]], worth: Worth) -> None:
        number = sum(map(len, phrases))
        held_by = Counter(chain.from_iterable(chain.from_iterable(phrases)))
        rarity_of = [0.0] + [math.log((1 + number) / (1 + times)) + 1 for times in range(1, number + 1)]
        rarity = {feature: rarity_of[times] for feature, times in held_by.items()}
        self._worth = worth
        self._unknown = worth.weight * (math.log(1 + number) + 1)
        self._base: list[float] = []
        self.rows: dict[str, int] = {}
        """Which row a feature has in the flat tables below: objects of their own would take three times the memory."""
        self._weights = array("f")
        self._starts = array("L", [0])
        self._services = array("H")
        self._gains = array("f")
        lone: list[tuple[str, int, float]] = []
        shared: dict[str, tuple[list[int], list[float]]] = {}
        for service, readings in enumerate(phrases):
            cast = _votes(readings, rarity)
            all_votes = sum(cast.values()) + worth.smoothing * len(rarity)
            self._base.append(math.log(worth.smoothing / all_votes) if rarity else 0.0)
            for feature, vote in cast.items():
                if held_by[feature] == 1:
                    lone.append((feature, service, vote))
                    continue
                services, votes = shared.get(feature) or shared.setdefault(feature, ([], []))
                services.append(service)
                votes.append(vote)
        self._add_lone(lone, rarity_of[1] if lone else 0.0)
        for feature, (services, votes) in shared.items():
            pointed = _pointedness(votes, len(phrases))
            self._weights.append(worth.weight * rarity[feature] * math.sqrt(pointed))
            self.rows[feature] = len(self.rows)
            if pointed >= _SHARED_BY_ALL:
                self._services.extend(services)
                self._gains.extend([math.log1p(vote / worth.smoothing) for vote in votes])
            self._starts.append(len(self._services))

    def _add_lone(self, votes: Sequence[tuple[str, int, float]], rarity: float) -> None:
        """Add the features that one phrase alone holds: most of them."""
        if not votes:
            return
        features, services, cast = zip(*votes, strict=True)
        self.rows = dict(zip(features, range(len(features)), strict=True))
        self._weights = array("f", [self._worth.weight * rarity]) * len(features)
        self._services = array("H", services)
        self._gains = array("f", [math.log1p(vote / self._worth.smoothing) for vote in cast])
        self._starts = array("L", range(len(features) + 1))

    def add_to(self, totals: list[float], heard: Mapping[str, int]) -> float:
        """Add what was heard of this kind to each service's total; the length of its vector, known or not."""
        whole = squares = 0.0
        services, gains, starts = self._services, self._gains, self._starts
        for feature, times in heard.items():
            row = self.rows.get(feature)
            often = 1 + math.log(times) if times > 1 else 1.0
            weight = often * (self._unknown if row is None else self._weights[row])
            squares += weight * weight
            if row is None:
                continue
            whole += weight
            held = slice(starts[row], starts[row + 1])
            for service, gain in zip(services[held], gains[held], strict=True):
                totals[service] += weight * gain
        for service, base in enumerate(self._base):
            totals[service] += whole * base
        return math.sqrt(squares)


def _votes(readings: Iterable[Mapping[str, int]], rarity: Mapping[str, float]) -> dict[str, float]:
    """One service's votes: each of its phrases spreads one vote, as a vector of length one, over its features."""
    votes: dict[str, float] = {}
    for reading in readings:
        rarities = list(map(rarity.__getitem__, reading))
        length = math.sqrt(sum(map(mul, rarities, rarities)))
        for feature, rare in zip(reading, rarities, strict=True):
            votes[feature] = votes.get(feature, 0.0) + rare / length
    return votes


def _pointedness(cast: Sequence[float], services: int) -> float:
    """1 where all votes for a feature come from one service, 0 where they come from all services alike."""
    if len(cast) == 1:
        return 1.0
    whole = sum(cast)
    entropy = math.log(whole) - math.fsum(map(mul, cast, map(math.log, cast))) / whole
    return max(0.0, 1 - entropy / math.log(services))
