"""Two operators at one ticket see each other, and nobody is seen who has gone."""

from __future__ import annotations

import datetime as dt

from storage import presence
from storage.database import Database
from tests.dispatch.desk import filed, ticket
from tests.dispatch.littleton import MONDAY

MARIA, JO = "maria@city.example", "jo@city.example"


def note(database: Database, who: str, ticket_id: int, seconds: int, *, writing: bool = False) -> None:
    with database.transaction() as session:
        presence.note(session, ticket_id, who, MONDAY + dt.timedelta(seconds=seconds), writing=writing)


def others(database: Database, who: str, ticket_id: int, seconds: int) -> list[tuple[str, bool]]:
    with database.reading() as session:
        found = presence.others(session, ticket_id, who, MONDAY + dt.timedelta(seconds=seconds))
        return [(one.operator, one.writing) for one in found]


def test_who_else_is_there_is_seen_until_they_are_gone(database: Database) -> None:
    ticket_id = ticket(database, filed(database)).id or 0
    note(database, MARIA, ticket_id, 0)
    assert others(database, MARIA, ticket_id, 1) == []
    assert others(database, JO, ticket_id, 1) == [(MARIA, False)]
    note(database, MARIA, ticket_id, 30, writing=True)
    assert others(database, JO, ticket_id, 70) == [(MARIA, True)]
    assert others(database, JO, ticket_id, 80) == []


def test_leaving_is_seen_at_once(database: Database) -> None:
    ticket_id = ticket(database, filed(database)).id or 0
    note(database, MARIA, ticket_id, 0)
    with database.transaction() as session:
        presence.leave(session, ticket_id, MARIA)
    assert others(database, JO, ticket_id, 1) == []


def test_who_writes_is_named_first(database: Database) -> None:
    ticket_id = ticket(database, filed(database)).id or 0
    note(database, MARIA, ticket_id, 0)
    note(database, "kim@city.example", ticket_id, 5, writing=True)
    assert [who for who, _ in others(database, JO, ticket_id, 6)] == ["kim@city.example", MARIA]
