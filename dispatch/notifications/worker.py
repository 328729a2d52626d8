"""Sends what waits in the outbox. Any number of workers may run, on as many machines.

A worker claims a few rows for a while, commits, and only then sends: a slow gateway holds nothing locked, and a worker
that dies leaves a claim that runs out. What is sent is noted at once, row by row: whoever is killed leaves those alone
in doubt that were just on the wire. What fails is tried again, later each time, until a person should look at it.

Calls that must be redirected to 911 have threads of their own: nobody in danger waits for a slow mail server.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from dispatch import questions
from dispatch.city.model import City
from dispatch.notifications import digests, quiet
from dispatch.notifications.channels import Channel, Nowhere, OptedOut, TransportError
from storage import messages, outbox
from storage.database import Database
from storage.tables import Notification

LEASE: Final = dt.timedelta(seconds=90)
"""How long a claim holds: longer than a whole batch may take."""
LATEST: Final = dt.timedelta(seconds=30)
"""What is left of a claim when nothing more is begun under it."""
BATCH: Final = 24
AT_ONCE: Final = 8
"""How many are on the wire at once: one gateway that stalls must not hold up the others."""
TICK_S: Final = 0.5
"""Seconds between looks at the outbox: somebody may be waiting to be sent to 911."""
CHORES_S: Final = 60.0
FIRST_PAUSE: Final = dt.timedelta(seconds=5)
LONGEST_PAUSE: Final = dt.timedelta(hours=1)
MOST_ATTEMPTS: Final = 15
"""About five hours of trying."""
MOST_ATTEMPTS_ON_A_LIVE_CALL: Final = 4
NOTING_PAUSES: Final = (0.2, 1.0, 3.0)
"""Seconds between tries to note what became of a row: not noted, it is sent once more."""
log = structlog.get_logger()


@dataclass(frozen=True)
class House:
    """What a worker needs to know of the house it works for."""

    database: Database
    cities: Mapping[str, City]
    channels: Mapping[str, Channel]
    now: Callable[[], dt.datetime]
    unwanted: Callable[[Session, Notification], str] = lambda _, __: ""
    """Why a row need not be sent any more; "" where it must be."""
    noted: Callable[[str, str], None] = lambda _, __: None
    """Counts what became of a row: channel, and sent, postponed, failed, held or dropped."""
    masked: Callable[[str], str] = lambda text: text
    """Covers up telephone numbers in what gateways say."""
    chores: Sequence[Callable[[], object]] = field(default=())
    """What is to be done once a minute besides."""


class Worker:
    """One worker. `run` works until told to stop; `once` does what is due now."""

    def __init__(self, house: House) -> None:
        self._house = house
        # A process number alone may come back after a kill, and a claim of the dead be taken for one's own.
        self._name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._dice = random.Random()  # noqa: S311 - spreads retries, keeps no secrets
        self._wires = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="wire")
        self._urgent_wires = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="urgent-wire")

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set. The database may come and go meanwhile."""
        urgent = threading.Thread(target=self._work, args=(stop, True), name="urgent")
        urgent.start()
        try:
            self._work(stop, live=False)
        finally:
            stop.set()  # Half a worker would keep the process alive, and the supervisor from starting a whole one.
            urgent.join()
            self._wires.shutdown()
            self._urgent_wires.shutdown()

    def once(self, *, live: bool | None = None) -> int:
        """Send one batch of what is due; returns how many rows were taken up. `live` as in `outbox.claim`."""
        house, now = self._house, self._house.now()
        with house.database.reading() as session:
            if not outbox.anything_due(session, now, live=live):
                return 0
        with house.database.transaction() as session:
            rows = outbox.claim(session, self._name, now, lease=LEASE, limit=BATCH, live=live)
            to_send, withheld = self._sifted(session, rows, now)
        for channel, outcome in withheld:
            house.noted(channel, outcome)
        for _ in (self._urgent_wires if live else self._wires).map(self._deliver, to_send):
            pass
        if rows:
            log.info("outbox", taken=len(rows), tried=len(to_send))
        return len(rows)

    def chores(self) -> None:
        """Do what is due once a minute: make digests, give up on questions, and whatever the house has besides.

        One that fails is logged, and keeps none of the others from being done.
        """
        house = self._house
        chores: list[Callable[[], object]] = [
            partial(do, house.database, city, house.now())
            for city in house.cities.values()
            for do in (digests.send_due, questions.give_up)
        ]
        for chore in (*chores, *house.chores):
            try:
                chore()
            except Exception:
                log.exception("chore_failed")

    def _work(self, stop: threading.Event, live: bool) -> None:  # noqa: FBT001 - a thread's argument
        rested = CHORES_S
        while not stop.wait(TICK_S):
            rested += TICK_S
            try:
                while self.once(live=live) and not stop.is_set():
                    pass
                if not live and rested >= CHORES_S:
                    rested = 0.0
                    self.chores()
            except SQLAlchemyError:
                log.exception("outbox_waits_for_the_database")
                stop.wait(self._dice.uniform(1, 3))
            except Exception:  # Whatever it is, the other messages must go on.
                log.exception("worker_stumbled")
                stop.wait(self._dice.uniform(1, 3))

    def _sifted(
        self, session: Session, rows: Sequence[Notification], now: dt.datetime
    ) -> tuple[list[Notification], list[tuple[str, str]]]:
        """What is to be sent of the rows, and what became of the others: unwanted, or not at this hour."""
        to_send: list[Notification] = []
        withheld: list[tuple[str, str]] = []
        for row in rows:
            city = self._house.cities.get(row.city)
            if why := self._unwanted(session, row):
                outbox.drop(row, why)
                withheld.append((row.channel, "dropped"))
            elif city and (until := quiet.held_until(city, row.channel, row.template, now, _since(session, row))):
                outbox.hold(row, until, "quiet_hours")
                withheld.append((row.channel, "held"))
            else:
                to_send.append(row)
        return to_send, withheld

    def _unwanted(self, session: Session, row: Notification) -> str:
        if row.channel == "sms" and messages.opted_out(session, row.city, {row.recipient}):
            return "opted_out"
        return self._house.unwanted(session, row)

    def _deliver(self, row: Notification) -> None:
        """Send one row and note what became of it."""
        if row.claimed_until and self._house.now() > row.claimed_until - LATEST:
            return  # The batch took too long: the claim runs out, and the row is taken up again.
        problem: TransportError | None = None
        try:
            self._house.channels.get(row.channel, Nowhere(f"nothing here sends by {row.channel}")).send(row)
        except TransportError as reported:
            problem = reported
        except Exception as fault:
            log.exception("channel_failed", id=row.id, channel=row.channel)
            problem = TransportError(f"{type(fault).__name__} in our own house", permanent=False)
        self._note(row, problem)

    def _note(self, row: Notification, problem: TransportError | None) -> None:
        for pause in NOTING_PAUSES:
            try:
                outcome = self._noted(row, problem)
                break
            except SQLAlchemyError:
                time.sleep(pause)
        else:
            outcome = self._noted(row, problem)
        self._house.noted(row.channel, outcome)

    def _noted(self, row: Notification, problem: TransportError | None) -> str:
        number, now = row.id or 0, self._house.now()
        with self._house.database.transaction() as session:
            if problem is None:
                outbox.sent(session, number, self._name, now)
                return "sent"
            if isinstance(problem, OptedOut):
                messages.opt_out(session, row.city, row.recipient, messages.SAID_TO_CARRIER, now)
                outbox.unwanted(session, number, self._name, "opted_out")
                return "dropped"
            again_at = None if problem.permanent else self._again_at(row, now, problem.pause)
            outbox.failed(session, number, self._name, self._house.masked(str(problem)), again_at=again_at)
        return "postponed" if again_at else "failed"

    def _again_at(self, row: Notification, now: dt.datetime, asked: dt.timedelta | None) -> dt.datetime | None:
        """When to try again: twice as late each time, with dice so that not all come at once; None: no more."""
        live = row.channel == outbox.LIVE
        if row.attempts >= (MOST_ATTEMPTS_ON_A_LIVE_CALL if live else MOST_ATTEMPTS):
            return None
        pause = dt.timedelta(seconds=1) if live else min(FIRST_PAUSE * 2 ** (row.attempts - 1), LONGEST_PAUSE)
        return now + max(pause, asked or pause) * self._dice.uniform(1.0 if asked else 0.7, 1.3)


def _since(session: Session, row: Notification) -> dt.datetime:
    """When that happened of which a row tells: of a receipt, the report, which may have lain as a draft."""
    ticket = messages.ticket_of(session, row.city, row.ticket_id or 0) if row.template in quiet.RECEIPTS else None
    return ticket.created_at if ticket else row.created_at
