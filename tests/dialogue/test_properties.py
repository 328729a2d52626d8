"""What holds for every call: no crash, no dead end, the same turns give the same words."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.city.model import City
from ivr.dialogue.heard import DialResult, Digits, Heard, NoInput, Recorded, Speech
from ivr.dialogue.moves import Dial as Dialled
from ivr.dialogue.moves import HangUp, Record
from ivr.understanding.understanding import CityUnderstanding
from tests.dialogue.conversation import Conversation, every_state

SENTENCES = st.sampled_from(
    [
        *(
            "pothole",
            "yes",
            "no",
            "there's a pothole at twelve thirty four mission street",
            "main and oak",
            "the library",
        ),
        *("my trash was not picked up", "go back", "start over", "repeat", "español", "english", "it's not fixed"),
        *("nothing", "one", "the second one", "check my request", "goodbye", "bulky item pickup", "help", "1234"),
        *("what are your hours", "someone broke in", "no, it's at oak"),
    ]
)
HEARD: st.SearchStrategy[Heard] = st.one_of(
    SENTENCES.map(Speech),
    st.text(max_size=60).map(Speech),
    st.text("0123456789*#", min_size=0, max_size=6).map(Digits),
    st.just(NoInput()),
    st.sampled_from(["completed", "busy", "no-answer", "failed", "canceled"]).map(DialResult),  # type: ignore[arg-type]
    st.integers(0, 30).map(lambda seconds: Recorded("https://api.example/RE1", "RE1", seconds)),
)


@settings(max_examples=150)
@given(heard=st.lists(HEARD, max_size=14), broken=st.booleans(), office_open=st.booleans())
def test_any_call_goes_on_or_ends_well(
    heard: list[Heard], broken: bool, office_open: bool, city: City, understanding: CityUnderstanding
) -> None:
    call = Conversation(city, understanding, office_open=office_open).starts()
    call.world.broken = broken
    for one in heard:
        if call.ended:
            assert "9 1 1" in call.said
            break
        call.hear(one)
        assert call.said or call.ended


@settings(max_examples=80)
@given(keys=st.lists(st.sampled_from("123456789*#"), min_size=40, max_size=40))
def test_any_mashing_of_keys_ends_in_goodbye_or_a_person(
    keys: list[str], city: City, understanding: CityUnderstanding
) -> None:
    call = Conversation(city, understanding).starts()
    for key in keys:
        call.presses(key)
        assert call.turn is not None
        if isinstance(call.turn.then, HangUp | Dialled | Record) or call.world.filed:
            return
        call.waits()
    raise AssertionError("\n".join(call.transcript))


@settings(max_examples=60)
@given(heard=HEARD)
def test_every_state_bears_everything(heard: Heard, city: City, understanding: CityUnderstanding) -> None:
    for standing in every_state(city):
        Conversation(city, understanding).at(standing).hear(heard)


@settings(max_examples=40)
@given(heard=st.lists(HEARD, max_size=8))
def test_the_same_turns_give_the_same_words(heard: list[Heard], city: City, understanding: CityUnderstanding) -> None:
    first, second = (Conversation(city, understanding).starts() for _ in range(2))
    for one in heard:
        assert first.hear(one).said == second.hear(one).said
