"""Other ways of naming a service, built from the same phrases: what ours has to beat."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from dispatch.city.model import City, Language

Ranking = Sequence[str]
_WORD = re.compile(r"[a-zà-ÿ]+")


class Rival(Protocol):
    """Something that ranks the city's services for a text, best first."""

    def rank(self, text: str, language: str) -> Ranking:
        """At least three codes where anything fits."""


def words(text: str) -> list[str]:
    """The words of a text as they stand."""
    return _WORD.findall(text.casefold())


def letters(text: str) -> list[str]:
    """Groups of three to five letters within words."""
    bounded = [f"<{word}>" for word in words(text)]
    return [word[i : i + n] for word in bounded for n in (3, 4, 5) for i in range(len(word) - n + 1)]


class Index:
    """Texts by the features they hold, weighted; a service's score is that of its best text."""

    def __init__(
        self, texts: Iterable[tuple[str, str]], split: Callable[[str], list[str]], *, saturate: float | None
    ) -> None:
        """`texts` are (service, text). `saturate` is BM25's k1 (b = 0.75); None gives the cosine of TF-IDF vectors."""
        self._split = split
        counted = [(service, Counter(split(text))) for service, text in texts]
        held_by = Counter(feature for _, counts in counted for feature in counts)
        self._idf = {feature: math.log((1 + len(counted)) / (1 + times)) + 1 for feature, times in held_by.items()}
        usual = sum(sum(counts.values()) for _, counts in counted) / len(counted)
        self._rows: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        self._services = [service for service, _ in counted]
        for number, (_, counts) in enumerate(counted):
            for feature, weight in self._weights(counts, saturate, usual).items():
                self._rows[feature].append((number, weight))

    def scores(self, text: str) -> dict[str, float]:
        """The best score of each service that shares a feature with the text."""
        by_text: defaultdict[int, float] = defaultdict(float)
        for feature, times in Counter(self._split(text)).items():
            for number, weight in self._rows.get(feature, ()):
                by_text[number] += weight * times * self._idf[feature]
        best: dict[str, float] = {}
        for number, score in by_text.items():
            service = self._services[number]
            best[service] = max(best.get(service, 0.0), score)
        return best

    def _weights(self, counts: Mapping[str, int], saturate: float | None, usual: float) -> dict[str, float]:
        if saturate is not None:
            long = saturate * (0.25 + 0.75 * sum(counts.values()) / usual)
            return {feature: times * (saturate + 1) / (times + long) for feature, times in counts.items()}
        weights = {feature: times * self._idf[feature] for feature, times in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {feature: weight / length for feature, weight in weights.items()}


class Lookup:
    """One index a language, over the names alone or the phrases too."""

    def __init__(
        self, city: City, split: Callable[[str], list[str]], *, saturate: float | None, phrases: bool = True
    ) -> None:
        self._indexes: dict[str, Index] = {
            language: Index(texts_of(city, language, phrases=phrases), split, saturate=saturate)
            for language in city.languages
        }

    def scores(self, text: str, language: str) -> dict[str, float]:
        """Scores by service, scaled so that the best is 1."""
        return _scaled(self._indexes[language].scores(text))

    def rank(self, text: str, language: str) -> Ranking:
        """Best first."""
        return best_first(self.scores(text, language))


class Combined:
    """BM25 over words and the cosine over letters, added with a weight learnt on the phrases themselves."""

    def __init__(self, city: City) -> None:
        held_out = [(s, text) for i, (s, text) in enumerate(texts_of(city, "en", phrases=True)) if i % 10 == 0]
        rest = [(s, text) for i, (s, text) in enumerate(texts_of(city, "en", phrases=True)) if i % 10]
        parts = [Index(rest, words, saturate=1.2), Index(rest, letters, saturate=None)]
        scored = [(s, [_scaled(part.scores(text)) for part in parts]) for s, text in held_out]

        def right(share: float) -> int:
            return sum(best_first(_mixed(a, b, share))[:1] == [service] for service, (a, b) in scored)

        self.share = max((step / 10 for step in range(11)), key=right)
        self._words = Lookup(city, words, saturate=1.2)
        self._letters = Lookup(city, letters, saturate=None)

    def rank(self, text: str, language: str) -> Ranking:
        """Best first."""
        return best_first(_mixed(self._words.scores(text, language), self._letters.scores(text, language), self.share))


def texts_of(city: City, language: Language, *, phrases: bool) -> list[tuple[str, str]]:
    """(service, text) for the city's names, and its phrases too where asked."""
    return [
        (code, text)
        for code, service in city.services.items()
        for text in (service.names.get(language, ""), *(service.phrases.get(language, ()) if phrases else ()))
        if text
    ]


def best_first(scores: Mapping[str, float]) -> list[str]:
    """The three best."""
    return sorted(scores, key=lambda service: -scores[service])[:3]


def _scaled(scores: dict[str, float]) -> dict[str, float]:
    most = max(scores.values(), default=1.0)
    return {service: score / most for service, score in scores.items()}


def _mixed(one: Mapping[str, float], other: Mapping[str, float], share: float) -> dict[str, float]:
    return {s: share * one.get(s, 0.0) + (1 - share) * other.get(s, 0.0) for s in {*one, *other}}
