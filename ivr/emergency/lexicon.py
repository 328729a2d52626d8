"""Reads the lexicon and makes it quick to search: signs, scopes and names of harmless things, in all languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from ivr.emergency.patterns import NOT, Element, parse, stem_symbol
from ivr.emergency.signs import LOCAL, MISHEARD, Cue, Index, Sign
from ivr.emergency.sounds import Ear, Homophones, Neighbours
from ivr.emergency.stems import STEMMERS, english
from ivr.emergency.verdict import Verdict
from ivr.emergency.words import BOUNDARY, EDGE, words

LANGUAGES = ("en", "es", "fr")

_CACHED_FORMS = 30_000

_OWN_WORDS = 2
"""So many words of a language's own make a text one in that language."""

_MARKS = re.compile(r"[_|{}<>@=~?^\d]")


class Lexicon:
    """All languages in one: people in panic fall back to their first language, or mix two."""

    def __init__(self, sources: Mapping[str, Mapping[str, Any]]) -> None:
        """`sources`: a parsed lexicon file per language."""
        self._classes, common = _classes(sources)
        self.signs_by_language = {
            language: list(_signs(source, language, self._classes)) for language, source in sources.items()
        }
        cues: dict[str, list[Cue]] = {"scope": [], "break": [], "harmless": []}
        for language, source in sources.items():
            for kind, scope, line in _cue_lines(source):
                cues[kind].extend(Cue(pattern, scope, language) for pattern in parse(line, language, gap=0))
        signs = [sign for found in self.signs_by_language.values() for sign in found]
        # Certain ones first: once one is found, nothing possible need be looked for.
        self.signs = Index(sorted(signs, key=lambda sign: sign.verdict is Verdict.POSSIBLE), common)
        self.cues = Index(cues["scope"], common)
        self.breaks = Index(cues["break"], common)
        self.harmless = Index(cues["harmless"], common)
        used = {s for index in (self.signs, self.cues, self.breaks, self.harmless) for s in _used(index.entries)}
        self._vocabulary = used | set(self._classes)
        self.common = frozenset(word for source in sources.values() for word in source["common"].split())
        """Words of everyday speech, in all languages."""
        never_misheard = " ".join(source.get("never_misheard", "") for source in sources.values())
        self._everyday = self.common.union(never_misheard.split())
        self._ear = Ear((symbol[1:] for symbol in used if symbol[0] == "~"), self._everyday)
        own = {language: _own_words(source) for language, source in sources.items()}
        self._own = {language: forms - own["en"] for language, forms in own.items() if language != "en"}
        self._neighbours = Neighbours(word for forms in own.values() for word in forms)
        ordinary = " ".join(f"{source['common']} {source.get('ordinary', '')}" for source in sources.values())
        self._homophones = Homophones(own["en"], ordinary.split())
        self._telling = frozenset(word for source in sources.values() for word in _telling(source))
        self._symbols: dict[str, tuple[str, ...]] = {}
        self.misheard = lru_cache(_CACHED_FORMS)(self._misheard)
        self.sounding = lru_cache(_CACHED_FORMS)(self._sounding)

    def symbols(self, form: str) -> tuple[str, ...]:
        """Everything a word counts as: its stems, its exact form, its classes, what it may be a mishearing of."""
        known = self._symbols.get(form)
        if known is None:
            known = self._look_up(form)
            if len(self._symbols) >= _CACHED_FORMS:
                self._symbols.clear()
            self._symbols[form] = known
        return known

    def _misheard(self, form: str) -> tuple[str, ...]:
        """What a word that no lexicon holds would count as, were it a slip of one that does: "bload" for "blood"."""
        if form in self._everyday or any(symbol[0] != "~" for symbol in self.symbols(form)):
            return ()
        symbols = {symbol for word in self._neighbours.of(form) for symbol in self.symbols(word)}
        return tuple(sorted(symbols - {NOT}))

    def _sounding(self, form: str) -> tuple[str, ...]:
        """What a word would count as, were it any English word of the lexicon that sounds like it."""
        symbols = {symbol for word in self._homophones.of(form) for symbol in self.symbols(word)}
        return tuple(sorted(symbol for symbol in symbols if symbol != NOT and not symbol.startswith("speaks ")))

    def tells(self, form: str) -> bool:
        """Whether a word is one that people seldom say to a city unless something has happened."""
        return english(form) in self._telling

    def spoken(self, maps: Mapping[str, int], size: int) -> tuple[str, ...]:
        """Languages that a text of `size` words may be in.

        English always; another where two words, or a quarter of all, are its own. "Balle" is a bullet, "ball" is a
        ball: a language's signs count only where that language is spoken. Spanish and French share many words: of
        these two it is the one that has more.
        """
        counts = {language: maps.get(f"speaks {language}", 0).bit_count() for language in LANGUAGES[1:]}
        least = max(*counts.values(), 1)
        spoken = (language for language, count in counts.items() if count >= _OWN_WORDS or count * 4 >= size)
        return ("en", *(language for language in spoken if counts[language] >= least))

    def _look_up(self, form: str) -> tuple[str, ...]:
        if form == BOUNDARY:
            return (BOUNDARY,)
        found: set[str] = set()
        stems = [stem_symbol(form, language) for language in STEMMERS]
        for symbol in (*stems, f"={form}", f"~{form}"):
            found.update(self._classes.get(symbol, ()))
            if symbol in self._vocabulary:
                found.add(symbol)
        found.update(f"~{word}" for word in self._ear.hears(form))
        found.update(f"speaks {language}" for language in LANGUAGES[1:] if form in self._own[language])
        return tuple(sorted(found))


def _classes(sources: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, set[str]], dict[str, int]]:
    """Which classes a symbol belongs to, and how frequent symbols are in everyday speech (1 where not said)."""
    classes: dict[str, set[str]] = {}
    common = {BOUNDARY: 500, EDGE: 500}
    for language, source in sources.items():
        common |= {stem_symbol(word, language): 200 for word in source["common"].split()}
        for name, members in source["class"].items():
            for member in members.split():
                classes.setdefault(_member(member, language), set()).add(f"@{name}")
                common[f"@{name}"] = common.get(f"@{name}", 0) + 3
    return classes, common | dict.fromkeys((NOT, "@person"), 300)


def _cue_lines(source: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    """Every line of a lexicon that is no sign: what kind it is, the scope it opens or shields, and the line itself."""
    for line in source["harmless"]["names"]:
        yield "harmless", "harmless", line
    for line in source["breaks"]["words"]:
        yield "break", "break", line
    for scope, lines in source["scope"].items():
        for line in lines["cues"]:
            yield "scope", scope, line
        for line in lines.get("not_cues", ()):
            yield "harmless", scope, line


def _telling(source: Mapping[str, Any]) -> Iterable[str]:
    """The stems of a language's telling words; a class may be among them by its name."""
    for word in source.get("telling", "").split():
        members = source["class"][word[1:]].split() if word[0] == "@" else [word]
        yield from map(english, members)


def _member(written: str, language: str) -> str:
    return written if written[0] == "=" else stem_symbol(written, language)


def _own_words(source: Mapping[str, Any]) -> set[str]:
    """Every word a language's lexicon writes, but those it says are English too."""

    def texts(node: Any) -> Iterable[str]:
        if isinstance(node, str):
            yield node
        elif isinstance(node, list):
            for item in node:
                yield from texts(item)
        elif isinstance(node, dict):
            for item in node.values():
                yield from texts(item)

    shared = set(words(source.get("also_english", "")).forms)
    kept = {name: node for name, node in source.items() if name not in ("also_english", "ordinary")}
    return set(words(_MARKS.sub(" ", " ".join(texts(kept)))).forms) - shared


def _used(entries: Sequence[Sign] | Sequence[Cue]) -> Iterable[str]:
    for entry in entries:
        for element in entry.pattern:
            yield from element.symbols


def _misheard(sign: Sign, words_that_matter: Mapping[str, frozenset[str]]) -> Iterable[Sign]:
    """A certain sign with one word that matters misheard: a question."""
    if len(sign.pattern) < 2:
        return
    for number, element in enumerate(sign.pattern):
        alike = frozenset().union(*(words_that_matter.get(symbol, ()) for symbol in element.symbols))
        if alike:
            steps = (*sign.pattern[:number], element._replace(symbols=alike), *sign.pattern[number + 1 :])
            yield sign._replace(pattern=steps, verdict=Verdict.POSSIBLE, rule=f"{sign.rule}{MISHEARD}")


def _signs(source: Mapping[str, Any], language: str, classes: Mapping[str, set[str]]) -> Iterable[Sign]:
    misheard: dict[str, frozenset[str]] = {}
    for word in source.get("misheard", "").split():
        for symbol in (stem_symbol(word, language), f"={word}"):
            misheard[symbol] = misheard.get(symbol, frozenset()) | {f"~{word}"}
    for category, rules in source["sign"].items():
        for rule, body in rules.items():
            for verdict in (Verdict.CERTAIN, Verdict.POSSIBLE):
                for line in body.get(verdict.value, ()):
                    for pattern in parse(line, language):
                        lasting = bool(body.get("lasting", False))
                        denies = any(s == NOT or NOT in classes.get(s, ()) for e in pattern for s in e.symbols)
                        sign = Sign(pattern, category, rule.replace("_", " "), verdict, language, denies, lasting)
                        yield sign
                        if verdict is Verdict.CERTAIN:
                            yield from _misheard(sign, misheard)


@lru_cache(64)
def local_signs(extra: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[Sign, ...]:
    """A city's own signs, as (language, phrases) pairs: plain words, any inflection, each asks a question."""
    found: list[Sign] = []
    for language, phrases in extra:
        for phrase in phrases:
            forms = [form for form in words(phrase).forms if form != BOUNDARY]
            stems = [stem_symbol(form, language) for form in forms if language in STEMMERS]
            if stems:
                pattern = tuple(Element(frozenset([stem]), min(number, 1)) for number, stem in enumerate(stems))
                found.append(Sign(pattern, LOCAL, phrase, Verdict.POSSIBLE, language, NOT in stems, lasting=False))
    return tuple(found)


@cache
def lexicon() -> Lexicon:
    """The lexicon of all languages, read and compiled once a process."""
    folder = files("ivr.emergency") / "lexicon"
    return Lexicon({code: tomllib.loads((folder / f"{code}.toml").read_text("utf-8")) for code in LANGUAGES})
