"""What is logged and counted, and what never is."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from flask import Flask
from prometheus_client import REGISTRY
from pydantic import SecretStr

from ivr import observability
from ivr.settings import Settings
from storage.database import Database
from tests.wire.twilio_side import CALLER, SID, Twilio, until_filed


@pytest.fixture
def lines(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[dict[str, object]]]]:
    """The log as it is written in production, a dictionary a line."""
    before, handlers = structlog.get_config(), logging.getLogger().handlers[:]
    observability.set_up_logs("DEBUG")
    yield lambda: [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    structlog.configure(**before)
    logging.getLogger().handlers[:] = handlers


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call from +16175550142.", "call from …42."),
        ("6175550142", "…42"),
        ("tel:+33123456789", "tel:…89"),
        ("(212) 555-0001 is busy", "…01 is busy"),
        ("no 212-555-0001, 212.555.0002 or 1 212 555 0003", "no …01, …02 or …03"),
        ("+1 (212) 555-0001", "…01"),
        ("'+33 1 23 45 67 89' and 01 23 45 67 80", "'…89' and …80"),
        ("+12125550001 2 times", "…01 2 times"),
        ("550 <ana.diaz+311@mail.example.gov>: unknown", "550 <…@mail.example.gov>: unknown"),
        ("from 192.168.100.200", "from 192.168.100.200"),
        ("2026-11-23 05:33:33", "2026-11-23 05:33:33"),
        ("39.7817, -89.6501", "39.7817, -89.6501"),
        ("ticket 12345675", "ticket 12345675"),
        (SID, SID),
        ("2026-11-23T05:33:33.091862Z", "2026-11-23T05:33:33.091862Z"),
    ],
)
def test_numbers_are_masked_and_nothing_else(text: str, masked: str) -> None:
    assert observability.mask(text) == masked


def test_a_log_line_names_the_call_and_masks_people(lines: Callable[[], list[dict[str, object]]]) -> None:
    log = structlog.get_logger("test").bind()
    log.info("turn", call=SID, caller=CALLER, note=f"from {CALLER}")
    logging.getLogger("some.library").warning("sent to %s", CALLER)
    problem = f"no such number {CALLER}\n[parameters: {{'name': 'Anna'}}]"
    log.error("failed", call=SID, exc_info=ValueError(problem))
    first, second, third = lines()
    assert (first["call"], first["caller"], first["note"]) == (SID, "…42", "from …42")
    assert second["event"] == "sent to …42"
    assert "Anna" not in str(third)
    assert "…42" in str(third["exception"])


def test_a_whole_call_leaves_no_word_and_no_number_in_the_log(
    twilio: Twilio, lines: Callable[[], list[dict[str, object]]]
) -> None:
    until_filed(twilio)
    written = lines()
    turns = [line for line in written if line["event"] == "turn"]
    assert turns
    assert all(line["call"] == SID for line in turns)
    everything = json.dumps(written)
    for secret in (CALLER, "6175550142", "deep pothole", "aine Av"):
        assert secret not in everything


def test_a_log_that_nobody_reads_any_more_costs_no_turn(
    twilio: Twilio, lines: Callable[[], list[dict[str, object]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        @property
        def buffer(self) -> None:
            raise BrokenPipeError

    monkeypatch.setattr("sys.stderr", Broken())
    assert "How can I help" in twilio.turn(0)


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_calls_turns_emergencies_and_tickets_are_counted(app: Flask) -> None:
    calls, filed = (
        value("dial311_calls_total", city="springfield"),
        value("dial311_tickets_filed_total", city="springfield", kind="ticket"),
    )
    turns = value("dial311_turn_seconds_count")
    silence = value("dial311_stumbles_total", state="how_can_i_help", kind="no_input")
    last, _ = until_filed(Twilio(app))
    other = Twilio(app, sid="CA" + "b" * 32)
    other.turn(0)
    other.turn(1)
    other.says(2, "my house is on fire")
    other.says(2, "my house is on fire")
    assert value("dial311_calls_total", city="springfield") == calls + 2
    assert value("dial311_tickets_filed_total", city="springfield", kind="ticket") == filed + 1
    assert value("dial311_turn_seconds_count") == turns + last + 1 + 4
    assert value("dial311_stumbles_total", state="how_can_i_help", kind="no_input") == silence + 1
    assert value("dial311_emergencies_total", verdict="certain", category="fire", where="turn") >= 1
    assert value("dial311_turns_replayed_total") >= 1


def test_metrics_are_for_those_who_know_the_token(make_app: Callable[..., Flask], settings: Settings) -> None:
    assert b"dial311_turns_total" in make_app().test_client().get("/metrics").data
    shut = make_app(settings=settings.model_copy(update={"environment": "production"})).test_client()
    assert shut.get("/metrics").status_code == 403
    with_token = make_app(settings=settings.model_copy(update={"metrics_token": SecretStr("m")})).test_client()
    assert with_token.get("/metrics").status_code == 403
    assert with_token.get("/metrics", headers={"Authorization": "Bearer m"}).status_code == 200


def test_healthy_is_not_ready(make_app: Callable[..., Flask]) -> None:
    client = make_app().test_client()
    assert client.get("/healthz").data == b"ok\n"
    assert (client.get("/readyz").status_code, client.get("/readyz").data) == (200, b"ready\n")
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:9/none")
    client = make_app(database=nowhere).test_client()
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert b"database does not answer" in response.data
    nowhere.close()


def test_an_old_database_is_not_ready(make_app: Callable[..., Flask], database: Database) -> None:
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    try:
        response = make_app().test_client().get("/readyz")
        assert response.status_code == 503
        assert b"dial311 db upgrade" in response.data
    finally:
        from storage.schema import expected_revision  # noqa: PLC0415

        with database.transaction() as session:
            session.connection().exec_driver_sql(f"UPDATE alembic_version SET version_num = '{expected_revision()}'")
