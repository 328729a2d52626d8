"""Naming the service: what callers say, how sure we are, and when we had better say nothing."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dispatch.city.loader import SHIPPED, load_city
from dispatch.city.model import City
from ivr.understanding.services import GO_ON, OFFER, ServiceFinder
from ivr.understanding.services_words import reader

OWN = Path(__file__).parent / "data"
REPORTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "reports_dev.csv"

Told = tuple[str, frozenset[str]]
"""What somebody said, and every service that is a right answer."""


@pytest.fixture(scope="module")
def springfield() -> City:
    return load_city(SHIPPED / "springfield")


@pytest.fixture(scope="module")
def finder(springfield: City) -> ServiceFinder:
    return ServiceFinder(springfield)


def own(name: str) -> list[Told]:
    rows = (OWN / f"services_{name}.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [row.split("\t") for row in rows if row and not row.startswith("#")]
    return [(text, frozenset(codes.split(";"))) for codes, text in pairs]


def shares(finder: ServiceFinder, told: Sequence[Told], language: str) -> tuple[float, float]:
    """How many are named right first, and among the first three."""
    ranked = [([guess.code for guess in finder.rank(text, language)], accepted) for text, accepted in told]
    first = sum(codes[:1] != [] and codes[0] in accepted for codes, accepted in ranked)
    three = sum(not accepted.isdisjoint(codes) for codes, accepted in ranked)
    return first / len(told), three / len(told)


@pytest.mark.parametrize(
    ("said", "language", "service"),
    [
        ("yeah hi um there's like a big hole in the road by 12 Oak Street", "en", "pothole"),
        ("there's a dead raccoon on my street", "en", "dead-animal"),
        ("my trash wasn't picked up", "en", "missed-trash"),
        ("they took the trash but left my recycling", "en", "missed-recycling"),
        ("NO HEAT AND NO HOT WATER SINCE SUNDAY!!!", "en", "no-heat"),
        ("how do I get a copy of my birth certificate", "en", "records"),
        ("buenas tardes, hay un bache enorme frente a mi casa", "es", "pothole"),
        ("el semáforo no funciona", "es", "traffic-signal"),
        ("Bonjour, le lampadaire devant chez moi est éteint", "fr", "streetlight-out"),
        ("mon chien s’est sauvé hier soir", "fr", "lost-pet"),
    ],
)
def test_a_caller_says_it_in_their_own_words(finder: ServiceFinder, said: str, language: str, service: str) -> None:
    best = finder.rank(said, language)[0]
    assert best.code == service
    assert best.confidence >= OFFER


@pytest.mark.parametrize(
    ("said", "service"),
    [
        ("theres a big potthole in the rode", "pothole"),
        ("hot hole in the right lane", "pothole"),
        ("overgorwn grass and weads", "overgrown-lot"),
        ("the side walk is craked", "sidewalk-damage"),
        ("grafitti on the wall", "graffiti"),
        ("street lite is out", "streetlight-out"),
    ],
)
def test_slips_of_the_fingers_and_of_the_recogniser_are_forgiven(
    finder: ServiceFinder, said: str, service: str
) -> None:
    assert service in [guess.code for guess in finder.rank(said, "en")]


def test_the_name_of_the_street_does_not_change_the_service(finder: ServiceFinder) -> None:
    """Oak is a tree and Park is a park, but not when somebody lives there."""
    for address in ("12 Oak Street", "4800 NW Park Ave", "7 Rat Tail Lane"):
        assert finder.rank(f"the streetlight is out at {address}", "en")[0].code == "streetlight-out"


def test_a_caller_may_fall_back_on_another_language_and_is_believed_a_little_less(finder: ServiceFinder) -> None:
    said = "hay un bache enorme en mi calle"
    at_home = finder.rank(said, "es")[0]
    abroad = finder.rank(said, "en")[0]
    assert at_home.code == abroad.code == "pothole"
    assert OFFER < abroad.confidence < at_home.confidence
    assert finder.rank("il y a un nid de poule", "es")[0].code == "pothole"
    assert finder.rank("there is a pothole on my street", "fr")[0].code == "pothole"


def test_a_short_answer_is_read_in_the_language_of_the_call(finder: ServiceFinder) -> None:
    """ "No" is Spanish too; that alone makes nobody a Spanish speaker."""
    assert finder.rank("no parking sign fell off", "en")[0].code == "street-sign"


@pytest.mark.parametrize("said", ["", "   ", "12345", "asdf qwer", "um", "…", "\x00", "🙂🙂"])
def test_where_nothing_fits_nothing_is_guessed(finder: ServiceFinder, said: str) -> None:
    assert finder.rank(said, "en") == ()


def test_guesses_come_best_first_and_their_chances_add_up_to_no_more_than_certainty(finder: ServiceFinder) -> None:
    for said in ("trash", "the dog", "there is water everywhere", "a car is blocking the sidewalk and my driveway"):
        confidences = [guess.confidence for guess in finder.rank(said, "en", limit=90)]
        assert confidences == sorted(confidences, reverse=True)
        assert all(0 <= confidence < 1 for confidence in confidences)
        assert sum(confidences) <= 1
        assert len(finder.rank(said, "en", limit=2)) == 2


def test_the_same_words_always_mean_the_same(finder: ServiceFinder, springfield: City) -> None:
    said = "somebody left a couch on the corner"
    assert finder.rank(said, "en") == finder.rank(said, "en") == ServiceFinder(springfield).rank(said, "en")


def test_one_vague_word_is_offered_as_a_choice_and_not_taken_for_granted(finder: ServiceFinder) -> None:
    for said in ("trash", "my street", "water", "a dog"):
        guesses = finder.rank(said, "en")
        assert guesses
        assert guesses[0].confidence <= GO_ON


def test_a_story_of_any_length_is_read(finder: ServiceFinder) -> None:
    story = "and then I told my neighbour about the pothole in front of my driveway " * 2_000
    assert finder.rank(story, "en")[0].code == "pothole"


def test_a_city_with_two_services_has_two_answers(springfield: City) -> None:
    few = {code: springfield.services[code] for code in ("pothole", "graffiti")}
    finder = ServiceFinder(springfield.model_copy(update={"services": few}))
    assert [guess.code for guess in finder.rank("paint on the wall", "en")] == ["graffiti", "pothole"]
    assert finder.rank("a hole", "en")[0].code == "pothole"


def test_a_language_the_city_does_not_speak_is_read_in_the_one_it_does(springfield: City) -> None:
    english = {"en": springfield.languages["en"]}
    finder = ServiceFinder(springfield.model_copy(update={"languages": english}))
    assert finder.rank("there is a pothole", "fr")[0].code == "pothole"


@pytest.mark.parametrize(
    ("name", "first", "three"),
    [
        ("spoken_en", 0.92, 0.98),
        ("spoken_es", 0.88, 0.90),
        ("spoken_fr", 0.88, 0.90),
        ("unseen_en", 0.75, 0.88),
        ("unseen_es", 0.72, 0.87),
        ("unseen_fr", 0.68, 0.81),
    ],
)
def test_requests_kept_apart_are_named(finder: ServiceFinder, name: str, first: float, three: float) -> None:
    right_first, right_in_three = shares(finder, own(name), name[-2:])
    assert right_first >= first
    assert right_in_three >= three


def test_of_those_we_go_on_with_nineteen_in_twenty_are_right(finder: ServiceFinder) -> None:
    sure: list[bool] = []
    asked = 0
    for name in ("unseen_en", "unseen_es", "unseen_fr"):
        best = [(finder.rank(text, name[-2:])[:1], accepted) for text, accepted in own(name)]
        asked += len(best)
        sure += [guesses[0].code in accepted for guesses, accepted in best if guesses and guesses[0].confidence > GO_ON]
    assert len(sure) > asked / 2
    assert sum(sure) / len(sure) >= 0.935


@pytest.mark.skipif(not REPORTS.exists(), reason="the real reports (../shared/data) are not on this machine")
def test_real_reports_are_named_in_cities_nobody_wrote_phrases_for(finder: ServiceFinder) -> None:
    with REPORTS.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["services"]]
    told: dict[str, list[Told]] = {row["city"]: [] for row in rows}
    for row in rows:
        told[row["city"]].append((row["text"], frozenset(row["services"].split(";"))))
    everywhere = [report for reports in told.values() for report in reports]
    first, three = shares(finder, everywhere, "en")
    assert first >= 0.68
    assert three >= 0.87
    assert shares(finder, told["NYC"], "en")[0] >= 0.58


def test_several_calls_are_understood_at_once(finder: ServiceFinder) -> None:
    """The stemming library keeps state of its own; threads must not read each other's words."""
    said = [
        f"{word}ing on my street" for word in ("dump", "bark", "flood", "leak", "honk", "speed", "smok", "park")
    ] * 25
    alone = [finder.rank(text, "en") for text in said]
    reader.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: finder.rank(text, "en"), said)) == alone
