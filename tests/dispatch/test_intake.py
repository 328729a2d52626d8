"""What becomes of a report before anybody has seen it: department, urgency, deadline, doubts."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch import deadlines, intake, review, routing, urgency
from storage.vocabulary import Channel, Priority, Status
from tests.dispatch.littleton import LITTLETON, MONDAY, a_report

EVENING = MONDAY.replace(hour=23)


def routed(service: str, at: dt.datetime = MONDAY, area: str = "", **answers: str) -> tuple[str, str]:
    return routing.route(LITTLETON, service, area=area, answers=answers, at=at)


def test_a_service_goes_to_its_department() -> None:
    assert routed("pothole") == ("streets", "usual:pothole:streets")


def test_the_city_s_rules_come_first_with_their_reasons() -> None:
    assert routed("pothole", area="the-park") == ("parks", "park roads")
    assert routed("tree", on_road="yes") == ("streets", "the road crew clears roads")
    assert routed("tree", on_road="no") == ("parks", "usual:tree:parks")
    assert routed("tree", at=EVENING) == ("information", "parks is closed")


def test_what_fits_nowhere_goes_to_the_front_desk() -> None:
    assert routed("volcano") == ("information", "no_department:volcano:")
    assert routed("") == ("information", "not_known::")


def test_a_reason_is_read_as_it_was_written() -> None:
    assert routing.reason("usual:pothole:streets") == routing.Reason("usual", "pothole", "streets")
    for words in ("streets does pothole", "the road crew clears roads", "usual: the road crew", ""):
        assert routing.reason(words) is None, "a city's words, and what older versions kept"


def test_a_city_without_a_front_desk_has_its_first_department() -> None:
    assert routing.front_desk(LITTLETON.model_copy(update={"front_desk": None})) == "streets"


@given(
    service=st.sampled_from([*LITTLETON.services, "", "volcano"]),
    area=st.text(max_size=8),
    answers=st.dictionaries(st.sampled_from(["lane", "on_road"]), st.text(max_size=4)),
    at=st.integers(max_value=5_000_000, min_value=0).map(lambda minutes: MONDAY + dt.timedelta(minutes=minutes)),
)
def test_routing_always_answers_with_a_reason(
    service: str, area: str, answers: dict[str, str], at: dt.datetime
) -> None:
    department, because = routing.route(LITTLETON, service, area=area, answers=answers, at=at)
    assert department in LITTLETON.departments
    assert because


def test_a_report_is_due_after_its_service_s_working_days() -> None:
    friday = MONDAY + dt.timedelta(days=4)
    due = deadlines.due(LITTLETON, "pothole", "streets", Priority.NORMAL, friday)
    assert due.isoformat() == "2026-03-11T17:00:00-04:00"  # Wednesday, after the clocks have changed.


@pytest.mark.parametrize(
    ("service", "priority"), [("pothole", Priority.URGENT), ("records", Priority.NORMAL), ("volcano", Priority.NORMAL)]
)
def test_what_cannot_wait_is_due_the_next_working_day(service: str, priority: Priority) -> None:
    due = deadlines.due(LITTLETON, service, "streets", priority, MONDAY)
    assert due.date() == dt.date(2026, 3, 3)


def at(written: str) -> dt.datetime:
    """A moment on the city's clocks."""
    return dt.datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(LITTLETON.time_zone))


@pytest.mark.parametrize(
    ("paused", "resumed", "due"),
    [
        ("2026-03-03 10:00", "2026-03-10 10:00", "2026-03-12 17:00"),  # five working days of nine hours
        ("2026-03-03 08:00", "2026-03-03 17:00", "2026-03-06 17:00"),  # one
        ("2026-03-03 16:00", "2026-03-04 09:00", "2026-03-06 10:00"),  # two hours
        ("2026-03-03 23:59", "2026-03-04 00:01", "2026-03-05 17:00"),  # nobody was there
        ("2026-03-03 10:00", "2026-03-03 10:00", "2026-03-05 17:00"),
        ("2026-03-06 17:00", "2026-03-09 08:00", "2026-03-05 17:00"),  # a weekend
    ],
)
def test_waiting_moves_the_deadline_by_the_working_hours_waited(paused: str, resumed: str, due: str) -> None:
    promised = deadlines.due(LITTLETON, "pothole", "streets", Priority.NORMAL, MONDAY)
    assert promised == at("2026-03-05 17:00")
    assert deadlines.resumed(LITTLETON, "streets", promised, at(paused), at(resumed)) == at(due)


def test_an_answer_or_a_word_makes_it_urgent_and_the_strongest_rule_wins() -> None:
    usual = urgency.judge(LITTLETON, a_report())
    assert usual == (Priority.NORMAL, "")
    assert urgency.judge(LITTLETON, a_report(answers={"lane": "yes"})) == (Priority.HIGH, "a lane is blocked")
    both = a_report(answers={"lane": "yes"}, description="My mother NEARLY fell.")
    assert urgency.judge(LITTLETON, both) == (Priority.URGENT, "somebody nearly fell")


def test_words_count_without_their_accents_but_not_inside_others() -> None:
    assert urgency.judge(LITTLETON, a_report(description="casi me cai ahi")).priority is Priority.URGENT
    assert urgency.judge(LITTLETON, a_report(description="nearly fellow")).priority is Priority.NORMAL


@pytest.mark.parametrize(
    ("report", "doubts"),
    [
        (a_report(), []),
        (a_report(location_verified=False), ["location_unverified"]),
        (a_report(place_kind="none", address=""), ["no_place"]),
        (a_report(service="records", place_kind="none", address="", lat=None, lon=None), []),
        (a_report(lat=42.0), ["out_of_area"]),
        (a_report(service="volcano"), ["unknown_service"]),
        (a_report(draft=True), ["dropped_call"]),
        (a_report(review=("low_confidence", "dropped_call"), draft=True), ["low_confidence", "dropped_call"]),
        (a_report(service="", recording_sid="RE1", place_kind="none", address=""), ["message"]),
    ],
)
def test_what_is_doubtful_is_said(report: object, doubts: list[str]) -> None:
    assert review.reasons(LITTLETON, report) == doubts  # type: ignore[arg-type]
    assert all(doubt in review.REASONS for doubt in doubts)


@pytest.mark.parametrize(
    ("report", "status"),
    [
        (a_report(), Status.NEW),
        (a_report(lat=42.0), Status.NEEDS_REVIEW),
        (a_report(lat=42.0, draft=True), Status.DRAFT),
    ],
)
def test_a_doubtful_report_waits_for_a_person_and_is_routed_all_the_same(report: object, status: Status) -> None:
    weighed = intake.weigh(LITTLETON, report, MONDAY)  # type: ignore[arg-type]
    assert (weighed["status"], weighed["department"], weighed["channel"]) == (status, "streets", Channel.PHONE)
