"""What people read at the desk is words in their language: no codes of the city's file, no log-ins for names."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from dispatch.city.model import in_language
from dispatch.city.packs import Packs
from dispatch.console.desk import Desk
from dispatch.console.i18n import Clock
from storage import tickets as ledger
from storage.database import Database
from storage.vocabulary import Role
from tests.console.clerk import Clerk, account, hired
from tests.console.conftest import MORNING
from tests.console.town import SLUG, filed

IN_WORDS = {
    "en": "looks after “Pothole”",
    "es": "se ocupa de «Bache",
    "fr": "s’occupe de « Nid-de-poule",
}


@pytest.mark.parametrize("language", IN_WORDS)
def test_a_ticket_says_in_the_reader_s_language_why_it_is_with_its_department(
    language: str, house: Flask, database: Database, desk: Desk
) -> None:
    clerk = Clerk(house, language=language)
    clerk.logs_in(hired(database, role=Role.SUPERVISOR))
    page = unescape(clerk.goes(f"/console/tickets/{filed(desk)}"))
    assert page.count(IN_WORDS[language]) == 2, "with the department, and in the history"
    assert "usual:" not in page


@pytest.mark.parametrize(("language", "yes"), [("en", "Yes"), ("es", "Sí"), ("fr", "Oui")])
def test_a_crew_reads_questions_and_answers_and_the_message_that_was_left(
    language: str, yes: str, house: Flask, database: Database, desk: Desk, packs: Packs
) -> None:
    service = next(one for one in packs.first.city.services.values() if any(q.choices for q in one.questions))
    question = next(q for q in service.questions if q.choices)
    choice = question.choices[0]
    answers = {question.code: choice.code, "asked_no_more": "yes"}
    number = filed(desk, service=service.code, answers=answers)
    with desk.database.transaction() as session:
        kept = ledger.by_number(session, SLUG, number)
        assert kept
        kept.transcript = "It is behind the gate."
    clerk = Clerk(house, language=language)
    clerk.logs_in(hired(database, role=Role.SUPERVISOR))
    page = unescape(clerk.goes(f"/console/tickets/{number}/print"))
    assert f"{in_language(question.ask, language)} <b>{in_language(choice.names, language)}</b>" in page
    assert f"asked_no_more <b>{yes}</b>" in page
    assert "It is behind the gate." in page
    assert f'href="/console/tickets/{number}"' in page, "the way back"


def test_the_way_back_from_paper_keeps_the_filter(house: Flask, database: Database, desk: Desk) -> None:
    clerk = Clerk(house)
    clerk.logs_in(hired(database))
    filed(desk)
    assert 'href="/console/tickets?service=pothole"' in clerk.goes("/console/tickets/print?service=pothole")


def test_people_and_departments_stand_by_their_names(house: Flask, database: Database, desk: Desk) -> None:
    hired(database, "kit@springfield.gov", name="Kit Moreau", departments=("streets", "sanitation"))
    clerk = Clerk(house, language="fr")
    clerk.logs_in(hired(database, "ana@springfield.gov", name="Ana Díaz", role=Role.ADMINISTRATOR))
    number = account(database, "kit@springfield.gov").id
    departments = desk.packs.first.city.departments
    named = ", ".join(in_language(departments[code].names, "fr") for code in ("streets", "sanitation"))
    assert named in unescape(clerk.goes("/console/operators"))
    page = clerk.goes(f"/console/tickets?assignee={number}")
    assert page.count("Kit Moreau (kit@springfield.gov)") == 2, "as a filter, and to take off"
    assert ">Kit Moreau (kit@springfield.gov)</option>" in clerk.goes(f"/console/tickets/{filed(desk)}")


def test_tabs_keep_the_filters_and_a_kept_filter_is_known_in_any_order(
    house: Flask, database: Database, desk: Desk
) -> None:
    clerk = Clerk(house)
    clerk.logs_in(hired(database))
    clerk.goes("/console/tickets?service=pothole&state=overdue")
    clerk.sends("/console/tickets/filters", name="Late holes", query="service=pothole&state=overdue")
    page = unescape(clerk.goes("/console/tickets?service=pothole"))
    assert '<a href="/console/tickets?service=pothole&state=open" aria-current="page">Open</a>' in page
    assert '<a href="/console/tickets?service=pothole&state=ended">Ended</a>' in page
    page = unescape(clerk.goes("/console/tickets?state=overdue&service=pothole"))
    assert re.findall(r'aria-current="page">([^<]+)</a>', page.partition('class="tabs"')[2].partition("</nav>")[0]) == [
        "Late holes"
    ]
    assert "Forget “Late holes”" in page


def test_filters_are_ticked_and_what_is_ticked_comes_first(house: Flask, database: Database, desk: Desk) -> None:
    wanted = list(desk.packs.first.city.services)[-2:]
    clerk = Clerk(house)
    clerk.logs_in(hired(database))
    page = clerk.goes(f"/console/tickets?service={wanted[0]}&service={wanted[1]}")
    assert "multiple" not in page
    ticked = re.findall(r'name="service" value="([\w-]+)" checked', page)
    assert set(ticked) == set(wanted)
    assert re.findall(r'type="checkbox" name="service" value="([\w-]+)"', page)[: len(ticked)] == ticked


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(15, "just now"), (40, "40 seconds ago"), (59.7, "1 minute ago"), (60, "1 minute ago"), (71, "1 minute ago"),
     (100, "2 minutes ago"), (3_600, "60 minutes ago"), (5_400, "2 hours ago"), (90_000, "25 hours ago")],
)  # fmt: skip
def test_how_long_ago_is_said_as_people_say_it(seconds: float, words: str) -> None:
    clock = Clock(lambda: ZoneInfo("UTC"), lambda: MORNING)
    assert clock.ago(MORNING - dt.timedelta(seconds=seconds)) == words
