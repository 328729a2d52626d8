"""Cases of the system a city used before: what becomes of them here."""

from __future__ import annotations

import datetime as dt

import pytest

from dispatch.imported import BadCase, take_over
from storage.vocabulary import Channel, Status
from tests.dispatch.littleton import LITTLETON, MONDAY

CASE = {
    "case_id": "101",
    "open_dt": "03/02/2026 10:25:00 AM",
    "target_dt": "03/04/2026 10:25:47 AM",
    "closed_dt": "",
    "case_title": "Pothole Repair (Internal)",
    "type": "Pothole",
    "reason": "Streets",
    "queue": "District 2",
    "street": "35-37 Elm Rd",
    "location": "35-37 Elm Rd Littleton 02130",
    "property_type": "Address",
    "neighborhood": "North End",
    "latitude": "40.5",
    "longitude": "-74.5",
    "source": "Constituent Call",
}


def service_of(kind: str, reason: str) -> str:
    return {"Pothole": "pothole"}.get(kind, "")


def test_an_open_case_is_new_here_and_keeps_its_times() -> None:
    taken = take_over(LITTLETON, CASE, service_of, MONDAY)
    ticket = taken.ticket
    assert (ticket["status"], ticket["service"], ticket["department"]) == (Status.NEW, "pothole", "streets")
    assert ticket["created_at"] == dt.datetime(2026, 3, 2, 15, 25, tzinfo=dt.UTC), "on the city's own clock"
    assert ticket["due_at"] == dt.datetime(2026, 3, 4, 15, 25, 47, tzinfo=dt.UTC)
    assert (ticket["origin"], ticket["address"], ticket["area"]) == ("import:101", "35-37 Elm Rd", "north-end")
    assert (ticket["lat"], ticket["lon"], ticket["channel"]) == (40.5, -74.5, Channel.PHONE)
    assert [line["kind"] for line in taken.history] == ["filed", "imported"]
    assert "case 101; District 2" in taken.history[0]["why"]


def test_a_closed_case_is_closed_with_its_history() -> None:
    taken = take_over(LITTLETON, CASE | {"closed_dt": "03/03/2026 01:00:00 PM"}, service_of, MONDAY)
    closed = dt.datetime(2026, 3, 3, 18, tzinfo=dt.UTC)
    assert (taken.ticket["status"], taken.ticket["closed_at"]) == (Status.CLOSED, closed)
    assert [(line["kind"], line["to_status"]) for line in taken.history] == [
        ("filed", Status.NEW),
        ("status", Status.CLOSED),
        ("imported", None),
    ]


def test_what_nobody_here_does_goes_to_the_front_desk() -> None:
    taken = take_over(LITTLETON, CASE | {"type": "Space Savers", "target_dt": ""}, service_of, MONDAY)
    assert (taken.ticket["service"], taken.ticket["department"]) == ("", "information")
    assert taken.ticket["due_at"] > taken.ticket["created_at"]
    assert taken.ticket["description"] == "Space Savers: Pothole Repair (Internal)"


@pytest.mark.parametrize("wrong", [{"case_id": ""}, {"open_dt": ""}, {"open_dt": "02/30/2026 10:00:00 AM"}])
def test_a_line_that_is_no_case_says_why(wrong: dict[str, str]) -> None:
    with pytest.raises(BadCase, match=r"case_id|no time"):
        take_over(LITTLETON, CASE | wrong, service_of, MONDAY)


@pytest.mark.parametrize("spot", ["", "0", "north", "999"])
def test_dirt_in_coordinates_is_no_place(spot: str) -> None:
    assert take_over(LITTLETON, CASE | {"latitude": spot}, service_of, MONDAY).ticket["lat"] is None
