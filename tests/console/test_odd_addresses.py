"""What somebody types into the address bar, or a form that is not ours sends: refused or left out, never broken."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch.console.desk import Desk
from storage.vocabulary import Priority, Role, Status
from tests.console.clerk import Clerk, hired
from tests.console.town import filed, ticket

HUGE = "9" * 30


@pytest.fixture
def admin(clerk: Clerk, desk: Desk) -> Clerk:
    """Somebody who may open every page."""
    clerk.logs_in(hired(desk.database, "ana@springfield.gov", role=Role.ADMINISTRATOR))
    return clerk


@pytest.mark.parametrize(
    "page",
    [
        "tickets?assignee=²",
        f"tickets?assignee={HUGE}",
        "tickets?after=-99999999999999999-1",
        f"messages?before={HUGE}",
        "messages?before=²",
        "calls?before=²-CA1",
        "emergencies?before=²",
        "tickets/changed?since=²&shown=1",
    ],
)
def test_a_list_leaves_out_what_means_nothing(admin: Clerk, page: str) -> None:
    admin.goes(f"/console/{page}")
    assert admin.status == 200


def test_what_no_row_can_be_called_is_not_found(admin: Clerk) -> None:
    admin.goes(f"/console/operators/{HUGE}")
    assert admin.status == 404
    for page in (f"operators/{HUGE}/disable", f"messages/{HUGE}/again", f"tickets/filters/{HUGE}/drop"):
        admin.goes("/console/account")
        admin.sends(f"/console/{page}")
        assert admin.status == 404


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"do": "priority", "priority": "bogus", "why": "so"}, "there is no priority bogus"),
        ({"do": "assign", "assignee": "²"}, "there is no such operator"),
        ({"do": "assign", "assignee": HUGE}, "there is no such operator"),
        ({"do": "to:scheduled", "scheduled_for": "2026-03-02"}, "Mar 2, 2026 is past"),
        ({"do": "to:scheduled", "scheduled_for": "9999-12-31T23:59"}, "11:59\u202fPM is past, or more"),
        ({"do": "to:scheduled", "scheduled_for": "0001-01-01"}, "Jan 1, 1 is past"),
        ({"do": "to:scheduled", "scheduled_for": "9999-99"}, "9999-99 is no day"),
    ],
)
def test_a_form_that_means_nothing_changes_nothing_and_says_why(
    admin: Clerk, desk: Desk, form: dict[str, Any], said: str
) -> None:
    number = filed(desk)
    admin.goes(f"/console/tickets/{number}")
    admin.sends(f"/console/tickets/{number}", seen="²", **form)
    assert admin.status == 422
    assert said in admin.told[0]
    assert (ticket(desk, number).status, ticket(desk, number).priority) == (Status.NEW, Priority.NORMAL)


def test_work_can_be_scheduled_for_today(admin: Clerk, desk: Desk) -> None:
    number = filed(desk)
    admin.goes(f"/console/tickets/{number}")
    admin.sends(f"/console/tickets/{number}", do="to:scheduled", scheduled_for="2026-03-03")
    assert ticket(desk, number).status is Status.SCHEDULED
