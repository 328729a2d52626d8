"""The outbox worker, put together for this house: its channels, its calls, its figures, and its chores."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from sqlmodel import Session

from dispatch.escalation import escalate_due
from dispatch.notifications.channels import Channel
from dispatch.notifications.worker import House, Worker
from ivr import ending, observability
from ivr.dialogue.call import State
from ivr.forgetting import Forgetting
from ivr.line import Line
from storage import outbox, tables
from storage.tables import Notification
from storage.vocabulary import CallStatus

log = structlog.get_logger()


def outbox_worker(line: Line, channels: Mapping[str, Channel]) -> Worker:
    """A worker that sends what waits, makes digests, escalates, ends calls that nobody ended, and forgets at night."""
    return Worker(
        House(
            database=line.database,
            cities={slug: served.city for slug, served in line.cities.items()},
            channels=channels,
            now=lambda: line.now(),  # noqa: PLW0108 - a line's clock may be set
            unwanted=_unwanted,
            noted=lambda channel, outcome: observability.NOTIFICATIONS.labels(channel, outcome).inc(),
            masked=observability.mask,
            chores=(lambda: ending.sweep(line, line.now()), lambda: _escalate(line), Forgetting(line)),
        )
    )


def _escalate(line: Line) -> None:
    """Take the steps that overdue tickets of each city have reached."""
    for served in line.cities.values():
        if steps := escalate_due(line.database, served.city, line.now()):
            log.info("escalated", city=served.city.slug, steps=steps)


def _unwanted(session: Session, row: Notification) -> str:
    """Leave a call alone that was to be sent to 911 and has been told so meanwhile, or has ended."""
    if row.channel != outbox.LIVE:
        return ""
    call = session.get(tables.Call, row.recipient)
    over = call is not None and (call.status is CallStatus.ENDED or call.state == State.EMERGENCY)
    return "told_meanwhile" if over else ""
