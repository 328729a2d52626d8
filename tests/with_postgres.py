"""Runs a command with a PostgreSQL server for the tests at hand: `python tests/with_postgres.py pytest …`.

The command finds the server's URL in TEST_POSTGRES_URL. If that is already set, it stands. Otherwise a server on this
machine that lets us create databases is taken; otherwise, where PostgreSQL's programs are installed, a private server
is started in a temporary folder and removed afterwards. Where there is neither, this says so, and the tests run on
SQLite alone.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

VARIABLE = "TEST_POSTGRES_URL"
SOCKETS = ("/var/run/postgresql", "/tmp", "localhost")  # noqa: S108 - where PostgreSQL itself puts its sockets
SETTINGS = "-c listen_addresses= -c fsync=off -c shared_buffers=64MB -c max_connections=200"


def reachable(host: str, user: str) -> bool:
    """Whether a server answers there and lets us create databases."""
    try:
        with psycopg.connect(host=host, user=user, dbname="postgres", connect_timeout=2) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error:
        return False
    return row == (True,)


def programs() -> Path | None:
    """Find the folder of PostgreSQL's own programs; Debian keeps them out of the PATH."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).parent] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextlib.contextmanager
def private_server(folder: Path) -> Iterator[str]:
    """Start a server of our own, yield the folder of its socket, and take it down again."""
    # PostgreSQL refuses to run as root; Debian's package brings a user for it.
    start = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="dial311-postgres-") as home:
        if start:
            shutil.chown(home, "postgres")
        control = [*start, str(folder / "pg_ctl"), "-D", f"{home}/data", "-w", "-s"]
        subprocess.run(
            [*start, str(folder / "initdb"), "-D", f"{home}/data", "-U", getpass.getuser(), "-A", "trust", "-N"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        subprocess.run([*control, "-l", f"{home}/log", "-o", f"-k {home} {SETTINGS}", "start"], check=True)
        try:
            yield home
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True)


def run(command: list[str], host: str | None) -> int:
    """Run the command with the server at `host`, or with none."""
    url = {VARIABLE: f"postgresql+psycopg://{getpass.getuser()}@/postgres?host={host}"} if host else {}
    return subprocess.run(command, env={**os.environ, **url}, check=False).returncode


def main(command: list[str]) -> int:
    """Find or start a server, run the command, and answer with its exit status."""
    if VARIABLE in os.environ:
        return run(command, None)
    for host in SOCKETS:
        if reachable(host, getpass.getuser()):
            sys.stderr.write(f"PostgreSQL for the tests: the server at {host}\n")
            return run(command, host)
    folder = programs()
    if folder is None:
        sys.stderr.write(
            "No PostgreSQL here: the tests run on SQLite alone. Installing it, or TEST_POSTGRES_URL, adds the rest.\n"
        )
        return run(command, None)
    sys.stderr.write(f"PostgreSQL for the tests: a private server, from {folder}\n")
    with private_server(folder) as host:
        return run(command, host)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
