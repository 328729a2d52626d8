"""How far a word reaches that takes something back: "no", "last month", "every night", "in case of".

A scope covers positions of the text, and only those: "it's not a fire, he's having a heart attack" denies the fire.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from ivr.emergency.lexicon import Cue, Lexicon
from ivr.emergency.patterns import Bitmaps, places, reach

_FORWARD = {"denied": 5, "supposed": 6}
"""How many words behind its cue a scope covers; it ends sooner at a pause, a sentence's end or a word like "but"."""

_AROUND = {"over": 10, "usual": 10}
"""These cover both sides: "last month there was a fire", "there was a fire last month"."""


class Scopes(NamedTuple):
    """Bitmaps of the words that are taken back, and why."""

    harmless: int
    """Parts of a harmless thing's name or of a figure of speech: "fire hydrant", "killing me"."""
    denied: int
    supposed: int
    """Feared, planned or imagined: "in case of fire", "before someone gets hurt"."""
    over: int
    usual: int
    """What happens every night is a complaint, not an emergency of this minute."""


def scopes(
    lexicon: Lexicon, languages: Collection[str], maps: Bitmaps, boundaries: int, pauses: int, size: int
) -> Scopes:
    """Find every scope that words of these languages open in a text of `size` words."""
    everything = (1 << size) - 1
    shielded = _found(lexicon.harmless.candidates(maps, languages), maps, everything, boundaries)
    harmless = shielded.get("harmless", 0)
    breaks = _found(lexicon.breaks.candidates(maps, languages), maps, everything, boundaries).get("break", 0) | boundaries
    opened: dict[str, int] = {}
    for cue in lexicon.cues.candidates(maps, languages):
        steps = reach(cue.pattern, maps, everything & ~harmless & ~shielded.get(cue.scope, 0), boundaries)
        if steps:
            ends = steps[-1] if cue.scope in _FORWARD else places(cue.pattern, steps)
            opened[cue.scope] = opened.get(cue.scope, 0) | ends
    covered = {scope: _fill(opened.get(scope, 0), far, breaks | pauses, 0) for scope, far in _FORWARD.items()}
    covered |= {scope: _fill(opened.get(scope, 0), far, breaks, far) for scope, far in _AROUND.items()}
    return Scopes(harmless, **{scope: bits & everything for scope, bits in covered.items()})


def _found(cues: Iterable[Cue], maps: Bitmaps, allowed: int, boundaries: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for cue in cues:
        steps = reach(cue.pattern, maps, allowed, boundaries)
        if steps:
            found[cue.scope] = found.get(cue.scope, 0) | places(cue.pattern, steps)
    return found


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
