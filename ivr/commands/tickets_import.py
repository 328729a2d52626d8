"""`dial311 tickets import`: the cases of the system a city used before, with their histories."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import itertools
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dispatch.city.packs import Pack
    from dispatch.imported import Imported
    from storage.database import Database

BATCH = 1_000
SURE = 0.3
"""How sure our own understanding must be of what a type is about; below it the type stays without a service."""
_DRAWS = 20


@click.command("import", short_help="Take over the cases of another system.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--city", "slug", default=None, help="The city's slug. Default: the first of CITIES.")
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help='TOML: "Their type" = "our_service", or "" for none. What it does not name is guessed.',
)
@click.option("--encoding", default="utf-8", show_default=True, help="How the file is written, such as latin-1.")
def import_command(file: Path, slug: str | None, mapping: Path | None, encoding: str) -> None:
    """Take over the cases of another system.

    FILE is a CSV with the columns that Boston publishes its cases in. A case is taken over once: broken off, the
    command can simply be run again. At the end it says which of their types became which of our services.
    """
    from ivr import settings as house

    try:
        encoding = codecs.lookup("utf-8-sig" if encoding == "utf-8" else encoding).name
    except LookupError as problem:
        raise click.BadParameter(f"{problem}.", param_hint="--encoding") from None
    settings = house.load()
    from dispatch.city.packs import open_pack, roots_with
    from storage.database import Database

    pack = open_pack(slug or settings.cities[0], roots_with(settings.cities_path))
    chosen = tomllib.loads(mapping.read_text(encoding="utf-8")) if mapping else {}
    if wrong := sorted({code for code in chosen.values() if code and code not in pack.city.services}):
        raise click.ClickException(f"{mapping}: {pack.city.slug} has no service {', '.join(map(repr, wrong))}.")
    database = Database(settings.database_url)
    try:
        Intake(database, pack, chosen).run(file, encoding)
    except UnicodeDecodeError as problem:
        cure = "Save it as UTF-8, or name what it is with --encoding, such as latin-1 or cp1252"
        raise click.ClickException(f"{file} is not {problem.encoding}. {cure}.") from None
    except csv.Error as problem:
        raise click.ClickException(f"{file} is no CSV: {problem}.") from None
    finally:
        database.close()


class Intake:
    """One file on its way in."""

    def __init__(self, database: Database, pack: Pack, chosen: dict[str, str]) -> None:
        self.database = database
        self.pack = pack
        self.service_of = cache(_guesser(pack, chosen))
        self.types: Counter[tuple[str, str]] = Counter()
        self.wrong: Counter[str] = Counter()

    def run(self, file: Path, encoding: str) -> None:
        """Take the file over, in transactions of a thousand cases, and tell what was made of it."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        stored = seen = 0
        out = Console(stderr=True)
        with file.open(encoding=encoding, newline="") as lines:
            total = max(0, sum(1 for _ in csv.reader(lines)) - 1)
        with (
            file.open(encoding=encoding, newline="") as lines,
            Progress(
                *Progress.get_default_columns()[:1],
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=out,
            ) as bar,
        ):
            task = bar.add_task(file.name, total=total)
            # A line that ends too soon lacks what it does not say.
            cases = csv.DictReader(lines, restval="")
            if not {"case_id", "open_dt"} <= set(cases.fieldnames or ()):
                raise click.ClickException(f"{file} has no columns case_id and open_dt.")
            while batch := list(itertools.islice(cases, BATCH)):
                stored += self._store(list(self._read(batch)))
                seen += len(batch)
                bar.update(task, completed=seen)
        click.echo(
            f"{stored:,} of {seen:,} cases taken over, {seen - stored - self.wrong.total():,} were here already."
        )
        for what, times in self.wrong.most_common(5):
            click.echo(f"{times:,} lines left out: {what}.")
        self._tell_types()

    def _read(self, batch: list[dict[str, Any]]) -> Iterator[Imported]:
        from dispatch import imported
        from ivr.hearing import plain

        at = dt.datetime.now(dt.UTC)
        for line in batch:
            # Control characters say nothing, and PostgreSQL takes no NUL. A line too long has a list at its end.
            case = {name: plain(value) for name, value in line.items() if isinstance(value, str)}
            try:
                taken = imported.take_over(self.pack.city, case, self.service_of, at)
            except imported.BadCase as problem:
                self.wrong[str(problem)] += 1
                continue
            self.types[case.get("type", ""), taken.ticket["service"]] += 1
            yield taken

    def _store(self, batch: list[Imported]) -> int:
        """Store a batch. A number that was drawn before is drawn again, as when filing."""
        from dispatch import ticket_numbers
        from storage import tickets as ledger

        city, stored = self.pack.city, 0
        with self.database.transaction() as session:
            for _ in range(_DRAWS):
                known = ledger.known_origins(session, city.slug, [one.ticket["origin"] for one in batch])
                batch = [one for one in batch if one.ticket["origin"] not in known]
                if not batch:
                    return stored
                numbered = [one.ticket | {"number": ticket_numbers.draw(city.tickets.digits)} for one in batch]
                stored += len(ledger.add_imported(session, numbered, [one.history for one in batch]))
        raise click.ClickException(f"{city.slug}: its numbers are nearly used up; raise tickets.digits in its file.")

    def _tell_types(self) -> None:
        from rich.console import Console
        from rich.table import Table

        table = Table("their type", "cases", "our service", box=None, pad_edge=False)
        for (kind, service), times in self.types.most_common(40):
            table.add_row(kind, f"{times:,}", service or "none: the front desk sorts it out")
        Console(markup=False, highlight=False).print(table)


def _guesser(pack: Pack, chosen: dict[str, str]) -> Callable[[str, str], str]:
    """Ask the file, and else our understanding, as if a caller had said the type, and then its reason too."""
    from ivr.understanding.services import ServiceFinder

    finder = ServiceFinder(pack.city)

    def service_of(kind: str, reason: str) -> str:
        if kind in chosen:
            return chosen[kind]
        for said in (kind, f"{kind} {reason}"):
            guess: Any = next(iter(finder.rank(said, "en")), None)
            if guess and guess.confidence >= SURE:
                return str(guess.code)
        return ""

    return service_of
