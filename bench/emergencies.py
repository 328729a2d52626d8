"""How many emergencies are caught, how often ordinary callers are asked, beside a plain keyword list, in one run.

    python -m bench.emergencies [--write] [--errors 10]

Shares with 95 % confidence intervals (Wilson); what an utterance of 20 words and what 10 kB cost. Our own sets are
tests/emergency/*.tsv: a third of each is kept back, measured and never tuned on. Real first words, recogniser texts and
reports come from `../shared/data` and are left out where that is missing. `--write` renews docs/emergencies.md.
"""

from __future__ import annotations

import csv
import math
import statistics
import sys
import time
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ivr.emergency import Verdict, assess
from ivr.emergency.lexicon import LANGUAGES, lexicon

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / "tests" / "emergency"
SHARED = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "emergencies.md"
ORDINARY = "ordinary"
"""The category of what is no emergency."""

KEYWORDS = frozenset(
    "fire smoke gas explosion gun shot shooting knife stabbed attack robbery blood bleeding dead dying unconscious"
    " breathing overdose suicide ambulance emergency 911 help".split()
)
"""The reference point: what a sample IVR would look for."""


_PAGE = """\
# Emergencies

Written by `python -m bench.emergencies --write`; a test fails where it is out of date. Why the detector is made this
way: [ADR 0003](adr/0003-emergency-detection.md).

A *certain* sign sends the caller to 911 without a question. A *possible* one asks "Is anyone hurt or in danger right
now?"; silence counts as yes. Each verdict names the caller's words and, in brackets, the rule of
`ivr/emergency/lexicon/*.toml` that they met; "sounds like danger" stands behind the words that weighed most in the
second opinion, `ivr/emergency/opinion.tsv`.

## How well it does

On the sets in `tests/emergency`, written by us. A third of each is kept back: no rule was written for it and no weight
learnt from it, though its shares helped to choose the thresholds. In brackets the 95 % confidence interval. *Keywords*
is a plain list of some twenty words, for comparison. Confusables are ordinary requests chosen because they sound like
danger, as many ordinary examples are: there, lower is better. Examples were written by writers who did not know the
rules; what was heard is what a small recogniser made of our texts, spoken over a telephone line with noise (`python -m
bench.hearing`).

{own}

## By category

All languages together; *asked wrongly* is the share of that category's confusables with any verdict.

{categories}

## What it knows

Patterns by rule and language, certain + possible. The words themselves stand in the lexicon.

{known}
"""


class Utterance(NamedTuple):
    """Something a caller said, and what kind of emergency it is or resembles."""

    category: str
    text: str


class Share(NamedTuple):
    """How many of how many."""

    found: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval at 95 %."""
        if not self.of:
            return 0.0, 1.0
        z, share = 1.96, self.found / self.of
        centre = share + z * z / (2 * self.of)
        margin = z * math.sqrt(share * (1 - share) / self.of + z * z / (4 * self.of * self.of))
        return max(0.0, (centre - margin) / (1 + z * z / self.of)), (centre + margin) / (1 + z * z / self.of)

    def __str__(self) -> str:
        low, high = self.interval
        share = self.found / self.of if self.of else 0.0
        return f"{100 * share:5.1f} % ({100 * low:.1f}–{100 * high:.1f})"


def own_set(kind: str, language: str) -> list[Utterance]:
    """One of our sets: kind is "emergencies", "confusables", or "examples" that hold both."""
    with (OWN / f"{kind}_{language}.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Utterance(row["category"], row["text"]) for row in rows]


def heard_set() -> list[tuple[str, Utterance]]:
    """What a recogniser made of texts of ours (bench/hearing.py): the text, and what was heard."""
    with (OWN / "heard_en.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["text"], Utterance(row["category"], row["heard"])) for row in rows]


def kept_back(utterance: Utterance) -> bool:
    """Whether an utterance belongs to the third that is measured and never tuned on."""
    return zlib.crc32(utterance.text.encode()) % 3 == 0


def shared_sets() -> dict[str, tuple[bool, list[str]]]:
    """The sets of `../shared/data`: is it all emergencies, and the texts. Empty where the folder is missing."""
    if not SHARED.is_dir():
        return {}

    def rows(name: str) -> list[dict[str, str]]:
        with (SHARED / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    first_words = [row["text"] for row in rows("emergency_dev.csv")]
    emergencies = {text.strip().casefold() for text in first_words}
    pairs = rows("recogniser_pairs_dev.csv")
    alarms = [row for row in pairs if row["set"] == "emergency_text"]
    spoken = [row for row in alarms if row["reference"].strip().casefold() in emergencies]
    ordinary = [row for row in pairs if row["set"] == "311_text"]
    return {
        "first words of 911 calls": (True, first_words),
        "the same through a recogniser": (True, [row["heard"] for row in spoken]),
        "ordinary requests, typed": (False, list(dict.fromkeys(row["reference"] for row in ordinary))),
        "ordinary requests, recogniser": (False, [row["heard"] for row in ordinary]),
        "real 311 reports": (False, [row["text"] for row in rows("reports_dev.csv")]),
    }


def shares(texts: Iterable[str]) -> tuple[Share, Share, Share]:
    """Caught, certain, and caught by the keyword list."""
    verdicts = []
    keyword = 0
    for text in texts:
        verdicts.append(assess(text).verdict)
        keyword += not KEYWORDS.isdisjoint(text.casefold().replace(".", " ").replace(",", " ").split())
    size = len(verdicts)
    caught = sum(verdict is not Verdict.NONE for verdict in verdicts)
    certain = sum(verdict is Verdict.CERTAIN for verdict in verdicts)
    return Share(caught, size), Share(certain, size), Share(keyword, size)


def quality() -> list[tuple[str, Share, Share, Share]]:
    """One line a set: its name, caught, certain, keywords."""
    lines = []
    for language in LANGUAGES:
        sets = {kind: own_set(kind, language) for kind in ("emergencies", "confusables")}
        examples = own_set("examples", language)
        sets["examples, danger"] = [each for each in examples if each.category != ORDINARY]
        sets["examples, ordinary"] = [each for each in examples if each.category == ORDINARY]
        for kind, found in sets.items():
            for name, wanted in (("", False), (", kept back", True)):
                texts = [each.text for each in found if kept_back(each) is wanted]
                lines.append((f"our {kind}, {language}{name}", *shares(texts)))
    held = [each for text, each in heard_set() if kept_back(Utterance("", text))]
    for name, ordinary in (("danger", False), ("ordinary", True)):
        texts = [each.text for each in held if (each.category == ORDINARY) is ordinary]
        lines.append((f"our heard {name}, kept back", *shares(texts)))
    return lines + [(name, *shares(texts)) for name, (_, texts) in shared_sets().items()]


def by_category() -> list[tuple[str, Share, Share, Share]]:
    """One line a category, all languages: emergencies caught, certain; confusables that were taken for one."""
    emergencies = [each for language in LANGUAGES for each in own_set("emergencies", language)]
    confusables = [each for language in LANGUAGES for each in own_set("confusables", language)]
    lines = []
    for category in sorted({each.category for each in emergencies + confusables}):
        caught, certain, _ = shares(each.text for each in emergencies if each.category == category)
        wrongly, _, _ = shares(each.text for each in confusables if each.category == category)
        lines.append((category, caught, certain, wrongly))
    return lines


def microseconds(text: str, times: int = 200) -> float:
    """What one assessment costs in CPU time, as others use the machine too: the median of many."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        assess(text)
        taken.append(time.process_time() - begun)
    return 1e6 * statistics.median(taken)


def table(heads: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """A table in Markdown, columns aligned."""
    cells = [list(heads), ["---"] * len(heads), *([str(cell) for cell in line] for line in lines)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    )


def page() -> str:
    """docs/emergencies.md: what the detector knows, and how well it does on the sets that are in the project."""
    signs = lexicon().signs_by_language
    rules: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
    for language, found in signs.items():
        for sign in found:
            certain, possible = rules.setdefault((sign.category, sign.rule), {}).get(language, (0, 0))
            is_certain = sign.verdict is Verdict.CERTAIN
            rules[sign.category, sign.rule][language] = (certain + is_certain, possible + (not is_certain))
    known = [
        (category, rule, *(" + ".join(map(str, by_language.get(language, (0, 0)))) for language in LANGUAGES))
        for (category, rule), by_language in sorted(rules.items())
    ]
    own = [line for line in quality() if line[0].startswith("our ")]
    return _PAGE.format(
        own=table(("set", "caught", "certain", "keywords"), own),
        categories=table(("category", "caught", "certain", "asked wrongly"), by_category()),
        known=table(("category", "rule", *LANGUAGES), known),
    )


def errors(wanted: int) -> Iterable[str]:
    """Where it errs, on what is not kept back: emergencies missed and ordinary requests sent to 911."""
    texts = [
        (kind == "emergencies", each)
        for kind in ("emergencies", "confusables")
        for language in LANGUAGES
        for each in own_set(kind, language)
        if not kept_back(each)
    ]
    texts += [(real, Utterance(name, text)) for name, (real, found) in shared_sets().items() for text in found]
    lines = []
    for real, each in texts:
        found = assess(each.text)
        if found.verdict is (Verdict.NONE if real else Verdict.CERTAIN):
            lines.append(f"{'missed' if real else 'alarm '}  {each.text[:110]!r}  {found.evidence[:60]}")
    return lines[:wanted]


def main(arguments: Sequence[str]) -> None:
    """Print everything; renew the page where asked."""
    print(table(("set", "caught", "certain", "keywords"), quality()), "\n")
    print(table(("category", "caught", "certain", "asked wrongly"), by_category()), "\n")
    utterance = "hi I wanted to report that the streetlight in front of my house has been out since last week or so"
    danger = "I was calling about the streetlight on my corner but somebody is getting beaten up right under it hurry"
    long = " ".join(each.text for each in own_set("confusables", "en") + own_set("emergencies", "en"))[:10_000]
    print(f"20 words: {microseconds(utterance):.0f} µs ordinary, {microseconds(danger):.0f} µs emergency")
    print(f"10 kB: {microseconds(long, 20) / 1000:.1f} ms; 20 kB: {microseconds(long * 2, 20) / 1000:.1f} ms")
    if "--errors" in arguments:
        print("\n".join(errors(int(arguments[arguments.index("--errors") + 1]))))
    if "--write" in arguments:
        PAGE.write_text(page(), encoding="utf-8")
        print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
