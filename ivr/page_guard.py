"""The emergency guard on the public's pages: what somebody writes there is weighed before anything is done with it.

Whatever becomes of the rest, 911 stands first on the page that answers. The emergencies log keeps what alarmed, and a
ticket in which danger is certain becomes urgent before the words are told, so that its department reads them at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import structlog
from flask import request
from sqlmodel import Session

from dispatch import tickets
from dispatch.city.model import City
from dispatch.new_ticket import By
from dispatch.texts import danger
from ivr import observability
from ivr.emergency import Assessment, Verdict, guard
from ivr.line import Line
from storage import alarm_log
from storage import tickets as ledger
from storage.alarm_tables import HeardAlarm
from storage.tables import Ticket
from storage.vocabulary import Channel, Priority

T = TypeVar("T")
log = structlog.get_logger()


def weigh(note: str, *cities: City) -> Assessment:
    """Ask the guard about what was written, with the own signs of each of these cities."""
    alarm = next(filter(None, (guard.written(note, city) for city in cities)), Assessment())
    if alarm:
        log.warning("emergency", verdict=alarm.verdict, category=alarm.category, where="web")
        observability.EMERGENCIES.labels(alarm.verdict, alarm.category, "web").inc()
    return alarm


def keep_alarm(
    session: Session, city: City, alarm: Assessment, note: str, by: By, ticket: Ticket | None, call_sid: str | None
) -> None:
    """Log what alarmed, if anything did; where that is certain, the ticket is urgent now, or the one that it joined."""
    if not alarm:
        return
    row = HeardAlarm(
        city=city.slug,
        channel=Channel.WEB,
        ticket_id=ticket.id if ticket else None,
        call_sid=call_sid,
        words=note,
        alarm=alarm.verdict.value,
        alarm_category=alarm.category,
        alarm_evidence=alarm.evidence,
        at=by.at,
    )
    alarm_log.keep(session, row)
    if ticket and alarm.verdict is Verdict.CERTAIN:
        ledger.lock_families(session, city.slug, [ticket.number])
        stands = ledger.parent_of(session, city.slug, ticket) or ticket
        why = f"what was written on its page sounds like an emergency: {alarm.category}: {alarm.evidence}"
        tickets.change_priority(session, city, stands.number, Priority.URGENT, by, why=why)


def answer(alarm: Assessment, city: City, language: str, said: str = "") -> str:
    """What a page says to what was written there: 911 first, if there is or may be danger."""
    if not alarm:
        return said
    name = "emergency" if alarm.verdict is Verdict.CERTAIN else "danger"
    return f"{danger(city, name, alarm.language, language)} {said}".strip()


def done(line: Line, what: Callable[[Session], T]) -> T | None:
    """Do what a page asks for in a transaction; None where it fails, for 911 must be answered all the same."""
    try:
        with line.database.transaction() as session:
            return what(session)
    except Exception:
        log.exception("page_not_taken", path=request.path.rpartition("/")[0])
        observability.APOLOGIES.labels("web").inc()
        return None
