"""`dial311 run` as it is in earnest: killed, replaced and stopped while people call."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import pytest

from ivr import observability, serving, supervisor
from ivr.settings import Settings
from storage import schema

PATIENCE_S = 60.0


class House:
    """A line that was started in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        database = f"sqlite:///{folder}/ledger.sqlite3"
        schema.upgrade(database)
        self.environment = os.environ | {
            "DATABASE_URL": database,
            "TWILIO_AUTH_TOKEN": "t",
            "SECRET_KEY": "s" * 40,
            "PORT": str(self.port),
        }
        self.folder = folder
        self.log = (folder / "log").open("wb")
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        command = [str(Path(sys.executable).with_name("dial311")), "run", "--no-worker"]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=self.log, stderr=self.log, start_new_session=True
        )

    def answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=PATIENCE_S) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    @property
    def server(self) -> int:
        """The newest server that the supervisor has started."""
        return children(self.process.pid)[-1]

    def until(self, fact: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not fact():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.05)


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    if not sys.platform.startswith("linux"):
        pytest.skip("looks into /proc")
    started = House(tmp_path_factory.mktemp("house"))
    with closing(started.log):
        started.until(started.answers)
        yield started
        started.process.kill()
        started.process.wait()


def test_a_killed_process_is_back_and_whoever_calls_meanwhile_waits(house: House) -> None:
    [worker] = children(house.server)
    os.kill(worker, signal.SIGKILL)
    assert house.answers()
    house.until(lambda: children(house.server) not in ([], [worker]))


def test_a_killed_server_is_back_and_whoever_calls_meanwhile_waits(house: House) -> None:
    killed = house.server
    os.kill(killed, signal.SIGKILL)
    assert house.answers()
    house.until(lambda: killed not in children(house.process.pid))
    house.until(lambda: bool(children(house.process.pid)) and bool(children(house.server)))
    assert house.answers()


def test_a_hang_up_signal_has_a_new_server_take_over(house: House) -> None:
    old = house.server
    house.process.send_signal(signal.SIGHUP)
    while old in children(house.process.pid):
        assert house.answers()
    assert house.server != old
    assert house.answers()


def test_a_server_that_cannot_be_made_leaves_the_old_one_answering(house: House) -> None:
    old = house.server
    spoilt = house.folder / ".env"
    spoilt.write_text("THREADS=none\n")
    house.process.send_signal(signal.SIGHUP)
    house.until(lambda: "process_ended" in (house.folder / "log").read_text().rpartition("THREADS makes no sense")[2])
    spoilt.unlink()
    assert children(house.process.pid) == [old]
    assert house.answers()


def test_a_second_line_on_the_same_port_says_so_and_does_not_start(house: House) -> None:
    second = house.start()
    assert second.wait(PATIENCE_S) == 1
    assert f"PORT: 127.0.0.1:{house.port} cannot be opened" in (house.folder / "log").read_text()


def test_when_the_supervisor_is_killed_nothing_keeps_the_port(house: House) -> None:
    house.process.kill()
    house.process.wait()
    house.until(lambda: not house.answers())
    house.process = house.start()
    house.until(house.answers)


def test_a_stop_signal_ends_all_of_it(house: House) -> None:
    server = house.server
    house.process.send_signal(signal.SIGTERM)
    assert house.process.wait(PATIENCE_S) == 0
    assert not Path(f"/proc/{server}").exists()
    assert not house.answers()


def test_no_connection_to_the_ledger_crosses_the_fork(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(observability, "set_up_logs", lambda _: None)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite3")
    serving.application()
    gc.unfreeze()
    assert not (tmp_path / "none.sqlite3").exists(), "it was opened"


def test_the_server_is_told_of_processes_and_threads(settings: Settings) -> None:
    command = supervisor.server_command(settings.model_copy(update={"workers": 3, "threads": 5}), "fd://7", Path("x"))
    assert " ".join(command[2:]).startswith("gunicorn ivr.serving:application() --preload --bind fd://7")
    assert "--workers 3 --threads 5" in " ".join(command)
