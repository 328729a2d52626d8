"""The part of town in what was said: "… in dorchester", or "… in door chester"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Indel

from dispatch.city.gazetteer import Gazetteer
from dispatch.city.gazetteer_names import TYPES
from dispatch.city.gazetteer_names import words as plain_words
from dispatch.city.gazetteer_sounds import sounds
from dispatch.city.model import City
from ivr.understanding.places_words import AREA_BEFORE

_LONGEST = 4
"""Words an area's name may take, as heard."""
HEARD = 0.62
"""Likeness from which a tail after "in" counts as an area at all."""
NEARLY = 0.15
"""Likeness by which another area's name may fall short of the best and still be meant."""
PLAIN = 0.86
"""Likeness from which it counts without an "in", and from which the other reading is not tried."""
_GENERAL = re.compile(r"^(?:greater|metro|metropolitan|city of|the) ", re.IGNORECASE)

Evidence = Mapping[str, float]
"""How strongly each of the gazetteer's areas was named, 0 to 1; empty: none was."""


class Tail(NamedTuple):
    """An area found at the end of some words."""

    start: int
    """Where the words before it end."""
    likeness: float
    evidence: Evidence


class AreaIndex:
    """The areas of a city under every name they have, the gazetteer's and the city file's."""

    def __init__(self, city: City, gazetteer: Gazetteer) -> None:
        self._by_name: dict[str, set[str]] = {}
        own = {alias for name in city.names.values() for alias in _aliases(name)}
        for raw in gazetteer.areas:
            for alias in _aliases(raw):
                self._by_name.setdefault(alias, set()).add(raw)
        known = set(gazetteer.areas)
        for code, area in city.areas.items():
            called = (*area.names.values(), *area.also, code.replace("-", " "))
            names = {alias for name in called for alias in _aliases(name)}
            raws = set().union(*(self._by_name.get(name, set()) for name in names)) | ({code} & known)
            for name in names if raws else ():
                self._by_name.setdefault(name, set()).update(raws)
        for name in own:
            self._by_name[name] = set()  # "in Boston", said in Boston, says nothing.
        self._names = list(self._by_name)
        self._sounds = [sounds(name) for name in self._names]

    def named(self, area: str) -> Evidence:
        """What a known area's name, code or nickname stands for; empty where nothing does."""
        return dict.fromkeys(self._by_name.get(" ".join(plain_words(area)), set()), 1.0)

    def tail(self, words: Sequence[str]) -> Tail | None:
        """The area at the end of the words, if there is one; at least one word is left before it."""
        best: Tail | None = None
        if words[-1] in TYPES and " ".join(words[-2:]) not in self._by_name:
            return None  # "… and roxbury street" ends in a street.
        for start in range(max(1, len(words) - _LONGEST), len(words)):
            introduced = words[start - 1] in AREA_BEFORE and start > 1
            heard = sounds(" ".join(words[start:]))
            floor = HEARD if introduced else PLAIN
            found = process.extract(
                heard, self._sounds, scorer=Indel.normalized_similarity, limit=4, score_cutoff=floor
            )
            if found and (best is None or found[0][1] > best.likeness + 0.02):
                best = Tail(start - 1 if introduced else start, found[0][1], self._evidence(found))
        return best

    def _evidence(self, found: Sequence[tuple[str, float, int]]) -> Evidence:
        """The areas meant by the name heard, and those of names nearly as like it."""
        evidence: dict[str, float] = {}
        top = found[0][1]
        if self._by_name[self._names[found[0][2]]]:
            for _, likeness, at in found:
                for raw in self._by_name[self._names[at]] if likeness > top - NEARLY else ():
                    evidence[raw] = max(evidence.get(raw, 0.0), _strength(likeness))
        return evidence


def _strength(likeness: float) -> float:
    return min(1.0, max(0.0, (likeness - 0.5) / 0.4))


def _aliases(name: str) -> list[str]:
    """Names an area answers to: "Fenway / Kenmore" to "fenway" and "kenmore", "Greater Mattapan" to "mattapan"."""
    parts = [part.strip() for part in re.split(r"[/,()]", name) if part.strip()]
    parts += [_GENERAL.sub("", part) for part in parts]
    return list(dict.fromkeys(joined for part in [name, *parts] if (joined := " ".join(plain_words(part)))))
