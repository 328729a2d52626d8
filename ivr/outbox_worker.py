"""Sends what waits in the outbox, and ends the calls whose end nobody told us of. Any number of workers may run.

A worker claims a few rows for a while, commits, and only then sends: a slow gateway holds nothing locked, and a worker
that dies leaves a claim that runs out. What fails is tried again, later each time, until a person should look at it.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import socket
import threading
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from ivr import ending, observability
from ivr.dialogue.call import State
from ivr.line import Line
from ivr.outside import Outside, TransportError
from storage import outbox, tables
from storage.tables import Notification
from storage.vocabulary import CallStatus, NotificationStatus

LEASE: Final = dt.timedelta(seconds=90)
"""How long a claim holds: longer than a whole batch may take."""
BATCH: Final = 20
TICK_S: Final = 0.5
"""Seconds between looks at the outbox: somebody may be waiting to be sent to 911."""
SWEEP_S: Final = 60.0
FIRST_PAUSE: Final = dt.timedelta(seconds=5)
LONGEST_PAUSE: Final = dt.timedelta(hours=1)
MOST_ATTEMPTS: Final = 12
"""About five hours of trying."""
MOST_ATTEMPTS_ON_A_LIVE_CALL: Final = 4
log = structlog.get_logger()


class OutboxWorker:
    """One worker. `run` works until told to stop; `once` does what is due now."""

    def __init__(self, line: Line, outside: Outside) -> None:
        self._line = line
        self._outside = outside
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._dice = random.Random()  # noqa: S311 - spreads retries, keeps no secrets

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set. The database may come and go meanwhile."""
        swept = 0.0
        while not stop.wait(TICK_S):
            swept += TICK_S
            try:
                while self.once() and not stop.is_set():
                    pass
                if swept >= SWEEP_S:
                    swept = 0.0
                    ending.sweep(self._line, self._line.now())
            except SQLAlchemyError:
                log.exception("outbox_waits_for_the_database")
                stop.wait(self._dice.uniform(1, 3))

    def once(self) -> int:
        """Send one batch of what is due; returns how many rows were taken up."""
        now = self._line.now()
        if not self._anything_due(now):
            return 0
        with self._line.database.transaction() as session:
            rows = outbox.claim(session, self._name, now, lease=LEASE, limit=BATCH)
        settled: list[tuple[Notification, TransportError | None]] = []
        for row in sorted(rows, key=lambda row: row.channel != "rest_call"):  # a caller in danger first
            settled.append((row, self._deliver(row)))
            if self._line.now() - now > LEASE / 3:
                break  # the claim on the rest runs out before it could be sent
        self._settle(settled)
        return len(rows)

    def _anything_due(self, now: dt.datetime) -> bool:
        """Look without a lock first: on SQLite a claim would keep callers waiting."""
        waiting = col(Notification.status).in_((NotificationStatus.PENDING, NotificationStatus.SENDING))
        question = select(Notification.id).where(waiting, col(Notification.next_attempt_at) <= now).limit(1)
        with self._line.database.reading() as session:
            return session.exec(question).first() is not None

    def _deliver(self, row: Notification) -> TransportError | None:
        """Send one row; what went wrong, if anything did."""
        try:
            if row.channel != "rest_call" or not self._pointless(row.recipient):
                self._outside.send(row)
        except TransportError as problem:
            return problem
        return None

    def _settle(self, settled: list[tuple[Notification, TransportError | None]]) -> None:
        """Note in one transaction what became of a batch."""
        now = self._line.now()
        outcomes: list[tuple[str, str]] = []
        with self._line.database.transaction() as session:
            for row, problem in settled:
                number = row.id or 0
                if problem is None:
                    outbox.sent(session, number, self._name, now)
                    outcomes.append((row.channel, "sent"))
                    continue
                again_at = None if problem.permanent else self._again_at(row)
                outbox.failed(session, number, self._name, observability.mask(str(problem)), again_at=again_at)
                outcomes.append((row.channel, "postponed" if again_at else "failed"))
        for channel, outcome in outcomes:
            observability.NOTIFICATIONS.labels(channel, outcome).inc()
        log.info("outbox", taken=len(settled), sent=sum(outcome == "sent" for _, outcome in outcomes))

    def _pointless(self, call_sid: str) -> bool:
        """Whether a call that was to be sent to 911 has been told so meanwhile, or has ended."""
        with self._line.database.reading() as session:
            call = session.get(tables.Call, call_sid)
        return call is not None and (call.status is CallStatus.ENDED or call.state == State.EMERGENCY)

    def _again_at(self, row: Notification) -> dt.datetime | None:
        """When to try again: twice as late each time, with dice so that not all come at once; None: no more."""
        live = row.channel == "rest_call"
        if row.attempts >= (MOST_ATTEMPTS_ON_A_LIVE_CALL if live else MOST_ATTEMPTS):
            return None
        pause = dt.timedelta(seconds=1) if live else min(FIRST_PAUSE * 2 ** (row.attempts - 1), LONGEST_PAUSE)
        return self._line.now() + pause * self._dice.uniform(0.7, 1.3)
