"""From a caller's words to the services of the city they may mean, ranked, with honest confidences. Pure.

Why it is done this way, and what else was tried: docs/adr/0004-naming-the-service.md. How well: bench/services.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from threading import Lock

from dispatch.city.model import City, Language, Service
from ivr.understanding.found import ServiceGuess
from ivr.understanding.services_evidence import Evidence, Scores
from ivr.understanding.services_words import reader

GO_ON: float = 0.80
"""Above this, 95 of 100 guesses are right: go on with an implicit confirmation."""
OFFER: float = 0.10
"""At or above this a guess is worth offering by name."""

_PRIOR = 6.0
"""How much a service's share of all calls counts, for all that was heard beyond `_SHORT`: short requests say what they
mean, and long stories hold much that means nothing."""
_SHORT = 16.0
"""Length, as in `Scores.heard`, of a short request: about eight words."""
_DOUBT = (5.0, 1.4)
"""Scores are divided by this plus so much times the length of what was heard: long texts repeat themselves."""
_RIVALS = 5
"""How many of the best are taken for real alternatives, …"""
_OTHERS = 0.05
"""… and how far the rest are: eighty services that nothing speaks for would make every short request doubtful."""
_SURPRISE = 0.03
"""How often it is something else altogether, however clear the words."""
_OTHER_LANGUAGE = 0.9
"""What a guess is worth that was made in a language other than the call's."""
_AT_HOME = 0.75
"""Share of words known in the call's language from which on no other is tried."""
_SWITCH = 0.25
"""How much larger another language's share must be before a text is read in that one."""


class ServiceFinder:
    """What one city's callers may mean; `rank` changes nothing.

    The phrases of the city's first language are counted at once, in half a second; those of another when somebody is
    first heard to speak it, which takes half as long.
    """

    def __init__(self, city: City) -> None:
        self._codes = tuple(city.services)
        self._languages = tuple(city.languages)
        self._services = tuple(city.services.values())
        self._prior = [math.log(service.share) for service in self._services]
        self._counted: dict[str, Evidence] = {}
        self._counting = Lock()
        self._evidence(city.default_language)

    def rank(self, text: str, language: str, limit: int = 3) -> tuple[ServiceGuess, ...]:
        """Rank at most five services for `text`, best first; none where none of its words means anything to this city.

        `text` is whatever was said or typed, address and filler and all; `language` the call's. Words of another
        language the city speaks are understood too, at a discount. A confidence is the chance that the guess is right.
        """
        spoken = self._language_of(text, language)
        scores = self._evidence(spoken).scores(reader(spoken).read(text))
        if not scores.legible:
            return ()
        worth = 1.0 if spoken == language else _OTHER_LANGUAGE
        return tuple(
            ServiceGuess(self._codes[service], worth * confidence)
            for service, confidence in _confidences(scores, self._prior)[:limit]
        )

    def _language_of(self, text: str, language: str) -> Language:
        own = next((one for one in self._languages if one == language), self._languages[0])
        known = self._share_known(text, own)
        if known >= _AT_HOME:
            return own
        others = {other: self._share_known(text, other) for other in self._languages if other != own}
        likeliest = max(others, key=lambda other: others[other], default=own)
        return likeliest if others.get(likeliest, 0.0) > known + _SWITCH else own

    def _share_known(self, text: str, language: Language) -> float:
        return reader(language).share_known(text, self._evidence(language).knows)

    def _evidence(self, language: Language) -> Evidence:
        with self._counting:
            if language not in self._counted:
                read = reader(language).read
                self._counted[language] = Evidence(
                    [[read(text) for text in _wordings(service, language)] for service in self._services]
                )
            return self._counted[language]


def _wordings(service: Service, language: Language) -> Iterator[str]:
    """The service's name and phrases in a language, where it has any."""
    return (text for text in (service.names.get(language, ""), *service.phrases.get(language, ())) if text)


def _confidences(scores: Scores, prior: list[float]) -> list[tuple[int, float]]:
    """The likeliest services and their chances, best first."""
    extra = _PRIOR * max(0.0, scores.heard - _SHORT)
    doubt = _DOUBT[0] + _DOUBT[1] * scores.heard
    logits = [(score + extra * often) / doubt for score, often in zip(scores.by_service, prior, strict=True)]
    best = sorted(range(len(logits)), key=logits.__getitem__, reverse=True)
    weights = [math.exp(logits[service] - logits[best[0]]) for service in best]
    whole = sum(weights[:_RIVALS]) + _OTHERS * sum(weights[_RIVALS:])
    return [(best[i], (1 - _SURPRISE) * weights[i] / whole) for i in range(min(_RIVALS, len(best)))]
