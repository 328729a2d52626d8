"""Which streets a few words may mean, by sound and by spelling together.

Every street of the city is compared, which sounds costly and is not: comparing the sound of a phrase with 4,000
street names takes rapidfuzz a third of a millisecond. The best hundred are then looked at closely.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Indel

from dispatch.city.gazetteer import Gazetteer, Street
from dispatch.city.gazetteer_names import DIRECTIONS, LEADING_TYPES, TYPES, parse_street
from dispatch.city.gazetteer_sounds import sounds
from ivr.understanding.numbers import tokens

MISHEARD_TYPES = {
    "straight": "street", "streets": "street", "treat": "street", "rode": "road", "roads": "road", "rude": "road",
    "avenues": "avenue", "wake": "way", "weigh": "way", "plays": "place", "places": "place", "police": "place",
    "caught": "court",
    "coat": "court", "courts": "court", "terrorist": "terrace", "squared": "square", "drives": "drive",
    "lanes": "lane",
}  # fmt: skip
"""Words that recognisers write for a street's type. Used only at the end of a name."""
WITHOUT_DIRECTION = 0.97
"""Likeness of "fairview street" to S Fairview St, against that to Fairview St itself."""
CANDIDATES = 100
WORTH_A_LOOK = 0.5
"""Sound likeness below which a street is not considered at all; two unrelated names are about 0.45 alike."""


class Likeness(NamedTuple):
    """How well a street fits some words."""

    street: int
    sound: float
    """0 to 1, 1: sounds the same."""
    spelling: float
    """0 to 1, 1: spelled the same."""
    type: int
    """1: the type was said and is right; 0: no type was said; -1: another type was said; 2: heard within the sound."""


class StreetIndex:
    """All street names of a city, ready to be compared. About 0.5 kB a street."""

    def __init__(self, gazetteer: Gazetteer, nicknames: dict[str, str]) -> None:
        self.streets: Sequence[Street] = gazetteer.streets
        self._type_sounds = {kind: sounds(kind) for kind in {*TYPES.values(), ""}}
        self._cores: list[str] = []
        self._fulls: list[str] = []
        self._owner: list[int] = []
        self._forms: list[list[int]] = [[] for _ in self.streets]
        self._spelled: list[str] = []
        self._exactness: list[float] = []
        self._exact: dict[str, list[int]] = {}
        for street in self.streets:
            self._add(street, street.sounds, " ".join(filter(None, (street.direction, street.core, street.after))))
            if street.direction or street.after:
                self._add(street, sounds(street.core), street.core, exactness=WITHOUT_DIRECTION)
        self._by_name = {street.name.casefold(): street for street in self.streets}
        for nickname, name in nicknames.items():
            if known := self._by_name.get(name.casefold()):
                core = " ".join(split_type(tokens(nickname))[0])
                self._add(known, sounds(core), core)

    def _add(self, street: Street, heard: str, spelled: str, exactness: float = 1.0) -> None:
        self._exactness.append(exactness)
        self._cores.append(heard)
        self._fulls.append(heard + self._type_sounds.get(street.type, ""))
        self._forms[street.id].append(len(self._owner))
        self._owner.append(street.id)
        self._spelled.append(spelled.replace(" ", ""))
        self._exact.setdefault(spelled, []).append(street.id)

    def exact(self, words: Sequence[str]) -> list[int]:
        """Ids of the streets called exactly that, with or without the type; none is guessed."""
        core, kind = split_type(words)
        ids = self._exact.get(" ".join(core), [])
        return [one for one in ids if not kind or self.streets[one].type == kind]

    def named(self, name: str) -> list[int]:
        """The id of the street of that name in the gazetteer's spelling; else of those that it may be said for."""
        known = self._by_name.get(name.casefold())
        return [known.id] if known else self.exact(tokens(name))

    def like(self, words: Sequence[str]) -> list[Likeness]:
        """The streets that these words may mean, unordered, at most some two hundred."""
        if not words:
            return []
        core, kind = split_type(words)
        found: dict[int, Likeness] = {}
        heard, spelled = sounds(" ".join(core)), "".join(core)
        for _, likeness, at in self._nearest(heard, self._cores):
            self._keep(found, at, likeness, spelled, kind)
        if not kind or len(core) > 1:
            whole = sounds(" ".join(words)) if not kind else heard + self._type_sounds.get(kind, "")
            if not kind:
                for _, likeness, at in self._nearest(whole, self._fulls):
                    self._keep(found, at, likeness, spelled, kind, within=True)
        return list(found.values())

    def among(self, words: Sequence[str], streets: Iterable[int]) -> list[Likeness]:
        """How well each of just these streets fits, however badly."""
        core, kind = split_type(words)
        heard, spelled, found = sounds(" ".join(core)), "".join(core), dict[int, Likeness]()
        for street in streets:
            for at in self._forms[street]:
                self._keep(found, at, Indel.normalized_similarity(heard, self._cores[at]), spelled, kind)
                if not kind:
                    alike = Indel.normalized_similarity(heard, self._fulls[at])
                    self._keep(found, at, alike, spelled, kind, within=True)
        return list(found.values())

    def _nearest(self, heard: str, choices: list[str]) -> list[tuple[str, float, int]]:
        return process.extract(
            heard, choices, scorer=Indel.normalized_similarity, limit=CANDIDATES, score_cutoff=WORTH_A_LOOK
        )

    def _keep(
        self, found: dict[int, Likeness], at: int, sound: float, spelled: str, kind: str, *, within: bool = False
    ) -> None:
        owner = self._owner[at]
        sound *= self._exactness[at]
        known = found.get(owner)
        if known is not None and known.sound >= sound:
            return
        alike = Indel.normalized_similarity(spelled, self._spelled[at])
        own = self.streets[owner].type
        match = (2 if within else 0) if not kind else 1 if own == kind else -1
        found[owner] = Likeness(owner, sound, max(alike, known.spelling if known else 0.0), match)


def split_type(words: Sequence[str]) -> tuple[list[str], str]:
    """Take the type off a spoken name: "blue hill ave" → blue hill, avenue. A name is never left empty."""
    if len(words) > 2 and words[-1] in DIRECTIONS and words[-2] in TYPES:
        return [*_full(words[:-2]), DIRECTIONS[words[-1]]], TYPES[words[-2]]
    if len(words) > 1:
        if kind := TYPES.get(words[-1]) or MISHEARD_TYPES.get(words[-1], ""):
            return _full(words[:-1]), kind
        if words[0] in LEADING_TYPES:
            return _full(words[1:]), TYPES.get(words[0], words[0])
    return _full(words), ""


def _full(words: Sequence[str]) -> list[str]:
    """The name as the gazetteer keeps it: directions and short forms in full, figures in words."""
    if len(words) > 1 and words[0] in DIRECTIONS:
        return [DIRECTIONS[words[0]], *parse_street(" ".join(words[1:]) + " street").core.split()]
    return parse_street(" ".join([*words, "street"])).core.split()
