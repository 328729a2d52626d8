"""Pairs of Boston's cases labelled by how they ended, reports made of them, and how well both are told apart."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from dispatch.city.model import City, Duplicates
from dispatch.duplicates import OFFER, SUGGEST, Spot, distance, weigh
from ivr.understanding.services import ServiceFinder
from storage import likeness

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "boston" / "boston_311_2015_sample40k.csv"
FAR_M = 100.0
NEAR = 0.01
"""Degrees beyond which nothing is the same."""
MADE, SAME_ADDRESS, SEASON = 3_000, 0.6, dt.timedelta(days=60)
THRESHOLDS = {0.2: "", SUGGEST: " (operators are shown it)", 0.5: "", OFFER: " (callers are asked)", 0.75: "", 0.9: ""}
TOGETHER, APART = dt.timedelta(minutes=1), dt.timedelta(days=2)
MOST_AT_ONCE = 3
"""Closes of one type in one minute beyond which somebody cleared a list."""
SURE = 0.3
"""How sure our understanding must be of what a type is about."""


class Case(NamedTuple):
    """A case as Boston published it."""

    service: str
    kind: str
    address: str
    lat: float
    lon: float
    opened: dt.datetime
    closed: dt.datetime | None


class Pair(NamedTuple):
    """Two cases, the earlier first, and whether they ended as one thing."""

    first: Case
    second: Case
    same: bool


def cases(city: City) -> list[Case]:
    """All that have a spot, by service and time."""
    finder = ServiceFinder(city)

    @cache
    def service_of(kind: str, reason: str) -> str:
        for said in (kind, f"{kind} {reason}"):
            if (guess := next(iter(finder.rank(said, "en")), None)) and guess.confidence >= SURE:
                return guess.code
        return ""

    with DATA.open(encoding="utf-8") as lines:
        found = [
            Case(
                service_of(row["type"], row["reason"]),
                row["type"],
                row["street"],
                float(row["latitude"]),
                float(row["longitude"]),
                _moment(row["open_dt"]),
                _moment(row["closed_dt"]) if row["closed_dt"] else None,
            )
            for row in csv.DictReader(lines)
            if row["latitude"] and row["street"]
        ]
    return sorted(found, key=lambda case: (case.service, case.opened))


def _moment(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=dt.UTC)


def pairs(city: City, known: Sequence[Case]) -> Iterator[Pair]:
    """The pairs whose ends tell whether they are one."""
    at_once = Counter((case.kind, case.closed.replace(second=0)) for case in known if case.closed)
    for service, of_kind in itertools.groupby(known, key=lambda case: case.service):
        if (rule := city.duplicates(service)) is None:
            continue
        window = dt.timedelta(days=max(1, rule.days))
        near: dict[tuple[int, int], list[Case]] = defaultdict(list)
        for case in of_kind:
            cell = int(case.lat * 200), int(case.lon * 200)
            around = itertools.product((-1, 0, 1), repeat=2)
            for other in (one for up, right in around for one in near[cell[0] + up, cell[1] + right]):
                if case.opened - other.opened > window or not case.closed or not other.closed:
                    continue
                if other.closed <= case.opened or distance(case.lat, case.lon, other.lat, other.lon) > FAR_M:
                    continue
                apart = abs(case.closed - other.closed)
                if apart <= TOGETHER and at_once[case.kind, case.closed.replace(second=0)] <= MOST_AT_ONCE:
                    yield Pair(other, case, same=True)
                elif apart > APART:
                    yield Pair(other, case, same=False)
            near[cell].append(case)


def likeness_of(city: City, pair: Pair) -> float:
    """How alike the two are to the house."""
    first, second, rule = pair.first, pair.second, city.duplicates(pair.second.service) or Duplicates()
    spot = Spot(service=second.service, lat=second.lat, lon=second.lon, address=second.address)
    known = likeness.Spot("1", first.service, first.lat, first.lon, first.address, "", first.opened)
    return weigh(spot, rule, second.opened, known).likeness


def show_quality(city: City, known: Sequence[Case]) -> None:
    """Print precision and recall at several thresholds, for all and for pairs at different addresses."""
    console = Console(width=120)
    judged = [(likeness_of(city, pair), pair) for pair in pairs(city, known)]
    elsewhere = [(likely, pair) for likely, pair in judged if pair.first.address != pair.second.address]
    for title, some in (("all pairs", judged), ("pairs at different addresses", elsewhere)):
        same = sum(pair.same for _, pair in some)
        console.print(f"\n{title}: {len(some):,}, of them {same:,} that ended as one")
        table = Table("likeness at least", "precision", "recall", "found", box=None)
        for least, name in THRESHOLDS.items():
            found = [pair.same for likely, pair in some if likely >= least]
            hits = sum(found)
            precision = f"{hits / len(found):.2f}" if found else "–"
            table.add_row(f"{least}{name}", precision, f"{hits / max(1, same):.2f}", f"{len(found):,}")
        console.print(table)


def made(city: City, known: Sequence[Case]) -> list[tuple[bool, float, bool]]:
    """Of each made report: whether it is of a known case, how alike the likeliest open one is, whether that is it."""
    chance = random.Random(42)
    of_service: dict[str, list[Case]] = defaultdict(list)
    for case in known:
        if city.duplicates(case.service):
            of_service[case.service].append(case)
    several = [case for some in of_service.values() if len(some) > 1 for case in some]
    found: list[tuple[bool, float, bool]] = []
    for case in chance.sample(several, MADE):
        crowd, metre = of_service[case.service], 1 / 111_320
        later = case.opened + dt.timedelta(days=chance.expovariate(1 / 2))
        if not case.closed or later < case.closed:
            spot = Spot(
                service=case.service,
                lat=case.lat + chance.gauss(0, 8.5) * metre,
                lon=case.lon + chance.gauss(0, 8.5) * metre / math.cos(math.radians(case.lat)),
                address=case.address if chance.random() < SAME_ADDRESS else "next door",
            )
            likely, which = likeliest(city, spot, later, crowd)
            found.append((True, likely, which is case))
        other = chance.choice(crowd)
        if abs(other.opened - later) > SEASON:
            spot = Spot(service=other.service, lat=other.lat, lon=other.lon, address=other.address)
            found.append((False, likeliest(city, spot, later, crowd)[0], False))
    return found


def likeliest(city: City, spot: Spot, at: dt.datetime, crowd: Sequence[Case]) -> tuple[float, Case | None]:
    """The most similar case that was open at that moment."""
    rule = city.duplicates(spot.service) or Duplicates()
    window = dt.timedelta(days=max(1, rule.days))
    best: tuple[float, Case | None] = (0.0, None)
    for case in crowd:
        is_open = case.opened <= at and (case.closed is None or case.closed > at)
        if is_open and at - case.opened <= window and abs(case.lat - (spot.lat or 0)) < NEAR:
            known = likeness.Spot("1", case.service, case.lat, case.lon, case.address, "", case.opened)
            likely = weigh(spot, rule, at, known).likeness
            best = max(best, (likely, case), key=lambda one: one[0])
    return best


def show_made(city: City, known: Sequence[Case]) -> None:
    """Print precision and recall on the made set."""
    console, found = Console(width=120), made(city, known)
    same, different = (sum(is_same is wanted for is_same, _, _ in found) for wanted in (True, False))
    console.print(f"\nmade: {same:,} reports of a case that is open, {different:,} of something else")
    table = Table("likeness at least", "precision", "recall", "something else found", box=None)
    for least, name in THRESHOLDS.items():
        right = sum(right for is_same, likely, right in found if is_same and likely >= least) / same
        wrong = sum(not right for is_same, likely, right in found if is_same and likely >= least) / same
        chance = sum(likely >= least for is_same, likely, _ in found if not is_same) / different
        precision = right / (right + wrong + chance) if right else 0.0
        table.add_row(f"{least}{name}", f"{precision:.3f}", f"{right:.3f}", f"{chance:.3f}")
    console.print(table)
