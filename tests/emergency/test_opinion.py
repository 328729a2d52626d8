"""The second opinion: how a text sounds, what made it sound so, and that it was learnt from what is in the project."""

from __future__ import annotations

import pytest

from bench.learning import WEIGHTS, digest
from ivr.emergency import Verdict, assess
from ivr.emergency.opinion import Weights, learnt, word_features
from ivr.emergency.words import words


def odds(text: str) -> float:
    return learnt().opinion(words(text).forms).odds


def test_the_weights_were_learnt_from_these_examples() -> None:
    assert digest() in WEIGHTS.read_text("utf-8")[:200], "run: python -m bench.learning --write"


def test_danger_sounds_more_like_danger_than_a_pothole() -> None:
    assert odds("my brother took a whole bottle of pills and he's turning blue") > 0
    assert odds("there's a pothole in front of my house and I'd like it filled") < -2


@pytest.mark.parametrize(
    "said", ["he keeps drifting off and his lips look gray", "she's clutching her chest and sweating"]
)
def test_what_no_rule_was_written_for_is_asked_about_or_known(said: str) -> None:
    assert assess(said)


def test_a_single_sentence_of_danger_is_heard_in_a_long_story() -> None:
    story = "I am calling about the recycling bins, they were not picked up again this week. " * 6
    calm, alarmed = (learnt().opinion(words(text).forms) for text in (story, story + "My wife is not breathing."))
    assert alarmed.passage > calm.passage
    assert alarmed.passage > 0


def test_the_evidence_names_the_weightiest_words() -> None:
    weights = Weights(["\t-100\t", "_bleeds_\t500\tmedical", "_sidewalk_\t-300\t"])
    forms = words("the sidewalk man bleeds").forms
    reason = weights.reason(forms)
    assert (reason.category, forms[reason.begin : reason.end]) == ("medical", ["bleeds"])


def test_an_everyday_word_is_only_itself_and_others_are_their_letters_too() -> None:
    assert word_features("about") == ("_about_",)
    assert {"_stabber_", "stab"} < set(word_features("stabber"))


@pytest.mark.parametrize(
    "said",
    [
        "I don't know",
        "can you help me",
        "i can't hear you",
        "i'm at twenty nine cedar street",
        "i'm calling for my mother",
        "this is killing me",
        "they took care of it, all good",
        "nobody is hurt",
        "988 mission street",
        "no sé la dirección",
        "avenida granada",
        "je sais pas l'adresse",
    ],
)
def test_who_answers_a_question_is_not_asked_whether_there_is_danger(said: str) -> None:
    assert not assess(said)


def test_no_words_no_opinion_and_no_error() -> None:
    assert odds("") == odds("...")


def test_what_is_certain_by_rule_is_never_less_than_a_question() -> None:
    said = "the bulb of the lamp by the mailbox on Elm is out and the sign says he has a gun"
    assert assess(said).verdict is not Verdict.NONE
