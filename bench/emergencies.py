"""How many emergencies are caught, how often ordinary callers are asked, beside a plain keyword list, in one run.

    python -m bench.emergencies [--write] [--errors 10]

Shares with 95 % confidence intervals (Wilson); what an utterance of 20 words and what 10 kB cost. Our own sets are
tests/emergency/*.tsv: a third of each is kept back, never tuned on, and judged by weights learnt without it. Real first
words, recogniser texts and reports come from `../shared/data` and are left out where that is missing. `--write` renews
docs/emergencies.md.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from unittest.mock import patch

from bench import learning
from bench.danger.sets import ORDINARY, ROOT, Utterance, heard_set, kept_back, own_set, shared_sets
from ivr.emergency import Verdict, assess
from ivr.emergency.lexicon import LANGUAGES, lexicon

PAGE = ROOT / "docs" / "emergencies.md"

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

On the sets in `tests/emergency`, written by us. A third of each is kept back: no rule was written for it, and it is
judged by weights learnt without it, though its shares helped to choose the thresholds; the weights that are shipped
were then learnt from all of it. In brackets the 95 % confidence interval. *Keywords* is a plain list of some twenty
words, for comparison. Confusables are ordinary requests chosen because they sound like
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


def kept_back_shares(texts: Iterable[str]) -> tuple[Share, Share, Share]:
    """The same of what is kept back: judged by weights that were learnt without it, as the shipped ones were not."""
    with patch("ivr.emergency.detector.learnt", learning.without_kept_back):
        return shares(texts)


def quality() -> list[tuple[str, Share, Share, Share]]:
    """One line a set: its name, caught, certain, keywords."""
    lines = []
    for language in LANGUAGES:
        sets = {kind: own_set(kind, language) for kind in ("emergencies", "confusables")}
        examples = own_set("examples", language)
        sets["examples, danger"] = [each for each in examples if each.category != ORDINARY]
        sets["examples, ordinary"] = [each for each in examples if each.category == ORDINARY]
        for kind, found in sets.items():
            tuned, held = ([each.text for each in found if kept_back(each) is wanted] for wanted in (False, True))
            lines.append((f"our {kind}, {language}", *shares(tuned)))
            lines.append((f"our {kind}, {language}, kept back", *kept_back_shares(held)))
    heard = [each for text, each in heard_set() if kept_back(Utterance("", text))]
    for name, ordinary in (("danger", False), ("ordinary", True)):
        texts = [each.text for each in heard if (each.category == ORDINARY) is ordinary]
        lines.append((f"our heard {name}, kept back", *kept_back_shares(texts)))
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
