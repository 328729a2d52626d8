"""The line and the floor, each served as `dial311 run` serves: the same server, processes and threads."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.telephone.calls import TOKEN, settings_for
from ivr.supervisor import server_command

ROOT = Path(__file__).resolve().parents[2]
TWILIOS_PATIENCE = 15.0
PATIENCE = 60.0
"""Seconds to wait for a server: the demo city's map may have to be drawn first."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    base: str
    token: str
    process: subprocess.Popen[bytes]

    def answers(self) -> bool:
        """Whether the line answers now; waits for it as long as Twilio would."""
        return _answers(self.port, TWILIOS_PATIENCE)

    def processes(self) -> list[int]:
        """The processes of the line but the first: the server, those it forked to answer, the outbox worker."""
        return [pid for child in _children(self.process.pid) for pid in (child, *_children(child))]


@contextmanager
def house(url: str, scratch: Path, **more: str) -> Iterator[Server]:
    """`dial311 run` on that database."""
    port = _free_port()
    command = [str(Path(sys.executable).with_name("dial311")), "run", "--port", str(port)]
    with _serving(command, port, url, scratch, more) as server:
        yield server


@contextmanager
def floor(url: str, scratch: Path) -> Iterator[Server]:
    """The floor on that database, with the server, processes and threads of `dial311 run`."""
    port = _free_port()
    settings = settings_for(url, scratch, port=port)
    command = server_command(
        settings, f"127.0.0.1:{port}", scratch / f"{port}.pid", "bench.telephone.floor:create_app()"
    )
    with _serving(command, port, url, scratch, {"THREADS": str(settings.threads_each)}) as server:
        yield server


@contextmanager
def _serving(command: Sequence[str], port: int, url: str, scratch: Path, more: dict[str, str]) -> Iterator[Server]:
    base = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "DATABASE_URL": url,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "PUBLIC_URL": base,
        "SECRET_KEY": "x" * 40,
        "CITIES_PATH": str(scratch / "cities"),
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
        **more,
    }
    log = (scratch / f"server-{port}.log").open("wb")
    process = subprocess.Popen(command, cwd=scratch, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_for(port, process, Path(log.name))
        yield Server(port, base, TOKEN, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the workers answer, not only until the port is open."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        if _answers(port, PATIENCE):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")


def _answers(port: int, patience: float) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.settimeout(patience)
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return bool(connection.recv(16))
    except OSError:
        return False


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [int(child) for child in path.read_text().split()]
    except (OSError, ValueError):
        return []


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
