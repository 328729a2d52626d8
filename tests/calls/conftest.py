"""The telephone on both databases, and what is in the ledger afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlmodel import col, select

from dispatch.city.packs import Packs
from ivr.dialogue.context import Understanding
from ivr.simulator.phone import Phone
from storage.database import Database
from storage.tables import Ticket
from tests import phone as telephone


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write tests/transcripts/ anew, as the calls go today")


@pytest.fixture
def exchange(
    packs: Packs, database: Database, database_url: str, understanding: Understanding, tmp_path: Path
) -> Iterator[telephone.Exchange]:
    """Where the calls arrive."""
    exchange = telephone.Exchange(telephone.settings_on(database_url, tmp_path), packs, database, understanding)
    yield exchange
    exchange.close()


@pytest.fixture
def phone(exchange: telephone.Exchange) -> Phone:
    """A telephone; `phone.dials()` places a call."""
    return exchange.phone()


@pytest.fixture
def tickets(database: Database) -> Callable[[], Sequence[Ticket]]:
    """Every ticket in the ledger, oldest first."""

    def listed() -> Sequence[Ticket]:
        with database.reading() as session:
            return session.exec(select(Ticket).order_by(col(Ticket.id))).all()

    return listed
