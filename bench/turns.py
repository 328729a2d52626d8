"""What a turn costs: real turns of whole calls beside a floor, on SQLite and PostgreSQL, in one run.

    python -m bench.turns [--seconds 2] [--rounds 3] [--engine sqlite|postgresql]

The floor is Flask, twilio's validator, one durable read-modify-write through SQLAlchemy Core in the same database, and
a constant reply. Both are served as `dial311 run` serves, and get the very same requests, signed beforehand: calls as
the telephone placed them, each turn of each call in its order. Rounds alternate; figures are medians over the rounds.
Afterwards every call that was walked through must have left its ticket, or the figures are worth nothing (exit 1).
"""

from __future__ import annotations

import os
import secrets
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.table import Table
from twilio.request_validator import RequestValidator

from bench.telephone.calls import Sent, springfield_calls
from bench.telephone.ledgers import close_tickets, ledger, tickets_in
from bench.telephone.load import Outcome, Ready, load, ready
from bench.telephone.servers import Server, floor, house

CONNECTIONS = (1, 8, 64)
RECORDED = 720
"""More calls than one round sends: the same spot twice in a round would be another's report, and is asked about."""
GOAL = 0.6


def made(
    calls: Sequence[Sequence[Sent]], base: str, token: str, numbers: Iterator[int], how_many: int
) -> list[list[Ready]]:
    """So many fresh calls, taken in turn from those that were recorded, each from a number of its own."""
    validator = RequestValidator(token)
    fresh = []
    for number in (next(numbers) for _ in range(how_many)):
        own = {"CallSid": f"CA{secrets.token_hex(16)}"}
        own |= dict.fromkeys(("From", "Caller"), f"+1617{2_000_000 + number % 7_999_999:07}")
        recorded = calls[number % len(calls)]
        fresh.append([ready(base + sent.target, dict(sent.params) | own, validator) for sent in recorded])
    return fresh


class Contest:
    """One database, two servers on it, and the same calls for both."""

    def __init__(self, engine: str, url: str, servers: Mapping[str, Server], calls: Sequence[Sequence[Sent]]) -> None:
        self.engine = engine
        self._url = url
        self._servers = servers
        self._calls = calls
        self._numbers = count()
        self.walked = 0

    def round(self, who: str, connections: int, seconds: float, expected: float) -> Outcome:
        """Load one of the two for some seconds."""
        server = self._servers[who]
        turns = sum(map(len, self._calls)) / len(self._calls)
        enough = int(expected * seconds / turns) + 2 * connections
        calls = iter(made(self._calls, server.base, server.token, self._numbers, enough))
        outcome = load(server.port, calls, connections, seconds)
        if who == "turn":
            close_tickets(self._url)
            self.walked += outcome.finished
        if outcome.refused:
            raise click.ClickException(f"{outcome.refused} of {len(outcome.times)} requests to the {who} were refused")
        return outcome


def measure(contest: Contest, seconds: float, rounds: int, table: Table) -> list[float]:
    """All rounds on one database; a row a number of connections. Returns the ratios."""
    ratios = []
    for connections in CONNECTIONS:
        expected = {who: contest.round(who, connections, 0.5, 4_000).rate for who in ("floor", "turn")}
        rounds_of: dict[str, list[Outcome]] = {"floor": [], "turn": []}
        for _ in range(rounds):
            for who, outcomes in rounds_of.items():
                outcomes.append(contest.round(who, connections, seconds, expected[who] * 1.5))
        ratio = statistics.median(
            turn.rate / floor.rate for floor, turn in zip(rounds_of["floor"], rounds_of["turn"], strict=True)
        )
        ratios.append(ratio)
        for who, outcomes in rounds_of.items():
            table.add_row(
                contest.engine,
                str(connections),
                who,
                f"{statistics.median(o.rate for o in outcomes):,.0f}",
                f"{1000 * statistics.median(o.percentile(0.5) for o in outcomes):.1f}",
                f"{1000 * statistics.median(o.percentile(0.99) for o in outcomes):.1f}",
                f"{ratio:.2f}" if who == "turn" else "",
            )
    return ratios


@click.command()
@click.option("--seconds", default=2.0, show_default=True, help="Length of one round.")
@click.option("--rounds", default=3, show_default=True, help="Rounds of each; medians are printed.")
@click.option("--engine", type=click.Choice(["sqlite", "postgresql"]), multiple=True, help="[default: both]")
def main(seconds: float, rounds: int, engine: tuple[str, ...]) -> None:
    """Measure real turns beside the floor."""
    table = Table("database", "connections", "what", "requests/s", "p50 ms", "p99 ms", "turn / floor", box=None)
    for column in table.columns[3:]:
        column.justify = "right"
    failed = False
    with TemporaryDirectory(prefix="d311-bench-") as scratch:
        calls = springfield_calls(Path(scratch), RECORDED)
        for name in engine or ("sqlite", "postgresql"):
            with (
                ledger(name, Path(scratch)) as url,
                house(url, Path(scratch)) as turn,
                floor(url, Path(scratch)) as bare,
            ):
                contest = Contest(name, url, {"floor": bare, "turn": turn}, calls)
                ratios = measure(contest, seconds, rounds, table)
                filed = tickets_in(url)
            failed |= filed != contest.walked
            table.add_section()
            print(f"{name}: {contest.walked} calls walked through, {filed} tickets filed", file=sys.stderr)
            if min(ratios) < GOAL:
                print(f"{name}: below the goal of {GOAL} at some number of connections", file=sys.stderr)
    Console(width=int(os.environ.get("COLUMNS", "100"))).print(table)
    turns = sum(map(len, calls))
    print(f"{turns} different turns of {len(calls)} calls; {os.cpu_count()} cores, the client on the same.")
    if failed:
        raise SystemExit("not every call left exactly one ticket: the figures are worth nothing")


if __name__ == "__main__":
    main()
