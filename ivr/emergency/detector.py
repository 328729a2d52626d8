"""Is anyone in danger? Asked of everything a caller says, types or keys, before anything else.

Rules find what is certain (lexicon/*.toml), and a second opinion, learnt from examples, weighs what they find and hears
what they have no words for (opinion.tsv). Each verdict names the caller's words, and the rule that they met.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from ivr.emergency.lexicon import Lexicon, lexicon, local_signs
from ivr.emergency.opinion import learnt
from ivr.emergency.patterns import Bitmaps, first_words, reach
from ivr.emergency.scopes import NONE_TAKEN_BACK, Scopes, scopes
from ivr.emergency.signs import LOCAL, MISHEARD, Sign
from ivr.emergency.stems import STEMMERS
from ivr.emergency.verdict import Assessment, Verdict
from ivr.emergency.words import BOUNDARY, EDGE, Words, words

_NOTHING = Assessment()
_NO_SIGNS: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_EMERGENCY_NUMBERS = ("9911", "911", "112", "999")

_UTTERANCE = 22
"""Longer texts say what matters more than once: there is no need to guess at single words."""

# Odds are logarithms: 0 is as likely danger as not, -2 is one in eight.
_ALARMING = 0.0
"""What no rule finds but sounds more like danger than this is asked about."""
_ALARMING_ELSEWHERE = -0.6
"""The same in Spanish and French, of which fewer examples were learnt from: what is new there sounds like less."""
_ALARMING_THOUGH_TAKEN_BACK = 1.5
"""The same where the text denies what a rule would have found, or puts it in the past, or only names something."""
_DOUBTFUL = -2.0
"""What a rule is certain of but sounds less like danger than this is asked about first."""
_UNLIKELY = -1.0
"""What a rule finds possible but sounds less like danger than this is let go."""
_FEW = 3
"""Of fewer words there is no opinion: "Gunther Burns" is somebody's name."""
_ENOUGH = 5
"""Of fewer words an opinion is not enough to doubt a rule."""


def assess(
    text: str, *, extra_signs: Mapping[str, tuple[str, ...]] = _NO_SIGNS, denied: Collection[str] = ()
) -> Assessment:
    """Judge a text in English, Spanish and French at once. Never raises; the same text always gets the same answer.

    `extra_signs`: a city's own phrases by language; each asks a question (category "local").
    `denied`: categories the caller has already said no to. A possible emergency of such a category is let go, a certain
    one is not, and a different category asks again where a rule finds it.
    """
    heard = words(text)
    if len(heard.forms) < 2:
        return _NOTHING
    finding = _by_rules(heard, extra_signs, denied)
    said = len(heard.forms) - heard.forms.count(BOUNDARY)
    if finding.found.category == LOCAL or said < _FEW:
        return finding.found
    return _weighed(finding, heard, denied, brief=said < _ENOUGH)


class _Finding(NamedTuple):
    """What the rules make of a text."""

    found: Assessment
    languages: tuple[str, ...]
    """Those that it may be in."""
    taken_back: bool
    """Nothing was found, and the text takes back what would have been, or names what is harmless: "a fire hydrant"."""


def _by_rules(heard: Words, extra_signs: Mapping[str, tuple[str, ...]], denied: Collection[str]) -> _Finding:
    """Look for the signs of the lexicon and the city's own."""
    known = lexicon()
    maps = _bitmaps(known, heard)
    boundaries = maps.get(BOUNDARY, 0)
    languages = known.spoken(maps, len(heard.forms) - boundaries.bit_count())
    found = scopes(known, languages, maps, boundaries, heard.pauses, len(heard.forms))
    signs: list[Sign] = known.signs.candidates(frozenset(maps), languages)
    if extra_signs:
        local = local_signs(tuple(sorted((code, tuple(lines)) for code, lines in extra_signs.items())))
        _add_local(maps, heard, local)
        signs.extend(local)
    assessment = _worst(signs, maps, found, boundaries, heard, denied)
    taken_back = not assessment and bool(_worst(signs, maps, NONE_TAKEN_BACK, boundaries, heard, denied))
    plain = maps.copy()
    for mishear, guessing in ((known.misheard, False), (known.sounding, True)):
        if assessment or (guessing and len(heard.forms) > _UTTERANCE):
            break
        if _mishear(mishear, heard, maps):
            likely = map(_as_misheard, filter(_bears_a_slip, known.signs.candidates(frozenset(maps), languages)))
            assessment = _worst(likely, maps, found, boundaries, heard, denied, plain if guessing else None)
    return _Finding(assessment, languages, (taken_back or bool(found.harmless)) and not assessment)


def _weighed(finding: _Finding, heard: Words, denied: Collection[str], *, brief: bool) -> Assessment:
    """What the rules found, against how it sounds: what is certain is asked about at least."""
    found = finding.found
    if found and brief:
        return found
    opinion = learnt().opinion(heard.forms)
    if found.verdict is Verdict.CERTAIN:
        if opinion.passage >= _DOUBTFUL:
            return found
        return _NOTHING if found.category in denied else msgspec.structs.replace(found, verdict=Verdict.POSSIBLE)
    if found and opinion.passage >= _UNLIKELY:
        return found
    elsewhere = len(finding.languages) > 1
    alarming = _ALARMING_ELSEWHERE if elsewhere and not brief else _ALARMING
    if opinion.odds <= (_ALARMING_THOUGH_TAKEN_BACK if finding.taken_back else alarming) or denied:
        return _NOTHING
    reason = learnt().reason(heard.forms)
    begin, end = heard.spans[reason.begin][0], heard.spans[reason.end - 1][1]
    evidence = f"{heard.text[begin:end].strip()} [sounds like danger]"
    return Assessment(Verdict.POSSIBLE, reason.category, evidence, finding.languages[-1] if elsewhere else "")


def assess_digits(digits: str, earlier: str = "") -> Assessment:
    """Judge what was keyed: 911, 9911, 112 or 999 as a whole entry, or 911 and 999 finished over one-key turns.

    `earlier`: the keys of the turns before, oldest first, where each was a single key; never a house or ticket number.
    A longer entry that merely holds 911 is a number like any other.
    """
    keyed = "".join(key for key in digits if key.isdecimal() and key.isascii())
    if keyed in _EMERGENCY_NUMBERS:
        return _keyed(keyed)
    before = "".join(key for key in earlier if key.isdecimal() and key.isascii())
    if len(keyed) in (1, 2) and before:
        together = before + keyed
        for number in ("911", "999"):
            if together.endswith(number):
                return _keyed(number)
    return _NOTHING


def _keyed(number: str) -> Assessment:
    return Assessment(Verdict.CERTAIN, "help", f"{number} [keyed]")


def _bitmaps(known: Lexicon, heard: Words) -> Bitmaps:
    maps = Bitmaps()
    bit = 1
    for form in heard.forms:
        for symbol in known.symbols(form):
            maps[symbol] = maps.get(symbol, 0) | bit
        bit <<= 1
    maps[EDGE] = 1 | bit >> 1
    return maps


def _mishear(mishear: Callable[[str], tuple[str, ...]], heard: Words, maps: Bitmaps) -> bool:
    """Let words count as those they may be mishearings of too; False where there are none."""
    any_heard = False
    bit = 1
    for form in heard.forms:
        for symbol in mishear(form):
            maps.add(symbol, bit)
            any_heard = True
        bit <<= 1
    return any_heard


def _bears_a_slip(sign: Sign) -> bool:
    """Whether enough of a certain sign is left when one of its words is a slip."""
    steps = sum(BOUNDARY not in element.symbols and EDGE not in element.symbols for element in sign.pattern)
    return sign.verdict is Verdict.CERTAIN and steps > 1


def _as_misheard(sign: Sign) -> Sign:
    """A certain sign met only by a mishearing or a slip of the finger: worth a question."""
    return sign._replace(verdict=Verdict.POSSIBLE, rule=f"{sign.rule}{MISHEARD}")


def _add_local(maps: Bitmaps, heard: Words, local: Iterable[Sign]) -> None:
    wanted = {symbol for sign in local for element in sign.pattern for symbol in element.symbols}
    for position, form in enumerate(heard.forms):
        for language, stemmer in STEMMERS.items():
            symbol = f"{language}:{stemmer(form)}"
            if symbol in wanted:
                maps.add(symbol, 1 << position)


def _worst(
    signs: Iterable[Sign],
    maps: Bitmaps,
    found: Scopes,
    boundaries: int,
    heard: Words,
    denied: Collection[str],
    plain: Bitmaps | None = None,
) -> Assessment:
    """The first certain sign in the text, else the first possible one.

    `plain`: what was heard, where `maps` holds guesses too: only a sign that rests on just one of them counts.
    """
    best: tuple[int, int, int] | None = None
    chosen: Sign | None = None
    everything = (1 << len(heard.forms)) - 1
    for sign in signs:
        possible = sign.verdict is Verdict.POSSIBLE
        if possible and ((best and best[0] == 0) or sign.category in denied):
            continue
        allowed = everything & ~found.supposed
        if not sign.denies:
            allowed &= ~found.denied
        if not sign.lasting:
            allowed &= ~found.over & ~found.usual
        if plain is not None:
            allowed &= ~found.harmless
        taken = _find(sign, maps, allowed, found, boundaries)
        if not taken or (plain is not None and not _rests_on_one(sign, taken, plain, heard)):
            continue
        find = sum(set(taken))
        rank = (int(possible), (find & -find).bit_length(), -find.bit_length())
        if best is None or rank < best:
            best, chosen = rank, sign
    if chosen is None or best is None:
        return _NOTHING
    begin, end = heard.spans[best[1] - 1][0], heard.spans[-best[2] - 1][1]
    evidence = f"{heard.text[begin:end].strip()} [{chosen.rule}]"
    return Assessment(chosen.verdict, chosen.category, evidence, chosen.language)


def _find(sign: Sign, maps: Bitmaps, allowed: int, found: Scopes, boundaries: int) -> list[int]:
    """The words of a sign's first find, a bit a step; none where it would take a harmless name apart."""
    steps = reach(sign.pattern, maps, allowed & ~found.harmless, boundaries)
    if steps:
        return first_words(sign.pattern, steps)
    if not found.harmless:
        return []
    steps = reach(sign.pattern, maps, allowed, boundaries)
    if not steps:
        return []
    taken = first_words(sign.pattern, steps)
    find = sum(set(taken))
    return [] if any(name & find and name & ~find for name in found.names) else taken


def _rests_on_one(sign: Sign, taken: list[int], plain: Bitmaps, heard: Words) -> bool:
    """Whether all but one of a sign's words were heard plainly, one of these being seldom said to a city."""
    known = lexicon()
    guesses = 0
    tells = False
    for element, bit in zip(sign.pattern, taken, strict=True):
        if BOUNDARY in element.symbols or EDGE in element.symbols:
            continue
        if plain.any_of(element.symbols) & bit:
            tells = tells or known.tells(heard.forms[bit.bit_length() - 1])
        else:
            guesses += 1
    return tells and guesses == 1
