"""`dial311 call`, as somebody types it beside a running line."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from ivr.commands.phone import call
from storage.tables import Ticket
from tests.phone import BASE, TOKEN, Exchange

SCRIPT = """\
; what somebody would type
there is a pothole at 100 mission street
1
1
1
1
"""


@pytest.fixture
def line(exchange: Exchange, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The line on a port of this machine, with its settings in the environment."""
    server = make_server("127.0.0.1", 0, exchange.make(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.chdir(tmp_path)
    settings = {"TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_URL": BASE, "DATABASE_URL": database_url, "PORT": str(server.port)}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_script_places_a_call_and_the_ticket_is_shown(line: str, tickets: Callable[[], Sequence[Ticket]]) -> None:
    Path("script.txt").write_text(SCRIPT)
    result = CliRunner().invoke(call, ["--script", "script.txt"])
    assert result.exit_code == 0, result.output
    (ticket,) = tickets()
    assert f"Ticket {ticket.number}" in result.output
    assert "100 Mission St" in result.output


def test_where_nobody_answers_the_cure_is_named(line: str) -> None:
    result = CliRunner().invoke(call, ["--url", "http://127.0.0.1:9"])
    assert result.exit_code == 1
    assert "make run" in result.output
