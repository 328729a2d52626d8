"""How much each word a caller uses speaks for each service, learnt from the city's own phrases. Pure.

Naive Bayes over two blocks of features, words and groups of letters: a phrase counts as one vote of length one, spread
over its features by their rarity; a service's score is the sum over what was heard of weight times the logarithm of
the service's share of the votes. A feature weighs more the rarer it is and the fewer services share it. Adding up is
all there is to it, so every score can be taken apart and read.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import mul
from typing import NamedTuple

from ivr.understanding.services_words import Reading

SMOOTHING = 0.15
"""Votes every service gets for every feature, so that one odd word does not rule a service out."""
LETTERS = 0.3
"""What a group of letters counts for, next to a word."""


class _Row(NamedTuple):
    weight: float
    services: array[int]
    gains: array[float]
    """Logarithm of the service's votes over the smoothing alone, by service."""


class Scores(NamedTuple):
    """What a text says about each service, in the order the services were given."""

    by_service: list[float]
    heard: float
    """Length of the text's vector of word features: how much there was to go by, known to the city or not."""
    legible: bool
    """Whether the city's phrases know any of its words, or half of its letters at least."""


class Evidence:
    """The phrases of one language, counted."""

    def __init__(self, phrases: Sequence[Sequence[Reading]]) -> None:
        """`phrases[i]` are the readings of service i's phrases."""
        self._services = len(phrases)
        self._words, self._word_base = _table([[r.words for r in readings] for readings in phrases])
        self._letters, self._letter_base = _table([[r.letters for r in readings] for readings in phrases])
        self._unknown = math.log(1 + sum(map(len, phrases))) + 1

    def knows(self, stem: str) -> bool:
        """Whether any phrase holds the word."""
        return stem in self._words

    def scores(self, reading: Reading) -> Scores:
        """Add up what speaks for each service."""
        totals = [0.0] * self._services
        weight, heard, known = self._add(totals, reading.words, self._words, 1.0)
        letter_weight, _, letters = self._add(totals, reading.letters, self._letters, LETTERS)
        for i in range(self._services):
            totals[i] += weight * self._word_base[i] + letter_weight * self._letter_base[i]
        legible = known > 0 or 2 * letters >= len(reading.letters) > 0
        return Scores(totals, math.sqrt(heard), legible)

    def _add(
        self, totals: list[float], heard: Mapping[str, int], rows: Mapping[str, _Row], worth: float
    ) -> tuple[float, float, int]:
        weights = squares = 0.0
        known = 0
        for feature, times in heard.items():
            row = rows.get(feature)
            weight = worth * (row.weight if row else self._unknown) * (1 + math.log(times) if times > 1 else 1.0)
            squares += weight * weight
            if row is None:
                continue
            known += 1
            weights += weight
            for service, gain in zip(row.services, row.gains, strict=True):
                totals[service] += weight * gain
        return weights, squares, known


def _table(phrases: Sequence[Sequence[Mapping[str, int]]]) -> tuple[dict[str, _Row], list[float]]:
    """The rows of one block, and what a service scores for a feature none of its phrases hold, by service."""
    number = sum(map(len, phrases))
    held_by = Counter(feature for readings in phrases for reading in readings for feature in reading)
    rarity_of = [0.0] + [math.log((1 + number) / (1 + times)) + 1 for times in range(1, number + 1)]
    rarity = {feature: rarity_of[times] for feature, times in held_by.items()}
    ballots: dict[str, tuple[array[int], array[float]]] = {feature: (array("H"), array("f")) for feature in rarity}
    base = []
    for service, readings in enumerate(phrases):
        votes = _votes(readings, rarity)
        for feature, vote in votes.items():
            services, cast = ballots[feature]
            services.append(service)
            cast.append(vote)
        base.append(math.log(SMOOTHING / (sum(votes.values()) + SMOOTHING * len(rarity))) if rarity else 0.0)
    rows = {
        feature: _Row(
            rarity[feature] * math.sqrt(_pointedness(cast, len(phrases))),
            services,
            array("f", [math.log1p(vote / SMOOTHING) for vote in cast]),
        )
        for feature, (services, cast) in ballots.items()
    }
    return rows, base


def _votes(readings: Iterable[Mapping[str, int]], rarity: Mapping[str, float]) -> dict[str, float]:
    """One service's votes: each of its phrases spreads one vote, as a vector of length one, over its features."""
    votes: defaultdict[str, float] = defaultdict(float)
    for reading in readings:
        rarities = [rarity[feature] for feature in reading]
        length = math.sqrt(sum(map(mul, rarities, rarities)))
        for feature, rare in zip(reading, rarities, strict=True):
            votes[feature] += rare / length
    return votes


def _pointedness(cast: Sequence[float], services: int) -> float:
    """1 where all votes for a feature come from one service, 0 where they come from all services alike."""
    if len(cast) == 1:
        return 1.0
    whole = sum(cast)
    entropy = math.log(whole) - math.fsum(map(mul, cast, map(math.log, cast))) / whole
    return max(0.0, 1 - entropy / math.log(services))
