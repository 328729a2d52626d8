"""Short answers: yes or no, one of a few, nothing to add, right here."""

from __future__ import annotations

import pytest

from ivr.understanding.answers import means_here, means_skip, means_unknown, mentioned, one_of, yes_or_no


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *(
            (text, True)
            for text in (
                "yes",
                "yeah that's right",
                "correct",
                "sí",
                "claro que sí",
                "oui",
                "d'accord",
                "no problem",
                "Ok!",
            )
        ),
        *(
            (text, False)
            for text in ("no", "nope", "that's not right", "that's wrong", "no, it's on Oak", "non", "I don't think so")
        ),
        *((text, None) for text in ("", "maybe", "twelve oak street", "hmm")),
    ],
)
def test_yes_or_no(text: str, answer: bool | None) -> None:
    assert yes_or_no(text) is answer


STREETS = ["Main Street", "Oak Avenue", "Pine Road"]


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("the second one", 1),
        ("number three", 2),
        ("one", 0),
        ("la primera", 0),
        ("le deuxième", 1),
        ("the last one", 2),
        ("main street", 0),
        ("the one on oak", 1),
        ("oak avenue please", 1),
        ("none of them", None),
        ("twelve elm street", None),
        ("", None),
    ],
)
def test_one_of_a_few(text: str, index: int | None) -> None:
    assert one_of(text, STREETS) == index


@pytest.mark.parametrize(
    "text", ["no", "nothing", "no that's all", "skip", "nada más", "non merci", "nothing else thanks"]
)
def test_nothing_to_add(text: str) -> None:
    assert means_skip(text)


@pytest.mark.parametrize("text", ["it is very deep", "no lights at all on the block", "", "there's more to it"])
def test_something_to_add(text: str) -> None:
    assert not means_skip(text)


def test_not_to_know() -> None:
    assert all(means_unknown(text) for text in ("I don't know", "no idea", "I'm not sure", "no sé", "je ne sais pas"))
    assert not any(
        means_unknown(text) for text in ("you know, by the library on oak street near the corner", "main street", "no")
    )


def test_right_here() -> None:
    assert means_here("right here where I'm standing")
    assert means_here("aquí mismo")
    assert not means_here("here on oak street")


def test_a_thing_spoken_of_in_passing() -> None:
    things = [["a couch", "sofa", "couch"], ["a mattress", "mattress", "bed"]]
    assert mentioned("I need to get rid of an old couch", things) == 0
    assert mentioned("a couch and a mattress", things) is None
    assert mentioned("a coucher de soleil", things) is None
