"""Learns ivr/emergency/opinion.tsv: what words, pairs of words and groups of letters weigh in the second opinion.

    python -m bench.learning [--write]

Logistic regression by stochastic gradient descent over the calls that we wrote (tests/emergency/*.tsv) and the ordinary
requests of the demo city's catalogue. Nothing of `../shared/data` is learnt from. First it learns without the third
that is kept back, and says how well it does on that; `--write` then learns from everything, which is what is shipped.
Takes some ten seconds each; the same examples always give the same weights.
"""

from __future__ import annotations

import hashlib
import math
import random
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from bench.danger.sets import ORDINARY, OWN, ROOT, Utterance, heard_set, kept_back, own_set
from ivr.emergency.lexicon import LANGUAGES
from ivr.emergency.opinion import Weights, pair_features, word_features
from ivr.emergency.words import BOUNDARY, words

WEIGHTS = ROOT / "ivr" / "emergency" / "opinion.tsv"
PHRASES = ROOT / "dispatch" / "cities" / "springfield" / "phrases"
COMMANDS = ROOT / "ivr" / "understanding" / "lexicon" / "commands.toml"
REQUESTS = ROOT / "tests" / "understanding" / "data"

_EPOCHS = 6
_RATE = 0.5
_CAUTION = 0.1
"""The larger, the smaller a feature's first steps."""
_LEAST_TELLING = 0.1
"""What a feature that is no more told of danger than elsewhere may learn, too."""
_NO_SLIP = 1e-3
"""An example that is judged so nearly right teaches nothing more."""
_RARE = 2
"""A feature that fewer examples have is left out."""


class Example(NamedTuple):
    """A call as features, and what it was."""

    features: list[str]
    category: str


def examples(languages: Sequence[str] = LANGUAGES) -> list[Utterance]:
    """Everything we wrote that may be learnt from, and its kept-back third as well."""
    found = []
    for language in languages:
        found += own_set("emergencies", language)
        found += [Utterance(ORDINARY, text) for _, text in own_set("confusables", language)]
        found += own_set("examples", language)
    return found


def city_requests(languages: Sequence[str] = LANGUAGES) -> list[Utterance]:
    """How callers put what the demo city does for them, and what else was written to test that they are understood."""
    found: list[str] = []
    for language in languages:
        for path in sorted((PHRASES / language).glob("*.toml")):
            for service in tomllib.loads(path.read_text("utf-8"))["services"].values():
                found += service["phrases"][language]
        for path in sorted(REQUESTS.glob(f"services_*_{language}.tsv")):
            lines = path.read_text("utf-8").splitlines()
            found += [line.split("\t")[1] for line in lines if not line.startswith("#") and "\t" in line]
    return [Utterance(ORDINARY, text) for text in found]


def answers() -> list[Utterance]:
    """What callers answer to our questions (addresses, names, yes and no in many words): never kept back either."""
    rows = (OWN / "answers.tsv").read_text("utf-8").splitlines()[1:]
    return [Utterance(ORDINARY, row.split("\t")[1]) for row in rows]


def commands() -> list[Utterance]:
    """What the line is told, by itself and politely: never kept back, as every call holds some of it."""
    source = tomllib.loads(COMMANDS.read_text("utf-8"))
    spoken = [phrase for command in source.values() if isinstance(command, dict) for phrase in command["say"]]
    polite = ("", " please", " por favor", " s'il vous plaît")
    return [Utterance(ORDINARY, phrase + politely) for phrase in spoken for politely in polite]


def digest() -> str:
    """Names the examples of tests/emergency that weights were learnt from."""
    found = [*examples(), *answers(), *(each for _, each in heard_set())]
    return hashlib.sha256("\n".join(sorted(map("\t".join, found))).encode()).hexdigest()


def everything() -> list[Utterance]:
    """All examples."""
    return examples() + city_requests() + commands() + answers() + [each for _, each in heard_set()]


def all_but_kept_back() -> list[Utterance]:
    """All examples but those kept back."""
    chosen = [each for each in examples() + city_requests() if not kept_back(each)] + commands() + answers()
    return chosen + [each for text, each in heard_set() if not kept_back(Utterance(ORDINARY, text))]


def as_features(forms: Sequence[str]) -> list[str]:
    """What is weighed of a text of these words."""
    found: list[str] = []
    for before, form in zip((BOUNDARY, *forms), forms, strict=False):
        if form != BOUNDARY:
            found += word_features(form)
            if before != BOUNDARY:
                found += pair_features(before, form)
    return found


@cache
def without_kept_back() -> Weights:
    """Weights that know nothing of what is kept back, to judge it by."""
    return Weights(learn(all_but_kept_back()))


def learn(utterances: Iterable[Utterance]) -> list[str]:
    """The lines of the weights file, without its head.

    Steps are longer for features that are told of danger much more often than elsewhere, or much less (as in Wang and
    Manning's "Baselines and bigrams", 2012), and grow shorter the more a feature has learnt already (AdaGrad).
    """
    learnt_from = [Example(as_features(words(text).forms), category) for category, text in utterances]
    seen = Counter(feature for example in learnt_from for feature in set(example.features))
    numbers = {feature: number for number, feature in enumerate(f for f, times in seen.items() if times >= _RARE)}
    rows = [
        (
            [numbers[feature] for feature in example.features if feature in numbers],
            1 / math.sqrt(len(example.features) + 1),
            float(example.category != ORDINARY),
        )
        for example in learnt_from
    ]
    telling = _telling(rows, len(numbers))
    weights = [0.0] * len(numbers)
    squares = [_CAUTION] * len(numbers)
    bias, bias_squares = 0.0, 1.0
    dice = random.Random(311)
    for _ in range(_EPOCHS):
        dice.shuffle(rows)
        for features, norm, wanted in rows:
            odds = bias + norm * sum([weights[number] for number in features])
            slip = wanted - 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
            bias_squares += slip * slip
            bias += _RATE * slip / math.sqrt(bias_squares)
            if abs(slip) > _NO_SLIP:
                for number in features:
                    step = slip * norm * telling[number]
                    squares[number] += step * step
                    weights[number] += _RATE * step * telling[number] / math.sqrt(squares[number])
    speaks_of = _speaks_of(learnt_from)
    lines = [f"\t{round(100 * bias)}\t"]
    for feature, number in sorted(numbers.items()):
        weight = round(100 * weights[number])
        if weight:
            lines.append(f"{feature}\t{weight}\t{speaks_of.get(feature, '') if weight > 0 else ''}")
    return lines


def _telling(rows: Iterable[tuple[list[int], float, float]], size: int) -> list[float]:
    """How differently often each feature is told of danger and elsewhere: the logarithm of the ratio, whichever way."""
    danger, ordinary = [1.0] * size, [1.0] * size
    for features, _, wanted in rows:
        counts = danger if wanted else ordinary
        for number in features:
            counts[number] += 1
    ratio = sum(ordinary) / sum(danger)
    return [_LEAST_TELLING + abs(math.log(ratio * a / b)) for a, b in zip(danger, ordinary, strict=True)]


def _speaks_of(learnt_from: Iterable[Example]) -> dict[str, str]:
    """The danger that examples with a feature mostly tell of, large dangers counting for less an example."""
    told: dict[str, Counter[str]] = {}
    size: Counter[str] = Counter()
    for example in learnt_from:
        if example.category != ORDINARY:
            size[example.category] += 1
            for feature in set(example.features):
                told.setdefault(feature, Counter())[example.category] += 1
    return {
        feature: max(counts, key=lambda category: (counts[category] / math.sqrt(size[category]), category))
        for feature, counts in told.items()
    }


def main(arguments: Sequence[str]) -> None:
    """Learn, say how well, and write where asked."""
    weights = without_kept_back()
    typed = [each for each in examples() + city_requests() if kept_back(each)]
    heard = [each for text, each in heard_set() if kept_back(Utterance(ORDINARY, text))]
    for name, chosen in (("typed", typed), ("heard", heard)):
        judged = [(category, weights.opinion(words(text).forms).odds) for category, text in chosen]
        danger = [odds for category, odds in judged if category != ORDINARY]
        ordinary = [odds for category, odds in judged if category == ORDINARY]
        for least in (-1.0, 0.0, 1.0, 2.0):
            caught, asked = (sum(odds > least for odds in found) / max(1, len(found)) for found in (danger, ordinary))
            print(f"{name}, kept back, odds over {least:4.1f}: caught {caught:.1%}, asked {asked:.1%}")
    if "--write" in arguments:
        lines = learn(everything())
        head = f"# Written by python -m bench.learning --write\n# {digest()}\n"
        WEIGHTS.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
        print(f"wrote {len(lines)} weights to {WEIGHTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
