"""Where it is, as callers say it and recognisers write it: addresses and corners, in three languages."""

from __future__ import annotations

import pytest

from ivr.understanding.places import OFFER, SURE, PlaceFinder
from tests.understanding.anytown import best, finder_of_anytown


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> PlaceFinder:
    return finder_of_anytown(tmp_path_factory.mktemp("anytown"))


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
