"""Places by voice: how many are found, how honest the confidences are, what a look-up costs, and how that grows.

    python -m bench.places [--invented 1000] [--seed 311] [--no-growth]

Everything is asked of Boston, imported from `../shared/data/boston` into a temporary folder. "heard" is what a real
recogniser made of the development list; "invented" are other places of the city, misheard by `bench/placing/noise.py`.
The reference points answer the same development list in the same run: the words looked up as they are, and rapidfuzz
over all whole addresses. Intervals are Wilson's, 95 %. Times are processor time of the asking thread, on this machine.
"""

from __future__ import annotations

import math
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import click
from rapidfuzz import fuzz, process
from rich.console import Console
from rich.table import Table

from bench.placing.cases import BOSTON, SENTENCES, Case, development, invented, sentences_without_a_place
from bench.placing.growth import measure
from bench.placing.noise import said_street
from dispatch.city.gazetteer import Gazetteer
from dispatch.city.importer import import_city
from dispatch.city.loader import load_city
from ivr.understanding.found import Place
from ivr.understanding.numbers import house_numbers, tokens
from ivr.understanding.places import SURE, PlaceFinder
from ivr.understanding.places_cues import unframed

Ask = Callable[[str], Sequence[Place]]
TARGETS = {
    ("spoken", "address"): (0.95, None), ("spoken", "intersection"): (0.95, None),
    ("heard", "address"): (0.78, 0.88), ("heard", "intersection"): (0.75, 0.85),
}  # fmt: skip
GROWTH = ((40_000, 4_200), (200_000, 12_000), (1_000_000, 30_000))
BUCKETS = (0.0, 0.2, 0.4, 0.6, 0.75, 0.9, 0.97, 1.01)


class Score(NamedTuple):
    """How a list of places fared."""

    cases: int
    first: int
    third: int
    times: list[float]


def ask_all(ask: Ask, cases: Sequence[Case], column: str) -> Score:
    """Ask for every case; count right first answers and right answers among three."""
    first = third = 0
    times = []
    for case in cases:
        begun = time.thread_time()
        places = ask(getattr(case, column))
        times.append((time.thread_time() - begun) * 1000)
        right = [case.is_right(place) for place in places[:3]]
        first += right[:1] == [True]
        third += any(right)
    return Score(len(cases), first, third, sorted(times))


def interval(right: int, cases: int) -> str:
    """A share with its 95 % interval after Wilson."""
    z, share = 1.96, right / cases
    middle = (share + z * z / 2 / cases) / (1 + z * z / cases)
    half = z * math.sqrt(share * (1 - share) / cases + z * z / 4 / cases**2) / (1 + z * z / cases)
    return f"{share:.3f} ({max(0, middle - half):.3f}–{min(1, middle + half):.3f})"


def accuracy(console: Console, finder: PlaceFinder, gazetteer: Gazetteer, more: Sequence[Case]) -> None:
    """Print the main table."""
    table = Table("who", "places", "as", "cases", "first right", "among three", "target", "median ms", "p99 ms")

    def ours(text: str) -> Sequence[Place]:
        return finder.find(text, "en", asked=True).guesses

    runs: list[tuple[str, Ask, str, Sequence[Case], str]] = [
        (who, ours, kind, [case for case in cases if case.kind == kind], column)
        for who, cases in (("dial311", development()), ("dial311, invented", more))
        for column in ("spoken", "heard")
        for kind in ("address", "intersection")
    ]
    exact, fuzzy = references(gazetteer)
    for who, ask in (("reference: looked up as it is", exact), ("reference: rapidfuzz, whole addresses", fuzzy)):
        runs += [
            (who, ask, kind, [case for case in development() if case.kind == kind], "heard")
            for kind in ("address", "intersection")
        ]
    for who, ask, kind, cases, column in runs:
        score = ask_all(ask, cases, column)
        goal, goal_three = TARGETS[column, kind]
        target = f"{goal}{f' / {goal_three}' if goal_three else ''}" if who == "dial311" else ""
        median, last = score.times[len(score.times) // 2], score.times[int(len(score.times) * 0.99)]
        shares = interval(score.first, score.cases), interval(score.third, score.cases)
        table.add_row(who, kind, column, str(score.cases), *shares, target, f"{median:.2f}", f"{last:.2f}")
    console.print(table)


def references(gazetteer: Gazetteer) -> tuple[Ask, Ask]:
    """Two plain ways: the words as they are, and the likest of all whole addresses and corners."""
    written: dict[str, Place] = {}
    for address in gazetteer.sample():
        text = f"{address.number} {address.street}"
        written[f"{address.number} {said_street(address.street)}"] = Place("address", text)
    for street in gazetteer.streets:
        for corners in gazetteer.corners(street.id).values():
            one, two = corners[0].street, corners[0].other
            written[f"{said_street(one)} and {said_street(two)}"] = Place("intersection", f"{one} & {two}")
    names = list(written)

    def plain(text: str) -> str:
        words = unframed(tokens(text))
        words = words[: words.index("in")] if "in" in words[2:] else words
        readings = [one for one in house_numbers(words) if one.cost < 1]
        said = " ".join(words[readings[0].end :]) if readings else " ".join(words)
        return f"{readings[0].number} {said}" if readings else re.sub(r"\b(at|in)\b", "and", said)

    def exact(text: str) -> Sequence[Place]:
        found = written.get(plain(text))
        return [found] if found else []

    def fuzzy(text: str) -> Sequence[Place]:
        return [written[name] for name, _, _ in process.extract(plain(text), names, scorer=fuzz.ratio, limit=3)]

    return exact, fuzzy


def honesty(console: Console, finder: PlaceFinder, cases: Sequence[Case]) -> None:
    """Print how often guesses of each confidence are right."""
    table = Table("confidence", "first guesses", "mean", "right", title="Are the confidences honest? (invented, heard)")
    judged: list[tuple[float, bool]] = []
    for case in cases:
        places = finder.find(case.heard, "en", asked=True).guesses
        if places:
            chance = sum(place.confidence for place in places if place.address == places[0].address)
            judged.append((chance, case.is_right(places[0])))
    for low, high in pairwise(BUCKETS):
        inside = [(chance, right) for chance, right in judged if low <= chance < high]
        if inside:
            mean = sum(chance for chance, _ in inside) / len(inside)
            right = sum(right for _, right in inside)
            table.add_row(
                f"{low:.2f}–{min(high, 1):.2f}", str(len(inside)), f"{mean:.3f}", interval(right, len(inside))
            )
    sure = [right for chance, right in judged if chance >= SURE]
    table.add_row(f"sure (≥ {SURE})", f"{len(sure)} of {len(judged)}", "", interval(sum(sure), len(sure)))
    console.print(table)


def in_passing(console: Console, finder: PlaceFinder, cases: Sequence[Case], seed: int) -> None:
    """Print what is found in whole sentences, and what is found where there is nothing."""
    rng = random.Random(seed)
    table = Table("whole sentences", "cases", "share", "median µs", "p99 µs")
    nothing = sentences_without_a_place()
    found, times = 0, []
    for sentence in nothing * 5:
        begun = time.thread_time()
        found += bool(finder.find(sentence, "en", asked=False).guesses)
        times.append((time.thread_time() - begun) * 1e6)
    times.sort()
    shares = f"{found / len(times):.3f}", f"{times[len(times) // 2]:.0f}", f"{times[int(len(times) * 0.99)]:.0f}"
    table.add_row("no place in it, one found: must be 0", str(len(nothing)), *shares)
    for column in ("spoken", "heard"):
        right, wrong, times = 0, 0, []
        for case in cases:
            words = getattr(case, column).rstrip(".")
            sentence = rng.choice(SENTENCES).format(" ".join(unframed(words.split())))
            begun = time.thread_time()
            places = finder.find(sentence, "en", asked=False).guesses
            times.append((time.thread_time() - begun) * 1e6)
            right += bool(places) and case.is_right(places[0])
            wrong += bool(places) and not any(map(case.is_right, places))
        times.sort()
        timing = f"{times[len(times) // 2]:.0f}", f"{times[int(len(times) * 0.99)]:.0f}"
        table.add_row(f"place in it as {column}, first right", str(len(cases)), interval(right, len(cases)), *timing)
        table.add_row(f"place in it as {column}, only wrong ones", "", interval(wrong, len(cases)))
    console.print(table)


def expected(console: Console, finder: PlaceFinder, gazetteer: Gazetteer) -> None:
    """Print how much of the city the recogniser's hints cover."""
    table = Table("hints given", "addresses whose street is among them")
    largest = sorted(filter(None, gazetteer.areas), key=lambda name: -len(gazetteer.streets_in(name, 10_000)))
    for area in ("", *largest[:2]):
        hints = set(finder.hints("place", "en", area=area))
        there = [one for one in gazetteer.sample() if not area or one.area == area]
        covered = sum(said_street(one.street) in hints for one in there)
        label = f"{len(hints)}, area known: {area}" if area else f"{len(hints)}, nothing known"
        table.add_row(label, f"{covered / len(there):.3f} of {len(there):,}")
    console.print(table)


def growth(console: Console) -> None:
    """Print what ever larger cities cost."""
    heads = "addresses", "streets", "built s", "file MB", "open ms", "first ms", "MB a process", "median ms", "p99 ms"
    table = Table(*heads, title="Generated cities")
    for addresses, streets in GROWTH:
        cost = measure(addresses, streets)
        figures = (f"{cost.build_seconds:.1f}", f"{cost.file_mb:.1f}", f"{cost.open_ms:.2f}", f"{cost.first_ms:.0f}",
                   f"{cost.memory_mb:.1f}", f"{cost.median_ms:.2f}", f"{cost.p99_ms:.2f}")  # fmt: skip
        table.add_row(f"{addresses:,}", f"{streets:,}", *figures)
    console.print(table)


@click.command()
@click.option("--invented", "how_many", default=1000, show_default=True, help="Invented addresses; corners: half.")
@click.option("--seed", default=311, show_default=True)
@click.option("--growth/--no-growth", "grow", default=True, help="Also build cities of up to a million addresses.")
def main(how_many: int, seed: int, grow: bool) -> None:  # noqa: FBT001 - a switch of the command line
    """Measure how places are found by voice."""
    console = Console(width=150)
    if not BOSTON.is_dir():
        console.print(f"There is no {BOSTON}: nothing to measure with.")
        sys.exit(0)
    with TemporaryDirectory() as folder:
        made = import_city(
            "boston",
            BOSTON / "boston_addresses.csv",
            BOSTON / "boston_intersections.csv",
            BOSTON / "boston_parks_derived.csv",
            out=Path(folder),
        )
        gazetteer = Gazetteer.open(made.folder / "gazetteer.sqlite")
        finder = PlaceFinder(load_city(made.folder), gazetteer)
        finder.find("12 main street", "en", asked=True)
        more = invented(how_many, how_many // 2, seed)
        accuracy(console, finder, gazetteer, more)
        honesty(console, finder, more)
        in_passing(console, finder, more[::3], seed)
        expected(console, finder, gazetteer)
    if grow:
        growth(console)


if __name__ == "__main__":
    main()
