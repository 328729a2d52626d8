"""A caller reports something: what is wrong, where, and leaves with a number."""

from __future__ import annotations

import datetime as dt

from dispatch.city.model import City, Notice
from ivr.dialogue.call import State
from ivr.dialogue.moves import HangUp, Listen
from ivr.understanding.understanding import CityUnderstanding
from tests.dialogue.conversation import Conversation, Dial


def test_a_pothole_is_reported(dials: Dial) -> None:
    call = dials()
    call.hears("In an emergency, hang up and dial 9 1 1").hears("How can I help").says("there's a huge pothole")
    call.hears("Okay: Pothole").hears("Where is it").says("twelve thirty four mission street")
    call.hears("1 2 3 4 Mission Street").hears("Is that right").presses("1")
    call.hears("How big is it").says("bigger than that")
    call.hears("anything the crew should know").says("it has swallowed a bicycle")
    call.hears("Here is what I have").hears("Shall I send it").says("yes")
    call.hears("4 8 2, 1 0 7, 3 5. Once more: 4 8 2, 1 0 7, 3 5").hears("Thursday, November 26").says("yes please")
    call.hears("text message").hears("anything else").says("no, that's all")
    call.hears("Goodbye")
    assert call.ended
    (ticket,) = call.world.filed
    assert (ticket.service, ticket.place and ticket.place.address) == ("pothole", "1234 Mission St")
    assert "bicycle" in ticket.description
    assert ticket.answers == {"size": "large"}
    assert call.world.additions == [("48210735", "follow", "")]


def test_one_sentence_answers_two_questions(dials: Dial) -> None:
    call = dials().says("hi, there's a big pothole at twelve thirty four mission street")
    call.hears("Pothole").hears("1 2 3 4 Mission Street").hears("Shall I send it").says("yes")
    call.hears("request number is").says("no").hears("anything else").says("no").hears("Goodbye")
    assert len(call.transcript) <= 6


def test_by_keys_alone(dials: Dial) -> None:
    call = dials().presses("1").hears("What is it about")
    while call.call.state == State.MENU:
        call.presses("1")
    call.hears("Where is it").presses("1").hears("For a house number").presses("1")
    call.hears("house number").presses("1234").hears("Which street").presses("6477466")
    if call.call.state == State.CHOOSE_PLACE:
        call.presses("1")
    for _ in range(6):
        if call.world.filed:
            break
        call.presses("2" if call.call.state in {State.DESCRIBE, State.QUESTION} else "1")
    (ticket,) = call.world.filed
    assert ticket.place is not None
    assert ticket.place.address.startswith("1234 Mission")


def test_a_corner_by_keys_alone(dials: Dial) -> None:
    call = dials().says("pothole").hears("Where is it").presses("1").presses("2")
    call.hears("Which street").presses("6246").hears("crosses").presses("625")  # MAIN, OAK
    if call.call.state == State.CHOOSE_PLACE:
        call.presses("1")
    assert call.call.place is not None
    assert call.call.place.kind == "intersection"
    assert "Oak" in call.call.place.address


def test_what_was_said_can_be_changed_before_it_is_sent(dials: Dial) -> None:
    call = dials().says("there's a pothole at twelve thirty four mission street").hears("Shall I send it")
    call.says("no").hears("What shall I change").presses("2").hears("Where is it")
    call.says("twelve forty six mission street").hears("1 2 4 6 Mission Street")
    call.says("yes")
    if call.call.state == State.REVIEW:
        call.says("yes")
    (ticket,) = call.world.filed
    assert ticket.place is not None
    assert ticket.place.address == "1246 Mission St"


def test_the_place_is_corrected_in_the_same_breath(dials: Dial) -> None:
    call = dials().says("there's a pothole at twelve thirty four mission street").hears("Shall I send it")
    call.says("no, it's at twelve forty six mission street").hears("1 2 4 6 Mission Street").says("yes").hears(
        "request number"
    )


def test_an_unclear_request_is_asked_about_with_keys(dials: Dial) -> None:
    call = dials().says("there is some kind of trash situation with bags").hears("press 1")
    assert call.call.state in {State.CHOOSE_SERVICE, State.MENU, State.PLACE}


def test_several_matters_in_one_call(dials: Dial) -> None:
    call = dials().says("there's a pothole at twelve thirty four mission street").says("yes").says("no")
    call.hears("anything else").says("yes, there's graffiti at twelve forty six mission street")
    call.hears("Graffiti").hears("1 2 4 6 Mission Street")


def test_a_withheld_number_is_not_offered_texts(dials: Dial) -> None:
    call = dials(caller="").says("there's a pothole at twelve thirty four mission street").says("yes")
    call.hears("request number").hears("anything else")


def test_the_store_being_down_leads_to_a_person(dials: Dial) -> None:
    call = dials()
    call.world.broken = True
    call.says("there's a pothole at twelve thirty four mission street").says("yes")
    call.hears("could not send that").hears("putting you through")


def test_in_spanish(dials: Dial) -> None:
    call = dials().presses("3").hears("¿En qué puedo ayudarle?").says("hay un bache en la calle")
    call.hears("¿Dónde es?").says("mil doscientos treinta y cuatro mission street").hears(
        "1 2 3 4 Mission Street"
    ).says("sí")
    assert call.turn is not None
    assert isinstance(call.turn.then, Listen)
    assert call.turn.then.language == "es"


def test_in_french(dials: Dial) -> None:
    call = dials().says("français").hears("Comment puis-je vous aider").says("il y a un nid-de-poule")
    call.hears("Où est-ce").says("douze cent trente-quatre mission street").hears("1 2 3 4 Mission Street").says("oui")


def test_goodbye_before_sending_asks_first(dials: Dial) -> None:
    call = dials().says("there's a pothole at twelve thirty four mission street").says("no").says("goodbye")
    call.hears("Goodbye") if isinstance(call.turn and call.turn.then, HangUp) else call.hears("send it")


def test_a_storm_is_told_to_those_it_concerns(city: City, understanding: CityUnderstanding) -> None:
    noon = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    storm = Notice(
        code="storm",
        say={"en": "Crews are clearing a storm; it may take longer."},
        start=noon,
        end=noon,
        services=("tree-hazard",),
    )
    stormy = city.model_copy(update={"notices": (storm,)})
    call = Conversation(stormy, understanding)
    call.notices = ("storm",)
    call.starts().says("a tree fell on my street").hears("clearing a storm").hears("Where is it")
    calm = Conversation(stormy, understanding).starts().says("a tree fell on my street")
    assert "storm" not in calm.said
