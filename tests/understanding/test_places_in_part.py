"""Places said in part, in several areas, as blocks or landmarks, by keys; and whatever else callers may say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.understanding.found import PlaceFinding
from ivr.understanding.places import SURE, PlaceFinder
from tests.understanding.anytown import best, finder_of_anytown


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> PlaceFinder:
    return finder_of_anytown(tmp_path_factory.mktemp("anytown"))


def test_the_same_address_in_several_areas_asks_for_the_area(finder: PlaceFinder) -> None:
    finding = finder.find("44 mount vernon street", "en", asked=True)
    assert finding.missing == "area"
    assert {guess.area for guess in finding.guesses} == {"Riverside", "Hilltop", "Lowtown"}
    assert {guess.address for guess in finding.guesses} == {"44 Mount Vernon St"}


@pytest.mark.parametrize("area", ["in low town", "in lowtown", ", lowtown", "and low tone"])
def test_the_area_decides_where_it_is_named_even_if_misheard(finder: PlaceFinder, area: str) -> None:
    finding = finder.find(f"44 mount vernon street {area}", "en", asked=True)
    assert finding.missing == ""
    assert finding.best is not None
    assert finding.best.area == "Lowtown"


def test_where_the_caller_is_thought_to_be_leans_the_answer(finder: PlaceFinder) -> None:
    finding = finder.find("44 mount vernon street", "en", asked=True, area="hilltop")
    assert finding.best is not None
    assert finding.best.area == "Hilltop"


def test_a_street_without_a_number_asks_for_the_number(finder: PlaceFinder) -> None:
    finding = finder.find("it's on kosciuszko avenue", "en", asked=True)
    assert (finding.missing, finding.street) == ("number", "Kosciuszko Ave")
    assert finding.best is not None
    assert finding.best.number == ""


@pytest.mark.parametrize(
    ("said", "language"), [("1234", "en"), ("it's twelve thirty four", "en"), ("mil doscientos treinta y cuatro", "es")]
)
def test_a_number_without_a_street_asks_for_the_street(finder: PlaceFinder, said: str, language: str) -> None:
    finding = finder.find(said, language, asked=True)
    assert (finding.missing, finding.number, finding.guesses) == ("street", "1234", ())


def test_the_street_follows_the_number(finder: PlaceFinder) -> None:
    assert best(finder.find("print street", "en", asked=True, number="98")) == "98 Prince St"
    assert best(finder.find("walnut street", "en", asked=True, number="12B")) == "12B Walnut St"
    assert best(finder.find("walnut street", "en", asked=True, number="85-89")) == "85-89 Walnut St"
    assert best(finder.find("cause is go", "en", asked=True, number="210")) == "210 Kosciuszko Ave"


def test_a_whole_address_may_be_said_when_only_the_street_was_asked_for(finder: PlaceFinder) -> None:
    assert best(finder.find("no it's 502 east fifth street", "en", asked=True, number="98")) == "502 E Fifth St"


@pytest.mark.parametrize("said", ["98", "ninety eight", "it's number 98", "nine eight"])
def test_the_number_follows_the_street(finder: PlaceFinder, said: str) -> None:
    finding = finder.find(said, "en", asked=True, street="Prince St")
    assert (best(finding), finding.number, finding.missing) == ("98 Prince St", "98", "")


def test_a_whole_new_place_may_be_said_when_only_the_number_was_asked_for(finder: PlaceFinder) -> None:
    assert best(finder.find("no, the corner of mission and prince", "en", asked=True, street="Prince St")) == (
        "Mission St & Prince St"
    )
    assert best(finder.find("actually 502 east fifth street", "en", asked=True, street="Prince St")) == "502 E Fifth St"


def test_a_number_the_street_does_not_have_is_kept_but_not_verified(finder: PlaceFinder) -> None:
    finding = finder.find("97 prince street", "en", asked=True)
    assert any(guess.address == "97 Prince St" and not guess.verified for guess in finding.guesses)
    assert all(guess.confidence < 0.95 for guess in finding.guesses)


def test_a_block_and_a_stretch_are_places_too(finder: PlaceFinder) -> None:
    block = finder.find("the 400 block of centre street", "en", asked=True).best
    assert block is not None
    assert (block.address, block.note) == ("400 Centre St", "400 block")
    stretch = finder.find("mission street between prince street and east fifth", "en", asked=True).best
    assert stretch is not None
    assert (stretch.address, stretch.note) == ("Mission St & Prince St", "between prince street and east fifth")


def test_what_is_said_beyond_the_address_is_kept_as_a_note(finder: PlaceFinder) -> None:
    place = finder.find("1234 mission street across from the bakery", "en", asked=True).best
    assert place is not None
    assert (place.address, place.note) == ("1234 Mission St", "across from the bakery")


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("1234 mission street apartment 5 b", "apartment 5 b"),
        ("apartment 5, 1234 mission street", "apartment 5"),
        ("1234 mission street unit 12 across from the bakery", "unit 12, across from the bakery"),
        ("1234 mission 61000", ""),
    ],
)
def test_the_flat_and_the_postal_code_are_no_part_of_the_address(finder: PlaceFinder, said: str, note: str) -> None:
    place = finder.find(said, "en", asked=True).best
    assert place is not None
    assert (place.address, place.note) == ("1234 Mission St", note)


@pytest.mark.parametrize(
    "said", ["memorial library", "at the memorial library", "behind the memorial library", "memory all library"]
)
def test_landmarks_are_found_by_name_and_by_sound(finder: PlaceFinder, said: str) -> None:
    place = finder.find(said, "en", asked=True).best
    assert place is not None
    assert (place.kind, place.address, place.area) == ("landmark", "Memorial Library", "Riverside")


@pytest.mark.parametrize(
    "said",
    ["right here", "where i am", "at my house", "aqui en mi casa", "ici chez moi", "i don't know", "", "…", "uh"],
)
def test_nothing_is_made_up_where_nothing_was_named(finder: PlaceFinder, said: str) -> None:
    for language in ("en", "es", "fr"):
        assert all(guess.confidence < SURE for guess in finder.find(said, language, asked=True).guesses)
    assert finder.find(said, "en", asked=False) == PlaceFinding()


def test_streets_are_spelled_on_the_keypad(finder: PlaceFinder) -> None:
    assert [place.address for place in finder.by_keys("7746")] == ["Prince St", "Print Shop Ln"]
    assert finder.by_keys("7746", "98")[0].address == "98 Prince St"
    assert finder.by_keys("7746", "98")[0].lat is not None
    assert finder.by_keys("0000") == ()


def test_a_landmark_named_after_a_street_is_not_the_street(finder: PlaceFinder) -> None:
    place = finder.find("at the prince street fire station", "en", asked=True).best
    assert place is not None
    assert (place.kind, place.address) == ("landmark", "Prince Street Fire Station")


def test_the_recogniser_is_told_what_to_expect(finder: PlaceFinder) -> None:
    hints = finder.hints("place", "en")
    assert "kosciuszko avenue" in hints
    assert "Riverside" in hints
    assert len(hints) == len(set(hints)) <= 500
    assert all(0 < len(hint) <= 100 for hint in hints)
    assert finder.hints("yes_no", "en") == ()
    near = finder.hints("place", "en", area="lowtown")
    assert near.index("blue mound avenue") < near.index("massachusetts avenue")
    assert "Memorial Library" in finder.hints("landmark", "en")
    assert {"Dead animal", *hints} <= set(finder.hints("request", "en"))
    assert "Animal muerto" in finder.hints("request", "es")


def test_no_more_guesses_than_wanted(finder: PlaceFinder) -> None:
    for limit in (1, 2, 5):
        assert len(finder.find("10 walter street", "en", asked=True, limit=limit).guesses) <= limit


@settings(max_examples=150)
@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(
            st.sampled_from(
                "the corner of between and at 12 street ave mission fifth 24 calle rue in block near to b hilltop 0 y "
                "et de 98th 1,234 library across from here st".split()
            ),
            max_size=14,
        ).map(" ".join),
    ),
    st.sampled_from(["en", "es", "fr"]),
    st.booleans(),
    st.sampled_from(["", "98", "12B"]),
    st.sampled_from(["", "Prince St", "Nowhere St"]),
)
def test_whatever_is_said_the_answer_is_well_formed(
    finder: PlaceFinder, text: str, language: str, asked: bool, number: str, street: str
) -> None:
    finding = finder.find(text, language, asked=asked, number=number, street=street)
    chances = [guess.confidence for guess in finding.guesses]
    assert all(0 <= chance <= 1 for chance in chances)
    assert sum(chances) <= 1.0001
    assert finding == finder.find(text, language, asked=asked, number=number, street=street)
    if finding.missing == "number":
        assert finding.street
    if finding.missing == "area":
        assert len({guess.area for guess in finding.guesses}) > 1
