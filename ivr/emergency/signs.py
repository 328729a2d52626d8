"""Signs and cues, and how the few that may be in a text are picked out of thousands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Generic, NamedTuple, TypeVar

from ivr.emergency.patterns import Pattern
from ivr.emergency.verdict import Verdict

LOCAL = "local"
"""The category of a city's own signs."""

MISHEARD = ", misheard"
"""Ends the rule of a sign that was met by a word that only sounds or looks like one of its own."""


class Sign(NamedTuple):
    """One pattern with what it means when it is found."""

    pattern: Pattern
    category: str
    rule: str
    verdict: Verdict
    language: str
    denies: bool
    """The sign itself is a denial ("not breathing"), so a denial before it changes nothing."""
    lasting: bool
    """The sign is a state of now ("won't wake up"): "yesterday" and "every night" in the sentence do not undo it."""


class Cue(NamedTuple):
    """One pattern that opens a scope, or shields words from it."""

    pattern: Pattern
    scope: str
    language: str


Entry = TypeVar("Entry", Sign, Cue)


class Index(Generic[Entry]):
    """Entries by the rarest of their words: a text is only tried against what it has that word of."""

    def __init__(self, entries: Sequence[Entry], common: Mapping[str, int]) -> None:
        self.entries: Sequence[Entry] = entries
        self._others: list[tuple[frozenset[str], ...]] = []
        self._by_symbol: dict[str, list[int]] = {}

        def frequency(symbols: frozenset[str]) -> int:
            return sum(common.get(symbol, 1) for symbol in symbols)

        for number, entry in enumerate(entries):
            rarest, *others = sorted((element.symbols for element in entry.pattern), key=frequency)
            self._others.append(tuple(others))
            for symbol in rarest:
                self._by_symbol.setdefault(symbol, []).append(number)

    def candidates(self, present: AbstractSet[str], languages: Collection[str]) -> list[Entry]:
        """Entries of these languages all of whose steps a text with these symbols has, in the lexicon's order."""
        found: set[int] = set()
        for symbol in self._by_symbol.keys() & present:
            found.update(self._by_symbol[symbol])
        entries, others = self.entries, self._others
        fitting: list[Entry] = []
        for number in sorted(found):
            for symbols in others[number]:
                if symbols.isdisjoint(present):
                    break
            else:
                entry = entries[number]
                if entry.language in languages:
                    fitting.append(entry)
        return fitting
