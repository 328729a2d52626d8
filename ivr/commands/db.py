"""`dial311 db …`: for whoever looks after the ledger."""

from __future__ import annotations

import click


@click.group(short_help="Create or upgrade the database.")
def db() -> None:
    """Create or upgrade the database."""


@db.command(short_help="Create the tables, or bring them to what this release expects.")
def upgrade() -> None:
    """Create the tables, or bring them to what this release expects.

    The database is the one DATABASE_URL names. All of it is done or nothing; run it again as often as you like, also
    from several machines at once.
    """
    from sqlalchemy.exc import OperationalError

    from ivr import settings as house
    from storage import schema
    from storage.database import Database

    url = house.load().database_url
    shown = Database(url).url.render_as_string(hide_password=True)
    try:
        revision = schema.upgrade(url)
    except OperationalError as problem:
        raise click.ClickException(f"DATABASE_URL: {shown} cannot be reached or migrated: {problem.orig}") from None
    click.echo(f"{shown} is at revision {revision}.")
