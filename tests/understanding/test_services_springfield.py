"""The demo city's ninety services: enough wordings in three languages, short names, questions that fit on a phone."""

from __future__ import annotations

import pytest

from dispatch.city.loader import SHIPPED, load_city
from dispatch.city.model import City, Language

FEWEST: dict[Language, int] = {"en": 15, "es": 8, "fr": 8}
LONGEST_NAME = 60


@pytest.fixture(scope="module")
def springfield() -> City:
    return load_city(SHIPPED / "springfield")


def test_every_service_is_put_in_many_ways_in_every_language(springfield: City) -> None:
    assert len(springfield.services) == 90
    for service in springfield.services.values():
        for language, fewest in FEWEST.items():
            assert len(service.phrases[language]) >= fewest, (service.code, language)
            assert 0 < len(service.names[language]) <= LONGEST_NAME


def test_no_wording_belongs_to_two_services(springfield: City) -> None:
    owners: dict[tuple[Language, str], str] = {}
    for service in springfield.services.values():
        for language, phrases in service.phrases.items():
            assert len(phrases) == len({phrase.casefold() for phrase in phrases}), service.code
            for phrase in phrases:
                owner = owners.setdefault((language, phrase.casefold()), service.code)
                assert owner == service.code, f"{phrase!r} belongs to {owner} and {service.code}"


def test_questions_are_few_short_and_asked_in_three_languages(springfield: City) -> None:
    for service in springfield.services.values():
        assert len(service.questions) <= 2
        for question in service.questions:
            assert set(question.ask) == set(FEWEST)
            assert all(len(words) <= 100 for words in question.ask.values())
            assert len(question.choices) <= 5
            assert (question.kind == "choice") == bool(question.choices)


def test_urgency_hangs_on_answers_that_can_be_given_or_words_in_three_languages(springfield: City) -> None:
    for service in springfield.services.values():
        questions = {question.code: question for question in service.questions}
        for rule in service.urgency:
            if rule.question is None:
                assert set(rule.words) == set(FEWEST), service.code
                continue
            question = questions[rule.question]
            answers = {choice.code for choice in question.choices} or {"yes", "no"}
            assert rule.answer in answers


def test_what_has_no_place_is_not_asked_for_one(springfield: City) -> None:
    for code in ("parking-ticket", "utility-billing", "events", "records", "benefits"):
        assert springfield.services[code].place == "none"
    assert springfield.services["lost-pet"].place == "optional"
    assert springfield.services["pothole"].place == "required"
