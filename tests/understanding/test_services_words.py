"""What is read in a text: stems, concepts, neighbours and letters, and never an address."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import ivr.understanding.services_words
from ivr.understanding.services_words import reader

LEXICON = Path(ivr.understanding.services_words.__file__).parent / "lexicon"


def test_inflections_and_spellings_meet_in_one_stem() -> None:
    read = reader("en").read
    assert read("pot holes").content == read("pothole").content == read("Pot-hole!").content
    assert read("Straße")  # letters beyond ASCII are dropped, not stumbled over
    assert reader("es").read("señales").content == reader("es").read("senal").content


def test_a_word_also_counts_as_its_concept_and_next_to_its_neighbours() -> None:
    reading = reader("en").read("how many sofas can be dumped")
    assert {"sofa", "dump", ".how", ".many"} <= set(reading.words)
    assert {"#furniture", "#dumped"} <= set(reading.kinds)
    assert {"how mani", "mani sofa", "~#dumped #furniture"} <= set(reading.pairs)
    assert reading.content == ("sofa", "dump")


def test_a_slip_keeps_most_of_a_word_s_letters() -> None:
    right, wrong = reader("en").read("overgrown").letters, reader("en").read("overgorwn").letters
    assert len(right & wrong) >= 3


@pytest.mark.parametrize(
    "said", ["at 12 Oak Street", "4800-b nw Park ave", "near 7 north rat tail lane", "1 Main St", "22nd street"]
)
def test_an_address_says_nothing_about_the_service(said: str) -> None:
    assert reader("en").read(said).content == ()


def test_what_is_elided_in_french_does_not_hide_the_word() -> None:
    read = reader("fr").read
    assert read("l'égout").content == read("d’égout").content == read("égout").content


def test_nine_tenths_of_a_novel_are_left_unread() -> None:
    assert "graffiti" not in reader("en").read("hello " * 5_000 + "graffiti").words


def test_which_language_a_text_is_in_shows_in_what_is_known_of_it() -> None:
    def nothing(stem: str) -> bool:
        return False

    said = "hay un árbol caído en la calle"
    assert reader("es").share_known(said, nothing) > 0.8 > reader("en").share_known(said, nothing)
    assert reader("en").share_known("", nothing) == 0.0


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_the_tables_hold_nothing_that_cannot_be_matched(language: str) -> None:
    tables = tomllib.loads((LEXICON / f"services_{language}.toml").read_text(encoding="utf-8"))
    read = reader(language).read
    for word, spellings in tables["joined"].items():
        assert word.isascii()
        assert word.islower()
        for spelling in spellings:
            assert read(spelling).content == read(word).content, f"{spelling} does not become {word}"
    for concept, members in tables["concepts"].items():
        assert concept.isidentifier()
        assert all(word == word.lower() for word in members.split())
