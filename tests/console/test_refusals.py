"""What the rules do not allow is said in the language of whoever tried it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from dispatch import questions, workflow
from dispatch.console.desk import Desk
from dispatch.workflow import REFUSALS, MoveRefused, Step
from storage.database import Database
from storage.vocabulary import Role, Status
from tests.console.clerk import Clerk, hired
from tests.console.conftest import Watch
from tests.console.town import changed_by, filed, ticket


def test_what_cannot_be_done_to_a_ticket_is_said_in_the_readers_language(
    house: Flask, database: Database, desk: Desk
) -> None:
    number, other = filed(desk), filed(desk, origin="CA2:1", reporter_phone=None)
    ines = Clerk(house, language="es")
    ines.logs_in(hired(database, role=Role.SUPERVISOR))
    ines.goes(f"/console/tickets/{number}")
    ines.sends(f"/console/tickets/{number}", do="to:duplicate", parent=number)
    assert ines.told == ["No es posible: una solicitud no puede duplicarse a sí misma, ni a otra que se unió a ella"]
    ines.sends("/console/tickets/do", do="accept", ticket=f"{number}@1", back="/tickets")
    assert ines.told == [f"La solicitud {number} quedó como estaba: no necesita revisión: Nueva."]
    ines.sends(f"/console/tickets/{other}", do="ask", text="¿Dónde?")
    assert ines.told == ["No es posible: quien reportó no dejó número de teléfono"]
    ines.sends(f"/console/tickets/{number}", do="ask", text="x" * (questions.LONGEST + 1))
    assert ines.told == ["No es posible: una pregunta tiene de 1 a 600 caracteres"]
    ines.sends(f"/console/tickets/{number}", do="to:scheduled", scheduled_for="mañana")
    assert ines.told == ["No es posible: mañana no es una fecha"]


def test_statuses_within_a_refusal_are_called_as_on_the_desk(house: Flask, database: Database, desk: Desk) -> None:
    number = filed(desk)
    luc = Clerk(house, language="fr")
    luc.logs_in(hired(database, role=Role.SUPERVISOR))
    luc.goes(f"/console/tickets/{number}")
    luc.sends(f"/console/tickets/{number}", do="to:resolved", public="C’est fait.")
    luc.sends(f"/console/tickets/{number}", do="to:waiting", waiting_on="caller")
    refused = "Impossible : une demande à l’état « Résolue » ne peut pas passer à « En attente » ; "
    assert luc.told == [f"{refused}elle peut passer à : Fermée, Rouverte"]


def test_the_same_is_said_in_english_where_nobody_reads_a_page() -> None:
    with pytest.raises(MoveRefused) as refused:
        workflow.check(Status.CLOSED, Step(Status.WAITING))
    assert str(refused.value) == "a ticket that is closed cannot become waiting; it can become reopened"
    assert refused.value.code in REFUSALS


@pytest.fixture
def maria(database: Database, clerk: Clerk) -> Clerk:
    """A supervisor, logged in."""
    clerk.logs_in(hired(database, role=Role.SUPERVISOR))
    return clerk


def focused(page: str) -> list[str]:
    """The names of the fields that the page brings one to."""
    return re.findall(r'<(?:input|textarea|select)[^>]* name="(\w+)"[^>]* autofocus', page)


def test_what_is_owed_is_said_above_and_the_first_such_field_has_the_focus(desk: Desk, maria: Clerk) -> None:
    number = filed(desk)
    maria.goes(f"/console/tickets/{number}")
    page = maria.sends(f"/console/tickets/{number}", do="to:scheduled", seen="1", public="We come on Monday.")
    assert maria.status == 422
    assert maria.told == ["Still needed: When"]
    assert f"<title>Error: {number}" in page
    assert 'href="#to-scheduled-scheduled_for"' in page
    assert 'id="to-scheduled-scheduled_for"' in page
    assert focused(page) == ["scheduled_for"]
    assert "We come on Monday." in page


def test_a_mistyped_number_to_merge_into_is_said_at_its_field(desk: Desk, maria: Clerk) -> None:
    number = filed(desk)
    maria.goes(f"/console/tickets/{number}")
    page = maria.sends(
        f"/console/tickets/{number}", do="to:duplicate", seen="1", parent="1234 5678", why="the same hole"
    )
    assert maria.status == 422
    assert maria.told == ["Not possible: there is no ticket 12345678 that it could join"]
    assert focused(page) == ["parent"]
    assert 'value="1234 5678"' in page
    assert "the same hole" in page
    maria.sends("/console/tickets/do", do="to:duplicate", ticket=f"{number}@1", parent="12345678", back="/tickets")
    assert maria.told == [f"Ticket {number} was left as it is: there is no ticket 12345678 that it could join."]
    assert ticket(desk, number).status is Status.NEW


def test_many_that_are_refused_keep_their_ticks_and_what_was_typed(desk: Desk, maria: Clerk) -> None:
    numbers = [filed(desk, origin=f"CA{place}:1") for place in range(2)]
    maria.goes("/console/tickets")
    page = maria.sends(
        "/console/tickets/do",
        do="to:scheduled",
        ticket=[f"{number}@1" for number in numbers],
        scheduled_for="2026-03-02T08:00",
        why="with the big truck",
        back="/tickets?service=pothole",
    )
    assert maria.status == 422
    when = "Mar 2, 2026, 8:00\u202fAM is past, or more than ten years ahead"
    assert maria.told == [f"2 tickets were left as they are: {when} ({', '.join(numbers)})."]
    assert "with the big truck" in page
    assert focused(page) == ["scheduled_for"]
    for number in numbers:
        assert f'name="ticket" value="{number}@1"' in page
    assert '<a class="button" href="/console/tickets?service=pothole">Not now</a>' in page
    seen = [f"{number}@1" for number in numbers]
    maria.sends("/console/tickets/do", do="to:scheduled", ticket=seen, scheduled_for="2026-03-09", back="/tickets")
    assert {ticket(desk, number).status for number in numbers} == {Status.SCHEDULED}


def test_ticked_without_a_choice_is_asked_what_to_do(desk: Desk, maria: Clerk) -> None:
    numbers = [filed(desk, origin=f"CA{place}:1") for place in range(2)]
    maria.goes("/console/tickets")
    seen = [f"{number}@1" for number in numbers]
    page = maria.sends("/console/tickets/do", do="", ticket=seen, back="/tickets?state=all")
    assert maria.status == 200
    assert "Choose what to do: 2 tickets" in page
    assert re.findall(r'name="ticket" value="([^"]+)"', page) == seen
    assert 'name="do" value="take"' in page
    maria.sends("/console/tickets/do", do="take", ticket=seen, back="/tickets?state=all")
    assert {ticket(desk, number).assignee for number in numbers} == {"maria@springfield.gov"}


def test_who_is_logged_out_while_typing_gets_the_words_back(desk: Desk, maria: Clerk, watch: Watch) -> None:
    number = filed(desk)
    sentence = "It was filled.\nThank you for telling us."
    maria.goes(f"/console/tickets/{number}")
    watch.passes(hours=2)
    came_from = {"Referer": f"http://localhost/console/tickets/{number}?from=queue"}
    form = {"do": "to:resolved", "seen": "1", "public": sentence, "csrf_token": maria.token}
    sent = maria.browser.post(f"/console/tickets/{number}", data=form, headers=came_from)
    page = unescape(sent.get_data(as_text=True))
    assert sent.status_code == 401
    assert "You were logged out meanwhile, and nothing was sent." in page
    assert f">{sentence}</textarea>" in page
    assert f'href="/console/login?next=/console/tickets/{number}?from%3Dqueue"' in page
    # So too where the whole session is gone, and with it what the form's token is checked against.
    maria.browser.delete_cookie("dial311", path="/console")
    sent = maria.browser.post(f"/console/tickets/{number}", data=form, headers=came_from)
    assert f">{sentence}</textarea>" in unescape(sent.get_data(as_text=True))
    assert "too old" not in sent.get_data(as_text=True)
    assert ticket(desk, number).status is Status.NEW


def test_who_is_logged_out_and_typed_nothing_is_led_to_the_log_in(desk: Desk, maria: Clerk, watch: Watch) -> None:
    number = filed(desk)
    maria.goes("/console/tickets")
    watch.passes(hours=2)
    maria.sends("/console/tickets/do", do="take", ticket=f"{number}@1", back="/tickets")
    assert maria.where == "/console/login"


def test_where_some_are_refused_each_reason_is_said_once(desk: Desk, maria: Clerk) -> None:
    one, two, three = (filed(desk, origin=f"CA{place}:1") for place in range(3))
    for number in (one, two):
        changed_by(desk, number, "ben@springfield.gov")
    maria.goes("/console/tickets")
    seen = [f"{number}@1" for number in (one, two, three)]
    maria.sends("/console/tickets/do", do="take", ticket=seen, back="/tickets")
    changed = f"2 tickets were left as they are: somebody changed it meanwhile ({one}, {two})."
    assert maria.told == ["1 ticket done.", changed]
