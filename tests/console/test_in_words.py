"""What people read at the desk is words in their language: no codes of the city's file, no log-ins for names."""

from __future__ import annotations

from html import unescape

import pytest
from flask import Flask

from dispatch.console.desk import Desk
from storage.database import Database
from storage.vocabulary import Role
from tests.console.clerk import Clerk, hired
from tests.console.town import filed

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
