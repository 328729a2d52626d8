"""`dial311 run` as it is in earnest: killed, replaced and stopped while people call."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from dispatch.city.packs import Packs
from ivr import observability, serving, supervisor
from ivr.settings import Settings
from tests.ports import free_port, is_free

PATIENCE_S = 60.0


class House:
    """A line that is started in a folder of its own, on a ledger that is there already."""

    def __init__(self, folder: Path, cities: Path) -> None:
        self.port = free_port()
        self.environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/ledger.sqlite3",
            "CITIES_PATH": str(cities),
            "TWILIO_AUTH_TOKEN": "t",
            "SECRET_KEY": "s" * 40,
            "PORT": str(self.port),
        }
        self.folder = folder
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        command = [str(Path(sys.executable).with_name("dial311")), "run", "--no-worker"]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    @property
    def log(self) -> str:
        """What it has said so far, and every line before it on this folder."""
        return (self.folder / "log").read_text()

    @property
    def is_closed(self) -> bool:
        """Whether nothing keeps its port any more."""
        return is_free(self.port)

    def ends(self) -> None:
        """Tell it to stop, and wait until it has."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        finally:
            self.process.kill()
            self.process.wait()

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
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


@pytest.fixture(scope="module")
def cities(packs: Packs) -> Path:
    """Where the city is drawn already."""
    return packs.first.gazetteer.path.parents[1]


@pytest.fixture(scope="module")
def one_house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, cities: Path) -> Iterator[House]:
    """A line for all tests of this file: it takes seconds to start."""
    if not sys.platform.startswith("linux"):
        pytest.skip("looks into /proc")
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(sqlite_template, folder / "ledger.sqlite3")
    started = House(folder, cities)
    yield started
    started.ends()


@pytest.fixture
def house(one_house: House) -> House:
    """The line, which answers; it is started again where an earlier test has ended it."""
    if one_house.process.poll() is not None:
        one_house.process = one_house.start()
    one_house.until(one_house.answers)
    return one_house


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

    def old_one_gone() -> bool:
        assert house.answers()
        return old not in children(house.process.pid)

    house.until(old_one_gone)
    assert house.server != old
    assert house.answers()


def test_a_server_that_cannot_be_made_leaves_the_old_one_answering(house: House) -> None:
    old, seen = house.server, len(house.log)
    spoilt = house.folder / ".env"
    spoilt.write_text("THREADS=none\n")
    house.process.send_signal(signal.SIGHUP)
    try:
        house.until(lambda: "process_ended" in house.log[seen:].partition("THREADS makes no sense")[2])
    finally:
        spoilt.unlink()
    assert children(house.process.pid) == [old]
    assert house.answers()


def test_a_second_line_on_the_same_port_says_so_and_does_not_start(house: House) -> None:
    second = house.start()
    try:
        assert second.wait(PATIENCE_S) == 1
    finally:
        second.kill()
        second.wait()
    assert f"PORT: 127.0.0.1:{house.port} cannot be opened" in house.log


def test_when_the_supervisor_is_killed_nothing_keeps_the_port(house: House) -> None:
    assert not house.is_closed
    house.process.kill()
    house.process.wait()
    house.until(lambda: house.is_closed)


def test_a_stop_signal_ends_all_of_it(house: House) -> None:
    server = house.server
    house.process.send_signal(signal.SIGTERM)
    assert house.process.wait(PATIENCE_S) == 0
    assert not Path(f"/proc/{server}").exists()
    assert house.is_closed


def test_no_connection_to_the_ledger_crosses_the_fork(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cities: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(observability, "set_up_logs", lambda _: None)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite3")
    monkeypatch.setenv("CITIES_PATH", str(cities))
    serving.application()
    gc.unfreeze()
    assert not (tmp_path / "none.sqlite3").exists(), "it was opened"


def test_the_server_is_told_of_processes_and_threads(settings: Settings) -> None:
    command = supervisor.server_command(settings.model_copy(update={"workers": 3, "threads": 5}), "fd://7", Path("x"))
    assert " ".join(command[2:]).startswith("gunicorn ivr.serving:application() --preload --bind fd://7")
    assert "--workers 3 --threads 5" in " ".join(command)
