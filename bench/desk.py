"""How quick the desk's lists are, and how they grow: `python -m bench.desk [--sizes 10000,100000,1000000]`.

Takes the 40,000 Boston cases over with `dial311 tickets import`, into a database of its own on PostgreSQL, and makes of
them as many tickets as asked for: their places, types and times, shifted back through the years, with the words of
real reports. Then it asks for the first page of every filter with many values, as the console does, and prints the
median and the 95th percentile in milliseconds. Nothing of the data leaves that database, which is dropped at the end.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.progress import track
from rich.table import Table

from storage import schema, search
from storage.database import Database
from storage.search import Order, Wanted
from storage.vocabulary import Channel, Status

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
NAME = "d311_bench_desk"
CITY = "springfield"
ASKED = 60
"""Questions of each kind."""
NOW = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)
COLUMNS = (
    "city number origin service department routed_because status priority priority_because channel language place_kind"
    " address area lat lon place_note location_verified description answers review updates public_note created_at"
    " updated_at due_at resolved_at closed_at version assignee"
).split()


class Town:
    """A database that is filled step by step."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.url = f"postgresql+psycopg://@/{NAME}?host={server}"
        self.chance = random.Random(311)
        self.size = 0
        with (DATA / "reports_dev.csv").open(encoding="utf-8") as lines:
            self.words = [row["text"][:600].replace("\0", "") for row in csv.DictReader(lines)]

    def _order(self, *commands: str, database: str = NAME) -> list[Any]:
        with psycopg.connect(host=self.server, dbname=database, autocommit=True) as connection:
            return [
                found.fetchall() if (found := connection.execute(command.encode())).description else []
                for command in commands
            ]

    def founded(self) -> float:
        """Make the database and take the 40,000 over by the command; seconds that took."""
        self._order(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}", database="postgres")
        schema.upgrade(self.url)
        before = time.monotonic()
        command = [str(Path(sys.executable).with_name("dial311")), "tickets", "import"]
        subprocess.run(
            [*command, str(DATA / "boston" / "boston_311_2015_sample40k.csv")],
            env={**os.environ, "DATABASE_URL": self.url, "CITIES": CITY},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        took = time.monotonic() - before
        (self.cases,) = self._order(f"SELECT {', '.join(COLUMNS)} FROM tickets")  # noqa: S608 - ours
        self._order("TRUNCATE tickets CASCADE")
        return took

    def grows(self, size: int) -> None:
        """Add tickets until there are so many. Large steps are copied without indexes, which are made anew."""
        large = size - self.size > 200_000
        (kept,) = self._order(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'tickets' AND indexname LIKE 'ix_%'"
        )
        if large:
            self._order(*(f"DROP INDEX {name}" for name, _ in kept))
        with (
            psycopg.connect(host=self.server, dbname=NAME) as connection,
            connection.cursor() as cursor,
            cursor.copy(f"COPY tickets ({', '.join(COLUMNS)}) FROM STDIN".encode()) as copy,
        ):
            for row in track(self._rows(size), total=size - self.size, description=f"{size:,}"):
                copy.write_row(row)
        if large:
            self._order(*(definition for _, definition in kept))
        # Tickets arrive one after the other, and that is how they lie on a real disk.
        self._order("CLUSTER tickets USING ix_tickets_city_created_at", "VACUUM ANALYZE tickets")
        self.size = size

    def _rows(self, size: int) -> Iterator[tuple[Any, ...]]:
        clerks = [f"clerk{n}@city.example" for n in range(40)]
        languages = ["en"] * 8 + ["es"] * 2 + ["fr"]
        for n in range(self.size, size):
            case = dict(zip(COLUMNS, self.cases[n * 7919 % len(self.cases)], strict=True))
            back = dt.timedelta(days=self.chance.triangular(0, 3650, 0))
            # What is years old is closed, but for a few things that were forgotten.
            open_still = case["closed_at"] is None and (back.days < 90 or self.chance.random() < 0.02)
            closed = None if open_still else (case["closed_at"] or case["created_at"] + dt.timedelta(days=9)) - back
            status = (
                self.chance.choice(["new", "new", "assigned", "in_progress", "waiting", "scheduled", "needs_review"])
                if open_still
                else self.chance.choice(["closed", "closed", "closed", "resolved", "duplicate", "declined"])
            )
            held = status in {"assigned", "in_progress", "scheduled"}
            yield tuple(
                (
                    case
                    | {
                        "number": str(10_000_000 + n),
                        "origin": f"bench:{n}",
                        "status": status,
                        "language": self.chance.choice(languages),
                        "lat": case["lat"] and case["lat"] + self.chance.gauss(0, 0.002),
                        "lon": case["lon"] and case["lon"] + self.chance.gauss(0, 0.002),
                        "description": f"{case['description']}. {self.chance.choice(self.words)}",
                        "answers": json.dumps(case["answers"]),
                        "review": json.dumps(case["review"]),
                        "created_at": case["created_at"] - back,
                        "updated_at": (closed or case["created_at"] - back),
                        "due_at": case["due_at"] and case["due_at"] - back,
                        "resolved_at": closed,
                        "closed_at": closed,
                        "assignee": self.chance.choice(clerks) if held else None,
                    }
                )[name]
                for name in COLUMNS
            )

    def dropped(self) -> None:
        """Leave nothing behind."""
        self._order(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", database="postgres")


def questions(town: Town) -> dict[str, Callable[[], tuple[Wanted, Order]]]:
    """Every filter of the console, each with values drawn as they occur, and some that fit nothing."""
    pick = town.chance.choice
    cases = [dict(zip(COLUMNS, case, strict=True)) for case in town.cases]
    common = "street trash light water parking sidewalk tree please broken".split()
    rare = sorted({word.lower() for text in town.words for word in text.split() if word.isalpha() and len(word) > 6})
    departments = sorted({case["department"] for case in cases})

    def a(**named: Any) -> tuple[Wanted, Order]:
        return Wanted(**named), Order.NEWEST

    def corner(size: float) -> tuple[float, float, float, float]:
        case = pick(cases)
        lat, lon = case["lat"] or 42.3, case["lon"] or -71.1
        return lat - size, lon - size, lat + size, lon + size

    return {
        "all": a,
        "open": lambda: a(open_only=True),
        "status": lambda: a(statuses=(pick(list(Status)),)),
        "two statuses": lambda: a(statuses=(Status.NEW, pick(list(Status)))),
        "department": lambda: a(departments=(pick(departments),)),
        "service": lambda: a(services=(pick(cases)["service"],)),
        "area": lambda: a(areas=(pick(cases)["area"],)),
        "channel": lambda: a(channels=(pick(list(Channel)),)),
        "language": lambda: a(languages=(pick(["en", "es", "fr", "vi"]),)),
        "overdue": lambda: a(overdue_at=NOW),
        "age: 30 to 90 days": lambda: a(
            open_only=True, opened_from=NOW - dt.timedelta(days=90), opened_to=NOW - dt.timedelta(days=30)
        ),
        "queue of a department, by due": lambda: (Wanted(departments=(pick(departments),), open_only=True), Order.DUE),
        "queue of a clerk, by due": lambda: (Wanted(assignees=(f"clerk{pick(range(40))}@city.example",)), Order.DUE),
        "department + status + area": lambda: a(
            departments=(pick(departments),), statuses=(pick(list(Status)),), areas=(pick(cases)["area"],)
        ),
        "service + language + overdue": lambda: a(
            services=(pick(cases)["service"],), languages=("es",), overdue_at=NOW
        ),
        "service of another department": lambda: a(
            services=(pick(cases)["service"],), departments=(pick(departments),)
        ),
        "text: a common word": lambda: a(words=pick(common)),
        "text: any word": lambda: a(words=pick(rare)),
        "text: three common words": lambda: a(words=" ".join(town.chance.sample(common, 3))),
        "text: a street": lambda: a(words=pick(cases)["address"]),
        "text + department + open": lambda: a(words=pick(common), departments=(pick(departments),), open_only=True),
        "map: a few blocks": lambda: a(box=corner(0.002)),
        "map: a district, open": lambda: a(box=corner(0.02), open_only=True),
        "map: the city": lambda: a(box=corner(0.2)),
    }


def measured(town: Town) -> dict[str, list[float]]:
    """Milliseconds of each question, sorted, by its kind."""
    database = Database(town.url)
    took: dict[str, list[float]] = {}
    for kind, draw in questions(town).items():
        for _ in range(ASKED):
            wanted, order = draw()
            before = time.perf_counter()
            with database.reading() as session:
                if wanted.box:
                    search.in_box(session, CITY, wanted.box, wanted, limit=500)
                else:
                    search.page(session, CITY, wanted, order)
            took.setdefault(kind, []).append(1000 * (time.perf_counter() - before))
        took[kind].sort()
    database.close()
    return took


def show(sizes: Sequence[int], found: Sequence[dict[str, list[float]]]) -> None:
    """Print median and 95th percentile at each size, and how the latter grew."""
    table = Table("first page of", *(f"{size:,}: p50 / p95 ms" for size in sizes), "growth of p95", box=None)
    for kind in found[0]:
        ends = [statistics.quantiles(each[kind], n=20)[-1] for each in found]
        cells = [f"{statistics.median(each[kind]):6.1f} / {end:6.1f}" for each, end in zip(found, ends, strict=True)]
        table.add_row(kind, *cells, f"{ends[-1] / ends[0]:.1f} ×")
    everything = [sorted(value for kind in each.values() for value in kind) for each in found]
    cells = [f"{statistics.median(each):6.1f} / {statistics.quantiles(each, n=20)[-1]:6.1f}" for each in everything]
    table.add_row("everything", *cells, "")
    Console(width=160).print(table)


def main() -> None:
    """Found the town, let it grow, and ask at each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="how many tickets, in steps")
    parser.add_argument("--server", default="/var/run/postgresql", help="folder of PostgreSQL's socket")
    parser.add_argument("--keep", action="store_true", help="leave the database there")
    asked = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"{DATA} is not here: the Boston cases to measure with are not part of the project.")
    town = Town(asked.server)
    sizes, found = [int(size) for size in asked.sizes.split(",")], []
    try:
        print(f"40,000 cases taken over by `dial311 tickets import` in {town.founded():.0f} s")
        for size in sizes:
            before = time.monotonic()
            town.grows(size)
            print(f"{size:,} tickets after {time.monotonic() - before:.0f} s more")
            found.append(measured(town))
        show(sizes, found)
    finally:
        if not asked.keep:
            town.dropped()


if __name__ == "__main__":
    main()
