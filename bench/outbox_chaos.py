"""Notifications through a gateway that fails, stalls and repeats itself, by workers that are killed at random.

    python -m bench.outbox_chaos [--engine sqlite|postgresql] [--count N] [--seed 1]

10,000 on PostgreSQL with four `dial311 worker` processes, 1,000 on SQLite with two: a third each of text messages,
webhooks and e-mail. Every few seconds a random worker is killed with SIGKILL and another takes its place. Exit 1 unless

* none was lost: every row is noted as sent, and the gateway has it;
* none was sent twice beyond what at-least-once permits: a repetition carries the same key and the same words, and
  followed an answer that was lost, or was on the wire of a worker that was killed (eight at most each time);
* of text messages none was sent twice at all, for Twilio knows no keys and is asked first.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.table import Table
from sqlmodel import Session, col, func, select

from bench.posting.gateway import Gateway, Ledger, gateway
from bench.telephone.calls import TOKEN
from bench.telephone.ledgers import ledger
from dispatch.notifications.channels.webhook import secret_of
from dispatch.notifications.worker import AT_ONCE
from storage import outbox
from storage.database import Database
from storage.tables import Notification
from storage.vocabulary import NotificationStatus

ROOT = Path(__file__).resolve().parents[1]
COUNTS = {"postgresql": 10_000, "sqlite": 1_000}
WORKERS = {"postgresql": 4, "sqlite": 2}
SECRET = "s" * 40
REST = (6.0, 14.0)
"""Seconds from one killing to the next; while there is enough left to be sent."""
CALM = 0.02
"""Killing stops when no more than this share is left: what is in doubt has to wait for its claim to run out."""
PATIENCE_S = 1800.0


def fill(database: Database, count: int, url: str) -> dict[str, dict[str, str]]:
    """Put that many into the outbox; their words, by channel and by the key as it arrives."""
    expected: dict[str, dict[str, str]] = {"sms": {}, "webhook": {}, "email": {}}
    now = dt.datetime.now(dt.UTC)
    with database.transaction() as session:
        for number in range(count):
            key = f"chaos-{number}"
            body = f"Your report is done {key}"
            match number % 3:
                case 0:
                    expected["sms"][key] = body
                    outbox.put(
                        session, "springfield", channel="sms", recipient=f"+1217{5_600_000 + number}", key=key, at=now,
                        body=body,
                    )  # fmt: skip
                case 1:
                    expected["webhook"][key] = body
                    payload = {"type": "ticket.filed", "data": {"department": "streets", "text": body}}
                    outbox.put(
                        session, "springfield", channel="webhook", recipient=f"{url}/hook", key=key, at=now,
                        payload=payload,
                    )  # fmt: skip
                case _:
                    name = sha256(key.encode()).hexdigest()[:32]
                    expected["email"][f"<{name}@springfield.example>"] = body
                    outbox.put(
                        session, "springfield", channel="email", recipient=f"crew{number}@springfield.example", key=key,
                        at=now, body=body, payload={"subject": "A report"},
                    )  # fmt: skip
    return expected


class Crew:
    """Worker processes, one of which dies now and then."""

    def __init__(self, size: int, url: str, through: Gateway, scratch: Path, seed: int) -> None:
        self.kills = 0
        self._dice = random.Random(seed)
        self._log = (scratch / "workers.log").open("ab")
        self._scratch = scratch
        self._environment = os.environ | {
            "DATABASE_URL": url,
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": "+12175550311",
            "TWILIO_API_URL": through.url,
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(through.smtp_port),
            "SMTP_TLS": "none",
            "SMTP_FROM": "311@springfield.example",
            "WEBHOOK_SECRET": SECRET,
            "WEBHOOK_NETWORKS": "127.0.0.0/8",
            "SECRET_KEY": "x" * 40,
            "CITIES_PATH": str(scratch / "cities"),
            "LOG_LEVEL": "ERROR",
            "PYTHONPATH": str(ROOT),
        }
        self._workers = [self._hired() for _ in range(size)]

    def kill_one(self) -> None:
        """Kill a random worker without a word, and hire another."""
        place = self._dice.randrange(len(self._workers))
        self._workers[place].send_signal(signal.SIGKILL)
        self._workers[place].wait()
        self._workers[place] = self._hired()
        self.kills += 1

    def replace_dead(self) -> None:
        """Hire another for each that ended by itself, as whatever keeps workers up would."""
        self._workers = [worker if worker.poll() is None else self._hired() for worker in self._workers]

    def rest(self) -> float:
        """Seconds until the next one dies."""
        return self._dice.uniform(*REST)

    def go_home(self) -> None:
        """End them all, politely."""
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.wait()
        self._log.close()

    def _hired(self) -> subprocess.Popen[bytes]:
        command = [str(Path(sys.executable).with_name("dial311")), "worker"]
        return subprocess.Popen(command, cwd=self._scratch, env=self._environment, stdout=self._log, stderr=self._log)


def left(database: Database) -> int:
    """How many are still to be sent."""
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(Notification).where(outbox.WAITING)).one()


def storm(database: Database, crew: Crew, count: int) -> float:
    """Kill until little is left, then wait for the end; seconds it took."""
    began = time.monotonic()
    next_kill = began + crew.rest()
    while (remaining := left(database)) and time.monotonic() - began < PATIENCE_S:
        time.sleep(0.5)
        crew.replace_dead()
        if remaining > count * CALM and time.monotonic() >= next_kill:
            crew.kill_one()
            next_kill = time.monotonic() + crew.rest()
    return time.monotonic() - began


def statuses(session: Session) -> Counter[str]:
    """How many rows stand how."""
    question = select(Notification.status, func.count()).group_by(col(Notification.status))
    return Counter({str(status): number for status, number in session.exec(question).all()})


def faults(expected: dict[str, dict[str, str]], ledger: Ledger, stand: Counter[str], kills: int) -> list[str]:
    """Everything that must not be, in sentences."""
    count = sum(map(len, expected.values()))
    wrong = []
    if stand != Counter({NotificationStatus.SENT.value: count}):
        wrong.append(f"the outbox stands {dict(stand)}, and not all {count} sent")
    for channel, keys in expected.items():
        taken = ledger.taken[channel]
        lost, strange = keys.keys() - taken.keys(), taken.keys() - keys.keys()
        altered = [key for key, one in taken.items() if len(one.bodies) > 1]
        wrong += [f"{channel}: {len(lost)} lost, such as {min(lost)}"] if lost else []
        wrong += [f"{channel}: {len(strange)} nobody sent, such as {min(strange)}"] if strange else []
        wrong += [f"{channel}: {len(altered)} came again with other words"] if altered else []
    unexplained = sum(max(0, one.times - 1 - one.in_doubt) for taken in ledger.taken.values() for one in taken.values())
    if unexplained > kills * AT_ONCE:
        wrong.append(f"{unexplained} repetitions without a lost answer, and only {kills} workers were killed")
    if twice := [key for key, one in ledger.taken["sms"].items() if one.times > 1]:
        wrong.append(f"{len(twice)} text messages were sent twice, such as {min(twice)}")
    if ledger.badly_signed:
        wrong.append(f"{ledger.badly_signed} webhooks were signed wrongly")
    return wrong


def trial(engine: str, count: int, seed: int, scratch: Path) -> tuple[list[str], list[str]]:
    """Send them all; the figures of the table's row, and what is wrong."""
    with ledger(engine, scratch) as url, gateway(seed, secret_of(SECRET, "springfield", "streets")) as through:
        database = Database(url)
        expected = fill(database, count, through.url)
        crew = Crew(WORKERS[engine], url, through, scratch, seed)
        try:
            took = storm(database, crew, count)
        finally:
            crew.go_home()
        with database.reading() as session:
            stand = statuses(session)
        database.close()
        known = through.ledger
        wrong = faults(expected, known, stand, crew.kills)
        if wrong:
            wrong.append((scratch / "workers.log").read_text()[-3000:])
        taken = {channel: sum(one.times for one in known.taken[channel].values()) for channel in expected}
        again = {channel: taken[channel] - len(known.taken[channel]) for channel in expected}
        answers = sum(known.mischief[name] for name in ("repeats", "drops", "stalls"))
        figures = [
            count, stand["sent"], count - sum(len(known.taken[channel]) for channel in expected),
            again["sms"], again["webhook"], again["email"],
            crew.kills, known.mischief["fails"], answers,
        ]  # fmt: skip
    return [engine, *map(str, figures), f"{took:.0f}", f"{count / took:.0f}"], wrong


@click.command()
@click.option("--engine", type=click.Choice(list(COUNTS)), multiple=True, help="[default: both]")
@click.option("--count", type=int, help="[default: 10,000 on PostgreSQL, 1,000 on SQLite]")
@click.option("--seed", default=1, show_default=True, help="Another seed fails and kills at other moments.")
def main(engine: tuple[str, ...], count: int | None, seed: int) -> None:
    """Send through storms, and count what arrived."""
    table = Table(
        "database", "put", "noted sent", "lost", "sms twice", "webhooks again", "mails again", "kills", "refusals",
        "answers lost", "seconds", "a second", box=None,
    )  # fmt: skip
    wrong: list[str] = []
    for name in engine or tuple(COUNTS):
        with TemporaryDirectory(prefix="d311-bench-") as scratch:
            figures, problems = trial(name, count or COUNTS[name], seed, Path(scratch))
        table.add_row(*figures)
        wrong += [f"{name}: {problem}" for problem in problems]
    Console(width=140).print(table)
    for problem in wrong:
        print(problem)
    if wrong:
        raise SystemExit(1)
    print(
        "None lost; none sent twice but with the same key, after an answer that was lost or a worker that was killed."
    )


if __name__ == "__main__":
    main()
