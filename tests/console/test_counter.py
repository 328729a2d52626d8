"""Somebody stands at the counter, or is on another line: a clerk enters the ticket for them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlmodel import col, select

from dispatch.console.desk import Desk
from storage.database import Database
from storage.tables import Ticket
from storage.vocabulary import Channel, Role, Status
from tests.console.clerk import Clerk, hired
from tests.console.conftest import Watch
from tests.console.town import SLUG, filed, history, said_to

NEW = "/console/tickets/new"


@pytest.fixture
def maria(database: Database, clerk: Clerk) -> Clerk:
    """A clerk of Streets, logged in."""
    hired(database, name="Maria Lopez", departments=("streets",))
    clerk.logs_in("maria@springfield.gov")
    return clerk


def hidden(page: str) -> dict[str, Any]:
    """What a form carries along: as a browser sends it."""
    found: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', page):
        found.setdefault(name, []).append(value)
    return found


def everything(desk: Desk) -> list[Ticket]:
    with desk.database.reading() as session:
        return list(session.exec(select(Ticket).order_by(col(Ticket.id))).all())


def test_a_ticket_is_filed_for_somebody_at_the_counter(desk: Desk, maria: Clerk) -> None:
    page = maria.goes(NEW)
    assert "have them call 911 at once" in page
    assert '<optgroup label="' in page
    form: dict[str, Any] = {
        "service": "pothole",
        "address": "100 mission",
        "place_note": "by the hydrant",
        "description": "as deep as a bathtub",
        "name": "Ana Gomez",
        "phone": "(217) 555-0142",
        "language": "es",
        "updates": "1",
    }
    page = maria.sends(NEW, **hidden(page), **form)
    if maria.where == NEW:
        page = maria.sends(NEW, **hidden(page), **form)
    [one] = everything(desk)
    assert maria.where == f"/console/tickets/{one.number}"
    assert f"Filed. The number to give them is {one.number}." in maria.told
    assert (one.channel, one.status, one.department) == (Channel.CONSOLE, Status.NEW, "streets")
    assert (one.address, one.area, one.place_note) == ("100 Mission St", "west-end", "by the hydrant")
    assert (one.reporter_name, one.reporter_phone, one.language) == ("Ana Gomez", "+12175550142", "es")
    assert one.lat
    [line] = history(desk, one.number)
    assert (line.who, line.channel) == ("maria@springfield.gov", Channel.CONSOLE)
    assert "Maria Lopez" in page
    [told] = said_to(desk, "+12175550142")
    assert (told.template, told.language) == ("public.filed", "es")


def test_a_form_sent_twice_files_once(desk: Desk, maria: Clerk, watch: Watch) -> None:
    form = hidden(maria.goes(NEW)) | {"service": "none", "description": "a strange smell", "address": "12 maine"}
    maria.sends(NEW, **form)
    where = maria.where
    maria.sends(NEW, **form)
    assert maria.where == where
    assert len(everything(desk)) == 1
    assert "This form was sent before, and made this ticket: nothing was filed again." not in maria.told
    later = form | {"description": "on second thoughts"}
    watch.passes(minutes=2)
    maria.sends(NEW, **later)
    assert "This form was sent before, and made this ticket: nothing was filed again." in maria.told
    [one] = everything(desk)
    assert (one.service, one.review) == ("", ["unknown_service"])


def test_what_lacks_is_asked_for_and_nothing_typed_is_lost(desk: Desk, maria: Clerk) -> None:
    page = maria.sends(NEW, **hidden(maria.goes(NEW)), description="a hole", phone="12", email="ana@", updates="1")
    assert maria.status == 422
    assert "a hole</textarea>" in page
    assert 'value="ana@"' in page
    assert "This is no number that can be called." in page
    assert "This is no e-mail address." in page
    assert page.count("autofocus") == 1
    assert "Not filed yet" in page
    maria.sends(NEW, **hidden(page), service="pothole", description="a hole", updates="1")
    assert maria.status == 422
    page = maria.sends(NEW, **hidden(page), service="pothole", description="a hole", address="100 Misson St")
    assert maria.status == 422
    assert '<button name="offer" value="100 Mission St">' in page
    assert everything(desk) == []


def test_a_service_asks_its_own_questions(desk: Desk, maria: Clerk) -> None:
    form: dict[str, Any] = {"service": "pothole", "address": "100 mission st"}
    page = maria.sends(NEW, **hidden(maria.goes(NEW)), **form)
    assert maria.status == 200
    assert "This service asks some more" in page
    question = desk.packs[SLUG].city.services["pothole"].questions[0]
    assert f'name="q-{question.code}"' in page
    answer = question.choices[0].code if question.choices else "yes"
    form |= {f"q-{question.code}": answer}
    maria.sends(NEW, **hidden(page), **form)
    [one] = everything(desk)
    assert one.answers == {question.code: answer}


def test_duplicates_nearby_are_shown_before_it_is_filed(desk: Desk, maria: Clerk) -> None:
    known = filed(desk, address="100 Mission St", lat=39.947422, lon=-88.703182, area="west-end")
    form: dict[str, Any] = {
        "service": "pothole",
        "address": "100 mission st",
        "description": "it broke my wheel",
        "asked": "pothole",
    }
    form |= {"email": "Bo@Example.org"}
    page = maria.sends(NEW, **hidden(maria.goes(NEW)), **form)
    assert maria.status == 200
    assert "Perhaps it was reported already" in page
    assert f'name="join" value="{known}"' in page
    assert len(everything(desk)) == 1

    sent = hidden(page) | form
    for _twice in range(2):
        maria.sends(NEW, **sent, join=known)
        assert maria.where == f"/console/tickets/{known}"
    assert len(everything(desk)) == 1
    assert [line.kind for line in history(desk, known)] == ["filed", "follower", "comment"]
    maria.goes(f"/console/tickets/{known}")
    assert "bo@example.org" in maria.last.get_data(as_text=True)

    maria.sends(NEW, **sent)
    assert len(everything(desk)) == 2


def test_whom_nobody_can_reach_is_added_to_nothing(desk: Desk, maria: Clerk) -> None:
    known = filed(desk)
    page = maria.sends(NEW, **hidden(maria.goes(NEW)), join=known, description="me too")
    assert maria.status == 422
    assert "To be added to a report they must leave a number or an e-mail address." in page
    assert [line.kind for line in history(desk, known)] == ["filed"]
    maria.sends(NEW, **hidden(page), join="12345678", phone="2175550142")
    assert "There is no ticket 12345678." in maria.told


def test_a_place_without_a_spot_is_filed_on_purpose(desk: Desk, maria: Clerk) -> None:
    form: dict[str, Any] = {"service": "none", "description": "odd", "address": "behind the old rock"}
    page = maria.sends(NEW, **hidden(maria.goes(NEW)), **form)
    assert maria.status == 422
    page = maria.sends(NEW, **hidden(page), **form, without_spot="1", phone="1")
    assert maria.status == 422
    assert "Save without a spot" not in page
    maria.sends(NEW, **hidden(page), **form)
    [one] = everything(desk)
    assert (one.address, one.lat, one.place_kind) == ("behind the old rock", None, "address")


def test_the_page_is_for_those_who_may_change_tickets(database: Database, desk: Desk, clerk: Clerk) -> None:
    clerk.logs_in(hired(database, "kit@springfield.gov", role=Role.VIEWER))
    clerk.goes(NEW)
    assert clerk.status == 403
    assert "New ticket" not in clerk.goes("/console/tickets")
    assert "New ticket" not in clerk.goes("/console/queue")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "New ticket"), ("es", "Solicitud nueva"), ("fr", "Nouvelle demande")]
)
def test_it_is_there_from_every_page_by_key(database: Database, clerk: Clerk, language: str, words: str) -> None:
    clerk.language = language
    clerk.logs_in(hired(database))
    assert f'data-go="n" title="{words}"' in clerk.goes("/console/city")
    page = clerk.goes("/console/tickets")
    assert f'href="/console/tickets/new">{words}</a>' in page
    assert page.count('aria-current="page"') >= 1
    assert f"<h1>{words}</h1>" in clerk.goes(NEW)
