"""The lexicon is for lawyers to read: each line must mean something, and each promised category be there."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from ivr.emergency import assess
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


EMPHASIS = frozenset(("just", "really", "very", "so", "actually", "literally", "basically", "please", "well", "some"))


def written(node: Any) -> Iterable[str]:
    """Every line of a lexicon file, without its classes and word lists."""
    if isinstance(node, list):
        yield from node
    elif isinstance(node, dict):
        for name, child in node.items():
            if name != "class":
                yield from written(child)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_compound_means_less_than_is_written(language: str) -> None:
    """Words like "just" are left out of texts: "not_just" would be any "not", "please_send" any "send"."""
    source = tomllib.loads((files("ivr.emergency") / "lexicon" / f"{language}.toml").read_text("utf-8"))
    compounds = {part for line in written(source) for part in line.replace("{", " ").replace("}", " ").split()}
    pieces = {piece for part in compounds for piece in part.split("|") if "_" in piece}
    assert not {piece for piece in pieces if EMPHASIS & set(piece.strip("^=~").split("_"))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_shields_a_denial_is_more_than_a_denial(language: str) -> None:
    """A shield of one word would undo every denial: "there is no fire" would alarm."""
    source = tomllib.loads((files("ivr.emergency") / "lexicon" / f"{language}.toml").read_text("utf-8"))
    for line in source["scope"]["denied"]["not_cues"]:
        for pattern in parse(line, language, gap=0):
            assert len(pattern) > 1, line


@pytest.mark.parametrize(
    "said", ["there is no fire", "nobody is hurt", "no hay fuego", "nadie está herido", "il n'y a pas de feu"]
)
def test_a_denial_denies(said: str) -> None:
    assert not assess(said)
