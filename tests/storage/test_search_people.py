"""Whose ticket is it? Every way to find out reads an index, however many tickets there are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import event

from storage import search_people
from storage.database import Database
from storage.tables import Follower, Ticket
from storage.vocabulary import Channel

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def filed(number: int, **more: Any) -> Ticket:
    at = NOON + dt.timedelta(minutes=number)
    return Ticket(
        city=more.pop("city", "springfield"),
        number=str(number),
        channel=Channel.CONSOLE,
        created_at=at,
        updated_at=at,
        service="pothole",
        department="streets",
        routed_because="",
        **more,
    )


def test_what_somebody_reported_or_follows_newest_first_and_of_their_city_alone(database: Database) -> None:
    with database.transaction() as session:
        theirs = [filed(number, reporter_phone="+12175550101") for number in (1, 3)]
        followed, other = filed(2), filed(5, reporter_phone="+12175550102")
        elsewhere = filed(4, city="shelbyville", reporter_phone="+12175550101")
        session.add_all([*theirs, followed, other, elsewhere])
        session.flush()
        for ticket in (followed, theirs[0], elsewhere):
            session.add(Follower(ticket_id=ticket.id or 0, phone="+12175550101", created_at=NOON))
    with database.reading() as session:
        found = search_people.tickets_of(session, "springfield", phone="+12175550101")
        assert [one.number for one in found] == ["3", "2", "1"]
        assert search_people.tickets_of(session, "springfield") == []


def test_who_has_very_many_is_not_read_to_the_end(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_people, "SHOWN", 2)
    with database.transaction() as session:
        session.add_all([filed(number, reporter_email="office@example.org") for number in range(9)])
    with database.reading() as session:
        found = search_people.tickets_of(session, "springfield", email="office@example.org")
        assert [one.number for one in found] == ["8", "7", "6"]


@pytest.mark.parametrize(
    ("who", "indexes"),
    [
        ({"phone": "+12175550101"}, ("ix_tickets_reporter", "ix_followers_phone")),
        ({"email": "ana@example.org"}, ("ix_tickets_reporter_email", "ix_followers_email")),
    ],
)
def test_each_is_read_off_an_index(database: Database, who: dict[str, str], indexes: tuple[str, ...]) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL chooses by what the tables hold, and here they are empty")
    plans: list[str] = []
    with database.reading() as session:
        connection = session.connection()

        @event.listens_for(connection, "before_cursor_execute", retval=True)
        def explained(_connection: object, cursor: object, statement: str, values: object, *_: object) -> object:
            if statement.startswith("SELECT tickets"):
                cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[attr-defined] # the driver's own
                plans.extend(map(str, cursor.fetchall()))  # type: ignore[attr-defined] # likewise
            return statement, values

        search_people.tickets_of(session, "springfield", **who)
    for index in indexes:
        assert any(f"{index} " in line for line in plans), plans
