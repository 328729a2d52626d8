"""Somebody reported it already: the caller may join that report instead of making one more of it."""

from __future__ import annotations

from ivr.dialogue.call import State
from ivr.dialogue.moves import AlikeTicket
from tests.dialogue.conversation import Conversation, Dial
from tests.dialogue.test_ways import CLOSED

POTHOLE = AlikeTicket("48210735", "pothole", "1234 Mission St", 125)
IN_ONE_BREATH = "hi, there's a big pothole at twelve thirty four mission street"


def dialled(dials: Dial, **named: str) -> Conversation:
    call = dials(**named)
    call.world.alike = POTHOLE
    call.world.known[POTHOLE.number] = CLOSED
    return call


def test_a_caller_joins_the_report_that_is_there(dials: Dial) -> None:
    call = dialled(dials).says(IN_ONE_BREATH)
    call.hears("There is already a report: Pothole, 1 2 3 4 Mission Street, made 2 hours ago").hears("Shall I add you")
    call.says("yes").hears("You will get a text message").hears("4 8 2, 1 0 7, 3 5").hears("anything else")
    call.says("no").hears("Goodbye")
    assert call.world.filed == []
    assert call.world.additions == [("48210735", "follow", IN_ONE_BREATH)]


def test_or_makes_a_report_of_their_own(dials: Dial) -> None:
    call = dialled(dials).says(IN_ONE_BREATH).says("no").hears("Shall I send it").says("yes").hears("request number")
    assert len(call.world.filed) == 1
    assert call.world.looked_for_alike == 1, "nobody is asked twice"


def test_who_says_nothing_makes_one_of_their_own(dials: Dial) -> None:
    call = dialled(dials).says(IN_ONE_BREATH).waits().hears("Say yes or no").waits().hears("Shall I send it")
    assert call.call.alike == ""


def test_what_was_said_on_the_way_is_still_heard(dials: Dial) -> None:
    call = dialled(dials).says("there's a huge pothole").says("twelve thirty four mission street")
    call.hears("There is already a report").says("no").hears("Is that right")
    call = dialled(dials).says("pothole at twelve thirty four mission street").hears("There is already a report")
    call.says("repeat").hears("There is already a report").hears("Shall I add you")


def test_star_goes_back_to_the_question_before_not_to_a_look_nobody_heard(dials: Dial) -> None:
    call = dials().says("there's a huge pothole").says("twelve thirty four mission street").hears("Is that right")
    assert call.world.looked_for_alike == 1
    call.presses("*").hears("Where is it")


def test_without_anything_alike_nobody_notices_that_it_was_looked_for(dials: Dial) -> None:
    call = dials().says(IN_ONE_BREATH).hears("Here is what I have: Pothole").hears("Shall I send it")
    assert call.world.looked_for_alike == 1
    assert "Okay" not in call.said


def test_a_store_that_is_down_is_no_reason_not_to_go_on(dials: Dial) -> None:
    call = dials()
    call.world.broken = True
    call.says(IN_ONE_BREATH).hears("Shall I send it")


def test_a_withheld_number_is_noted_without_messages(dials: Dial) -> None:
    call = dialled(dials, caller="").says(IN_ONE_BREATH).says("yes").hears("they know now that you need it too")
    assert call.world.additions == [("48210735", "comment", IN_ONE_BREATH)]


def test_a_report_that_closed_meanwhile_is_no_dead_end(dials: Dial) -> None:
    call = dialled(dials).says(IN_ONE_BREATH)
    call.world.broken = True
    call.says("yes").hears("Shall I send it")


def test_danger_comes_first_here_too(dials: Dial) -> None:
    dialled(dials).says(IN_ONE_BREATH).says("there's a gas leak").is_in(State.EMERGENCY).hears("9 1 1")


def test_a_neighbours_flat_is_nobody_s_business(dials: Dial) -> None:
    call = dialled(dials).says("my landlord has not turned on the heat at twelve thirty four mission street")
    assert call.world.looked_for_alike == 0


def test_in_spanish_and_french(dials: Dial) -> None:
    call = dialled(dials).says("español").says("hay un bache grande en 1234 mission street")
    call.hears("Bache").hears("hecho hace 2 horas").says("sí").hears("mensaje de texto")
    call = dialled(dials).says("français").says("il y a un nid-de-poule au 1234 mission street")
    call.hears("fait il y a 2 heures").says("oui").hears("un message")
