"""The lexicon is for lawyers to read: each line must mean something, and each promised category be there."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ivr.emergency.lexicon import LANGUAGES, lexicon
from ivr.emergency.patterns import PatternError, parse
from ivr.emergency.stems import english, french, spanish

SETS = Path(__file__).parent
CATEGORIES = set(
    "fire gas explosion hazmat medical poisoning violence self_harm missing traffic water electrical collapse animal"
    " bomb help".split()
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_knows_every_category(language: str) -> None:
    known = {sign.category for sign in lexicon().signs_by_language[language]}
    assert known >= CATEGORIES


@pytest.mark.parametrize(("language", "least"), [("en", 400), ("es", 150), ("fr", 150)])
def test_the_sets_are_large_and_nothing_stands_in_both(language: str, least: int) -> None:
    said: dict[str, list[str]] = {}
    for kind in ("emergencies", "confusables"):
        with (SETS / f"{kind}_{language}.tsv").open(encoding="utf-8", newline="") as file:
            said[kind] = [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
        assert len(set(said[kind])) >= least
    assert not set(said["emergencies"]) & set(said["confusables"])


def test_inflections_share_a_stem() -> None:
    assert len({english(word) for word in ("stab", "stabs", "stabbed", "stabbing")}) == 1
    assert len({english(word) for word in ("breathe", "breathing", "breath")}) == 1
    assert len({spanish(word) for word in ("respira", "respirar", "respirando")}) == 1
    assert len({french(word) for word in ("saigne", "saigner", "saignait")}) == 1


def test_a_line_stands_for_all_its_alternatives() -> None:
    assert len(parse("he {pass out|faint} very? badly", "en")) == 4


@pytest.mark.parametrize("line", ["", "the", "<3> fire", "fire||smoke", "{the|fire} now", "{can't|fire} now"])
def test_a_line_that_says_less_than_it_seems_to_is_refused(line: str) -> None:
    with pytest.raises(PatternError):
        parse(line, "en")
