"""`dial311 city import` and `dial311 city addresses`: a city out of open data, and its addresses out of the city."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import TaskID

    from dispatch.city.gazetteer import Address
    from dispatch.city.importer import ImportSummary

_File = click.Path(exists=True, dir_okay=False, path_type=Path)
_Folder = click.Path(file_okay=False, path_type=Path)
_COLUMNS = ("address", "number", "suffix", "number_high", "street", "area", "zip", "lat", "lon")


@click.command("import", short_help="Make a city out of open address data.")
@click.argument("name")
@click.option("--addresses", required=True, type=_File, help="CSV with one address a row; OpenAddresses' columns work.")
@click.option("--intersections", type=_File, help="CSV with one corner a row.")
@click.option("--landmarks", type=_File, help="CSV with one named place a row.")
@click.option("--based-on", default="springfield", show_default=True, help="City to take all but the places from.")
@click.option("--map", "mapping", multiple=True, metavar="COLUMN=FIELD", help="What a column means: hse_no=number.")
@click.option("--out", type=_Folder, help="Where city packs are kept. [default: where the line looks for them]")
def import_command(
    name: str,
    addresses: Path,
    intersections: Path | None,
    landmarks: Path | None,
    based_on: str,
    mapping: tuple[str, ...],
    out: Path | None,
) -> None:
    """Make a city out of open address data.

    NAME is what the city is called; its pack is written to var/cities/NAME. Rows that cannot be used are skipped and
    counted by reason. Fields that --map may name: number, number_high, street, area, zip, lat, lon, address; street1,
    street2 for corners; name, also for landmarks.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from dispatch.city.importer import import_city

    columns = TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, TaskID] = {}

        def show(kind: str, done: int, total: int) -> None:
            if kind not in tasks:
                tasks[kind] = bar.add_task(kind, total=total)
            bar.update(tasks[kind], completed=done)

        try:
            columns_named = _mapped(mapping)
            summary = import_city(name, addresses, intersections, landmarks, based_on, columns_named, show, _kept(out))
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    _tell(summary)


@click.command("addresses", short_help="Print addresses of a city's gazetteer.")
@click.argument("name")
@click.option("--sample", type=click.IntRange(min=1), help="Only this many, picked by --seed.")
@click.option("--seed", default=311, show_default=True, help="Another seed picks other addresses.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["csv", "jsonl"]),
    default="csv",
    show_default=True,
    help="How to print them.",
)
@click.option("--out", type=_Folder, help="Where city packs are kept. [default: where the line looks for them]")
def addresses_command(name: str, sample: int | None, seed: int, style: str, out: Path | None) -> None:
    """Print addresses of a city's gazetteer, one a line: all of them, or a sample."""
    from dispatch.city.gazetteer import GazetteerError
    from dispatch.city.loader import CityError
    from dispatch.city.packs import open_pack, roots_with

    try:
        rows = open_pack(name, roots_with(_kept(out))).gazetteer.sample(sample, seed)
    except (CityError, GazetteerError) as error:
        raise click.ClickException(str(error)) from error
    lines = _records(rows)
    if style == "jsonl":
        for record in lines:
            click.echo(json.dumps(record, ensure_ascii=False))
        return
    writer = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)


def _kept(out: Path | None) -> Path:
    """Where city packs are kept: where the command says, else where the settings do."""
    from ivr import settings as house

    return out or house.load().cities_path


def _records(rows: Iterator[Address]) -> Iterator[dict[str, str | int | float]]:
    for row in rows:
        values = (row.written, row.number, row.suffix, row.high or "", row.street, row.area, row.zip, row.lat, row.lon)
        yield dict(zip(_COLUMNS, values, strict=True))


def _mapped(mapping: tuple[str, ...]) -> dict[str, str]:
    """Read `column=field` pairs; a pair without "=" or with an unknown field is refused with the fields there are."""
    from dispatch.city.importer_columns import HEADINGS

    columns = {}
    for pair in mapping:
        column, _, ours = pair.rpartition("=")
        if not column or ours not in HEADINGS:
            raise click.BadParameter(f"{pair!r} is not COLUMN=FIELD with one of the fields {', '.join(HEADINGS)}")
        columns[column] = ours
    return columns


def _tell(summary: ImportSummary) -> None:
    from rich.console import Console
    from rich.table import Table

    made = summary.gazetteer
    console = Console(stderr=True)
    console.print(
        f"\n[bold]{summary.slug}[/bold]: {made.addresses:,} addresses on {made.streets:,} streets in "
        f"{len(made.areas)} areas, {made.corners:,} corners, {made.landmarks:,} landmarks, in {summary.seconds:.1f} s"
    )
    if summary.skipped:
        table = Table("rows left out", "why", "how many", "first on line", box=None)
        for one in summary.skipped:
            table.add_row(one.kind, one.reason, f"{one.rows:,}", str(one.line or ""))
        console.print(table)
    if not made.corners:
        console.print("No corners are known: callers can name addresses and landmarks only. See --intersections.")
    console.print(f"Written to {summary.folder}. Next: dial311 city check {summary.folder}")
