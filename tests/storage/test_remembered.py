"""What open tickets still need is remembered, and what somebody said where is forgotten with the rest."""

from __future__ import annotations

import datetime as dt

from sqlmodel import select

from dispatch import tickets
from dispatch.new_ticket import Spot
from storage import messages, retention
from storage.database import Database
from storage.message_tables import IncomingText
from storage.retention import Forgotten
from storage.tables import Notification, TicketEvent
from storage.vocabulary import Status
from tests.dispatch.desk import change, filed, history, ticket
from tests.dispatch.littleton import CLERK, MONDAY, later

NEIGHBOUR = "+12125550002"
SAID = "in front of my house, ask for Maria Lopez, 217-555-0142"


def night(database: Database, days: float) -> Forgotten:
    """What is forgotten in a night so many days later, by a city that remembers for ninety."""
    at = MONDAY + dt.timedelta(days=days)
    before = at - dt.timedelta(days=90)
    return retention.forget(database, "littleton", calls_before=before, tickets_before=before, at=at)


def test_who_reported_a_duplicate_hears_the_end_however_late_it_comes(database: Database) -> None:
    parent = filed(database, origin="CA1:1")
    second = filed(database, origin="CA2:1", reporter_phone=NEIGHBOUR)
    change(database, tickets.merge, second, parent, CLERK)
    assert night(database, 400) == Forgotten(0, 0)
    done = later(CLERK, days=401)
    change(database, tickets.change_status, parent, Status.RESOLVED, done, public="Filled at last.")
    with database.reading() as session:
        told = session.exec(select(Notification).where(Notification.recipient == NEIGHBOUR)).all()
    assert "Filled at last." in told[-1].body
    assert night(database, 402 + 89) == Forgotten(0, 0)
    assert night(database, 402 + 90) == Forgotten(0, 2)
    assert ticket(database, second).reporter_phone is None


def a_text(database: Database, sid: str, number: str = "") -> None:
    ticket_id = ticket(database, number).id if number else None
    with database.transaction() as session:
        photo = f"https://api.twilio.com/Messages/{sid}/Media/ME1"
        row = IncomingText(
            message_sid=sid, city="littleton", phone=NEIGHBOUR, media=[photo], ticket_id=ticket_id, at=MONDAY
        )  # fmt: skip
        messages.first_delivery(session, row)


def deleted_at_twilio(database: Database) -> set[str]:
    with database.reading() as session:
        return {
            row.recipient
            for row in session.exec(select(Notification)).all()
            if row.channel == "rest_delete" and row.recipient.endswith("ME1")
        }


def test_the_photos_of_an_open_ticket_stay_until_it_is_forgotten(database: Database) -> None:
    number = filed(database)
    a_text(database, "MM1", number)
    a_text(database, "MM2")
    night(database, 91)
    assert deleted_at_twilio(database) == {"MM2/ME1"}
    change(database, tickets.change_status, number, Status.RESOLVED, later(CLERK, days=100), public="Filled.")
    night(database, 189)
    assert deleted_at_twilio(database) == {"MM2/ME1"}
    night(database, 191)
    assert deleted_at_twilio(database) == {"MM1/ME1", "MM2/ME1"}


def test_what_comes_to_a_ticket_that_is_forgotten_goes_by_its_own_age(database: Database) -> None:
    number = filed(database)
    change(database, tickets.change_status, number, Status.RESOLVED, CLERK, public="Filled.")
    night(database, 91)
    a_text(database, "MM1", number)
    night(database, 92)
    assert deleted_at_twilio(database) == {"MM1/ME1"}


def place_lines(database: Database, number: str) -> list[TicketEvent]:
    return [line for line in history(database, number) if line.kind == "place"]


def test_a_place_in_somebody_s_own_words_is_forgotten_and_one_on_the_map_stays(database: Database) -> None:
    said = filed(database, origin="CA1:1", place_kind="none", address=SAID, lat=None, lon=None)
    doubted = filed(database, origin="CA2:1", address=SAID, location_verified=False)
    found = filed(database, origin="CA3:1")
    corrected = filed(database, origin="CA4:1", address=SAID, location_verified=False)
    change(database, tickets.change_place, corrected, Spot(address="12 Elm St", lat=40.5, lon=-74.5), CLERK)
    assert place_lines(database, corrected)[0].data == {"from": SAID, "to": "12 Elm St"}
    for number in (said, doubted, found, corrected):
        change(database, tickets.change_status, number, Status.RESOLVED, CLERK, public="Filled.")
    assert night(database, 91) == Forgotten(0, 4)
    assert [ticket(database, number).address for number in (said, doubted, found, corrected)] == [
        "",
        "",
        "12 Elm St",
        "12 Elm St",
    ]
    assert place_lines(database, corrected)[0].data == {}
