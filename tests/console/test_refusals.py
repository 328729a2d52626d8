"""What the rules do not allow is said in the language of whoever tried it."""

from __future__ import annotations

import pytest
from flask import Flask

from dispatch import questions, workflow
from dispatch.console.desk import Desk
from dispatch.workflow import REFUSALS, MoveRefused, Step
from storage.database import Database
from storage.vocabulary import Role, Status
from tests.console.clerk import Clerk, hired
from tests.console.town import filed


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
