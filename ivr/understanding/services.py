"""From a caller's words to the city's services they may mean, ranked, with honest confidences. Pure.

A naive-Bayes reading of the city's own phrases; see docs/adr/0004-naming-the-service.md.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from functools import lru_cache

import snowballstemmer

from dispatch.city.model import City
from ivr.understanding.found import ServiceGuess

GO_ON: float = 0.70
"""Above this, 95 of 100 guesses are right: go on with an implicit confirmation."""
OFFER: float = 0.08
"""At or above this a guess is worth offering by name."""

_STEMMERS = {
    code: snowballstemmer.stemmer(name) for code, name in (("en", "english"), ("es", "spanish"), ("fr", "french"))
}
_COMMON = frozenset(
    "a an the of to in on at by for from with and or but is are was were be been i am my we our you your he his she"
    " her it its they their this that these those there here has have had do does did im ive theres thats so very"
    " really just some any also please thanks hello hi hey yeah yes um uh like want report calling"
    " el la los las un una unos unas de del al en con y o que es hay mi su se me lo le por para quiero"
    " le les des du au aux une et ou que est il elle je mon ma mes sur dans pour avec ce cette".split()
)
_SMOOTHING = 0.3


class ServiceFinder:
    """What one city's callers may mean. Built once a city; `rank` has no side effects."""

    def __init__(self, city: City) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self._prior: dict[str, float] = {}
        for code, service in city.services.items():
            counts = self._counts[code] = Counter()
            for language, phrases in service.phrases.items():
                for phrase in (service.names.get(language, ""), *phrases):
                    counts.update(set(_features(phrase, language)))
            self._prior[code] = math.log(1 + sum(map(len, service.phrases.values())))
        self._known = frozenset().union(*self._counts.values())
        self._total = {code: sum(counts.values()) + _SMOOTHING * len(self._known) for code, counts in self._counts.items()}

    def rank(self, text: str, language: str, limit: int = 3) -> tuple[ServiceGuess, ...]:
        """Rank the services for `text`, best first; empty where no word of it means anything to this city."""
        features = set(_features(text, language)) & self._known
        if not features:
            return ()
        scores = {
            code: self._prior[code]
            + sum(math.log((counts[feature] + _SMOOTHING) / self._total[code]) for feature in features)
            for code, counts in self._counts.items()
        }
        best = max(scores.values())
        weights = {code: math.exp(0.5 * (score - best)) for code, score in scores.items()}
        whole = sum(weights.values())
        ranked = sorted(weights, key=lambda code: -weights[code])[:limit]
        return tuple(ServiceGuess(code, weights[code] / whole) for code in ranked)


@lru_cache(50_000)
def _stem(word: str, language: str) -> str:
    return _STEMMERS.get(language, _STEMMERS["en"]).stemWord(word)


def _features(text: str, language: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"[a-z]+", plain.replace("'", ""))
    stems = [_stem(word, language) for word in words if word not in _COMMON]
    return stems + [f"{left} {right}" for left, right in zip(stems, stems[1:], strict=False)]
