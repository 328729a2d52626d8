"""A sign as a pattern over stems, and how it is found: by sliding bitmaps, never by trial and error.

How a pattern is written (lexicon/*.toml):

    @person not breath      words one after another; up to one other word may stand between two of them
    smell <4> gas           up to four other words between
    heart_attack            nothing may stand between
    gun|knife|@weapon       one of these
    =shot                   exactly this form, not its relatives
    ~fire                   this word or one that sounds like it
    very?                   may be missing
    {pass out|faint}        one of these phrases
    # help #                a whole sentence
    ## help ##              the whole text
    ^crew                   must be there but is no part of the sign (only matters in exclusions)

A text is a number per symbol: bit n is set where word n has that symbol. To find a pattern is to shift and mask such
numbers, element by element; the time is linear in the text's length whatever the text is.
"""

from __future__ import annotations

import re
from itertools import product
from typing import NamedTuple

from ivr.emergency.stems import STEMMERS
from ivr.emergency.words import BOUNDARY, EDGE, words

_GROUP = re.compile(r"\{([^{}]*)\}(\?)?")
_COMPOUND = re.compile(r"[\s_]")
_EITHER = "/"
_ENDS = frozenset({BOUNDARY, EDGE})
_GAP = re.compile(r"<(\d+)>")


class PatternError(ValueError):
    """A pattern in a lexicon or city file that cannot be read; the message quotes it."""


class Element(NamedTuple):
    """One step of a pattern: any of `symbols`, after at most `gap` other words."""

    symbols: frozenset[str]
    gap: int
    context: bool = False


NOT = "@not"
"""The class of all words that deny, in every language."""

Pattern = tuple[Element, ...]


class Bitmaps(dict[str, int]):
    """Where in a text each symbol stands: bit n for word n."""

    def __init__(self) -> None:
        super().__init__()
        self._unions: dict[frozenset[str], int] = {}

    def add(self, symbol: str, bit: int) -> None:
        """Let the word of this bit count as `symbol` too."""
        self[symbol] = self.get(symbol, 0) | bit
        self._unions.clear()

    def copy(self) -> Bitmaps:
        """The same, for comparing with when guesses have been added."""
        twin = Bitmaps()
        twin.update(self)
        return twin

    def any_of(self, symbols: frozenset[str]) -> int:
        """Where any of these symbols stands; remembered, as many patterns share a step."""
        union = self._unions.get(symbols)
        if union is None:
            union = 0
            for symbol in symbols:
                union |= self.get(symbol, 0)
            self._unions[symbols] = union
        return union


def parse(text: str, language: str, gap: int = 1) -> list[Pattern]:
    """Every pattern that one line of a lexicon stands for; `gap` is how many words may stand between two by default."""
    patterns = [_elements(line.split(), language, gap, text) for line in _expanded(text)]
    if any(not pattern or pattern[0].gap for pattern in patterns):
        msg = f"nothing is left of the pattern, or of its beginning: {text!r}"
        raise PatternError(msg)
    return patterns


def _expanded(text: str) -> list[str]:
    """Spell out groups, optional words and alternatives of several words; plain alternatives stay together."""
    group = _GROUP.search(text)
    if group:
        choices = group.group(1).split("|")
        plain = [choice for choice in choices if not _COMPOUND.search(choice)]
        joined = [_EITHER.join(plain)] if plain else []
        joined += [choice for choice in choices if _COMPOUND.search(choice)]
        joined += [""] if group.group(2) else []
        before, after = text[: group.start()], text[group.end() :]
        return [line for choice in joined for line in _expanded(f"{before}{choice}{after}")]
    options: list[list[str]] = []
    for part in text.split():
        alternatives = part.removesuffix("?").split("|")
        plain = [alternative for alternative in alternatives if "_" not in alternative]
        found = [_EITHER.join(plain)] if plain else []
        found += [alternative for alternative in alternatives if "_" in alternative]
        options.append(found + ([""] if part.endswith("?") else []))
    return [" ".join(part for part in chosen if part) for chosen in product(*options)]


def _elements(parts: list[str], language: str, default_gap: int, source: str) -> Pattern:
    elements: list[Element] = []
    gap: int | None = None
    for part in parts:
        wanted = _GAP.fullmatch(part)
        if wanted:
            gap = int(wanted.group(1))
            continue
        context = part.startswith("^")
        for position, piece in enumerate(part.lstrip("^").strip("_").split("_")):
            for index, symbols in enumerate(_symbols(piece, language, source)):
                tight = not elements or position or index or _ENDS & (symbols | elements[-1].symbols)
                usual = 0 if tight else default_gap
                elements.append(Element(symbols, usual if gap is None else gap, context))
                gap = None
    return tuple(elements)


def _symbols(piece: str, language: str, source: str) -> list[frozenset[str]]:
    """What a written piece asks for: mostly one set of symbols, more for "can't", none for a word that is left out."""
    names: list[str] = []
    for alternative in piece.split(_EITHER):
        if not alternative:
            msg = f"an empty alternative in the pattern {source!r}"
            raise PatternError(msg)
        if alternative in (BOUNDARY, EDGE) or alternative[0] == "@":
            names.append(alternative)
        elif alternative[0] in "=~":
            forms = [form for form in words(alternative[1:]).forms if form != BOUNDARY]
            names.extend(f"{alternative[0]}{form}" for form in forms)
        else:
            forms = [form for form in words(alternative).forms if form != BOUNDARY]
            stems = [stem_symbol(form, language) for form in forms]
            if len(stems) > 1:
                if _EITHER in piece:
                    msg = f"{alternative!r} is more than one word in the pattern {source!r}"
                    raise PatternError(msg)
                return [frozenset([stem]) for stem in stems]
            names.extend(stems)
        if not names and _EITHER in piece:
            msg = f"{alternative!r} is left out of every text: it says nothing in the pattern {source!r}"
            raise PatternError(msg)
    return [frozenset(names)] if names else []


def stem_symbol(form: str, language: str) -> str:
    """The symbol of a plain word in one language; English negators share one, so that "not" also finds "never"."""
    return NOT if form == "not" else f"{language}:{STEMMERS[language](form)}"


def reach(pattern: Pattern, maps: Bitmaps, allowed: int, boundaries: int) -> list[int]:
    """The bitmaps of where each step of a pattern can stand, or an empty list where it is not in the text.

    `allowed` has a bit for every position at which the pattern may stand.
    """
    steps: list[int] = []
    here = 0
    for number, element in enumerate(pattern):
        there = maps.any_of(element.symbols)
        if not element.context:
            there &= allowed
        if number:
            ahead = here << 1
            window = ahead
            for _ in range(element.gap):
                ahead = (ahead & ~boundaries) << 1
                window |= ahead
            there &= window
        if not there:
            return []
        steps.append(there)
        here = there
    return steps


def places(pattern: Pattern, steps: list[int]) -> int:
    """The bitmap of all words that belong to a find, without those that are only context."""
    later = steps[-1]
    kept = [later]
    for number in range(len(pattern) - 1, 0, -1):
        window = later >> 1
        behind = window
        for _ in range(pattern[number].gap):
            behind >>= 1
            window |= behind
        later = steps[number - 1] & window
        kept.append(later)
    kept.reverse()
    covered = 0
    for element, bits in zip(pattern, kept, strict=True):
        if not element.context:
            covered |= bits
    return covered


def first_words(pattern: Pattern, steps: list[int]) -> list[int]:
    """The words of the earliest find: a bit a step, in the pattern's order."""
    bit = steps[-1] & -steps[-1]
    found = [bit]
    for number in range(len(pattern) - 1, 0, -1):
        for _ in range(pattern[number].gap + 1):
            bit >>= 1
            if bit & steps[number - 1]:
                break
        found.append(bit)
    found.reverse()
    return found
