"""What the emergency guard is measured on: our own calls, a third of them kept back, and those of `../shared/data`."""

from __future__ import annotations

import csv
import zlib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "tests" / "emergency"
SHARED = ROOT.parent / "shared" / "data"
ORDINARY = "ordinary"
"""The category of what is no emergency."""


class Utterance(NamedTuple):
    """Something a caller said, and what kind of emergency it is or resembles."""

    category: str
    text: str


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
