"""Where it is, as callers say it and recognisers write it: a small invented city with the troubles of a large one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.city.gazetteer import AddressRow, CornerRow, Gazetteer, LandmarkRow, build
from dispatch.city.loader import SHIPPED, load_city
from dispatch.city.model import Area
from ivr.understanding.found import PlaceFinding
from ivr.understanding.places import OFFER, SURE, PlaceFinder

STREETS = {
    "Mission St": ("Riverside", 1200, 1300),
    "Prince St": ("Riverside", 90, 130),
    "Print Shop Ln": ("Hilltop", 2, 30),
    "Kosciuszko Ave": ("Hilltop", 10, 400),
    "Centre St": ("Hilltop / Lowtown", 100, 900),
    "E Fifth St": ("Riverside", 500, 620),
    "Fifth Ave": ("Hilltop", 1, 60),
    "Calle 24": ("Riverside", 3000, 3040),
    "Avenue of the Pioneers": ("Hilltop", 400, 460),
    "Massachusetts Ave": ("Riverside", 1, 800),
    "Broadway": ("Riverside", 1, 99),
    "Third St": ("Hilltop", 1, 200),
    "Blue Mound Ave": ("Lowtown", 801, 899),
    "Walnut St": ("Riverside", 1, 80),
    "B St": ("Riverside", 2, 20),
    "Saint Casimir Rd": ("Hilltop", 70, 90),
    "Oak Sq": ("Hilltop", 1, 20),
    "N Oak St": ("Riverside", 1, 20),
}
CORNERS = [("Mission St", "Calle 24"), ("Centre St", "Kosciuszko Ave"), ("Massachusetts Ave", "Walnut St"),
           ("Mission St", "E Fifth St"), ("Mission St", "Prince St"), ("Broadway", "B St")]  # fmt: skip


def _addresses() -> Iterator[AddressRow]:
    for at, (street, (area, low, high)) in enumerate(STREETS.items()):
        for number in range(low, high, 2):
            yield AddressRow(str(number), street, area, 40 + at / 500, -88 + number / 100_000, "61000")
    yield AddressRow("1235", "Mission St", "Riverside", 40.0, -87.98, "61000")
    yield AddressRow("12B", "Walnut St", "Riverside", 40.028, -87.9, "61000")
    yield AddressRow("85-89", "Walnut St", "Riverside", 40.028, -87.9, "61000")
    for area, lat in (("Riverside", 40.1), ("Hilltop", 40.2), ("Lowtown", 40.3)):
        yield AddressRow("44", "Mount Vernon St", area, lat, -88.0, "61000")


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> PlaceFinder:
    path: Path = tmp_path_factory.mktemp("city") / "gazetteer.sqlite"
    corners = [CornerRow(one, two, STREETS[one][0], 40.0, -88.0) for one, two in CORNERS]
    marks = [
        LandmarkRow("Memorial Library", 40.0, -88.0, "Riverside"),
        LandmarkRow("Pioneer Park", 40.1, -88.0, "Hilltop"),
    ]
    build(path, _addresses(), corners, marks)
    areas = {
        "hilltop": Area(code="hilltop", names={"en": "Hilltop", "es": "La Loma"}, also=("the hill",)),
        "riverside": Area(code="riverside", names={"en": "Riverside"}),
        "lowtown": Area(code="lowtown", names={"en": "Lowtown"}),
    }
    city = load_city(SHIPPED / "springfield").model_copy(
        update={
            "names": {"en": "Invented City"},
            "areas": areas,
            "landmarks": (),
            "street_nicknames": {"mass ave": "Massachusetts Ave"},
        }
    )
    return PlaceFinder(city, Gazetteer.open(path))


def best(finding: PlaceFinding) -> str:
    return finding.best.address if finding.best else ""


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("twelve thirty four mission street", "1234 Mission St"),
        ("um it's at one two three four mission", "1234 Mission St"),
        ("the address is one thousand two hundred thirty four mission street in riverside", "1234 Mission St"),
        ("ninety eight prince street", "98 Prince St"),
        ("five hundred and two east fifth street", "502 E Fifth St"),
        ("502 e 5th st", "502 E Fifth St"),
        ("thirty oh two calle twenty four", "3002 Calle 24"),
        ("four hundred avenue of the pioneers", "400 Avenue of the Pioneers"),
        ("six b street", "6 B St"),
        ("seventy saint casimir road", "70 Saint Casimir Rd"),
        ("one eleven mass ave", "111 Massachusetts Ave"),
        ("five broadway", "5 Broadway"),
        ("12 b walnut street", "12B Walnut St"),
        ("eighty seven walnut street", "87 Walnut St"),
        ("85 to 89 walnut street", "85-89 Walnut St"),
        ("3 oak square", "3 Oak Sq"),
    ],
)
def test_an_address_as_said(finder: PlaceFinder, said: str, place: str) -> None:
    finding = finder.find(said, "en", asked=True)
    assert best(finding) == place
    assert finding.best is not None
    assert finding.best.confidence >= SURE
    assert finding.best.lat is not None


@pytest.mark.parametrize(
    ("heard", "place"),
    [
        ("98th print street.", "98 Prince St"),
        ("I met 12, 34 mission street.", "1234 Mission St"),
        ("It's 2 10 cause is go avenue", "210 Kosciuszko Ave"),
        ("839-blue mound", "839 Blue Mound Ave"),
        ("839-blew mound avenue", "839 Blue Mound Ave"),
        ("78 same casimir road in hill top", "78 Saint Casimir Rd"),
        ("1-0-4 center street.", "104 Centre St"),
        ("90 to prince street", "92 Prince St"),
        ("It's that 13 wall not street.", "13 Walnut St"),
        ("The address is to wall nut street", "2 Walnut St"),
    ],
)
def test_an_address_as_a_recogniser_heard_it(finder: PlaceFinder, heard: str, place: str) -> None:
    guesses = finder.find(heard, "en", asked=True).guesses
    assert place in {guess.address for guess in guesses if guess.confidence >= OFFER}


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("the corner of mission street and calle twenty four", "en"),
        ("24 and mission", "en"),
        ("at the intersection of mission street at calle 24", "en"),
        ("foreigner of mission street in calle 24", "en"),
        ("mission street calle 24", "en"),
        ("en la esquina de mission con calle veinticuatro", "es"),
        ("calle 24 y mission", "es"),
        ("au coin de mission et calle 24", "fr"),
    ],
)
def test_a_corner_in_three_languages(finder: PlaceFinder, said: str, language: str) -> None:
    finding = finder.find(said, language, asked=True)
    assert best(finding) == "Mission St & Calle 24"
    assert finding.best is not None
    assert finding.best.kind == "intersection"


@pytest.mark.parametrize(
    ("said", "language", "place"),
    [
        ("mil doscientos treinta y cuatro mission street", "es", "1234 Mission St"),
        ("noventa y ocho de la calle prince", "es", "98 Prince St"),
        ("estoy en el 5 broadway en la loma", "es", "5 Broadway"),
        ("calle prince número noventa y ocho", "es", "98 Prince St"),
        ("en kosciuszko 210", "es", "210 Kosciuszko Ave"),
        ("calle veinticuatro número tres mil dos", "es", "3002 Calle 24"),
        ("c'est au quatre-vingt-dix-huit rue prince", "fr", "98 Prince St"),
        ("douze cent trente-quatre mission street", "fr", "1234 Mission St"),
    ],
)
def test_addresses_in_spanish_and_french(finder: PlaceFinder, said: str, language: str, place: str) -> None:
    assert best(finder.find(said, language, asked=True)) == place


def test_two_streets_that_are_not_known_to_meet_are_kept_as_said_and_not_verified(finder: PlaceFinder) -> None:
    finding = finder.find("the corner of broadway and kosciuszko avenue", "en", asked=True)
    unverified = [guess for guess in finding.guesses if not guess.verified]
    assert [guess.address for guess in unverified] == ["Broadway & Kosciuszko Ave"]


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


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("there's a pothole at twelve thirty four mission street", "1234 Mission St"),
        ("the street light at 98 prince street in riverside is out", "98 Prince St"),
        ("there are 2 abandoned cars at 98 prince street for 3 weeks", "98 Prince St"),
        ("somebody dumped trash at the corner of mission street and calle 24", "Mission St & Calle 24"),
        ("the light is out at mission and prince", "Mission St & Prince St"),
        ("a tree fell on kosciuszko avenue", "Kosciuszko Ave"),
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


def test_streets_are_spelled_on_the_keypad(finder: PlaceFinder) -> None:
    assert [place.address for place in finder.by_keys("7746")] == ["Prince St", "Print Shop Ln"]
    assert finder.by_keys("7746", "98")[0].address == "98 Prince St"
    assert finder.by_keys("7746", "98")[0].lat is not None
    assert finder.by_keys("0000") == ()


def test_the_recogniser_is_told_what_to_expect(finder: PlaceFinder) -> None:
    hints = finder.hints("place", "en")
    assert "kosciuszko avenue" in hints
    assert "Riverside" in hints
    assert len(hints) == len(set(hints)) <= 500
    assert all(0 < len(hint) <= 100 for hint in hints)
    assert finder.hints("yes_no", "en") == ()
    near = finder.hints("place", "en", area="lowtown")
    assert near.index("blue mound avenue") < near.index("massachusetts avenue")
    assert "Potholes" in " ".join(finder.hints("request", "en")) or len(finder.hints("request", "en")) > len(hints)


def test_no_more_guesses_than_wanted(finder: PlaceFinder) -> None:
    for limit in (1, 2, 5):
        assert len(finder.find("10 walter street", "en", asked=True, limit=limit).guesses) <= limit


@settings(max_examples=150, deadline=None)
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
