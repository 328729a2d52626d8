"""Calls from ringing to a filed ticket, over the whole house, every turn answered by a process made afresh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pytest
from sqlmodel import select

from ivr.simulator.faults import Fault
from ivr.simulator.phone import Phone, PhoneCall
from storage.database import Database
from storage.tables import Call, Ticket
from storage.vocabulary import Channel, Status
from tests.phone import Exchange

Tickets = Callable[[], Sequence[Ticket]]


def finish(call: PhoneCall) -> PhoneCall:
    """Answer whatever is still asked of a pothole, briefly, until it is filed."""
    for _ in range(8):
        if "request number is" in call.last:
            return call
        if "Is that right" in call.last or "Shall I send it" in call.last or "may they use" in call.last.lower():
            call.says("yes")
        elif "press 2 to" in call.last:
            call.presses("2")
        else:
            call.presses("1")
    raise AssertionError(call.transcript)


def test_a_pothole_is_reported_in_one_breath(phone: Phone, tickets: Tickets) -> None:
    call = phone.dials().hears("9 1 1", "how can I help")
    call.says("there's a huge pothole at 100 Mission Street")
    finish(call).hears("your request number is")
    (ticket,) = tickets()
    assert (ticket.service, ticket.address) == ("pothole", "100 Mission St")
    assert (ticket.channel, ticket.call_sid) == (Channel.PHONE, call.sid)
    assert " ".join(ticket.number[:3]) in call.last
    call.says("no").says("no").hears("goodbye")
    assert call.ended


def test_an_abusive_caller_is_served_and_a_person_reads_the_report_first(phone: Phone, tickets: Tickets) -> None:
    call = phone.dials().says("fix the damn pothole at 100 Mission Street, you morons")
    finish(call).hears("your request number is")
    (ticket,) = tickets()
    assert (ticket.service, ticket.status, ticket.review) == ("pothole", Status.NEEDS_REVIEW, ["abusive"])


def test_a_pothole_is_reported_step_by_step(phone: Phone, tickets: Tickets) -> None:
    call = phone.dials().says("there is a pothole")
    call.hears("where is it").says("100 mission street")
    finish(call)
    assert [(ticket.service, ticket.address) for ticket in tickets()] == [("pothole", "100 Mission St")]


def test_everything_can_be_reached_by_keys_alone(phone: Phone, tickets: Tickets) -> None:
    call = phone.dials().presses("1").hears("press 1", "press 2")
    for _ in range(4):
        if "Where is it" in call.last:
            break
        call.presses("1")
    call.hears("where is it").presses("1").presses("1").hears("house number").presses("100#")
    call.hears("which street").presses("6477466#")
    for _ in range(8):
        if "request number" in call.last:
            break
        call.presses("2" if "press 2 to" in call.last else "1")
    assert [ticket.address for ticket in tickets()] == ["100 Mission St"]


def test_a_caller_who_withholds_the_number_is_as_welcome(phone: Phone, tickets: Tickets) -> None:
    call = phone.dials(from_="anonymous").says("there's a pothole at 100 Mission Street")
    finish(call)
    assert [ticket.service for ticket in tickets()] == ["pothole"]


@pytest.mark.parametrize(
    "words", ["I smell gas in my building", "huele a gas", "il y a une fuite de gaz", "my house is on fire"]
)
def test_whoever_is_in_danger_is_sent_to_911(phone: Phone, tickets: Tickets, words: str) -> None:
    call = phone.dials().says(words)
    call.hears("9 1 1")
    assert tickets() == []


def test_nine_one_one_keyed_in_one_go_is_understood(phone: Phone) -> None:
    phone.dials().presses("911").hears("dial 9 1 1")


def test_hanging_up_after_what_and_where_leaves_a_draft_for_review(phone: Phone, tickets: Tickets) -> None:
    phone.dials().says("there's a pothole at 100 Mission Street").hangs_up()
    assert [(ticket.status, ticket.service) for ticket in tickets()] == [(Status.DRAFT, "pothole")]


def test_calling_again_within_half_an_hour_goes_on_where_it_broke_off(
    phone: Phone, exchange: Exchange, tickets: Tickets
) -> None:
    phone.dials().says("there's a pothole at 100 Mission Street").hangs_up()
    exchange.now += dt.timedelta(minutes=5)
    call = phone.dials().hears("cut off", "pothole").says("yes")
    finish(call)
    assert [ticket.status for ticket in tickets()].count(Status.DRAFT) == 0
    exchange.now += dt.timedelta(minutes=45)
    phone.dials().does_not_hear("cut off")


@pytest.mark.parametrize("fault", [Fault.TWICE, Fault.LATE, Fault.LOST_REQUEST])
def test_whatever_the_network_does_files_once(phone: Phone, tickets: Tickets, fault: Fault) -> None:
    call = phone.dials().meets(*[fault, None] * 40)
    finish(call.says("there's a pothole at 100 Mission Street"))
    assert len(tickets()) == 1


def test_a_lost_reply_costs_an_apology_and_no_ticket(phone: Phone, tickets: Tickets) -> None:
    call = phone.dials(strict=False).says("there's a pothole at 100 Mission Street")
    for _ in range(6):
        if "Shall I send it" in call.last:
            break
        call.says("yes") if "right" in call.last else call.presses("2" if "press 2 to" in call.last else "1")
    call.meets(Fault.LOST_REPLY).says("yes").hears("request number is")
    assert len(tickets()) == 1


def test_a_person_is_asked_for_and_is_busy(phone: Phone, tickets: Tickets) -> None:
    call = phone.dials().presses("0")
    assert call.dialed
    call.is_put_through("busy")
    assert call.records
    call.says("the bridge on my street is closed and nobody says why").hears("its number is")
    assert [ticket.channel for ticket in tickets()] == [Channel.PHONE]
    assert tickets()[0].review


def test_a_person_takes_the_call(phone: Phone) -> None:
    call = phone.dials().presses("0").is_put_through("completed", seconds=180)
    assert call.ended
    assert call.seconds > 180


def test_only_what_the_line_settled_by_itself_counts_as_filed(phone: Phone, database: Database) -> None:
    by_the_line = finish(phone.dials().says("there's a pothole at 100 Mission Street")).says("no")
    message = phone.dials().presses("0").is_put_through("busy").says("the bridge on my street is closed").says("no")
    then_a_person = finish(phone.dials().says("there's a pothole at 1234 Mission Street")).presses("0")
    then_a_person.is_put_through("completed", seconds=90)
    by_the_line.hangs_up()
    with database.reading() as session:
        came_to = {call.call_sid: call.outcome for call in session.exec(select(Call))}
    assert [came_to[call.sid] for call in (by_the_line, message, then_a_person)] == ["filed", "message", "transferred"]


def test_spanish_is_spoken_to_whoever_speaks_it(phone: Phone) -> None:
    call = phone.dials()
    assert "es-" in " ".join(event.language for event in call.line.events)
    call.says("español")
    assert call.language.startswith("es-")
