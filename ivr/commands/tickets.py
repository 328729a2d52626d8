"""`dial311 tickets | retention`: for whoever looks into the ledger, or keeps it as small as the law wants."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from ivr.commands.ledger import opened
from ivr.commands.tickets_import import import_command
from storage.vocabulary import Status

if TYPE_CHECKING:
    from storage.tables import Ticket

SHOWN_AT_ONCE = 50
FIELDS = (
    *("number", "city", "service", "department", "address", "lat", "lon", "area", "status", "priority", "channel"),
    *("language", "created", "due", "closed", "review", "call_sid"),
)
IN_TABLE = ("number", "city", "service", "department", "address", "status", "priority", "channel", "created", "due")


@click.group(short_help="List tickets, or take them over from another system.", invoke_without_command=True)
@click.option("--city", "cities", multiple=True, help="A city's slug; may be repeated. Default: all of CITIES.")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice([status.value for status in Status]),
    help="Only with this status; may be repeated.",
)
@click.option("--service", "services", multiple=True, help="Only this service, by code; may be repeated.")
@click.option("--department", "departments", multiple=True, help="Only this department, by code; may be repeated.")
@click.option(
    "--format", "form", type=click.Choice(["table", "jsonl", "csv"]), default="table", show_default=True, help="How."
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=None,
    help=f"At most so many. Default: {SHOWN_AT_ONCE} in a table, all otherwise.",
)
@click.pass_context
def tickets(
    context: click.Context,
    cities: tuple[str, ...],
    statuses: tuple[str, ...],
    services: tuple[str, ...],
    departments: tuple[str, ...],
    form: str,
    limit: int | None,
) -> None:
    """List tickets, or take them over from another system.

    City by city, newest first. Nothing in the list says who reported one.
    """
    if context.invoked_subcommand:
        return
    from ivr import settings as house
    from storage import tickets as ledger

    settings = house.load()
    limit = limit or (SHOWN_AT_ONCE if form == "table" else None)
    with opened(settings.database_url) as database, database.reading() as session:
        rows = (
            _row(ticket)
            for city in cities or settings.cities
            for ticket in ledger.listing(
                session,
                city,
                statuses=[Status(status) for status in statuses],
                services=services,
                departments=departments,
                limit=limit,
            )
        )
        _WRITERS[form](itertools.islice(rows, limit))


tickets.add_command(import_command)


@click.command(short_help="Forget what must be forgotten.")
@click.option("--city", "cities", multiple=True, help="A city's slug; may be repeated. Default: all of CITIES.")
@click.option("--dry-run", is_flag=True, help="Only say what would be forgotten.")
def retention(cities: tuple[str, ...], dry_run: bool) -> None:
    """Forget what must be forgotten.

    Callers' numbers and words RETENTION_DAYS_CALLS after a call, reporters' names, numbers, addresses and words
    RETENTION_DAYS_CONTACTS after their ticket was closed. What cannot be traced to anybody stays, for the statistics.
    The worker does the same every night; this does it now. Recordings are removed at Twilio by the worker.
    """
    from ivr import settings as house
    from storage import retention as law

    settings = house.load()
    now = dt.datetime.now(dt.UTC)
    calls_before = now - dt.timedelta(days=settings.retention_days_calls)
    tickets_before = now - dt.timedelta(days=settings.retention_days_contacts)
    with opened(settings.database_url) as database:
        for city in cities or settings.cities:
            if dry_run:
                with database.reading() as session:
                    found = law.due(session, city, calls_before=calls_before, tickets_before=tickets_before)
            else:
                found = law.forget(database, city, calls_before=calls_before, tickets_before=tickets_before, at=now)
            verb = "would be forgotten" if dry_run else "forgotten"
            click.echo(f"{city}: {found.calls:,} calls and {found.tickets:,} tickets {verb}.")


def _row(ticket: Ticket) -> dict[str, Any]:
    """What anybody in the house may see of a ticket: nobody's name, number or words."""
    return {
        "number": ticket.number,
        "city": ticket.city,
        "service": ticket.service,
        "department": ticket.department,
        "address": ticket.address,
        "lat": ticket.lat,
        "lon": ticket.lon,
        "area": ticket.area,
        "status": ticket.status.value,
        "priority": ticket.priority.value,
        "channel": ticket.channel.value,
        "language": ticket.language,
        "created": ticket.created_at.isoformat(),
        "due": ticket.due_at.isoformat() if ticket.due_at else None,
        "closed": ticket.closed_at.isoformat() if ticket.closed_at else None,
        "review": ticket.review,
        "call_sid": ticket.call_sid,
    }


def _write_jsonl(rows: Iterator[dict[str, Any]]) -> None:
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False))


def _write_csv(rows: Iterator[dict[str, Any]]) -> None:
    table = csv.DictWriter(sys.stdout, FIELDS, lineterminator="\n")
    table.writeheader()
    table.writerows(row | {"review": " ".join(row["review"])} for row in rows)


def _write_table(rows: Iterator[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*IN_TABLE, box=None, pad_edge=False)
    for row in rows:
        times = {name: (row[name] or "")[:16].replace("T", " ") for name in ("created", "due")}
        table.add_row(*((row | times)[name] for name in IN_TABLE))
    # Into a file or a pipe nothing is cut off, however wide it gets.
    width = None if sys.stdout.isatty() else 1_000
    Console(width=width, markup=False, highlight=False, emoji=False).print(table if table.row_count else "No tickets.")


_WRITERS = {"table": _write_table, "jsonl": _write_jsonl, "csv": _write_csv}
