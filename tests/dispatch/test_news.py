"""Whoever reported or follows a ticket hears of every step that means something to them, and of none of their own."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from dispatch import deeds, tickets
from dispatch.city.model import City
from dispatch.new_ticket import By, Spot
from storage.database import Database
from storage.tables import Notification, Ticket
from storage.vocabulary import Channel, NotificationStatus, Status
from tests.dispatch.desk import change, filed, ticket
from tests.dispatch.littleton import CLERK, LITTLETON, MONDAY, a_report, later

REPORTER, NEIGHBOUR = "+12125550001", "+12125550002"
THURSDAY = dt.datetime(2026, 3, 5, 8, tzinfo=ZoneInfo(LITTLETON.time_zone))


def waiting(database: Database, recipient: str) -> list[Notification]:
    """What is to be sent to somebody, in order."""
    with database.reading() as session:
        theirs = select(Notification).where(
            Notification.recipient == recipient, Notification.status == NotificationStatus.PENDING
        )
        return list(session.exec(theirs.order_by(col(Notification.id))).all())


def said(database: Database, recipient: str = REPORTER) -> list[str]:
    """What they will read of how it goes on, after what they were told at filing."""
    return [row.body.partition(": ")[2] for row in waiting(database, recipient) if row.template != "public.filed"]


def known(number: str) -> str:
    return f"{number[:4]} {number[4:]}"


def test_a_day_that_is_fixed_is_told_without_a_sentence_and_so_is_the_work_that_begins(database: Database) -> None:
    number = filed(database)
    change(database, tickets.follow, number, By("follower", Channel.SMS, MONDAY), phone=NEIGHBOUR, language="es")
    change(database, tickets.assign, number, "maria", CLERK)
    assert said(database) == [], "who has it is not news to anybody outside"
    change(database, tickets.change_status, number, Status.SCHEDULED, CLERK, scheduled_for=THURSDAY)
    assert said(database) == [f"your report {known(number)} (Pothole, 12 Elm St) is scheduled for March 5."]
    assert said(database, NEIGHBOUR)[-1].endswith("programado para el 5 de marzo.")


@pytest.mark.parametrize(
    ("to", "with_it", "told"),
    [
        (Status.IN_PROGRESS, {}, ["is being worked on."]),
        (Status.WAITING, {"waiting_on": "contractor"}, ["is waiting for a contractor."]),
        (Status.WAITING, {"waiting_on": "caller"}, []),
        (Status.NEEDS_REVIEW, {}, []),
    ],
)
def test_every_step_is_told_that_means_something_to_who_waits(
    database: Database, to: Status, with_it: dict[str, str], told: list[str]
) -> None:
    number = filed(database)
    change(database, tickets.change_status, number, to, CLERK, **with_it)
    assert [words[-len(end) :] for words, end in zip(said(database), told, strict=True)] == told


def test_what_it_is_about_or_where_is_told_when_it_is_put_right(database: Database) -> None:
    number = filed(database)
    change(database, tickets.change_place, number, Spot(address="12 Elm St", lat=40.5, lon=-74.5), CLERK)
    assert said(database) == [], "it was right"
    change(database, tickets.change_service, number, "tree", CLERK)
    told = f"we have corrected your report {known(number)}. It is now: Fallen tree, 12 Elm St, received. "
    assert said(database) == [told + "It should be done by March 16."]


def test_what_changes_before_anything_was_sent_is_one_message_but_no_sentence_is_lost(database: Database) -> None:
    number = filed(database)
    change(database, tickets.change_service, number, "tree", CLERK)
    change(database, tickets.change_place, number, Spot(address="14 Elm St", lat=40.5, lon=-74.5), CLERK)
    change(database, tickets.change_status, number, Status.IN_PROGRESS, CLERK)
    assert said(database) == [f"your report {known(number)} (Fallen tree, 14 Elm St) is being worked on."]
    change(database, tickets.change_status, number, Status.SCHEDULED, CLERK, scheduled_for=THURSDAY, public="At eight.")
    change(database, tickets.change_status, number, Status.RESOLVED, CLERK, public="Cut up.")
    here = f"your report {known(number)} (Fallen tree, 14 Elm St) is"
    first, last = said(database)
    assert first == f"{here} scheduled for March 5. At eight."
    assert last.startswith(f"{here} done. Cut up.")


def test_what_was_overtaken_is_sent_after_all_when_the_step_is_taken_back(database: Database) -> None:
    number = filed(database)
    change(database, tickets.change_status, number, Status.IN_PROGRESS, CLERK)
    by = later(CLERK, hours=1)

    def put_off(session: Session) -> str:
        def schedule(one: str, seen: int | None) -> Ticket:
            return tickets.change_status(
                session, LITTLETON, one, Status.SCHEDULED, by, scheduled_for=THURSDAY, seen=seen
            )

        return deeds.do(session, LITTLETON, by, "to:scheduled", {number: None}, schedule).key

    with database.transaction() as session:
        key = put_off(session)
    assert [words.partition(") ")[2] for words in said(database)] == ["is scheduled for March 5."]
    with database.transaction() as session:
        deeds.take_back(session, LITTLETON, key, by.who, by.at + dt.timedelta(seconds=5))
    assert said(database) == [f"your report {known(number)} (Pothole, 12 Elm St) is being worked on."]


def test_nobody_is_told_what_they_did_themselves(database: Database) -> None:
    number = filed(database)
    change(database, tickets.follow, number, By("follower", Channel.SMS, MONDAY), phone=NEIGHBOUR, language="en")
    change(database, tickets.follow, number, By("follower", Channel.SMS, MONDAY), email="maria", language="en")
    change(database, tickets.change_status, number, Status.RESOLVED, CLERK, public="Filled.")
    assert waiting(database, "maria") == []
    change(database, tickets.not_fixed, number, "it is not", By("follower", Channel.SMS, MONDAY, NEIGHBOUR))
    assert [len(said(database, each)) for each in (REPORTER, NEIGHBOUR)] == [2, 1]
    assert "open again" in said(database)[-1]


def test_whoever_joins_what_has_ended_is_told_how_it_ended(database: Database) -> None:
    first, second = filed(database, origin="a", reporter_phone=NEIGHBOUR), filed(database, origin="b")
    change(database, tickets.change_status, first, Status.RESOLVED, CLERK, public="Filled.")
    change(database, tickets.merge, second, first, CLERK)
    joined = f"your report {known(second)} (Pothole, 12 Elm St) joins {known(first)}, which is about the same"
    assert said(database) == [f"{joined} and is done. Filled."]
    assert ticket(database, second).public_note == "Filled."


def test_a_report_that_is_on_its_own_again_says_so_and_nothing_of_what_it_was_joined_with(database: Database) -> None:
    first, second = filed(database, origin="a", reporter_phone=NEIGHBOUR), filed(database, origin="b")
    change(database, tickets.merge, second, first, CLERK)
    change(database, tickets.change_status, first, Status.RESOLVED, CLERK, public="Filled.")
    change(database, tickets.change_status, second, Status.NEW, CLERK)
    assert ticket(database, second).public_note == ""
    own = f"your report {known(second)} (Pothole, 12 Elm St) is worked on by itself again. "
    assert said(database)[-1] == own + "It should be done by March 5."


def test_what_was_said_of_an_end_is_not_said_of_what_is_open_again(database: Database) -> None:
    first, second = filed(database, origin="a"), filed(database, origin="b")
    change(database, tickets.merge, second, first, CLERK)
    change(database, tickets.change_status, first, Status.RESOLVED, CLERK, public="Filled.")
    change(database, tickets.not_fixed, second, "it is not", CLERK)
    assert [ticket(database, number).public_note for number in (first, second)] == ["", ""]


def test_a_draft_that_is_found_doubtful_is_told_as_what_is_filed_for_review_and_once(database: Database) -> None:
    number = filed(database, draft=True)
    for to in (Status.NEEDS_REVIEW, Status.NEW):
        change(database, tickets.change_status, number, to, CLERK)
        assert [row.template for row in waiting(database, REPORTER)] == ["public.filed"]
        assert [row.template for row in waiting(database, "streets@littleton.example")] == ["department.filed"]


def test_a_draft_that_is_found_clear_is_told_as_if_it_were_filed_now(database: Database) -> None:
    number = filed(database, draft=True)
    assert waiting(database, REPORTER) == []
    change(database, tickets.change_status, number, Status.NEW, CLERK)
    assert [row.template for row in waiting(database, REPORTER)] == ["public.filed"]


def with_systems() -> City:
    """Littleton, where streets and parks have systems of their own beside their mail."""
    systems = {
        code: department.model_copy(update={"webhook": f"https://{code}.example/tickets"})
        for code, department in LITTLETON.departments.items()
    }
    return LITTLETON.model_copy(update={"departments": systems})


def test_departments_hear_what_comes_what_leaves_and_their_systems_what_ends(database: Database) -> None:
    city = with_systems()
    with database.transaction() as session:
        number = tickets.file(session, city, a_report(updates=False), MONDAY).number
        tickets.change_service(session, city, number, "tree", CLERK)
        tickets.change_status(session, city, number, Status.CLOSED, CLERK, public="Nothing there.")
    heard = {
        to: [row.template for row in waiting(database, to)]
        for code in ("streets", "parks")
        for to in (f"{code}@littleton.example", f"https://{code}.example/tickets")
    }
    assert heard == {
        "streets@littleton.example": ["department.filed", "department.left"],
        "https://streets.example/tickets": ["department.filed", "department.left"],
        "parks@littleton.example": ["department.rerouted"],
        "https://parks.example/tickets": ["department.rerouted", "department.ended"],
    }
    left, ended = (waiting(database, f"https://{code}.example/tickets")[-1] for code in ("streets", "parks"))
    assert left.payload["type"] == "ticket.left"
    assert left.payload["data"]["department"] == "parks"
    assert "is with Parks now" in left.body
    assert (ended.payload["type"], ended.payload["data"]["text"]) == ("ticket.ended", "Nothing there.")
