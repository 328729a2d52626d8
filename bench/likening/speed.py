"""Databases of a million open tickets, and how long a look among them takes."""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

from bench.likening.quality import Case
from dispatch.city.model import City
from dispatch.duplicates import Spot, suggestions
from storage import schema
from storage.database import Database

NAME = "d311_bench_likeness"
ASKED = 400
COLUMNS = (
    "city number service department routed_because status priority priority_because channel language place_kind address"
    " area lat lon place_note location_verified description answers review updates public_note created_at updated_at"
    " version"
).split()


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
