"""What a text message reports: the service and the place in its words, as a caller's are understood. Pure."""

from __future__ import annotations

import re

from dispatch.city.model import City
from dispatch.text_reports import Place, Understood
from ivr.dialogue.context import Understanding
from ivr.understanding.found import PlaceFinding, ServiceGuess
from ivr.understanding.places import OFFER, SURE
from ivr.understanding.services import GO_ON


def understood(
    city: City,
    understanding: Understanding,
    words: str,
    language: str,
    answers_where: bool,  # noqa: FBT001 - as asked
) -> Understood:
    """Keep what is sure in somebody's words, in the language that makes most sense of them.

    `language` is theirs as far as is known, and stays where no word tells. `answers_where`: they were asked for the
    place, so that all of it may be one.
    """
    finding = understanding.place(words, language, asked=False)
    spoken, guess = _matter(city, understanding, _besides(finding, words), language)
    if guess.confidence < GO_ON:
        # What people exclaim beside it may hide what it is about: "awful, the state of this road: a huge pothole".
        parts = [part for part in _PAUSE.split(words) if part.strip()]
        besides = (_besides(understanding.place(part, language, asked=False), part) for part in parts)
        clear = [one for one in (_matter(city, understanding, part, language) for part in besides) if _is_clear(one)]
        if len({found.code for _, found in clear}) == 1:
            spoken, guess = clear[0]
    service = guess.code if guess.confidence >= GO_ON else ""
    place, perhaps = _place(finding)
    if answers_where and not place:
        place, perhaps = _place(understanding.place(words, spoken, asked=True))
        service = ""  # A street's name may sound like anything.
    return Understood(spoken, service, place, perhaps)


_PAUSE = re.compile(r"[,.;:!?\n]+")
_NOTHING = ServiceGuess("", 0.0)
_TELLING = 0.25
"""Confidence below which the words fit nothing, and their language is anybody's guess."""


def _matter(city: City, understanding: Understanding, words: str, language: str) -> tuple[str, ServiceGuess]:
    """The likeliest service, and the language that makes it so: theirs where no word tells."""
    guesses = {code: _best(understanding.services(words, code)) for code in (language, *city.languages)}
    spoken = max(guesses, key=lambda code: guesses[code].confidence)
    return (spoken if guesses[spoken].confidence >= _TELLING else language), guesses[spoken]


def _is_clear(found: tuple[str, ServiceGuess]) -> bool:
    return found[1].confidence >= GO_ON


def _best(guesses: tuple[ServiceGuess, ...]) -> ServiceGuess:
    return guesses[0] if guesses else _NOTHING


def _besides(finding: PlaceFinding, words: str) -> str:
    """What is said beside a place."""
    return words if finding.besides is None else finding.besides


def _place(finding: PlaceFinding) -> tuple[Place | None, Place | None]:
    """The place that is sure; else the one that may be meant."""
    best = finding.best
    if best is None or finding.missing or best.confidence < OFFER:
        return None, None
    place = Place(best.kind, best.address, best.area, best.lat, best.lon, best.note, best.verified)
    return (None, place) if best.confidence < SURE else (place, None)
