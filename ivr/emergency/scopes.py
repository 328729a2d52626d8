"""How far a word reaches that takes something back: "no", "last month", "every night", "in case of".

A scope covers positions of the text, and only those: "it's not a fire, he's having a heart attack" denies the fire.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_
from typing import NamedTuple

from ivr.emergency.lexicon import Lexicon
from ivr.emergency.patterns import Bitmaps, places, reach
from ivr.emergency.signs import Cue

_FORWARD = {"denied": 5, "supposed": 6}
"""How many words behind its cue a scope covers; it ends sooner at a pause, a sentence's end or a word like "but"."""

_AROUND = {"over": 10, "usual": 10}
"""These cover both sides: "last month there was a fire", "there was a fire last month"."""


class Scopes(NamedTuple):
    """Bitmaps of the words that are taken back, and why."""

    harmless: int
    """Words of a harmless thing's name or of a figure of speech: "fire hydrant", "killing me"."""
    names: tuple[int, ...]
    """The same, a bitmap a name. A sign that holds all of a name says more than the name: "gas meter is hissing"."""
    denied: int
    supposed: int
    """Feared, planned or imagined: "in case of fire", "before someone gets hurt"."""
    over: int
    usual: int
    """What happens every night is a complaint, not an emergency of this minute."""


NONE_TAKEN_BACK = Scopes(0, (), 0, 0, 0, 0)


def scopes(
    lexicon: Lexicon, languages: Collection[str], maps: Bitmaps, boundaries: int, pauses: int, size: int
) -> Scopes:
    """Find every scope that words of these languages open in a text of `size` words."""
    everything = (1 << size) - 1
    present = frozenset(maps)
    shields = _finds(lexicon.harmless.candidates(present, languages), maps, everything, boundaries)
    names = tuple(bits for cue, bits in shields if cue.scope == "harmless")
    harmless = _together(names)
    breaks = boundaries | _together(
        bits for _, bits in _finds(lexicon.breaks.candidates(present, languages), maps, everything, boundaries)
    )
    opened: dict[str, int] = {}
    for cue in lexicon.cues.candidates(present, languages):
        # A language's shield holds for its own cues only: "no" may begin an English sentence and deny a Spanish one.
        shielded = _together(
            bits for shield, bits in shields if shield.scope == cue.scope and shield.language == cue.language
        )
        steps = reach(cue.pattern, maps, everything & ~harmless & ~shielded, boundaries)
        if steps:
            ends = steps[-1] if cue.scope in _FORWARD else places(cue.pattern, steps)
            opened[cue.scope] = opened.get(cue.scope, 0) | ends
    covered = {scope: _fill(opened.get(scope, 0), far, breaks | pauses, 0) for scope, far in _FORWARD.items()}
    covered |= {scope: _fill(opened.get(scope, 0), far, breaks, far) for scope, far in _AROUND.items()}
    return Scopes(harmless, names, **{scope: bits & everything for scope, bits in covered.items()})


def _finds(cues: Iterable[Cue], maps: Bitmaps, allowed: int, boundaries: int) -> list[tuple[Cue, int]]:
    """Each cue that is in the text, and its words as a bitmap."""
    found = []
    for cue in cues:
        steps = reach(cue.pattern, maps, allowed, boundaries)
        if steps:
            found.append((cue, places(cue.pattern, steps)))
    return found


def _together(bitmaps: Iterable[int]) -> int:
    """All of them in one."""
    return reduce(or_, bitmaps, 0)


def _fill(cues: int, ahead: int, stops: int, behind: int) -> int:
    """The cues' own words and what they reach: a stop is never entered."""
    if not cues:
        return 0
    covered = edge = cues
    for _ in range(ahead):
        edge = (edge << 1) & ~stops
        covered |= edge
    edge = cues
    for _ in range(behind):
        edge = (edge >> 1) & ~stops
        covered |= edge
    return covered
