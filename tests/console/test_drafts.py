"""What a clerk begins to write and does not send: kept, with the step it was meant for and with no other."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor, wait
from html import unescape

import pytest

from dispatch.console import drafts
from dispatch.console.desk import Desk
from storage import desk as kept
from storage.database import Database
from tests.console.clerk import Clerk, hired
from tests.console.town import filed, said_to, ticket

MARIA = "maria@springfield.gov"
FILLED = "We have filled the hole."


@pytest.fixture
def maria(database: Database, clerk: Clerk) -> Clerk:
    """An operator of all departments, logged in."""
    clerk.logs_in(hired(database, MARIA))
    return clerk


def form(page: str, step: str) -> str:
    """The form of a step, as it stands on the page."""
    found = re.search(rf'name="step" value="{step}">.*?</form>', page, re.DOTALL)
    assert found, step
    return unescape(found[0])


def is_open(page: str, step: str) -> bool:
    """Whether the form of a step lies open."""
    before = page.partition(f'name="step" value="{step}"')[0].rpartition("<details")[2]
    return before.partition(">")[0].endswith(" open")


def test_what_is_not_sent_is_kept_where_it_was_typed_and_nowhere_else(desk: Desk, maria: Clerk) -> None:
    number = filed(desk)
    maria.goes(f"/console/tickets/{number}")
    maria.sends(f"/console/tickets/{number}/unsent", step="to:resolved", public=FILLED, why="")
    assert maria.status == 204
    page = maria.goes(f"/console/tickets/{number}")
    assert "What you began to write is still here." in page
    assert page.count(FILLED) == 1
    assert FILLED in form(page, "to:resolved")
    assert is_open(page, "to:resolved")
    assert not is_open(page, "to:scheduled")
    # Another step is sent as its form stands: without a sentence that was never meant for it.
    sentence = re.search(r'name="public"[^>]*>([^<]*)</textarea>', form(page, "to:scheduled"))
    assert sentence
    assert sentence[1] == ""
    maria.sends(
        f"/console/tickets/{number}", do="to:scheduled", step="to:scheduled", seen="1", scheduled_for="2026-03-09"
    )
    assert not any(FILLED in told.body for told in said_to(desk, "+12175550101"))
    page = maria.goes(f"/console/tickets/{number}")
    assert FILLED in form(page, "to:resolved"), "it is still there, for the day the hole is filled"
    maria.sends(f"/console/tickets/{number}", do="to:resolved", step="to:resolved", seen="2", public=FILLED)
    assert "What you began" not in maria.goes(f"/console/tickets/{number}")


def test_keep_for_later_keeps_the_day_as_well(desk: Desk, maria: Clerk) -> None:
    number = filed(desk)
    maria.goes(f"/console/tickets/{number}")
    day = "2026-03-09T08:00"
    page = maria.sends(
        f"/console/tickets/{number}", do="keep", step="to:scheduled", seen="1", scheduled_for=day, why=""
    )
    assert maria.told[0] == "Kept, and not sent."
    assert f'value="{day}"' in form(page, "to:scheduled")
    assert ticket(desk, number).scheduled_for is None
    page = maria.sends(
        f"/console/tickets/{number}", do="keep", step="to:scheduled", seen="1", scheduled_for="", why=" "
    )
    assert not is_open(page, "to:scheduled")


def test_a_note_and_a_question_are_one_draft(desk: Desk, maria: Clerk) -> None:
    number = filed(desk)
    maria.goes(f"/console/tickets/{number}")
    maria.sends(f"/console/tickets/{number}/unsent", step="comment", text="Which lane?")
    assert "Which lane?" in form(maria.goes(f"/console/tickets/{number}"), "comment")
    page = maria.sends(f"/console/tickets/{number}", do="ask", step="comment", seen="1", text="Which lane?")
    assert "Which lane?" not in form(page, "comment")


def test_a_note_that_was_kept_before_words_had_a_step_is_not_lost(desk: Desk, maria: Clerk) -> None:
    number = filed(desk)
    with desk.database.transaction() as session:
        old = {"text": "half a note", "public": "half a sentence"}
        kept.keep_unsent(session, MARIA, ticket(desk, number).id or 0, old, desk.now())
    page = maria.goes(f"/console/tickets/{number}")
    assert "half a note" in form(page, "comment")
    assert "half a sentence" not in page, "nobody knows any more which step it was for"


def test_a_page_that_keeps_words_while_somebody_presses_a_button_is_in_nobodys_way(desk: Desk) -> None:
    noted = ticket(desk, filed(desk))

    def keeps(text: str) -> None:
        with desk.database.transaction() as session:
            drafts.keep(session, MARIA, noted, "comment", {"text": text}, desk.now())

    with ThreadPoolExecutor(1) as page:
        with desk.database.transaction() as session:
            drafts.keep(session, MARIA, noted, "comment", {"text": "They have a"}, desk.now())
            by_itself = page.submit(keeps, "They have a dog")
            wait([by_itself], timeout=0.3)
        by_itself.result()
    with desk.database.reading() as session:
        assert drafts.of(session, MARIA, noted) == {"comment": {"text": "They have a dog"}}


def test_what_no_step_is_called_keeps_nothing(desk: Desk, maria: Clerk) -> None:
    number = filed(desk)
    maria.goes(f"/console/tickets/{number}")
    maria.sends(f"/console/tickets/{number}/unsent", step="to:nowhere", public=FILLED)
    assert maria.status == 400


def test_what_was_typed_for_a_step_that_is_gone_can_still_be_read(desk: Desk, maria: Clerk, database: Database) -> None:
    number = filed(desk)
    maria.goes(f"/console/tickets/{number}")
    maria.sends(f"/console/tickets/{number}", do="to:closed", seen="1", public="Nothing was there.")
    page = maria.sends(
        f"/console/tickets/{number}",
        do="to:scheduled",
        seen="1",
        public="We come on Monday.",
        scheduled_for="2026-03-09",
    )
    assert maria.status == 409
    assert '<textarea readonly rows="3" aria-label="What you wrote">We come on Monday.</textarea>' in page
