"""Keeps the line up: the server and the outbox worker beside it, each started again when it dies.

The port is opened here, once, and handed to every server. Whatever dies or is replaced behind it, those who call
meanwhile wait at an open door; nobody is refused.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Final

import structlog

from ivr.settings import Settings

FIGURES: Final = Path("var/metrics")
"""Where the processes keep their share of the figures, for /metrics to add up."""
BACKLOG: Final = 2048
"""Connections that wait at the door; beyond that the kernel has them knock again."""
FAITH_S: Final = 10.0
"""A process that lived at least so long is started again at once; one that did not, after a second."""
FINISH_S: Final = 20.0
"""How long turns under way may take to finish."""
Command = Callable[[Path], Sequence[str]]
"""How a process is started; the path is of a file that it writes once it can do its work."""
log = structlog.get_logger()


def server_command(
    settings: Settings, door: str, ready: Path, application: str = "ivr.serving:application()"
) -> list[str]:
    """How a server is started, on `door`: an open socket (`fd://3`) or an address.

    The application is made first and the processes are forked from it: they share its memory, and one that was killed
    is back in a moment. Why this server: docs/adr/0007-wsgi-server.md.
    """
    return [
        *(sys.executable, "-m", "gunicorn", application, "--preload", "--bind", door, "--backlog", str(BACKLOG)),
        *("--worker-class", "gthread", "--workers", str(settings.processes), "--threads", str(settings.threads_each)),
        *("--keep-alive", "30", "--timeout", "60", "--graceful-timeout", "15"),
        *("--pid", str(ready), "--no-control-socket", "--log-level", "warning"),
    ]


def worker_command(ready: Path) -> list[str]:
    """How an outbox worker is started. Several may run at once, so it is ready from the start."""
    ready.touch()
    return [sys.executable, "-c", "from ivr.cli import main; main(['worker'])"]


def open_door(settings: Settings) -> socket.socket:
    """Listen where the settings say. Raises OSError where somebody else does."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)


def run(settings: Settings, *, sends: bool) -> int:
    """Serve until told to stop; returns the exit code. Raises OSError where the port is taken.

    SIGHUP has everything made anew beside what runs, which goes on until the new can take over, or for good if the new
    does not come up.
    """
    shutil.rmtree(FIGURES, ignore_errors=True)
    FIGURES.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(FIGURES.absolute())
    stop, renew = threading.Event(), threading.Event()

    def told(number: int, _: FrameType | None) -> None:
        (renew if number == signal.SIGHUP else stop).set()

    with open_door(settings) as door:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, told)
        fd = door.fileno()
        children = [Child("server", lambda ready: server_command(settings, f"fd://{fd}", ready), (fd,))]
        if sends:
            children.append(Child("worker", worker_command))
        while not stop.wait(0.1):
            if renew.is_set():
                renew.clear()
                for child in children:
                    child.renew()
            for child in children:
                child.keep_up()
        for child in children:
            child.end()
        for child in children:
            child.finish()
    return 0


@dataclass(eq=False)
class Process:
    """One that was started."""

    popen: subprocess.Popen[bytes]
    ready: Path
    began: float = field(default_factory=time.monotonic)

    @property
    def lives(self) -> bool:
        """Whether it has not ended."""
        return self.popen.poll() is None

    def tell(self, number: int) -> None:
        """Send it a signal."""
        with contextlib.suppress(ProcessLookupError):
            self.popen.send_signal(number)


class Child:
    """A process that is to be there, and while it is renewed the one that takes over, and those that still finish."""

    def __init__(self, name: str, command: Command, fds: tuple[int, ...] = ()) -> None:
        self.name = name
        self._command = command
        self._fds = fds
        self._serials = count()
        self._at_work: Process | None = None
        self._heir: Process | None = None
        self._leaving: list[Process] = []
        self._not_before = 0.0

    def keep_up(self) -> None:
        """Start it if it is not there; have its heir take over once that is ready."""
        self._leaving = [process for process in self._leaving if process.lives]
        if self._at_work and not self._at_work.lives:
            self._not_before = self._mourn(self._at_work)
            self._at_work = None
        if self._heir and not self._heir.lives:
            self._mourn(self._heir)
            self._heir = None
        if self._heir and self._heir.ready.exists():
            if self._at_work:
                self._at_work.tell(signal.SIGTERM)
                self._leaving.append(self._at_work)
            self._at_work, self._heir = self._heir, None
        if not (self._at_work or self._heir) and time.monotonic() >= self._not_before:
            self._at_work = self._start()

    def renew(self) -> None:
        """Start an heir. One that is just coming up may have read what has changed since, and is given up."""
        if self._heir:
            self._heir.tell(signal.SIGTERM)
            self._leaving.append(self._heir)
        self._heir = self._start()

    def end(self) -> None:
        """Tell all of them to finish."""
        for process in self._all:
            process.tell(signal.SIGTERM)

    def finish(self) -> None:
        """Wait until they have ended; end by force what will not."""
        for process in self._all:
            try:
                process.popen.wait(FINISH_S)
            except subprocess.TimeoutExpired:
                process.popen.kill()
                process.popen.wait()

    @property
    def _all(self) -> list[Process]:
        return [process for process in (self._at_work, self._heir, *self._leaving) if process]

    def _start(self) -> Process:
        ready = FIGURES.absolute() / f"{self.name}-{next(self._serials)}.pid"
        # A session of its own, so that Ctrl-C in the terminal reaches us alone and we let it finish.
        popen = subprocess.Popen(  # noqa: S603 - our own words
            self._command(ready),
            pass_fds=self._fds,
            start_new_session=True,
            preexec_fn=_end_with_us,  # noqa: PLW1509 - there is but one thread here
        )
        return Process(popen, ready)

    def _mourn(self, process: Process) -> float:
        """Log that a process ended which was not to; returns the time before which it is not started again."""
        lived = time.monotonic() - process.began
        log.error("process_ended", name=self.name, code=process.popen.returncode, lived_s=round(lived, 1))
        return time.monotonic() + (0.0 if lived > FAITH_S else 1.0)


_PR_SET_PDEATHSIG: Final = 1
_libc: Final = ctypes.CDLL(None)


def _end_with_us() -> None:
    """Have the kernel end a process should we be killed: nobody else would, and it would keep the port."""
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
