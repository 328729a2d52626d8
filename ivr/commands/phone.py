"""`dial311 call`: place a call to the line from a terminal, or let a script place it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from ivr.commands.ledger import opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.settings import Settings
    from ivr.simulator.exchange import Filed


@click.command(short_help="Call the line from this terminal.")
@click.option(
    "--script",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Let this file be the caller: a golden transcript, or lines as you would type them.",
)
@click.option("--to", default="", help="The number to dial; it chooses the city. [default: the first city's]")
@click.option("--from", "from_", default="+16175550142", show_default=True, help="The number to call from.")
@click.option("--url", default="", help="Where the line runs. [default: http://127.0.0.1:PORT]")
def call(script: Path | None, to: str, from_: str, url: str) -> None:
    """Call the line from this terminal.

    Type what you would say; digits are keys, an empty line is silence, Ctrl-D hangs up. The call is signed like
    Twilio's, with the first TWILIO_AUTH_TOKEN; while a call rings elsewhere, `a` lets somebody answer.
    """
    from rich.console import Console

    from ivr import settings as house
    from ivr.simulator.parameters import Number
    from ivr.simulator.phone import Phone
    from ivr.simulator.terminal import Terminal, script_lines
    from ivr.simulator.transport import OverHttp

    settings = house.load()
    server = url or f"http://127.0.0.1:{settings.port}"
    if not _answers(server):
        raise click.ClickException(
            f"Nobody answers at {server}. Start the line with `make run`, or name it with --url."
        )
    number = Number.at(signed_as(settings, server))
    phone = Phone(OverHttp(server), settings.tokens[0], number, called=to or first_number(settings), strict=False)
    console = Console()
    placed = phone.dials(from_=from_)
    terminal = Terminal(placed, console)
    if script:
        terminal.play(script_lines(script.read_text(encoding="utf-8")))
    else:
        terminal.converse()
    terminal.show_tickets(_filed(settings, placed.sid))


def signed_as(settings: Settings, server: str) -> str:
    """The address the line believes to have, for signatures are made over it."""
    port = urlsplit(server).port
    return settings.public_url or (f"http://{settings.host}:{port}" if port else server)


def _answers(server: str) -> bool:
    import socket

    parts = urlsplit(server)
    try:
        with socket.create_connection(
            (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)), 3
        ):
            return True
    except OSError:
        return False


def first_number(settings: Settings) -> str:
    """The number of the first city served, as its file has it; where it has none, any number reaches it."""
    from dispatch.city.loader import load_city
    from dispatch.city.packs import folder_of, roots_with
    from ivr.simulator.phone import CALLED

    roots = roots_with(settings.cities_path)
    return next(iter(load_city(folder_of(settings.cities[0], roots), roots).numbers), CALLED)


def _filed(settings: Settings, call_sid: str) -> Sequence[Filed]:
    """What came of the call, where the line's database is the one that is set here."""
    from ivr.simulator.exchange import Filed
    from storage import tickets

    with opened(settings.database_url) as database, database.reading() as session:
        return [
            Filed(ticket.number, ticket.service, ticket.address, ticket.department, ticket.status)
            for city in settings.cities
            for ticket in tickets.of_call(session, city, call_sid)
        ]
