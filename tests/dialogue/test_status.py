"""A caller asks what became of a report, and says whether it is fixed."""

from __future__ import annotations

import pytest

from ivr.dialogue.call import State
from ivr.dialogue.moves import KnownTicket
from tests.dialogue.conversation import Conversation, Dial

NUMBER = "48210735"
CLOSED = KnownTicket(NUMBER, "pothole", "closed", "1234 Mission St", sentence="It was filled.", can_reopen=True)


def asked(dials: Dial, known: KnownTicket = CLOSED) -> Conversation:
    """A caller who has just heard how a ticket stands."""
    call = dials()
    call.world.known[NUMBER] = known
    return call.presses("2").presses(NUMBER).is_in(State.STATUS_TOLD)


@pytest.mark.parametrize(
    "said",
    [
        "no it's fixed now, thank you",
        "yes it's fixed",
        "no thanks, it's done",
        "okay thank you",
        "it has been repaired",
        "it is all good now",
        "no ya lo arreglaron",
        "No, lo arreglaron.",
        "sí, ya está arreglado",
        "gracias",
        "non, c'est réparé",
        "oui c'est réglé merci",
        "no",
        "I don't know if it's fixed",
    ],
)
def test_who_says_that_it_is_fixed_has_nothing_opened_again(dials: Dial, said: str) -> None:
    call = asked(dials).hears("If it has not been fixed").says(said).is_in(State.ANYTHING_ELSE)
    assert call.world.additions == []


@pytest.mark.parametrize(
    "said",
    [
        "it's not fixed",
        "No, it isn't fixed!",
        "no, it's still there",
        "they said it was fixed but it isn't",
        "it came back after two days",
        "nobody came",
        "please open it again, thank you",
        "yes",
        "no está arreglado",
        "no lo arreglaron",
        "está igual que antes",
        "todavía no",
        "ce n'est pas réparé",
        "non, toujours pas",
        "rien n'a été fait",
        "personne n'est venu",
    ],
)
def test_who_says_that_it_is_not_has_it_opened_again(dials: Dial, said: str) -> None:
    call = asked(dials).says(said).hears("I have opened it again").is_in(State.ANYTHING_ELSE)
    assert call.world.additions == [(NUMBER, "not_fixed", "")]


def test_what_only_sounds_like_it_is_asked_again(dials: Dial) -> None:
    call = asked(dials).says("I have the same question about trash").hears("If it has not been fixed")
    assert call.world.additions == []


def test_what_joined_a_report_that_is_open_is_added_to_that_one_and_nothing_is_opened(dials: Dial) -> None:
    call = asked(dials)
    call.world.comes_out = "in_progress"
    call.presses("1").hears("I have added that to your request")
