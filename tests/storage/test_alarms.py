"""Danger that was written on a page or said in a recorded message: logged once, counted, and forgotten like a call."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import select

from storage import alarm_log, call_figures, retention, tickets
from storage.alarm_log import Danger
from storage.alarm_tables import HeardAlarm
from storage.counting import Period
from storage.database import Database
from storage.tables import Ticket
from storage.vocabulary import Channel, Status

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def heard(database: Database, at: dt.datetime, origin: str | None = None, ticket_id: int | None = None) -> bool:
    """Somebody writes "Maria smells gas", or a recording says so."""
    with database.transaction() as session:
        return alarm_log.keep(
            session,
            HeardAlarm(
                city="springfield",
                origin=origin,
                channel=Channel.PHONE if origin else Channel.WEB,
                ticket_id=ticket_id,
                words="Maria smells gas",
                alarm="certain",
                alarm_category="gas",
                alarm_evidence="smells gas [leak]",
                at=at,
            ),
        )


def a_ticket(database: Database, closed: dt.datetime | None) -> int:
    with database.transaction() as session:
        row = Ticket(
            city="springfield",
            number="12345678",
            service="pothole",
            department="streets",
            routed_because="",
            channel=Channel.WEB,
            status=Status.CLOSED if closed else Status.NEW,
            created_at=NOW - 300 * DAY,
            updated_at=NOW,
            closed_at=closed,
        )
        stored = tickets.add_once(session, row)
        assert stored
        return stored.id or 0


def logged(database: Database, danger: Danger) -> list[tuple[str, str | None, str | None]]:
    with database.reading() as session:
        found = alarm_log.elsewhere(session, "springfield", danger, 10)
        return [(alarm.words, alarm.alarm_evidence, number) for alarm, number in found]


def test_the_same_recording_is_logged_once_and_every_word_on_a_page(database: Database) -> None:
    ticket = a_ticket(database, None)
    assert [heard(database, NOW, origin="RE1", ticket_id=ticket) for _ in range(2)] == [True, False]
    assert [heard(database, NOW - DAY) for _ in range(2)] == [True, True]
    entry = ("Maria smells gas", "smells gas [leak]")
    assert logged(database, Danger(verdict="certain")) == [(*entry, "12345678"), (*entry, None), (*entry, None)]
    assert logged(database, Danger(category="fire")) == []


def test_people_who_watch_the_log_see_that_there_is_more(database: Database) -> None:
    with database.reading() as session:
        before = alarm_log.mark(session, "springfield")
    heard(database, NOW)
    with database.reading() as session:
        assert alarm_log.mark(session, "springfield") != before


def test_it_is_counted_with_the_others(database: Database) -> None:
    heard(database, NOW)
    heard(database, NOW, origin="RE1")
    with database.reading() as session:
        period = Period(NOW - 14 * DAY, NOW - 7 * DAY, NOW + DAY)
        assert [row[1:] for row in call_figures.emergencies(session, "springfield", period)] == [("certain", "gas", 2)]


@pytest.mark.parametrize(
    ("said", "closed", "forgotten"),
    [
        (NOW - DAY, None, False),
        (NOW - 91 * DAY, None, True),  # as what was said in a call is, whatever becomes of its ticket
        (NOW - DAY, NOW - 91 * DAY, True),  # said long after: with the ticket all that was said of it goes
    ],
)
def test_its_words_are_forgotten_and_that_it_was_heard_is_not(
    database: Database, said: dt.datetime, closed: dt.datetime | None, forgotten: bool
) -> None:
    heard(database, said, origin="RE1", ticket_id=a_ticket(database, closed))
    before = NOW - 90 * DAY
    retention.forget(database, "springfield", calls_before=before, tickets_before=before, at=NOW)
    with database.reading() as session:
        row = session.exec(select(HeardAlarm)).one()
    assert (row.alarm, row.alarm_category, row.at) == ("certain", "gas", said)
    kept = ("Maria smells gas", "smells gas [leak]", "RE1")
    assert (row.words, row.alarm_evidence, row.origin) == (("", None, None) if forgotten else kept)
