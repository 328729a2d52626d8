"""From a caller's words to the services of the city they may mean, ranked, with honest confidences. Pure.

Why it is done this way, and what else was tried: docs/adr/0004-naming-the-service.md. How well: bench/services.py.
"""

from __future__ import annotations

import math

from dispatch.city.model import City
from ivr.understanding.found import ServiceGuess
from ivr.understanding.services_evidence import Evidence, Scores
from ivr.understanding.services_words import reader

GO_ON: float = 0.80
"""Above this, 95 of 100 guesses are right: go on with an implicit confirmation."""
OFFER: float = 0.10
"""At or above this a guess is worth offering by name."""

_PRIOR = 3.0
"""How much a service's share of all calls counts, for all that was heard beyond `_SHORT`: short requests say what they
mean, and long stories hold much that means nothing."""
_SHORT = 25.0
"""Length, as in `Scores.heard`, of a short request: about five words of meaning."""
_DOUBT = (3.0, 0.45)
"""Scores are divided by this plus so much times the length of what was heard: long texts repeat themselves."""
_SURPRISE = 0.03
"""How often it is something else altogether, however clear the words."""
_OTHER_LANGUAGE = 0.9
"""What a guess is worth that was made in a language other than the call's."""
_AT_HOME = 0.7
"""Share of words known in the call's language from which on no other is tried."""
_SWITCH = 0.25
"""How much larger another language's share must be before a text is read in that one."""


class ServiceFinder:
    """What one city's callers may mean. Built once a city, in a fraction of a second; `rank` changes nothing."""

    def __init__(self, city: City) -> None:
        self._codes = tuple(city.services)
        self._evidence: dict[str, Evidence] = {}
        self._prior = [math.log(service.share) for service in city.services.values()]
        for language in city.languages:
            read = reader(language).read
            self._evidence[language] = Evidence(
                [
                    [
                        read(text)
                        for text in (service.names.get(language, ""), *service.phrases.get(language, ()))
                        if text
                    ]
                    for service in city.services.values()
                ]
            )

    def rank(self, text: str, language: str, limit: int = 3) -> tuple[ServiceGuess, ...]:
        """Rank the services for `text`, best first; empty where none of its words means anything to this city.

        `text` is whatever was said or typed, address and filler and all; `language` the call's. Words of another
        language the city speaks are understood too, at a discount. A confidence is the chance that the guess is right.
        """
        spoken = self._language_of(text, language)
        scores = self._evidence[spoken].scores(reader(spoken).read(text))
        if not scores.legible:
            return ()
        confidences = _confidences(scores, self._prior)
        worth = 1.0 if spoken == language else _OTHER_LANGUAGE
        best = sorted(range(len(self._codes)), key=confidences.__getitem__, reverse=True)[:limit]
        return tuple(ServiceGuess(self._codes[i], worth * confidences[i]) for i in best)

    def _language_of(self, text: str, language: str) -> str:
        own = language if language in self._evidence else next(iter(self._evidence))
        known = self._share_known(text, own)
        if known >= _AT_HOME:
            return own
        others = {other: self._share_known(text, other) for other in self._evidence if other != own}
        likeliest = max(others, key=lambda other: others[other], default=own)
        return likeliest if others.get(likeliest, 0.0) > known + _SWITCH else own

    def _share_known(self, text: str, language: str) -> float:
        return reader(language).share_known(text, self._evidence[language].knows)


def _confidences(scores: Scores, prior: list[float]) -> list[float]:
    extra = _PRIOR * max(0.0, scores.heard - _SHORT)
    doubt = _DOUBT[0] + _DOUBT[1] * scores.heard
    logits = [(score + extra * often) / doubt for score, often in zip(scores.by_service, prior, strict=True)]
    most = max(logits)
    weights = [math.exp(logit - most) for logit in logits]
    whole = sum(weights)
    return [(1 - _SURPRISE) * weight / whole for weight in weights]
