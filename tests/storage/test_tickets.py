"""What is asked of the ledger about tickets is answered city by city."""

from __future__ import annotations

import datetime as dt
from typing import Any

from storage import tickets
from storage.database import Database
from storage.tables import Ticket
from storage.vocabulary import Channel, Status

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def a_ticket(number: str, city: str = "springfield", **changes: Any) -> Ticket:
    hours = dt.timedelta(hours=int(number))
    values: dict[str, Any] = {
        "city": city,
        "number": number,
        "service": "pothole",
        "department": "streets",
        "routed_because": "streets does pothole",
        "channel": Channel.PHONE,
        "created_at": NOON + hours,
        "updated_at": NOON + hours,
    }
    return Ticket(**(values | changes))


def store(database: Database, *rows: Ticket) -> None:
    with database.transaction() as session:
        assert all(tickets.add_once(session, row) for row in rows)


def test_a_number_belongs_to_one_ticket_of_a_city(database: Database) -> None:
    store(database, a_ticket("1"), a_ticket("1", city="boston"))
    with database.transaction() as session:
        assert tickets.add_once(session, a_ticket("1")) is None
    with database.reading() as session:
        found = tickets.by_number(session, "boston", "1")
        assert found is not None
        assert found.city == "boston"
        assert tickets.by_number(session, "chicago", "1") is None


def test_tickets_are_listed_newest_first_and_filtered(database: Database) -> None:
    store(
        database,
        a_ticket("1", status=Status.CLOSED),
        a_ticket("2", service="tree", department="parks"),
        a_ticket("3"),
        a_ticket("4", city="boston"),
    )
    with database.reading() as session:

        def numbers(**filters: Any) -> list[str]:
            return [row.number for row in tickets.listing(session, "springfield", **filters)]

        assert numbers() == ["3", "2", "1"]
        assert numbers(limit=1) == ["3"]
        assert numbers(statuses=[Status.CLOSED]) == ["1"]
        assert numbers(services=["tree", "pothole"], departments=["parks"]) == ["2"]
        assert numbers(since=NOON + dt.timedelta(hours=3)) == ["3"]


def test_more_tickets_than_a_batch_are_listed_once_each(database: Database) -> None:
    store(database, *(a_ticket(str(number)) for number in range(1_100)))
    with database.reading() as session:
        numbers = [int(row.number) for row in tickets.listing(session, "springfield")]
    assert numbers == list(reversed(range(1_100)))
