"""`dial311 city list | check | build`: for whoever writes a city's files or puts a city on the line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dispatch.city.gazetteer import AddressRow
    from dispatch.city.mistakes import Mistake
    from dispatch.city.model import City


def _roots() -> tuple[Path, ...]:
    from dispatch.city.packs import roots_with
    from ivr import settings as house

    return roots_with(house.load().cities_path)


@click.command("list", short_help="List the cities that can be served.")
def list_command() -> None:
    """List the cities that can be served, the imported ones and those that are shipped."""
    from rich.console import Console
    from rich.table import Table

    from dispatch.city.loader import CityError, load_city
    from dispatch.city.packs import list_packs

    roots = _roots()
    table = Table("City", "Name", "Languages", "Numbers", "Services", "Folder", box=None, pad_edge=False)
    for slug, folder in list_packs(roots).items():
        try:
            city = load_city(folder, roots)
        except CityError as error:
            table.add_row(slug, f"[red]{_counted(error.mistakes)}: see dial311 city check {slug}[/red]")
            continue
        name = f"{city.names['en']}, {city.region}".removesuffix(", ")
        languages, numbers = " ".join(city.languages), " ".join(city.numbers)
        table.add_row(slug, name, languages, numbers, str(len(city.services)), os.path.relpath(folder))
    Console().print(table)


@click.command(short_help="Report every mistake in a city's files.")
@click.argument("cities", nargs=-1, metavar="[NAME|FOLDER]…")
def check(cities: tuple[str, ...]) -> None:
    """Report every mistake in a city's files.

    Each city is a name from `dial311 city list` or the folder of its files; without any, all of them are checked, and
    that no two claim one telephone number. Ends with code 1 where anything is wrong.
    """
    from dispatch.city.loader import CityError, check_together, load_city
    from dispatch.city.packs import folder_of, list_packs
    from ivr.prompts.prompts import mistakes as prompt_mistakes

    roots = _roots()
    mistakes: list[Mistake] = []
    opened: list[City] = []
    for name in cities or tuple(list_packs(roots)):
        try:
            path = Path(name).parent if Path(name).name == "city.toml" else Path(name)
            folder = path if (path / "city.toml").is_file() else folder_of(name, roots)
            city = load_city(folder, roots)
        except CityError as error:
            mistakes += error.mistakes
            continue
        opened.append(city)
        if wrong := list(prompt_mistakes(city)):
            mistakes += wrong
            continue
        departments, services = len(city.departments), len(city.services)
        click.echo(f"{city.slug}: nothing is wrong ({services} services, {departments} departments).")
    try:
        check_together(opened)
    except CityError as error:
        mistakes += error.mistakes
    for mistake in mistakes:
        click.echo(str(mistake), err=True)
    if mistakes:
        raise click.ClickException(f"{_counted(mistakes)} to put right.")


@click.command(short_help="Build a shipped city's gazetteer.")
@click.argument("cities", nargs=-1, required=True, metavar="NAME…")
def build(cities: tuple[str, ...]) -> None:
    """Build a shipped city's gazetteer.

    An invented city's streets are drawn from its streets.toml, and that happens by itself when the line starts; this
    does it beforehand, or once more. An imported city's gazetteer is made by `dial311 city import`.
    """
    from dispatch.city.gazetteer import Gazetteer
    from dispatch.city.loader import CityError, load_city
    from dispatch.city.packs import folder_of, gazetteer_of

    roots = _roots()
    for slug in cities:
        try:
            folder = folder_of(slug, roots)
            city = load_city(folder, roots)
            file = gazetteer_of(city, folder, roots[0], _watched, anew=True)
        except CityError as error:
            raise click.ClickException(str(error)) from None
        counts = ", ".join(f"{count:,} {what}" for what, count in Gazetteer.open(file).counts.items())
        click.echo(f"{slug}: {counts} in {file}")


def _watched(addresses: Sequence[AddressRow]) -> Iterable[AddressRow]:
    """Hand the addresses on with a progress bar, on standard error so that output can be piped."""
    from rich.console import Console
    from rich.progress import track

    return track(addresses, "Writing addresses", console=Console(stderr=True))


def _counted(mistakes: Sequence[Mistake]) -> str:
    return "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
