"""The server that `make test` brings along where none is running."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

import psycopg
import pytest

from tests import with_postgres


@pytest.mark.postgres
def test_a_private_server_makes_databases_and_leaves_nothing_behind() -> None:
    folder = with_postgres.programs()
    if folder is None:
        pytest.skip("PostgreSQL's programs are not installed")
    with with_postgres.private_server(folder) as home:
        assert with_postgres.reachable(home, getpass.getuser())
        with psycopg.connect(host=home, user=getpass.getuser(), dbname="postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE pothole")
    assert not Path(home).exists()
    assert not with_postgres.reachable(home, getpass.getuser())


@pytest.mark.parametrize("status", [0, 3])
def test_the_command_finds_its_server_and_its_status_is_ours(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    monkeypatch.setenv("TEST_POSTGRES_URL", "postgresql+psycopg://clerk@/ours")
    seen = f"import os, sys; sys.exit({status} if os.environ['TEST_POSTGRES_URL'].endswith('/ours') else 9)"
    assert with_postgres.main([sys.executable, "-c", seen]) == status


def test_without_a_server_it_says_so_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TEST_POSTGRES_URL", raising=False)
    monkeypatch.setattr(with_postgres, "SOCKETS", ())
    monkeypatch.setattr(with_postgres, "programs", lambda: None)
    assert with_postgres.main([sys.executable, "-c", "import os; assert 'TEST_POSTGRES_URL' not in os.environ"]) == 0
    assert "SQLite alone" in capsys.readouterr().err
