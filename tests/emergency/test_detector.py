"""What the guard makes of what callers say: who, what, now or over, denied or not."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ivr.emergency import Assessment, Verdict, assess, assess_digits

SETS = Path(__file__).parent
CERTAIN, POSSIBLE, NONE = Verdict.CERTAIN, Verdict.POSSIBLE, Verdict.NONE


def texts(name: str) -> list[str]:
    with (SETS / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ("she won't wake up", "medical"),
        ("he's not moving", "medical"),
        ("my chest feels tight", "medical"),
        ("there's a man on my porch trying the door", "violence"),
        ("he won't let me leave", "violence"),
        ("she's going to jump", "self_harm"),
        ("my son is missing, he's four", "missing"),
        ("kid locked in a hot car", "endangered"),
        ("the car is in the water", "water"),
        ("a wire is down and sparking", "electrical"),
        ("my house smells like gas", "gas"),
        ("there's a fire", "fire"),
        ("se está quemando mi casa", "fire"),
        ("mi mamá no despierta", "medical"),
        ("mon mari ne respire plus", "medical"),
        ("quelqu'un essaie d'entrer chez moi", "violence"),
    ],
)
def test_a_situation_is_danger_though_no_alarming_word_is_said(said: str, category: str) -> None:
    found = assess(said)
    assert (found.verdict, found.category) == (CERTAIN, category)


@pytest.mark.parametrize(
    "said",
    [
        "the fire hydrant on my street is leaking",
        "it's not an emergency",
        "nobody is hurt but the pole is down",
        "there was a fire next door last month and the house is still empty",
        "my car was broken into last night",
        "this heat is killing me",
        "there's a dead raccoon in the road",
        "a light on Shotwell Street is out",
        "911 Oak Street",
        "is there a gun buyback this month",
        "they're shooting a movie on my block",
        "someone's going to get hurt on those steps",
        "se quemó el foco de la esquina",
        "le feu de circulation est en panne",
        "",
        "???",
        "yes",
    ],
)
def test_an_ordinary_request_raises_no_alarm(said: str) -> None:
    assert not assess(said)


def test_danger_is_heard_where_it_is_buried() -> None:
    found = assess("I was calling about a streetlight but somebody's getting beaten under it")
    assert found.verdict is CERTAIN
    assert found.category == "violence"


def test_a_denial_covers_what_it_denies_and_nothing_else() -> None:
    found = assess("it's not a fire, he's having a heart attack")
    assert (found.verdict, found.category) == (CERTAIN, "medical")
    assert not assess("there is no fire")


def test_a_harmless_name_shields_only_its_own_words() -> None:
    assert not assess("the fire hydrant is open")
    assert assess("the fire hydrant is blocked and the house is on fire").category == "fire"


def test_what_is_over_is_over_but_a_state_of_now_is_not() -> None:
    assert not assess("there was a shooting on our block last year")
    assert assess("he fell yesterday and now he won't wake up").verdict is CERTAIN


def test_the_evidence_names_the_callers_words_and_the_rule() -> None:
    found = assess("My mother WON'T wake up, please")
    assert found.evidence == "WON'T wake up [unresponsive]"
    assert found.language == "en"


@pytest.mark.parametrize(
    "said",
    [
        "he can’t breathe",
        "hes not breathin",
        "HE'S NOT BREATHING",
        "he's nooooot breathing",
        "ｎｏｔ ｂｒｅａｔｈｉｎｇ",
    ],
)
def test_however_it_is_written(said: str) -> None:
    assert assess(said).category == "medical"


def test_an_emoji_and_two_languages_at_once() -> None:
    assert assess("🆘").verdict is CERTAIN
    assert assess("my esposo no respira please help").category == "medical"


@pytest.mark.parametrize(
    "said", ["it's a cast leaf", "there's a gas league in my basement", "my house can't hire", "he's choging on food"]
)
def test_a_mishearing_of_what_matters_asks(said: str) -> None:
    assert assess(said).verdict is POSSIBLE


@pytest.mark.parametrize(
    "said", ["my dad's having chest pines", "he's got pains in his chess", "I'm having a heart attic"]
)
def test_a_word_that_sounds_like_that_of_a_sign_asks_beside_one_that_tells(said: str) -> None:
    assert assess(said).verdict is POSSIBLE


@pytest.mark.parametrize("said", ["the pines are dropping needles", "the attic window is broken", "is the beach open"])
def test_the_same_words_by_themselves_are_just_themselves(said: str) -> None:
    assert not assess(said)


def test_a_city_may_add_signs_of_its_own() -> None:
    signs = {"en": ("the siren at the dam",), "es": ("suena la sirena de la presa",)}
    found = assess("hello, the sirens at the dam are going", extra_signs=signs)
    assert (found.verdict, found.category) == (POSSIBLE, "local")
    assert assess("la sirena de la presa suena").verdict is NONE
    assert assess("oiga suena la sirena de la presa", extra_signs=signs).language == "es"


def test_a_category_the_caller_said_no_to_does_not_ask_again_but_another_does() -> None:
    smoke = assess("I smell smoke")
    assert (smoke.verdict, smoke.category) == (POSSIBLE, "fire")
    assert not assess("I smell smoke", denied=("fire",))
    assert assess("I smell smoke", denied=("violence",)).category == "fire"


def test_what_is_certain_is_not_silenced_by_an_earlier_no() -> None:
    assert assess("the house is on fire", denied=("fire",)).verdict is CERTAIN


@pytest.mark.parametrize("keys", ["911", "9911", "112", "999", "9 1 1", "911#"])
def test_an_emergency_number_keyed_whole(keys: str) -> None:
    assert assess_digits(keys).verdict is CERTAIN


@pytest.mark.parametrize("keys", ["", "9", "1", "9112", "1911", "20911", "0", "*", "91111", "٩١١"])
def test_a_number_that_merely_holds_it_is_a_number(keys: str) -> None:
    assert assess_digits(keys) == Assessment()


def test_nine_one_one_pressed_a_key_a_turn() -> None:
    assert not assess_digits("9")
    assert not assess_digits("1", earlier="9")
    assert assess_digits("1", earlier="91").verdict is CERTAIN
    assert assess_digits("9", earlier="299").verdict is CERTAIN
    assert assess_digits("11", earlier="9").verdict is CERTAIN
    assert not assess_digits("2", earlier="911")


@pytest.mark.parametrize("said", ["nine one one", "9-1-1", "I need 9 1 1", "please call nine eleven"])
def test_the_number_spoken(said: str) -> None:
    assert assess(said).verdict is CERTAIN


@pytest.mark.parametrize(
    ("name", "caught"), [("emergencies_en", 0.97), ("emergencies_es", 0.95), ("emergencies_fr", 0.95)]
)
def test_emergencies_are_caught(name: str, caught: float) -> None:
    found = [assess(text).verdict for text in texts(name)]
    hits = [verdict for verdict in found if verdict is not NONE]
    assert len(hits) >= caught * len(found)
    assert hits.count(CERTAIN) >= 0.8 * len(hits)


@pytest.mark.parametrize("name", ["confusables_en", "confusables_es", "confusables_fr"])
def test_confusables_seldom_alarm(name: str) -> None:
    found = [assess(text).verdict for text in texts(name)]
    assert len(found) - found.count(NONE) <= 0.08 * len(found)
