"""Keeps the line up: the server and the outbox worker beside it, each started again when it dies."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Final

import structlog

from ivr.settings import Settings

FIGURES: Final = Path("var/metrics")
"""Where the processes keep their share of the figures, for /metrics to add up."""
FAITH_S: Final = 10.0
"""A process that lived at least so long is started again at once; one that did not, after a second."""
FINISH_S: Final = 20.0
"""How long turns under way may take to finish."""
log = structlog.get_logger()


def server_command(settings: Settings) -> list[str]:
    """How the server is started. Why this one: docs/adr/0007-wsgi-server.md."""
    return [
        *(sys.executable, "-m", "granian", "ivr.serving:application", "--factory", "--interface", "wsgi"),
        *("--host", settings.host, "--port", str(settings.port), "--http", "1", "--no-ws", "--backlog", "2048"),
        *("--workers", str(settings.processes), "--blocking-threads", str(settings.threads_each)),
        *("--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "15"),
        *("--log-level", "warning", "--no-access-log"),
    ]


def run(settings: Settings, *, sends: bool) -> int:
    """Serve until told to stop; returns the exit code. SIGHUP is passed on: new processes replace the old ones."""
    shutil.rmtree(FIGURES, ignore_errors=True)
    FIGURES.mkdir(parents=True)
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(FIGURES.absolute())}
    commands = {"server": server_command(settings)}
    if sends:
        commands["worker"] = [sys.executable, "-c", "from ivr.cli import main; main(['worker'])"]
    children = [Child(name, command, environment) for name, command in commands.items()]
    stop = threading.Event()

    def end(_: int, __: FrameType | None) -> None:
        stop.set()

    def renew(number: int, _: FrameType | None) -> None:
        for child in children:
            child.tell(number if child.name == "server" else signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGHUP, renew)
    while not stop.wait(0.2):
        for child in children:
            child.keep_up()
    for child in children:
        child.tell(signal.SIGTERM)
    for child in children:
        child.finish()
    return 0


class Child:
    """A process that is to be there."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._began = 0.0
        self._not_before = 0.0

    def keep_up(self) -> None:
        """Start it if it is not there."""
        if self._process is not None and self._process.poll() is not None:
            lived = time.monotonic() - self._began
            log.error("process_ended", name=self.name, code=self._process.returncode, lived_s=round(lived, 1))
            self._process = None
            self._not_before = time.monotonic() + (0.0 if lived > FAITH_S else 1.0)
        if self._process is None and time.monotonic() >= self._not_before:
            # A session of its own, so that Ctrl-C in the terminal reaches us alone and we let it finish.
            self._process = subprocess.Popen(self._command, env=self._environment, start_new_session=True)  # noqa: S603 - our own words
            self._began = time.monotonic()

    def tell(self, number: int) -> None:
        """Send it a signal."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    def finish(self) -> None:
        """Wait until it has ended; end it by force if it will not."""
        if self._process is None:
            return
        try:
            self._process.wait(FINISH_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
