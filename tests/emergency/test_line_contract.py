"""What the dialogue counts on: commands raise no alarm, and two dangers have lines of their own to be told of."""

from __future__ import annotations

import pytest

from ivr.emergency import Verdict, assess

COMMANDS = [
    *(
        "repeat",
        "can you repeat that",
        "say that again please",
        "go back",
        "main menu",
        "start over",
        "operator",
        "talk to a person",
    ),
    *(
        "I want to speak to somebody",
        "goodbye",
        "español",
        "english please",
        "yes",
        "no",
        "no that's all thank you",
        "the second one",
    ),
    *(
        "repita por favor",
        "otra vez",
        "quiero hablar con una persona",
        "no escuché",
        "sí",
        "nada más",
        "adiós",
        "menú principal",
    ),
    *(
        "répétez s'il vous plaît",
        "je voudrais parler à quelqu'un",
        "retour",
        "au revoir",
        "oui",
        "non merci",
        "c'est tout",
    ),
    *(
        "check my request",
        "1234",
        "four one five five five five",
        "my name is Bernard Stark",
        "Burns",
        "Gunther",
        "Maria Fuego",
    ),
]


@pytest.mark.parametrize("words", COMMANDS)
def test_commands_and_plain_answers_raise_no_alarm(words: str) -> None:
    assert assess(words).verdict is Verdict.NONE


@pytest.mark.parametrize("words", ["help", "ayuda", "aide"])
def test_help_alone_may_be_the_help_command_so_it_is_asked_about(words: str) -> None:
    assert assess(words).verdict is Verdict.POSSIBLE


@pytest.mark.parametrize(
    "words", ["I want to kill myself", "quiero matarme", "je veux me suicider", "she says she's going to end her life"]
)
def test_the_crisis_line_belongs_to_self_harm(words: str) -> None:
    assert assess(words).category == "self_harm"


@pytest.mark.parametrize(
    "words",
    [
        "my toddler drank bleach",
        "mi hijo se tomó el cloro",
        "mon fils a avalé de l'eau de javel",
        "she swallowed rat poison",
    ],
)
def test_poison_control_belongs_to_poisoning(words: str) -> None:
    assert assess(words).category == "poisoning"


@pytest.mark.parametrize(
    "words",
    [
        "my house is on fire and my son is still inside",
        "my house is on fire and we are still in it",
        "there's a fire in my kitchen and my kids are upstairs",
        "he has been shot and he's still bleeding",
        "está naciendo el bebé",
    ],
)
def test_what_follows_an_emergency_does_not_cancel_it(words: str) -> None:
    assert assess(words).verdict is Verdict.CERTAIN


@pytest.mark.parametrize(
    "words",
    [
        "I need to get rid of an old gun safe",
        "there's a dead tree by the fire station",
        "the gas cap on the hydrant is missing",
    ],
)
def test_things_with_dangerous_names_are_things(words: str) -> None:
    assert assess(words).verdict is not Verdict.CERTAIN
