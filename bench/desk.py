"""How quick the desk's pages are, and how they grow: `python -m bench.desk [--sizes 10000,100000,1000000]`.

The 40,000 Boston cases are taken over with `dial311 tickets import`, on SQLite and on PostgreSQL. Then ledgers are made
of them that hold as many tickets as asked for, with the calls they came by (see `bench/finding/town.py`). In each of
them somebody logs in and opens the first page of every filter, words, corners of the map, and reports, as a browser
would: what is measured is the whole page, from the request to its last byte, in this process. A page is opened with
many values, each for the first time.

Printed are the median and the 95th percentile in milliseconds, and beside them the 95th percentile of the work: the
processor's time, here and in PostgreSQL, which tells what a page costs on a machine that others use too. Growth from
size to size is that of the work. The goal is 100 ms at the 95th percentile, for reports 2 s; what misses it is marked.
Every ledger is dropped at its end.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.finding.clerk import Clerk, Opened
from bench.finding.links import Draw, first_pages, reports
from bench.finding.town import CASES, Case, Town
from bench.telephone.ledgers import ledger
from storage.database import Database

ASKED, ASKED_FOR_REPORTS = 30, 5
"""How often each kind of page is opened."""
GOAL_MS, GOAL_FOR_REPORTS_MS = 100.0, 2_000.0
Took = Mapping[str, list[Opened]]
"""What each page took, by its kind."""
out = Console(width=170)


def measured(town: Town, scratch: Path) -> Took:
    """Open everything."""
    database = Database(town.url)
    clerk = Clerk(database, scratch)
    draws: dict[str, tuple[int, Draw]] = {kind: (ASKED, draw) for kind, draw in first_pages(town, clerk).items()}
    draws |= {kind: (ASKED_FOR_REPORTS, draw) for kind, draw in reports().items()}
    took: dict[str, list[Opened]] = {}
    for path in ("tickets", "map", "reports"):
        clerk.opens(path)  # templates are compiled and streets are drawn when they are first asked for
    clerk.knows_who_serves(database)
    # What else this process holds is no part of a page.
    gc.collect()
    gc.freeze()
    for kind, (times, draw) in track(draws.items(), description="pages", transient=True):
        took[kind] = [clerk.opens(draw()) for _ in range(times)]
    gc.unfreeze()
    database.close()
    return took


def taken_over(scratch: Path) -> tuple[dict[str, Took], Sequence[Case]]:
    """What it is like on each engine with the cases as they were taken over; and the cases."""
    found: dict[str, Took] = {}
    cases: Sequence[Case] = ()
    for engine in ("sqlite", "postgresql"):
        with ledger(engine, scratch / "taken over") as url:
            town = Town(url)
            town.takes_over()
            cases = town.cases
            found[f"{engine} {len(cases):,}"] = measured(town, scratch)
    return found, cases


def grown(engine: str, sizes: Sequence[int], cases: Sequence[Case], scratch: Path) -> dict[str, Took]:
    """What it is like with so many tickets, by their number."""
    found = {}
    for size in sizes:
        with ledger(engine, scratch / f"{size}") as url:
            town = Town(url)
            town.holds(size, cases)
            found[f"{size:,}"] = measured(town, scratch)
    return found


def show(title: str, found: Mapping[str, Took], *, growth: bool) -> None:
    """Print a table: a line for each kind of page, a column for each ledger and, if asked, the growth before it."""
    table = Table("page: p50 / p95 (work p95), ms", title=title, title_justify="left", box=None)
    for place, name in enumerate(found):
        if growth and place:
            table.add_column("growth", justify="right")
        table.add_column(name, justify="right")
    first, missed = next(iter(found.values())), [0, 0]
    lines = {kind: [took[kind] for took in found.values()] for kind in first}
    pages = [kind for kind in first if not kind.startswith("reports")]
    lines["every page but reports"] = [[one for kind in pages for one in took[kind]] for took in found.values()]
    for kind, columns in lines.items():
        goal = GOAL_FOR_REPORTS_MS if kind.startswith("reports") else GOAL_MS
        waits, works = ([_p95([one[which] for one in times]) for times in columns] for which in (0, 1))
        cells = []
        for place, (times, waited, worked) in enumerate(zip(columns, waits, works, strict=True)):
            if growth and place:
                cells.append(f"× {works[place] / works[place - 1]:.1f}")
            half = statistics.median(one.waited for one in times)
            cells.append(f"{half:.0f} / {waited:.0f} ({worked:.0f}) {'!' if waited > goal else ' '}")
        missed[0] += waits[-1] > goal
        missed[1] += works[-1] > goal
        table.add_row(kind, *cells)
    out.print(table)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    out.print(
        f"In the last column {missed[0]} of {len(lines)} lines miss their goal (!), {missed[1]} by their work alone."
    )
    out.print(f"Load of the machine meanwhile: {load}.\n")


def _p95(figures: Sequence[float]) -> float:
    return statistics.quantiles(figures, n=20, method="inclusive")[-1]


def main() -> None:
    """Take the cases over, then let ledgers grow, and ask at each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="how many tickets on PostgreSQL, in steps")
    parser.add_argument("--sqlite-sizes", default="10000,100000", help="how many on SQLite")
    asked = parser.parse_args()
    if not CASES.is_file():
        sys.exit(f"{CASES} is not here: the Boston cases to measure with are not part of the project.")
    with tempfile.TemporaryDirectory(prefix="dial311-desk-") as place:
        scratch = Path(place)
        found, cases = taken_over(scratch)
        show("The cases as they were taken over", found, growth=False)
        for engine, sizes in (("sqlite", asked.sqlite_sizes), ("postgresql", asked.sizes)):
            if steps := [int(size) for size in sizes.split(",") if size]:
                show(f"\nHow it grows on {engine}", grown(engine, steps, cases, scratch), growth=True)


if __name__ == "__main__":
    main()
