"""What the house writes to people is there in every language, with the same things said."""

from __future__ import annotations

import string
from importlib import resources
from itertools import product
from typing import Any

import pytest

from dispatch.notifications import wording
from storage.tables import Ticket
from storage.vocabulary import Channel, Priority, Status
from tests.dispatch.littleton import LITTLETON, MONDAY

LANGUAGES = ("en", "es", "fr")


def words(language: str) -> dict[str, Any]:
    return wording._words(language)


def templates(language: str) -> dict[str, dict[str, str]]:
    return {
        f"{group}.{name}": template
        for group in ("public", "department")
        for name, template in words(language)[group].items()
    }


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def a_ticket(**changes: Any) -> Ticket:
    values: dict[str, Any] = {
        "city": "littleton",
        "number": "123456789",
        "service": "pothole",
        "department": "streets",
        "routed_because": "streets does pothole",
        "channel": Channel.PHONE,
        "address": "12 Elm St",
        "created_at": MONDAY,
        "updated_at": MONDAY,
        "due_at": MONDAY.replace(hour=3),
    }
    return Ticket(**(values | changes))


def test_every_language_has_every_word() -> None:
    words_files = resources.files("dispatch.notifications.words").iterdir()
    files = {file.name for file in words_files if file.name.endswith(".toml")}
    assert files == {f"{language}.toml" for language in LANGUAGES}
    for language in LANGUAGES:
        found = words(language)
        assert set(found["status"]) == set(Status)
        assert set(found["channel"]) == set(Channel)
        assert set(found["priority"]) == set(Priority)
        assert len(found["months"]) == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_says_the_same_in_every_language(language: str) -> None:
    english, other = templates("en"), templates(language)
    assert english.keys() == other.keys()
    for name in english:
        assert {part: slots(text) for part, text in english[name].items()} == {
            part: slots(text) for part, text in other[name].items()
        }


@pytest.mark.parametrize(("name", "language"), [*product(templates("en"), LANGUAGES)])
def test_every_template_can_be_filled_in_also_for_a_bare_ticket(name: str, language: str) -> None:
    bare = a_ticket(service="", address="", due_at=None)
    for ticket in (a_ticket(), bare):
        message = wording.message(LITTLETON, ticket, name, language, sentence="Done.", text="hello", parent="12345678")
        assert "1 2345 6789" in message.subject + message.body
        assert "{" not in message.subject + message.body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", ["reply", "digest", "link"])
def test_answers_and_digests_say_the_same_in_every_language(language: str, group: str) -> None:
    english, other = words("en")[group], words(language)[group]
    assert {name: slots(text) for name, text in english.items()} == {name: slots(text) for name, text in other.items()}


def test_nothing_public_tells_what_the_reporter_said() -> None:
    assert all("text" not in slots(each["body"]) for name, each in templates("en").items() if name.startswith("public"))


@pytest.mark.parametrize(
    ("language", "day"), [("en", "March 1"), ("es", "1 de marzo"), ("fr", "1er mars"), ("de", "March 1")]
)
def test_a_day_is_written_as_people_write_it_on_the_city_s_calendar(language: str, day: str) -> None:
    """Three in the morning of the second, in Greenwich, is still the first there."""
    assert wording.date(LITTLETON, a_ticket().due_at, language) == day


@pytest.mark.parametrize(
    ("number", "read"), [("12345678", "1234 5678"), ("123456", "12 3456"), ("123456789", "1 2345 6789"), ("", "")]
)
def test_numbers_are_written_in_groups(number: str, read: str) -> None:
    assert wording.grouped(number) == read


PROMISED = ("public.kept", "public.filed", "public.split", "public.corrected")


@pytest.mark.parametrize(("name", "language"), [*product(templates("en"), LANGUAGES)])
def test_where_there_is_no_day_to_tell_the_public_nothing_is_said_of_one(name: str, language: str) -> None:
    day = MONDAY.replace(month=12, day=1)
    ticket = a_ticket(due_at=day)
    with_a_day, without = (
        wording.message(LITTLETON, ticket, name, language, due=due, sentence="Done.", parent="12345678").body
        for due in (day, None)
    )
    december = {"en": "December 1", "es": "1 de diciembre", "fr": "1er décembre"}[language]
    assert (december in with_a_day) == ("{due}" in templates("en")[name]["body"])
    if name.startswith("public"):
        assert "1" not in without.replace("1 2345 6789", "").replace("1234 5678", "").replace("311", "").replace(
            "12 Elm St", ""
        )
        assert (len(without) < len(with_a_day)) == (name in PROMISED)
        assert without.endswith(".")


def test_a_city_s_own_words_that_promise_a_day_give_way_to_the_house_s_where_there_is_none() -> None:
    words = {"public.filed": {"body": {"en": "Number {number} is fixed by {due}, we promise"}}}
    rules = LITTLETON.notifications.model_validate({"words": words})
    proud = LITTLETON.model_copy(update={"notifications": rules})
    said = wording.message(proud, a_ticket(), "public.filed", "en", due=MONDAY)
    assert said.body == "Number 1 2345 6789 is fixed by March 2, we promise"
    said = wording.message(proud, a_ticket(), "public.filed", "en")
    assert said.body == "Littleton 311: we have your report 1 2345 6789: Pothole, 12 Elm St."


@pytest.mark.parametrize(
    ("service", "address", "said"),
    [
        ("pothole", "12 Elm St", "your report 1 2345 6789 (Pothole, 12 Elm St) is being worked on."),
        ("pothole", "", "your report 1 2345 6789 (Pothole) is being worked on."),
        ("", "12 Elm St", "your report 1 2345 6789 (12 Elm St) is being worked on."),
        ("", "", "your report 1 2345 6789 is being worked on."),
    ],
)
def test_what_is_not_known_of_a_report_is_not_talked_about(service: str, address: str, said: str) -> None:
    ticket = a_ticket(service=service, address=address, status=Status.IN_PROGRESS)
    assert wording.message(LITTLETON, ticket, "public.progress", "en").body == f"Littleton 311: {said}"


@pytest.mark.parametrize(
    ("language", "usual", "unknown"),
    [
        ("en", "Streets looks after “Pothole”", "nobody knows yet what it is about; the front desk sorts it out"),
        ("es", "Streets se ocupa de «Bache»", "todavía no se sabe de qué se trata; lo resuelve la recepción"),
        ("fr", "Streets s’occupe de « Pothole »", "on ne sait pas encore de quoi il s’agit ; l’accueil s’en charge"),
    ],
)
def test_why_a_ticket_went_there_is_said_in_words(language: str, usual: str, unknown: str) -> None:
    city = LITTLETON
    assert wording.because(city, "usual:pothole:streets", language) == usual
    assert wording.because(city, "not_known::", language) == unknown
    assert "volcano" in wording.because(city, "no_department:volcano:", language)
    told = wording.message(city, a_ticket(routed_because="usual:pothole:streets"), "department.filed", language)
    assert usual in told.body


def test_what_was_kept_in_words_is_said_as_it_stands() -> None:
    for words in ("streets does pothole", "the road crew clears roads"):
        assert wording.because(LITTLETON, words, "fr") == words
