"""`dial311 run`, `worker`, `show`, `replay` and `twilio`: for whoever keeps the line running and looks into a call."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from ivr.commands.ledger import opened

if TYPE_CHECKING:
    from dispatch.city.packs import Packs
    from ivr.line import Line
    from ivr.settings import Settings


@click.command(short_help="Serve the line: telephone, texts and console.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on. [default: PORT, else 8311]")
@click.option("--host", help="Address to listen on. [default: HOST, else 127.0.0.1]")
@click.option(
    "--workers", type=click.IntRange(1, 256), help="Processes. [default: WORKERS, else what suits the database]"
)
@click.option("--worker/--no-worker", "sends", default=True, help="Also send what waits in the outbox. [default: yes]")
def run(port: int | None, host: str | None, workers: int | None, sends: bool) -> None:
    """Serve the line, and beside it send what waits in the outbox.

    SIGHUP has new processes take over without losing a call, SIGTERM lets them finish their turns.
    """
    import os

    given = {"PORT": port, "HOST": host, "WORKERS": workers}
    os.environ.update({name: str(value) for name, value in given.items() if value is not None})
    settings = _settings()
    _tables_are_there(settings)
    packs = _packs(settings)
    click.echo(_welcome(settings, packs))
    from ivr import supervisor

    try:
        raise SystemExit(supervisor.run(settings, sends=sends))
    except OSError as problem:
        raise click.ClickException(f"PORT: {settings.host}:{settings.port} cannot be opened: {problem}.") from None


@click.command(short_help="Send what waits in the outbox.")
@click.option("--once", is_flag=True, help="Send what is due now, and stop.")
def worker(once: bool) -> None:
    """Send what waits: text messages, e-mail, webhooks; end forgotten calls, and forget at night what must be.

    Several may run, on several machines. At a desk, what is not set up is only shown.
    """
    import os
    import signal
    import threading

    from ivr import observability
    from ivr.outbox_worker import outbox_worker
    from ivr.outside import channels

    settings = _settings()
    observability.set_up_logs(settings.log_level)
    with closing(_line(settings)) as line:
        works = outbox_worker(line, channels(settings, {slug: served.city for slug, served in line.cities.items()}))
        if once:
            works.chores()
            while works.once():
                pass
            return
        os.nice(10)  # callers who wait for an answer come first
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        works.run(stop)


@click.command(short_help="Show a ticket or a call, turn by turn.")
@click.argument("what", metavar="NUMBER|CALLSID")
def show(what: str) -> None:
    """Show a ticket with its history, or a call with all that was heard and said.

    What it prints may be personal: it is for those who may read it.
    """
    from ivr.transcript import calls_in_words, tickets_in_words

    with opened(_settings().database_url) as database, database.reading() as session:
        text = calls_in_words(session, what) or tickets_in_words(session, what)
    if not text:
        raise click.ClickException(f"There is no call and no ticket {what!r}.")
    click.echo(text)


@click.command(short_help="Play a call's stored turns again.")
@click.argument("call_sid", metavar="CALLSID")
def replay(call_sid: str) -> None:
    """Play what was heard in a call through the dialogue as it is now; show the first turn that comes out otherwise.

    Changes nothing: what the effects came to is taken from the transcript. Ends with 1 where there is a difference.
    """
    from ivr.transcript import NotReplayable, first_difference

    with closing(_line(_settings())) as line:
        try:
            turns, difference = first_difference(line, call_sid)
        except NotReplayable as problem:
            raise click.ClickException(str(problem)) from None
    if difference:
        click.echo(difference)
        raise SystemExit(1)
    click.echo(f"All {turns} turns come out as they did.")


@click.group(short_help="Connect a Twilio number.")
def twilio() -> None:
    """Connect a Twilio number to this line."""


@twilio.command(short_help="Set a number's URLs.")
@click.option("--number", help="The number, +1… [default: the numbers of all cities served]")
@click.option("--fallback-url", help="A TwiML Bin, apart from this house. [default: PUBLIC_URL/voice/fallback]")
@click.option("--dry-run", is_flag=True, help="Only say what would be set.")
def configure(number: str | None, fallback_url: str | None, dry_run: bool) -> None:
    """Have Twilio call this line: voice URL, fallback URL and status callback of each number.

    Needs TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and an https PUBLIC_URL. Safe to repeat.
    """
    from ivr.twilio_numbers import NumberProblem, configure_number, urls

    settings = _settings()
    if not settings.public_url.startswith("https://"):
        raise click.ClickException("PUBLIC_URL must be the https:// address Twilio is to call.")
    wanted = [number] if number else [one for pack in _packs(settings).values() for one in pack.city.numbers]
    for one in wanted:
        click.echo(one)
        for name, value in urls(settings.public_url, fallback_url).items():
            click.echo(f"  {name} = {value}")
        if dry_run:
            continue
        try:
            click.echo(f"  set on {configure_number(settings, one, fallback_url)}")
        except NumberProblem as problem:
            raise click.ClickException(str(problem)) from None


@twilio.command(short_help="Print the TwiML to keep in a TwiML Bin.")
@click.option("--city", help="The city. [default: the first one served]")
def fallback(city: str | None) -> None:
    """Print what Twilio should say when this house does not answer at all: paste it into a TwiML Bin."""
    from ivr.lifeline import without_the_house

    packs = _packs(_settings())
    if city and city not in packs:
        raise click.ClickException(f"{city!r} is not served; CITIES names {', '.join(packs)}.")
    click.echo(without_the_house(packs[city].city if city else packs.first.city))


def _settings() -> Settings:
    from ivr.settings import load

    return load()


def _packs(settings: Settings) -> Packs:
    from dispatch.city.gazetteer import GazetteerError
    from dispatch.city.loader import CityError
    from dispatch.city.packs import Packs, roots_with

    try:
        return Packs.open(settings.cities, roots_with(settings.cities_path))
    except (CityError, GazetteerError) as problem:
        raise click.ClickException(str(problem)) from None


def _line(settings: Settings) -> Line:
    """The line without its web doors."""
    from ivr.app import understand
    from ivr.dialogue.engine import advance
    from ivr.line import Line, utc_now
    from storage.database import Database

    return Line(settings, _packs(settings), Database(settings.database_url), advance, utc_now, understand)


def _tables_are_there(settings: Settings) -> None:
    """Refuse to start without a database that this release can use: every caller would hear an apology."""
    from sqlalchemy.exc import SQLAlchemyError

    from storage import schema
    from storage.database import Database

    database = Database(settings.database_url)
    try:
        current = schema.is_current(database)
    except SQLAlchemyError as problem:
        reason = str(problem).splitlines()[0]
        raise click.ClickException(f"DATABASE_URL: the database does not answer. {reason}") from None
    finally:
        database.close()
    if not current:
        raise click.ClickException("The database has not the tables of this release. Run: dial311 db upgrade")


def _welcome(settings: Settings, packs: Packs) -> str:
    """What to open, and what was made up."""
    here = f"http://{settings.host}:{settings.port}"
    lines = [f"dial311 answers for {', '.join(pack.city.names['en'] for pack in packs.values())} on {here}"]
    if not settings.production:
        lines.append(f"  a phone in the browser   {here}/phone")
        lines.append("  a call from a terminal   make call")
    if not settings.sends:
        lines.append("  no Twilio account: nothing leaves this machine")
    if made_up := settings.made_up_token:
        lines.append("  calls are signed with a token made up for this machine:")
        lines.append(f"  TWILIO_AUTH_TOKEN={made_up}")
    return "\n".join(lines)
