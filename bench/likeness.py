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
import datetime as dt
import sys
import tempfile
from pathlib import Path

import psycopg

from bench.likening.quality import DATA, cases, show_made, show_quality
from bench.likening.speed import NAME, filled_postgresql, filled_sqlite, show_speed
from dispatch.city.packs import open_pack, roots_with


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
