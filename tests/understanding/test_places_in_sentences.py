"""A place named in passing, and sentences full of streets and numbers that name none."""

from __future__ import annotations

import pytest

from ivr.understanding.places import PlaceFinder
from tests.understanding.anytown import best, finder_of_anytown


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> PlaceFinder:
    return finder_of_anytown(tmp_path_factory.mktemp("anytown"))


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("there's a pothole at twelve thirty four mission street", "1234 Mission St"),
        ("the street light at 98 prince street in riverside is out", "98 Prince St"),
        ("there are 2 abandoned cars at 98 prince street for 3 weeks", "98 Prince St"),
        ("somebody dumped trash at the corner of mission street and calle 24", "Mission St & Calle 24"),
        ("the light is out at mission and prince", "Mission St & Prince St"),
        ("a tree fell on kosciuszko avenue", "Kosciuszko Ave"),
        ("the wall of the prince street fire station is broken", "Prince Street Fire Station"),
        ("there's graffiti behind the memorial library", "Memorial Library"),
        ("i live at 5 broadway and my trash was not picked up", "5 Broadway"),
        ("it's about a dead cat at 98th print street", "98 Prince St"),
    ],
)
def test_a_place_is_heard_inside_a_sentence(finder: PlaceFinder, sentence: str, place: str) -> None:
    assert best(finder.find(sentence, "en", asked=False)) == place


@pytest.mark.parametrize(
    "sentence",
    [
        "my street light is out",
        "there's trash all over the park",
        "a tree fell on my street",
        "i've been waiting three weeks for my trash",
        "four cars are blocking the street",
        "the light at the corner is out",
        "it's the third time i call about the street",
        "i got a ticket for 40 dollars",
        "the street sweeping on the 5th was missed",
        "it's a two way street and a four way stop",
        "my case number is 1 2 3 4",
        "hay un bache en mi calle",
        "la luz de la calle no funciona",
        "il y a un trou dans ma rue depuis deux semaines",
    ],
)
def test_no_place_is_made_out_of_words_that_name_none(finder: PlaceFinder, sentence: str) -> None:
    for language in ("en", "es", "fr"):
        assert finder.find(sentence, language, asked=False).guesses == ()
