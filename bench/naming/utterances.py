"""What the naming of services is measured on: real reports, what a recogniser made of them, and our own requests."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
"""Other people's reports: measured on where present, never part of the project."""
OWN = ROOT / "tests" / "understanding" / "data"


class Utterance(NamedTuple):
    """One thing somebody said or typed, and every service that is a right answer."""

    text: str
    accepted: frozenset[str]
    language: str = "en"


class UtteranceSet(NamedTuple):
    """Utterances measured together."""

    name: str
    utterances: tuple[Utterance, ...]


def all_sets() -> list[UtteranceSet]:
    """Every set that is here, real ones first."""
    return [*_reports(), *_own()]


def own_set(name: str) -> UtteranceSet:
    """One of our own sets: `spoken_en`, `unseen_en`, `tuning_en`, and the same in `es` and `fr`."""
    rows = (OWN / f"services_{name}.tsv").read_text(encoding="utf-8").splitlines()
    pairs = (row.split("\t") for row in rows if row and not row.startswith("#"))
    return UtteranceSet(
        f"own {name.replace('_', ' ')}",
        tuple(Utterance(text, frozenset(codes.split(";")), name[-2:]) for codes, text in pairs),
    )


def _own() -> Iterator[UtteranceSet]:
    return (own_set(f"{kind}_{language}") for kind in ("spoken", "unseen") for language in ("en", "es", "fr"))


def _reports() -> Iterator[UtteranceSet]:
    source = DATA / "reports_dev.csv"
    if not source.exists():
        return
    with source.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["services"]]
    reports = [(row["city"], Utterance(row["text"], frozenset(row["services"].split(";")))) for row in rows]
    yield UtteranceSet("typed reports", tuple(u for _, u in reports))
    yield UtteranceSet("… Gainesville", tuple(u for city, u in reports if city == "Gainesville"))
    yield UtteranceSet("… New York, Hoboken", tuple(u for city, u in reports if city != "Gainesville"))
    accepted = {u.text.strip(): u.accepted for _, u in reports}
    with (DATA / "recogniser_pairs_dev.csv").open(encoding="utf-8", newline="") as lines:
        pairs = [row for row in csv.DictReader(lines) if row["set"] == "311_text"]
    heard = (
        Utterance(row["heard"], accepted[row["reference"].strip()])
        for row in pairs
        if row["reference"].strip() in accepted
    )
    yield UtteranceSet("… through a recogniser", tuple(heard))
