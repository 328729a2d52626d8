"""How many callers get through: a hundred calls with Boston imported, places as a recogniser heard them.

    python -m bench.calls [--calls 100] [--seed 1] [--show failed]

Each caller has a real report (`reports_dev.csv`) and a real place (`boston/spoken_dev.tsv`, column `heard`), and
answers what is asked as a person would; half say what and where in one breath. Reports that name a place of their own,
elsewhere, are left out. A call went right where its ticket bears the right street (both, for a corner) and a service
that the report's label accepts. Turns are what the caller said or keyed until the ticket was filed. The data is read
from `../shared/data` and never part of the project.
"""

from __future__ import annotations

import csv
import random
import re
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.table import Table

from bench.telephone.caller import Caller, Errand, same_street
from bench.telephone.calls import BASE, TOKEN, settings_for
from bench.telephone.ledgers import ledger
from dispatch.city.model import City, MenuEntry
from ivr import observability
from ivr.app import create_app
from ivr.simulator.parameters import Number
from ivr.simulator.phone import Phone
from ivr.simulator.transport import InProcess
from storage import tickets as ledger_of_tickets
from storage.database import Database
from storage.tables import Ticket

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
MOST_WORDS = 30
"""Longer reports were written, and would not be said in one breath."""
TURNS_IN_STEPS, TURNS_AT_ONCE = 10, 4


@dataclass
class Ended:
    """How one call ended."""

    errand: Errand
    turns: int
    transcript: str
    ticket: Ticket | None

    @property
    def right_service(self) -> bool:
        """The ticket is for a service the report's label accepts."""
        return self.ticket is not None and self.ticket.service in self.errand.accepted

    @property
    def right_street(self) -> bool:
        """The ticket is at the right street, or at the right two."""
        errand = self.errand
        return self.ticket is not None and all(
            same_street(self.ticket.address, street) for street in (errand.street, errand.street2) if street
        )

    @property
    def right_address(self) -> bool:
        """The house number is right too."""
        return self.right_street and (not self.errand.number or f" {self.errand.number} " in f" {self._address} ")

    @property
    def _address(self) -> str:
        return self.ticket.address.replace("-", " ") if self.ticket else ""


def sayable(report: str) -> bool:
    """Whether somebody in Boston could say this: in one breath, and without another city's address in it."""
    elsewhere = re.search(
        r"\d|\b(st|street|ave|avenue|blvd|rd|road|drive|lane|corner of|place)\b", report, re.IGNORECASE
    )
    return 2 <= len(report.split()) <= MOST_WORDS and not elsewhere


def headings_of(entries: Sequence[MenuEntry], above: frozenset[str] = frozenset()) -> dict[str, frozenset[str]]:
    """The headings on the way to each service in the key menu."""
    found: dict[str, frozenset[str]] = {}
    for entry in entries:
        if entry.service:
            found[entry.service] = above
        found |= headings_of(entry.entries, above | frozenset(entry.names.values()))
    return found


def errands(city: City, how_many: int, seed: int) -> list[Errand]:
    """Pair reports with places, the same for the same seed."""
    names = {code: service.names["en"] for code, service in city.services.items()}
    headings = headings_of(city.menu)
    chance = random.Random(seed)
    with (DATA / "reports_dev.csv").open(encoding="utf-8", newline="") as file:
        reports = [row for row in csv.DictReader(file) if row["services"] and sayable(row["text"])]
    with (DATA / "boston" / "spoken_dev.tsv").open(encoding="utf-8", newline="") as file:
        places = list(csv.DictReader(file, delimiter="\t"))
    pairs = zip(chance.sample(reports, how_many), chance.sample(places, how_many), strict=True)
    return [
        Errand(
            what=report["text"],
            accepted=(accepted := frozenset(report["services"].split(";"))),
            heard=place["heard"],
            street=place["street"],
            number=place["number"],
            street2=place["street2"],
            area=place["area"],
            headings=frozenset().union(*(headings.get(code, frozenset()) for code in accepted)),
            service_names=frozenset(names[code] for code in accepted if code in names),
            at_once=number % 2 == 1,
        )
        for number, (report, place) in enumerate(pairs)
    ]


def call_all(scratch: Path, how_many: int, seed: int) -> list[Ended]:
    """Import the city, place every call, and look at what was filed."""
    boston = DATA / "boston"
    command = [
        str(Path(sys.executable).with_name("dial311")),
        "city",
        "import",
        "boston",
        "--out",
        str(scratch / "cities"),
    ]
    command += ["--addresses", str(boston / "boston_addresses.csv")]
    command += ["--intersections", str(boston / "boston_intersections.csv")]
    command += ["--landmarks", str(boston / "boston_parks_derived.csv")]
    subprocess.run(command, check=True)
    observability.set_up_logs("ERROR")
    ended = []
    with ledger("sqlite", scratch) as url:
        app = create_app(settings_for(url, scratch, cities="boston"))
        city = app.extensions["line"].packs.first.city
        phone = Phone(InProcess(lambda: app), TOKEN, Number.at(BASE), called=next(iter(city.numbers), "+16175550311"))
        database = Database(url)
        for number, errand in enumerate(errands(city, how_many, seed)):
            call = phone.dials(from_=f"+1617555{number:04}")
            caller = Caller(errand)
            caller.converse(call)
            with database.reading() as session:
                filed = list(ledger_of_tickets.of_call(session, city.slug, call.sid))
            ended.append(Ended(errand, caller.acts_until_filed, call.transcript, filed[0] if filed else None))
        database.close()
    return ended


def show(ended: list[Ended], console: Console) -> None:
    """Print one table: those who said it in steps, those who said it at once, and all."""
    table = Table("callers", "calls", "right", "service", "street", "address", "turns (median)", "within", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, group, most in (
        ("in steps", [end for end in ended if not end.errand.at_once], TURNS_IN_STEPS),
        ("in one breath", [end for end in ended if end.errand.at_once], TURNS_AT_ONCE),
        ("all", ended, TURNS_IN_STEPS),
    ):
        turns = [end.turns for end in group if end.turns] or [0]
        table.add_row(
            name,
            str(len(group)),
            str(sum(end.right_service and end.right_street for end in group)),
            str(sum(end.right_service for end in group)),
            str(sum(end.right_street for end in group)),
            str(sum(end.right_address for end in group)),
            f"{statistics.median(turns):g}",
            f"{sum(turn <= most for turn in turns)} ≤ {most}",
        )
    console.print(table)


@click.command()
@click.option("--calls", "how_many", default=100, show_default=True, help="How many calls.")
@click.option("--seed", default=1, show_default=True, help="Another seed pairs other reports and places.")
@click.option(
    "--show", "which", type=click.Choice(["failed", "all", "none"]), default="none", help="Print transcripts."
)
def main(how_many: int, seed: int, which: str) -> None:
    """Call a hundred times and count what was filed."""
    if not DATA.is_dir():
        print(f"skipped: {DATA} is missing; it holds the reports and places to call about")
        return
    with TemporaryDirectory(prefix="d311-bench-") as scratch:
        ended = call_all(Path(scratch), how_many, seed)
    for end in ended:
        if which == "all" or (which == "failed" and not (end.right_service and end.right_street)):
            where = f"{end.ticket.service} at {end.ticket.address}" if end.ticket else "no ticket"
            print(f"{end.transcript}\n=> {where}; wanted {set(end.errand.accepted)} at {end.errand}\n")
    show(ended, Console(width=100))


if __name__ == "__main__":
    main()
