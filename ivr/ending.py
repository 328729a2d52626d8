"""How a call ends: what it came to, and what is kept of one that broke off.

Twilio tells us when a call has ended, mostly; the sweeper ends those it never told us of.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import structlog
from sqlmodel import Session, col, select

from ivr import effects, observability
from ivr.dialogue.call import Call, State, decode
from ivr.line import Line
from storage import outbox, tables
from storage.vocabulary import CallStatus

SILENT_FOR: Final = dt.timedelta(minutes=20)
_AT_ONCE: Final = 100
"""A call without a turn for so long has ended: nobody is put on hold in our states, and no recording is that long."""
log = structlog.get_logger()


def outcome_of(call: Call) -> str:
    """What a call came to, in a word for the figures. Whoever needed a person was not served by the line alone."""
    if call.state == State.EMERGENCY:
        return "emergency"
    if call.state == State.PERSON:
        return "transferred"
    if call.left_message or call.state == State.MESSAGE:
        return "message"
    if call.tickets:
        return "filed"
    return "answered" if call.state in {State.GOODBYE, State.ANYTHING_ELSE, State.STATUS_TOLD} else "abandoned"


def end_call(session: Session, line: Line, call_sid: str, now: dt.datetime) -> str | None:
    """End a call in the ledger; what it came to, or None where it is unknown or ended before.

    If what and where were said but never sent, they become a draft ticket for a person to look at. Of a call that was
    forgotten before it ended, nobody can tell any more what it came to.
    """
    row = session.get(tables.Call, call_sid, with_for_update=True, populate_existing=True)
    if row is None or row.status is CallStatus.ENDED:
        return None
    call = Call(state=row.state) if row.forgotten_at else decode(row.memory)
    city = line.city(row.city).city
    if effects.under_way(call):
        effects.file_draft(session, city, call, now)
    row.status, row.outcome, row.ended_at = CallStatus.ENDED, outcome_of(call), now
    outbox.cancel_for_call(session, row.city, call_sid)
    session.add(row)
    observability.CALLS_ENDED.labels(row.city, row.outcome).inc()
    log.info("call_ended", call=call_sid, city=row.city, outcome=row.outcome, turns=row.turn + 1)
    return row.outcome


def sweep(line: Line, now: dt.datetime) -> int:
    """End the calls whose end we were never told of; returns how many."""
    with line.database.reading() as session:
        silent = session.exec(
            select(tables.Call.call_sid)
            .where(tables.Call.status == CallStatus.ACTIVE, col(tables.Call.city).in_(line.cities))
            .where(tables.Call.updated_at < now - SILENT_FOR)
            .limit(_AT_ONCE)
        ).all()
    for call_sid in silent:
        with line.database.transaction() as session:
            end_call(session, line, call_sid, now)
    return len(silent)
