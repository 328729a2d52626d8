"""A turn waits for others no longer than a caller can be kept waiting, whoever they are."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from storage import calls
from storage.calls import UNUSABLE, Calls, Kept
from storage.database import Database

NOW = dt.datetime(2026, 3, 10, 16, 0, tzinfo=dt.UTC)


def turn(call_sid: str) -> Kept:
    """The first turn of a call, as it is kept."""
    state = {"state": "place", "state_before": "welcome", "call_alarm": "none"}
    words = {"memory": "{}", "heard": "[]", "said": "Where is it?", "reply": "<Response/>"}
    rest = {"alarm": None, "alarm_category": None, "alarm_evidence": None, "took_us": 1, "at": NOW, "before": None}
    return Kept(call_sid=call_sid, city="springfield", caller=None, language="en", turn=0, **state, **words, **rest)  # type: ignore[arg-type]


def test_a_clerk_who_writes_for_long_holds_up_no_caller(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "PATIENCE_MS", 50)
    impatient = Database(str(database.url.render_as_string(hide_password=False)), patience_s=0.05)
    line = Calls(impatient)
    with impatient.transaction() as session:
        session.connection()
        if database.is_sqlite:
            with pytest.raises(UNUSABLE):
                line.keep(turn("CA1"))
        else:
            assert line.keep(turn("CA1")), "PostgreSQL has room for many who write"
    assert line.keep(turn("CA2"))
    line.close()
    impatient.close()


def test_nor_does_another_caller_whose_turn_is_stuck(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    if not database.is_sqlite:
        pytest.skip("on PostgreSQL nobody commits for others")
    line = Calls(database)
    stuck = threading.Thread(target=lambda: line.keep(turn("CA1")))
    with database.transaction() as session:
        session.connection()
        stuck.start()
        while not line._writer.locked():
            pass
        monkeypatch.setattr(calls, "PATIENCE_MS", 50)
        with pytest.raises(UNUSABLE):
            line.keep(turn("CA2"))
    stuck.join()
    assert line.read("CA1") is not None
    assert line.read("CA2") is None, "who heard an apology left nothing behind that somebody else commits later"
    line.close()


def test_a_turn_with_a_ticket_waits_no_longer(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("on SQLite it is the connection that is waited for")
    with database.transaction() as session:
        Calls(database).hold(session, "CA1")
        waits = [
            session.connection().exec_driver_sql(f"SHOW {name}_timeout").scalar() for name in ("statement", "lock")
        ]
    assert waits == ["2s", "2s"]
