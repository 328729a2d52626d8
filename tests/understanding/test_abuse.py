"""What is said to people, and what is said of potholes."""

from __future__ import annotations

import pytest

from ivr.understanding.abuse import is_abusive


@pytest.mark.parametrize(
    "said",
    [
        "you are all a bunch of lazy idiots",
        "fix the goddamn pothole, you morons",
        "you people are useless",
        "You're so stupid!",
        "go to hell",
        "I know where you work",
        "somebody should come down there and I'll punch you",
        "you will regret this",
        "son unos inútiles",
        "ustedes son unos pendejos",
        "¡vete a la mierda!",
        "me las van a pagar",
        "sé dónde trabajan",
        "vous êtes une bande d'incapables",
        "espèce de connard",
        "allez vous faire foutre",
        "je sais où vous travaillez",
        "je vais vous casser la gueule",
    ],
)
def test_insults_and_threats_are_heard(said: str) -> None:
    assert is_abusive(said)


@pytest.mark.parametrize(
    "said",
    [
        "there is a fucking huge pothole on Main Street",
        "this stupid streetlight is out again, damn it",
        "you stupid machine",
        "some idiot parked in front of the hydrant",
        "the shit from the sewer comes up, can you send somebody",
        "can you tell me if the useless meter is fixed",
        "thank you all so much",
        "es un maldito bache estúpido",
        "son unos baches de mierda",
        "son basura y colchones",
        "son ratas, y son enormes",
        "un idiota se estacionó en mi entrada",
        "c'est un putain de nid-de-poule",
        "un con s'est garé devant ma porte",
        "il y a de sales ordures partout",
        "vous avez un trottoir cassé",
        "",
    ],
)
def test_swearing_at_things_is_none(said: str) -> None:
    assert not is_abusive(said)
