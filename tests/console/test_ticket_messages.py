"""What people were told of a ticket stands in its history, with how far it got; what failed is seen at once."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from dispatch.console.desk import Desk
from storage.database import Database
from storage.tables import Notification
from storage.vocabulary import NotificationStatus, Role
from tests.console.clerk import Clerk, hired
from tests.console.conftest import Watch
from tests.console.town import filed, said_to

PHONE = "+12175550101"


@pytest.fixture
def ana(database: Database, clerk: Clerk) -> Clerk:
    """A supervisor, who may send messages again."""
    clerk.logs_in(hired(database, "ana@springfield.gov", role=Role.SUPERVISOR))
    return clerk


def fails(desk: Desk, number: int | None, error: str) -> None:
    """The gateway refuses a message for good."""
    with desk.database.transaction() as session:
        row = session.get(Notification, number)
        assert row
        row.status, row.last_error = NotificationStatus.FAILED, error


def asked(desk: Desk, clerk: Clerk) -> tuple[str, int]:
    """A ticket whose reporter was asked something by a text message that could not be delivered; both numbers."""
    number = filed(desk)
    clerk.goes(f"/console/tickets/{number}")
    clerk.sends(f"/console/tickets/{number}", do="ask", step="comment", seen="1", text="Which lane is it in?")
    message = said_to(desk, PHONE)[-1]
    fails(desk, message.id, "400 21614 not a mobile number")
    return number, message.id or 0


def test_a_question_that_could_not_be_delivered_is_seen_and_sent_again(desk: Desk, ana: Clerk) -> None:
    number, message = asked(desk, ana)
    page = unescape(ana.goes(f"/console/tickets/{number}"))
    assert '<a class="tag bad" href="#history">1 message did not arrive</a>' in page
    line = page.partition("asked the reporter: Which lane is it in?")[2].partition("</li>\n</ol>")[0]
    assert "400 21614 not a mobile number" in line
    assert f"Text message {PHONE}" in re.sub(r"\s+", " ", line)
    ana.sends(f"/console/tickets/{number}/again", message=str(message))
    assert ana.told[0] == "It is tried again now."
    assert ana.where == f"/console/tickets/{number}"
    assert said_to(desk, PHONE)[-1].status is NotificationStatus.PENDING
    assert "did not arrive" not in ana.goes(f"/console/tickets/{number}")


def test_only_a_message_of_the_ticket_itself_is_sent_again_from_its_page(desk: Desk, ana: Clerk) -> None:
    _number, message = asked(desk, ana)
    other = filed(desk, origin="CA2:1")
    ana.goes(f"/console/tickets/{other}")
    for made_up in (str(message), "", "²", "999999"):
        ana.sends(f"/console/tickets/{other}/again", message=made_up)
        assert ana.status == 404
        ana.goes(f"/console/tickets/{other}")
    with desk.database.reading() as session:
        row = session.get(Notification, message)
        assert row
        assert row.status is NotificationStatus.FAILED


def test_who_may_see_no_contacts_sees_that_it_failed_and_not_whom_it_was_for(
    desk: Desk, ana: Clerk, house: Flask, database: Database
) -> None:
    number, message = asked(desk, ana)
    viewer = Clerk(house)
    viewer.logs_in(hired(database, "kit@springfield.gov", role=Role.VIEWER))
    page = viewer.goes(f"/console/tickets/{number}")
    assert "1 message did not arrive" in page
    assert PHONE not in page
    assert f'name="message" value="{message}"' not in page
    assert "tel:" not in page


def test_each_line_of_the_history_has_what_was_sent_with_it(desk: Desk, ana: Clerk, watch: Watch) -> None:
    number = filed(desk)
    ana.goes(f"/console/tickets/{number}")
    ana.sends(f"/console/tickets/{number}", do="to:resolved", seen="1", public="It was filled.")
    page = ana.goes(f"/console/tickets/{number}")
    said = page.partition("It was filled.</p>")[2].partition("</li>\n")[0]
    assert "Pending" in said
    receipt = page.rpartition("</b> filed it")[2].partition("</ol>")[0]
    assert 'class="sent"' in receipt, "also of what happened at the same moment"
    watch.passes(seconds=2)
    ana.sends("/console/undo", key=re.findall(r'name="key" value="([^"]+)"', page)[0], back=f"/tickets/{number}")
    said = ana.goes(f"/console/tickets/{number}").partition("<s>It was filled.</s>")[2].partition("</details>")[0]
    assert "Cancelled" in said
