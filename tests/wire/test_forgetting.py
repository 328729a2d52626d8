"""At night, by itself, the house forgets what it must."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
from flask import Flask
from sqlmodel import col, select

from ivr import forgetting
from ivr.line import Line
from ivr.outbox_worker import outbox_worker
from storage import retention
from storage.database import Database
from storage.tables import Call
from tests.wire.twilio_side import Twilio, line_of

CALLED = dt.datetime(2026, 3, 2, 17, 0, tzinfo=dt.UTC)
AFTERNOON = dt.datetime(2026, 6, 10, 20, 0, tzinfo=dt.UTC)
NIGHT = dt.datetime(2026, 6, 11, 8, 10, tzinfo=dt.UTC)
"""Ten past three in Springfield, a hundred days after the call."""


@pytest.fixture
def line(app: Flask) -> Line:
    """The line, on which somebody called in March."""
    line = line_of(app)
    line.now = lambda: CALLED
    Twilio(app).turn(0)
    return line


def minutes_pass(line: Line, *moments: dt.datetime) -> None:
    """Have one worker do its chores at these moments."""
    worker = outbox_worker(line, {})
    for moment in moments:
        line.now = partial(_is, moment)
        worker.chores()


def _is(moment: dt.datetime) -> dt.datetime:
    return moment


def remembered(database: Database) -> int:
    """How many callers' numbers the ledger still knows."""
    with database.reading() as session:
        return len(session.exec(select(Call.call_sid).where(col(Call.caller).is_not(None))).all())


def copied(database: Database, times: int) -> None:
    """As if so many more had called that day."""
    with database.transaction() as session:
        [call] = session.exec(select(Call)).all()
        columns = call.model_dump(exclude={"call_sid"})
        session.add_all(Call(**columns, call_sid=f"CA{number}") for number in range(times))


def test_what_was_said_is_forgotten_at_night_and_not_in_the_afternoon(line: Line, database: Database) -> None:
    minutes_pass(line, AFTERNOON)
    assert remembered(database) == 1
    minutes_pass(line, NIGHT)
    assert remembered(database) == 0


def test_a_young_call_is_remembered(line: Line, database: Database) -> None:
    minutes_pass(line, NIGHT - dt.timedelta(days=20))
    assert remembered(database) == 1


def test_much_is_forgotten_a_piece_a_minute_so_that_messages_go_out_in_between(
    line: Line, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "AT_A_TIME_S", 0.0)
    monkeypatch.setattr(retention, "BATCH", 2)
    copied(database, 5)
    minute = dt.timedelta(minutes=1)
    minutes_pass(line, NIGHT, NIGHT + minute)
    assert remembered(database) == 2
    minutes_pass(line, *(NIGHT + minute * n for n in range(2, 4)))
    assert remembered(database) == 0


def test_it_is_done_once_a_night(line: Line, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[dt.datetime] = []

    def begins(*_: object, at: dt.datetime, **__: object) -> list[retention.Forgotten]:
        begun.append(at)
        return []

    monkeypatch.setattr(forgetting, "forgetting", begins)
    tomorrow = NIGHT + dt.timedelta(days=1)
    minutes_pass(line, NIGHT, NIGHT + dt.timedelta(hours=1), NIGHT + dt.timedelta(hours=5), tomorrow)
    assert begun == [NIGHT, tomorrow]


def test_a_night_that_broke_off_is_begun_anew(line: Line, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = outbox_worker(line, {})
    line.now = lambda: NIGHT
    with monkeypatch.context() as broken:
        broken.setattr(retention, "_forget_calls", lambda *_, **__: 1 // 0)
        worker.chores()
    assert remembered(database) == 1
    worker.chores()
    assert remembered(database) == 0
