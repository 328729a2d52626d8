"""How well duplicates are found, and how quickly: `python -m bench.likeness [--size 1000000]`.

*How well* is measured on pairs of Boston's cases of 2015, of one service, not more than 100 m apart and within the
service's own window, the earlier still open when the later came in. What Boston calls a thing is taken for one of
Springfield's services as `dial311 tickets import` does, and its rules are Springfield's; services without duplicates
are left out. The data does not say which cases are duplicates. How they *ended* does, and likeness never looks at that:

* the same: closed within the same minute, by nobody who closed more than three of that type in that minute. One visit,
  or one clerk who saw that the two are one.
* different: closed more than two days apart. Had it been one thing, both would have been done.

All other pairs tell nothing and are left out. The label errs both ways: a crew that fills two holes of a street closes
both at once (which costs recall), and a duplicate nobody noticed is closed days later (which costs precision). So the
figures compare thresholds and rules with each other, and are lower bounds of the truth, not the truth. The cases have
no words of callers, so what words add is not measured.

A second set is made, so that its truth is known, among all cases that were open at the moment:

* the same: a case is reported once more, some hours or days later while it is still open (exponential, two days on
  average), from a spot about 12 m off, by the same address six times in ten, else by another.
* different: a case of another season is set into that moment at its own spot. Whatever is found near it is chance.

For each threshold: how many of the made duplicates find their original first (recall), and of all that is found, with
as many of the one as of the other, how much is right (precision). The cases are a fifth of the year's, so chance
finds about five times as many neighbours in the whole city: precision there is lower.

*How quickly* is measured in a database of so many open tickets on each engine, spread as Boston's cases are.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import itertools
import math
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import psycopg
from rich.console import Console
from rich.table import Table

from dispatch.city.model import City, Duplicates
from dispatch.city.packs import open_pack, roots_with
from dispatch.duplicates import OFFER, SUGGEST, Spot, distance, suggestions, weigh
from ivr.understanding.services import ServiceFinder
from storage import likeness, schema
from storage.database import Database

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "boston" / "boston_311_2015_sample40k.csv"
NAME = "d311_bench_likeness"
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
ASKED = 400
COLUMNS = (
    "city number service department routed_because status priority priority_because channel language place_kind address"
    " area lat lon place_note location_verified description answers review updates public_note created_at updated_at"
    " version"
).split()


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


def rows(known: Sequence[Case], services: Sequence[str], size: int, now: dt.datetime) -> Iterator[tuple[object, ...]]:
    """Open tickets of the last year, where Boston's cases are, give or take a street; a few services have most."""
    chance = random.Random(311)
    weights = [1 / (1 + place) for place in range(len(services))]
    of_kinds = chance.choices(services, weights, k=size)
    for n, service in enumerate(of_kinds):
        case = known[n * 7919 % len(known)]
        at = now - dt.timedelta(days=365 * chance.random())
        yield (
            *("springfield", str(10_000_000 + n), service, "streets", "", "new", "normal", "", "phone", "en"),
            *(
                "address",
                case.address,
                "",
                case.lat + chance.gauss(0, 0.002),
                case.lon + chance.gauss(0, 0.002),
                "",
                True,
            ),
            *("a deep hole beside the bakery", "{}", "[]", False, "", at, at, 1),
        )


def filled_postgresql(known: Sequence[Case], services: Sequence[str], size: int, now: dt.datetime, server: str) -> str:
    """A PostgreSQL database with so many open tickets; its URL."""
    with psycopg.connect(host=server, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {NAME}".encode())
    url = f"postgresql+psycopg://@/{NAME}?host={server}"
    schema.upgrade(url)
    with psycopg.connect(host=server, dbname=NAME, autocommit=True) as connection:
        found = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'tickets' AND indexname LIKE 'ix_%'"
        ).fetchall()
        for name, _ in found:
            connection.execute(f"DROP INDEX {name}".encode())
        with connection.cursor().copy(f"COPY tickets ({', '.join(COLUMNS)}) FROM STDIN".encode()) as copy:
            for row in rows(known, services, size, now):
                copy.write_row(row)
        for _, definition in found:
            if _matters(definition):
                connection.execute(definition.encode())
        connection.execute("VACUUM ANALYZE tickets")
    return url


def filled_sqlite(known: Sequence[Case], services: Sequence[str], size: int, now: dt.datetime, folder: Path) -> str:
    """An SQLite file with so many open tickets; its URL."""
    path = folder / "likeness.sqlite3"
    schema.upgrade(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:  # the words of tickets are not what is measured
            connection.execute(f"DROP TRIGGER {name}")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'tickets' AND name LIKE 'ix_%'"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.execute("PRAGMA synchronous = OFF")
        names, marks = ", ".join(COLUMNS), ", ".join("?" * len(COLUMNS))
        statement = f"INSERT INTO tickets ({names}) VALUES ({marks})"  # noqa: S608 - ours
        plain = (tuple(map(_as_sqlite_has_it, row)) for row in rows(known, services, size, now))
        connection.executemany(statement, plain)
        connection.commit()
        for _, definition in indexes:
            if _matters(definition):
                connection.execute(definition)
        connection.execute("ANALYZE")
    return f"sqlite:///{path}"


def _matters(index: str) -> bool:
    """Whether an index could be taken for a look: those that could not cost minutes to make, and change nothing."""
    return "lat" in index or "created_at" in index


def _as_sqlite_has_it(value: object) -> object:
    return value.replace(tzinfo=None).isoformat(" ") if isinstance(value, dt.datetime) else value


def show_speed(city: City, url: str, known: Sequence[Case], services: Sequence[str], now: dt.datetime) -> None:
    """Print how long a look takes, as the line and the desk take it."""
    database, chance = Database(url), random.Random(911)
    took, found = [], 0
    with database.reading() as session:
        for _ in range(ASKED):
            case = chance.choice(known)
            service = chance.choices(services, [1 / (1 + place) for place in range(len(services))])[0]
            spot = Spot(service=service, lat=case.lat, lon=case.lon, address=case.address, words="a hole")
            before = time.perf_counter()
            found += len(suggestions(session, city, spot, now))
            took.append(1000 * (time.perf_counter() - before))
    database.close()
    ends = statistics.quantiles(took, n=100)
    print(
        f"{'SQLite' if database.is_sqlite else 'PostgreSQL'}: median {statistics.median(took):.2f} ms,"
        f" 95th percentile {ends[94]:.2f} ms, 99th {ends[98]:.2f} ms, worst {max(took):.2f} ms;"
        f" {found / ASKED:.1f} suggestions a look"
    )


def main() -> None:
    """Measure quality, then speed on each engine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1_000_000, help="open tickets; 0: quality alone")
    parser.add_argument("--server", default="/var/run/postgresql", help="folder of PostgreSQL's socket")
    parser.add_argument("--engines", default="postgresql,sqlite", help="which to measure")
    asked = parser.parse_args()
    if not DATA.is_file():
        sys.exit(f"{DATA} is not here: the Boston cases to measure with are not part of the project.")
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    with tempfile.TemporaryDirectory(prefix="dial311-likeness-") as place:
        folder = Path(place)
        city = open_pack("springfield", roots_with(folder / "cities")).city
        known = cases(city)
        show_quality(city, known)
        show_made(city, known)
        services = [code for code in city.services if city.duplicates(code)]
        engines = asked.engines if asked.size else ""
        if engines:
            print(f"\nA look among {asked.size:,} open tickets of {len(services)} services")
        if "postgresql" in engines:
            try:
                url = filled_postgresql(known, services, asked.size, now, asked.server)
                show_speed(city, url, known, services, now)
            finally:
                with psycopg.connect(host=asked.server, dbname="postgres", autocommit=True) as connection:
                    connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)".encode())
        if "sqlite" in engines:
            show_speed(city, filled_sqlite(known, services, asked.size, now, folder), known, services, now)


if __name__ == "__main__":
    main()
