"""`dial311 operator …`: accounts of the desk, for whoever looks after the machine; the first one is made here."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from ivr.commands.ledger import opened
from storage.vocabulary import Role

if TYPE_CHECKING:
    from sqlmodel import Session

    from ivr.settings import Settings
    from storage.account_tables import Operator


@click.group(short_help="Add, list, close and reset operators' accounts.")
def operator() -> None:
    """Add, list, close and reset operators' accounts.

    Administrators do the same on the desk's page "Operators". What is done here stands in the accounts' history as done
    by the command line.
    """


@operator.command(short_help="Open an account, and print the password to hand over.")
@click.argument("email")
@click.option("--name", required=True, help="Their name, as colleagues read it.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.OPERATOR.value,
    show_default=True,
    help="What they may do; the desk's page shows the table.",
)
@click.option(
    "--department",
    "departments",
    multiple=True,
    help="Code of a department they work for; may be repeated. [default: all]",
)
@click.option("--city", "cities", multiple=True, help="Slug of a city they see; may be repeated. [default: all]")
def add(email: str, name: str, role: str, departments: tuple[str, ...], cities: tuple[str, ...]) -> None:
    """Open an account, and print the password to hand over.

    It is printed once and kept nowhere; at the first log-in they choose their own.
    """
    from dispatch.accounts import passwords, roll

    settings = _settings()
    _check(settings, departments, cities)
    password = passwords.made_up()
    person = roll.Person(email, name, Role(role), departments, cities)
    with _roll(settings) as session:
        made = roll.add(session, _now(), roll.COMMAND_LINE, person, passwords.hashed(password))
    click.echo(f"{made.name} logs in at {settings.base_url}/console as {made.email} with the password")
    click.echo(f"\n    {password}\n")


@operator.command("list", short_help="List everybody with an account.")
def list_command() -> None:
    """List everybody with an account."""
    from rich.console import Console
    from rich.table import Table

    from storage import accounts

    table = Table(
        "email", "name", "role", "departments", "cities", "second factor", "last log-in", "", box=None, pad_edge=False
    )
    with _roll(_settings()) as session:
        for each in accounts.everybody(session):
            table.add_row(
                each.email,
                each.name,
                each.role.value,
                ", ".join(each.departments) or "all",
                ", ".join(each.cities) or "all",
                each.second_factor or "none",
                f"{each.last_login_at:%Y-%m-%d %H:%M}" if each.last_login_at else "never",
                "" if each.active else "closed",
            )
    Console(width=None if sys.stdout.isatty() else 1_000, markup=False, highlight=False).print(
        table if table.row_count else "Nobody has an account: dial311 operator add makes one."
    )


@operator.command(short_help="Close an account; its sessions end at once.")
@click.argument("email")
def disable(email: str) -> None:
    """Close an account; its sessions end at once.

    What they did stays on record. `dial311 operator enable` opens it again.
    """
    from dispatch.accounts import roll

    _do(email, lambda session, found: roll.disable(session, _now(), roll.COMMAND_LINE, found))
    click.echo(f"The account of {email} is closed.")


@operator.command(short_help="Open a closed account again.")
@click.argument("email")
def enable(email: str) -> None:
    """Open a closed account again."""
    from dispatch.accounts import roll

    _do(email, lambda session, found: roll.enable(session, _now(), roll.COMMAND_LINE, found))
    click.echo(f"The account of {email} is open again.")


@operator.command(short_help="Give a new password, and take a lost telephone out.")
@click.argument("email")
def reset(email: str) -> None:
    """Give a new password, and take a lost telephone out.

    Sessions end, the second factor and the recovery codes are gone; they set both up again when they log in.
    """
    from dispatch.accounts import passwords, roll

    password = passwords.made_up()
    secret = passwords.hashed(password)
    _do(email, lambda session, found: roll.reset(session, _now(), roll.COMMAND_LINE, found, secret))
    click.echo(f"{email} logs in with the password\n\n    {password}\n")


def _do(email: str, what: Callable[[Session, Operator], None]) -> None:
    from storage import accounts

    with _roll(_settings()) as session:
        found = accounts.by_email(session, email, lock=True)
        if found is None:
            raise click.ClickException(f"Nobody logs in as {email}: dial311 operator list names everybody.")
        what(session, found)


def _check(settings: Settings, departments: tuple[str, ...], cities: tuple[str, ...]) -> None:
    """Refuse departments and cities that are not there: whoever was meant would see nothing, and not know why."""
    from dispatch.city.formats import unknown
    from dispatch.city.loader import CityError, load_city
    from dispatch.city.packs import folder_of, roots_with

    roots = roots_with(settings.cities_path)
    try:
        known = {slug: load_city(folder_of(slug, roots), roots) for slug in settings.cities}
    except CityError as problem:
        raise click.ClickException(str(problem)) from None
    for slug in cities:
        if slug not in known:
            raise click.BadParameter(unknown("city", slug, known), param_hint="--city")
    codes = {code for slug in cities or known for code in known[slug].departments}
    for code in departments:
        if code not in codes:
            raise click.BadParameter(unknown("department", code, codes), param_hint="--department")


@contextlib.contextmanager
def _roll(settings: Settings) -> Iterator[Session]:
    """Open the ledger for a change; what stands in the way is told in a sentence."""
    from dispatch.accounts.roll import AccountRefused

    try:
        with opened(settings.database_url) as database, database.transaction() as session:
            yield session
    except AccountRefused as refused:
        raise click.ClickException(str(refused)) from None


def _settings() -> Settings:
    from ivr import settings as house

    return house.load()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
