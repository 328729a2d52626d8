"""What all tests share: the shipped city, and a ledger. A test that asks for `database` runs on SQLite and PostgreSQL.

PostgreSQL is looked for at `TEST_POSTGRES_URL`, then at the local socket. Where none answers those tests are skipped
and say so, but not under CI, where nothing may go untested unseen.
"""

from __future__ import annotations

import getpass
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog
from flask import Flask
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from dispatch.city.packs import Packs
from ivr.understanding.understanding import CityUnderstanding
from storage import schema
from storage.database import Database
from storage.rows import Row
from tests import phone as telephone

# The same examples in every run, however slow the machine: what fails, fails for whoever made it so. For others:
# `make test ARGS="--hypothesis-profile=explore"`.
settings.register_profile("explore", deadline=None, max_examples=1_000)
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """Plain tracebacks: structlog's own for developers show every local variable, and take a second each."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])


@pytest.fixture(scope="session", autouse=True)
def compiled_templates(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    """Templates compiled once for all applications that tests make."""
    folder = telephone.shared(tmp_path_factory, worker_id) / "templates"
    folder.mkdir(exist_ok=True)
    Flask.jinja_options["bytecode_cache"] = FileSystemBytecodeCache(str(folder))


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated and empty database on each engine; gone when the test is."""
    if request.param == "sqlite":
        path = tmp_path / "ledger.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgresql_of_this_worker")
    _empty(url)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The same, opened."""
    ledger = Database(database_url)
    yield ledger
    ledger.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: cheaper than migrating for every test."""
    path = tmp_path_factory.mktemp("template") / "ledger.sqlite3"
    schema.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_of_this_worker() -> Iterator[str]:
    """A migrated PostgreSQL database for this test process alone, dropped when it ends."""
    with postgresql_database(f"d311_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}") as url:
        schema.upgrade(url)
        yield url


@pytest.fixture(scope="session")
def packs(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Packs:
    """The shipped city, its gazetteer drawn once for all tests."""
    return telephone.springfield(tmp_path_factory, worker_id)


@pytest.fixture(scope="session")
def understanding(packs: Packs) -> CityUnderstanding:
    """What its callers may mean: pure, so that all tests may share it."""
    return CityUnderstanding(packs.first.city, packs.first.gazetteer)


@contextmanager
def postgresql_database(name: str) -> Iterator[str]:
    """Create an empty database of that name, yield its URL, and drop it again."""
    configured = os.environ.get("TEST_POSTGRES_URL")
    server = make_url(configured or f"postgresql+psycopg://{getpass.getuser()}@/postgres?host=/var/run/postgresql")
    server = server.set(drivername="postgresql+psycopg")
    try:
        _order(server, f'CREATE DATABASE "{name}"')
        _order(server, f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    except OperationalError as problem:
        if "CI" in os.environ:
            raise
        pytest.skip(f"no PostgreSQL answers at {server!r} (set TEST_POSTGRES_URL): {problem.orig}")
    yield server.set(database=name).render_as_string(hide_password=False)
    _order(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _order(url: URL, *commands: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for command in commands:
            connection.exec_driver_sql(command)


def _empty(url: str) -> None:
    """Delete the few rows a test leaves, and give their room back, so that what follows lies in the order it comes in.

    To truncate makes every file anew, which takes ten times as long.
    """
    tables = [table.name for table in reversed(Row.metadata.sorted_tables)]
    deletes = "; ".join(f"DELETE FROM {table}" for table in tables)
    restart = "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"
    _order(make_url(url), deletes, restart, f"VACUUM {', '.join(tables)}")
