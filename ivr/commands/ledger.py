"""The ledger as commands open it: what keeps it from being read is told in a sentence, and it is closed in the end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from storage.database import Database


@contextlib.contextmanager
def opened(url: str) -> Iterator[Database]:
    """Open the ledger at a `DATABASE_URL`. Raises click's exception, with the cure, where it cannot be used."""
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from storage.database import Database

    database = Database(url)
    try:
        yield database
    except (OperationalError, ProgrammingError) as problem:
        shown = database.url.render_as_string(hide_password=True)
        raise click.ClickException(f"{shown}: {problem.orig} (has `dial311 db upgrade` been run?)") from None
    finally:
        database.close()
