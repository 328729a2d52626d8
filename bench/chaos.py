"""Everything at once: hundreds of calls while deliveries come twice and workers are killed.

    python -m bench.chaos [--engine sqlite|postgresql] [--calls N] [--rest 1.5 5] [--seed 1]

200 calls at once against PostgreSQL and 50 against SQLite. One delivery in twenty comes twice, half of those at the
same moment; every few seconds (`--rest`) a random process of the line is killed with SIGKILL, be it one that answers,
the outbox worker, or the server that they were forked from. What Twilio does then is done: it tries again, it falls
back, it redirects. Exit 1 unless every call ended properly (the caller was told
goodbye, or put through to a person) and the tickets in the ledger are exactly those that callers heard the numbers of.
"""

from __future__ import annotations

import os
import random
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.table import Table

from bench.telephone.caller import Caller, Errand
from bench.telephone.calls import springfield_errands
from bench.telephone.ledgers import ledger, tickets_by_call
from bench.telephone.servers import Server, house
from ivr.simulator.delivery import Delivery
from ivr.simulator.faults import Fault, Troubled, UnequalReplies
from ivr.simulator.parameters import Number
from ivr.simulator.phone import Phone, PhoneCall
from ivr.simulator.transport import OverHttp
from ivr.twiml import OVERRIDES

CALLS = {"sqlite": 50, "postgresql": 200}
TWICE = {Fault.TWICE: 0.025, Fault.AT_ONCE: 0.025}


@dataclass
class Called:
    """How one call went."""

    sid: str = ""
    heard: list[str] = field(default_factory=list)
    """Ticket numbers the caller was told."""
    ending: str = "broken"
    """goodbye, person or broken."""
    fell_back: int = 0
    doubled: int = 0
    transcript: str = ""


class Killer(threading.Thread):
    """Kills a random process of the line, waits until the line answers, and kills again."""

    def __init__(self, server: Server, seed: int, rest: tuple[float, float]) -> None:
        super().__init__(daemon=True)
        self.kills = 0
        self._server = server
        self._rest = rest
        self._chance = random.Random(seed)
        self._over = threading.Event()

    def run(self) -> None:
        """Kill until told to stop."""
        rest = 0.5
        while not self._over.wait(rest):
            rest = self._chance.uniform(*self._rest)
            if (processes := self._server.processes()) and self._server.answers():
                os.kill(self._chance.choice(processes), signal.SIGKILL)
                self.kills += 1

    def stop(self) -> None:
        """Let the rest live."""
        self._over.set()
        self.join()


def place(server: Server, errand: Errand, number: int, seed: int) -> Called:
    """Place one call and see it through."""
    number_set_up = Number.at(server.base, OVERRIDES.removeprefix("#"))
    phone = Phone(OverHttp(server.base), server.token, number_set_up, strict=False)
    phone.trouble = Troubled(OverHttp(server.base), TWICE, seed * 10_000 + number)
    phone.delivery = Delivery(phone.trouble, server.token)
    called = Called()
    call: PhoneCall | None = None
    try:
        call = phone.dials(from_=f"+1617{3_000_000 + number}")
        Caller(errand).converse(call)
    except UnequalReplies as unequal:
        called.transcript = f"{unequal}\n"
    if call is None:
        return called
    called.sid = call.sid
    called.transcript += "\n".join([call.transcript, *call.problems])
    called.heard = sorted(
        {re.sub(r"\D", "", told) for told in re.findall(r"request number is ([\d ,]+)", call.transcript)}
    )
    called.doubled = sum(phone.trouble.counted.values())
    called.fell_back = called.transcript.count("(error ")
    if "Goodbye." in call.last and "application error" not in call.last:
        called.ending = "goodbye"
    elif "(dials " in called.transcript:
        called.ending = "person"
    return called


def storm(
    engine: str, how_many: int, seed: int, rest: tuple[float, float], scratch: Path
) -> tuple[list[Called], dict[str, list[tuple[str, str]]], int, float]:
    """All calls at once; what they heard, what the ledger holds, how many processes died, and how long it took."""
    errands = springfield_errands(scratch, how_many)
    with ledger(engine, scratch) as url:
        with house(url, scratch) as server:
            killer = Killer(server, seed, rest)
            began = time.monotonic()
            killer.start()
            with ThreadPoolExecutor(how_many) as callers:
                calls = list(callers.map(lambda pair: place(server, pair[1], pair[0], seed), enumerate(errands)))
            killer.stop()
            took = time.monotonic() - began
        return calls, tickets_by_call(url), killer.kills, took


def faults_in(calls: Sequence[Called], tickets: dict[str, list[tuple[str, str]]]) -> list[str]:
    """Everything that must not be, in sentences."""
    wrong = [f"{call.sid} ended badly:\n{call.transcript}" for call in calls if call.ending == "broken"]
    for call in calls:
        stored = sorted(number for number, _ in tickets.get(call.sid, []))
        if len(stored) > 1:
            wrong.append(f"{call.sid} was filed {len(stored)} times: {stored}\n{call.transcript}")
        if set(call.heard) - set(stored):
            wrong.append(f"{call.sid} was told {call.heard}, the ledger has {stored}: lost\n{call.transcript}")
        if call.ending == "goodbye" and not stored:
            wrong.append(f"{call.sid} said goodbye without a ticket\n{call.transcript}")
    known = {call.sid for call in calls}
    wrong.extend(f"a ticket of nobody's call: {sid}" for sid in tickets if sid not in known)
    return wrong


@click.command()
@click.option("--engine", type=click.Choice(list(CALLS)), multiple=True, help="[default: both]")
@click.option("--calls", "how_many", type=int, help="[default: 200 on PostgreSQL, 50 on SQLite]")
@click.option("--rest", type=(float, float), default=(1.5, 5.0), show_default=True, help="Seconds between killings.")
@click.option("--seed", default=1, show_default=True, help="Another seed doubles and kills at other moments.")
def main(engine: tuple[str, ...], how_many: int | None, rest: tuple[float, float], seed: int) -> None:
    """Call from everywhere while processes die, and count what is left."""
    columns = (
        "database",
        "calls",
        "goodbye",
        "person",
        "broken",
        "tickets",
        "doubled",
        "kills",
        "fallbacks",
        "seconds",
    )
    table = Table(*columns, box=None)
    wrong: list[str] = []
    for name in engine or tuple(CALLS):
        with TemporaryDirectory(prefix="d311-bench-") as scratch:
            calls, tickets, kills, took = storm(name, how_many or CALLS[name], seed, rest, Path(scratch))
        wrong += faults_in(calls, tickets)
        endings = Counter(call.ending for call in calls)
        figures = [
            len(calls),
            endings["goodbye"],
            endings["person"],
            endings["broken"],
            sum(map(len, tickets.values())),
        ]
        figures += [sum(call.doubled for call in calls), kills, sum(call.fell_back for call in calls)]
        table.add_row(name, *map(str, figures), f"{took:.1f}")
    for sentence in wrong[:5]:
        print(sentence, "\n")
    Console(width=110).print(table)
    if wrong:
        raise SystemExit(f"{len(wrong)} things are wrong")
    print("Every call ended properly; one ticket a completed call, none lost, none doubled.")


if __name__ == "__main__":
    main()
