"""A ledger that grows: Boston's cases as `dial311 tickets import` takes them over, and as many tickets made of them.

What is made has the places, types and times of real cases, shifted back through ten years by whole weeks, and the words
of real reports. What came by telephone has its call beside it, turn by turn, and a quarter as many calls came to
something else. All of it is stored in the order it came in, as it would have been.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg
from rich.progress import track
from sqlalchemy import Table, insert, select
from sqlalchemy.engine import make_url

from bench.finding import calls
from storage.database import Database
from storage.tables import Ticket

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
CASES = DATA / "boston" / "boston_311_2015_sample40k.csv"
CITY = "springfield"
NOW = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)
CLERKS = tuple(f"clerk{n}@city.example" for n in range(40))
_TICKETS, _CALLS, _TURNS = (Ticket.metadata.tables[name] for name in ("tickets", "calls", "turns"))
_WEEKS = 520
_BATCH = 2_000
_OPEN = ("new", "new", "assigned", "in_progress", "waiting", "scheduled", "needs_review")
_ENDED = ("closed", "closed", "closed", "resolved", "duplicate", "declined")
_HELD = frozenset({"assigned", "in_progress", "scheduled"})

Case = dict[str, Any]
"""A ticket as it was taken over, by its columns."""


class Town:
    """A ledger on either engine, migrated and empty, to be filled."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.cases: list[Case] = []
        with (DATA / "reports_dev.csv").open(encoding="utf-8") as lines:
            self.words = [row["text"][:600].replace("\0", "") for row in csv.DictReader(lines)]

    def takes_over(self) -> None:
        """Have Boston's cases taken over by the command, which shows how far it has come."""
        command = [str(Path(sys.executable).with_name("dial311")), "tickets", "import", str(CASES)]
        environment = {**os.environ, "DATABASE_URL": self.url, "CITIES": CITY}
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        self._looked_over()
        database = Database(self.url)
        with database.reading() as session:
            rows = [dict(row) for row in session.connection().execute(select(_TICKETS)).mappings()]
        database.close()
        self.cases = [{k: str(v) if isinstance(v, StrEnum) else v for k, v in row.items() if k != "id"} for row in rows]

    def holds(self, size: int, cases: Sequence[Case]) -> None:
        """Fill an empty ledger with so many tickets made of these cases, and their calls."""
        self.cases = list(cases)
        chance = random.Random(311)
        # Most are of late: a city's line is used more every year.
        drawn = [(cases[n * 7919 % len(cases)], int(chance.triangular(0, _WEEKS, 0))) for n in range(size)]
        drawn.sort(key=lambda one: one[0]["created_at"] - dt.timedelta(weeks=one[1]))
        bare = self._bared()
        rung: list[calls.Rung] = []
        self._store(_TICKETS, self._tickets(chance, drawn, rung), f"{size:,} tickets", size)
        many = f"{len(rung):,} calls"
        self._store(_CALLS, (calls.call_row(one, CITY, chance) for one in rung), many, len(rung))
        turns = itertools.chain.from_iterable(calls.turn_rows(one, chance) for one in rung)
        self._store(_TURNS, turns, "their turns", sum(len(one.states) for one in rung))
        if not self.is_sqlite:
            self._order(*bare)
        self._looked_over()

    def _tickets(
        self, chance: random.Random, drawn: Sequence[tuple[Case, int]], rung: list[calls.Rung]
    ) -> Iterator[dict[str, Any]]:
        """Tickets in their order; `rung` is told of the calls."""
        languages = ["en"] * 8 + ["es"] * 2 + ["fr"]
        for n, (case, weeks) in enumerate(drawn):
            back = dt.timedelta(weeks=weeks)
            at = case["created_at"] - back
            # What is years old is closed, but for a few things that were forgotten.
            still_open = case["closed_at"] is None and (weeks < 13 or chance.random() < 0.02)
            closed = None if still_open else (case["closed_at"] or case["created_at"] + dt.timedelta(days=9)) - back
            status = chance.choice(_OPEN if still_open else _ENDED)
            call = calls.filing(n, at, chance) if case["channel"] == "phone" else None
            rung += [call] if call else []
            rung += [calls.other(n, at, chance)] if n % 4 == 0 else []
            yield case | {
                "number": str(10_000_000 + n),
                "origin": f"bench:{n}",
                "call_sid": call and call.sid,
                "status": status,
                "language": chance.choice(languages),
                "lat": case["lat"] and case["lat"] + chance.gauss(0, 0.002),
                "lon": case["lon"] and case["lon"] + chance.gauss(0, 0.002),
                "description": f"{case['description']}. {chance.choice(self.words)}",
                "created_at": at,
                "updated_at": closed or at,
                "due_at": case["due_at"] and case["due_at"] - back,
                "resolved_at": closed,
                "closed_at": closed,
                "assignee": chance.choice(CLERKS) if status in _HELD else None,
            }

    def _store(self, table: Table, rows: Iterable[dict[str, Any]], what: str, total: int) -> None:
        rows = track(rows, total=total, description=what)
        if self.is_sqlite:
            database = Database(self.url)
            while batch := list(itertools.islice(rows, _BATCH)):
                with database.transaction() as session:
                    session.connection().execute(insert(table), batch)
            database.close()
            return
        first = next(iter(rows := iter(rows)))
        with (
            self._connected() as connection,
            connection.cursor().copy(f"COPY {table.name} ({', '.join(first)}) FROM STDIN".encode()) as copy,
        ):
            for row in itertools.chain((first,), rows):
                copy.write_row([json.dumps(one) if isinstance(one, dict | list) else one for one in row.values()])

    def _bared(self) -> list[str]:
        """Take the plain indexes away, which are quicker made than kept; the commands that make them anew."""
        if self.is_sqlite:
            return []
        with self._connected() as connection:
            kept = connection.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('tickets', 'calls', 'turns')"
                " AND indexname LIKE 'ix_%'"
            ).fetchall()
        self._order(*(f"DROP INDEX {name}" for name, _ in kept))
        return [definition for _, definition in kept]

    def _looked_over(self) -> None:
        """Do at once what PostgreSQL's autovacuum does by and by."""
        if not self.is_sqlite:
            self._order("VACUUM ANALYZE")

    def _order(self, *commands: str) -> None:
        with self._connected() as connection:
            for command in commands:
                connection.execute(command.encode())

    def _connected(self) -> psycopg.Connection:
        plain = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True)
