"""Reads the lexicon and makes it quick to search: signs, scopes and names of harmless things, in all languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Generic, NamedTuple, TypeVar

from ivr.emergency.patterns import NOT, Element, Pattern, parse, stem_symbol
from ivr.emergency.sounds import Ear
from ivr.emergency.stems import STEMMERS
from ivr.emergency.verdict import Verdict
from ivr.emergency.words import BOUNDARY, EDGE, words

LANGUAGES = ("en", "es", "fr")

_CACHED_FORMS = 30_000

_OWN_WORDS = 2
"""So many words of a language's own make a text one in that language."""

_MARKS = re.compile(r"[_|{}<>@=~?^\d]")


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
        self._by_symbol: dict[str, list[int]] = {}
        for number, entry in enumerate(entries):
            rarest = min(entry.pattern, key=lambda element: sum(common.get(symbol, 1) for symbol in element.symbols))
            for symbol in rarest.symbols:
                self._by_symbol.setdefault(symbol, []).append(number)

    def candidates(self, symbols: Iterable[str], languages: Collection[str]) -> list[Entry]:
        """Entries of these languages that may be in a text with these symbols, in the lexicon's order."""
        found: set[int] = set()
        by_symbol = self._by_symbol
        for symbol in symbols:
            numbers = by_symbol.get(symbol)
            if numbers:
                found.update(numbers)
        entries = [self.entries[number] for number in sorted(found)]
        return entries if len(languages) == len(LANGUAGES) else [e for e in entries if e.language in languages]


class Lexicon:
    """All languages in one: people in panic fall back to their first language, or mix two."""

    def __init__(self, sources: Mapping[str, Mapping[str, Any]]) -> None:
        """`sources`: a parsed lexicon file per language."""
        self._classes: dict[str, set[str]] = {}
        self._own: dict[str, set[str]] = {}
        self.signs_by_language: dict[str, list[Sign]] = {}
        cues: list[Cue] = []
        breaks: list[Cue] = []
        harmless: list[Cue] = []
        heard_wrongly: set[str] = set()
        everyday: set[str] = set()
        common: dict[str, int] = {BOUNDARY: 500, EDGE: 500}
        for language, source in sources.items():
            for name, members in source["class"].items():
                for member in members.split():
                    self._classes.setdefault(_member(member, language), set()).add(f"@{name}")
                    common[f"@{name}"] = common.get(f"@{name}", 0) + 3
            for word in source["common"].split():
                common[stem_symbol(word, language)] = 200
            everyday.update(source["common"].split())
            everyday.update(source.get("never_misheard", "").split())
            for line in source["harmless"]["names"]:
                harmless.extend(Cue(pattern, "harmless", language) for pattern in parse(line, language, gap=0))
            for scope, kinds in source["scope"].items():
                for line in kinds["cues"]:
                    cues.extend(Cue(pattern, scope, language) for pattern in parse(line, language, gap=0))
                for line in kinds.get("not_cues", ()):
                    harmless.extend(Cue(pattern, scope, language) for pattern in parse(line, language, gap=0))
            for line in source["breaks"]["words"]:
                breaks.extend(Cue(pattern, "break", language) for pattern in parse(line, language, gap=0))
            self._own[language] = _own_words(source)
            self.signs_by_language[language] = list(_signs(source["sign"], language, self._classes))
        for symbol in (NOT, "@person", "@who"):
            common[symbol] = 300
        signs = [sign for found in self.signs_by_language.values() for sign in found]
        self.signs = Index(signs, common)
        self.cues = Index(cues, common)
        self.breaks = Index(breaks, common)
        self.harmless = Index(harmless, common)
        self._common = common
        used = {s for index in (self.signs, self.cues, self.breaks, self.harmless) for s in _used(index.entries)}
        self._vocabulary = used | set(self._classes)
        heard_wrongly.update(symbol[1:] for symbol in used if symbol[0] == "~")
        self._ear = Ear(heard_wrongly, everyday)
        for language in LANGUAGES[1:]:
            self._own[language] -= self._own["en"]
        self._symbols: dict[str, tuple[str, ...]] = {}

    def symbols(self, form: str) -> tuple[str, ...]:
        """Everything a word counts as: its stems, its exact form, its classes, what it may be a mishearing of."""
        known = self._symbols.get(form)
        if known is None:
            known = self._look_up(form)
            if len(self._symbols) >= _CACHED_FORMS:
                self._symbols.clear()
            self._symbols[form] = known
        return known

    def spoken(self, maps: Mapping[str, int], size: int) -> tuple[str, ...]:
        """Languages that a text of `size` words may be in: English always, another by two words of its own or a third
        of all. "Balle" is a bullet, "ball" is a ball: a language's signs count only where that language is spoken."""
        counts = ((language, maps.get(f"speaks {language}", 0).bit_count()) for language in LANGUAGES[1:])
        return ("en", *(language for language, count in counts if count >= _OWN_WORDS or count * 3 >= size))

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
    kept = {name: node for name, node in source.items() if name != "also_english"}
    return set(words(_MARKS.sub(" ", " ".join(texts(kept)))).forms) - shared


def _used(entries: Sequence[Sign] | Sequence[Cue]) -> Iterable[str]:
    for entry in entries:
        for element in entry.pattern:
            yield from element.symbols


def _signs(categories: Mapping[str, Any], language: str, classes: Mapping[str, set[str]]) -> Iterable[Sign]:
    for category, rules in categories.items():
        for rule, body in rules.items():
            for verdict in (Verdict.CERTAIN, Verdict.POSSIBLE):
                for line in body.get(verdict.value, ()):
                    for pattern in parse(line, language):
                        lasting = bool(body.get("lasting", False))
                        denies = any(s == NOT or NOT in classes.get(s, ()) for e in pattern for s in e.symbols)
                        yield Sign(pattern, category, rule.replace("_", " "), verdict, language, denies, lasting)


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
                found.append(Sign(pattern, "local", phrase, Verdict.POSSIBLE, language, NOT in stems, lasting=False))
    return tuple(found)


@cache
def lexicon() -> Lexicon:
    """The lexicon of all languages, read and compiled once a process."""
    folder = files("ivr.emergency") / "lexicon"
    return Lexicon({code: tomllib.loads((folder / f"{code}.toml").read_text("utf-8")) for code in LANGUAGES})
