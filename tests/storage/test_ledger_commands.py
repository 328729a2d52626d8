"""`dial311 db`, `tickets` and `retention`, as they are typed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import main
from storage import tickets
from storage.database import Database
from storage.tables import Call, Ticket
from storage.vocabulary import Channel, Status

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
FIELDS = {"number", "city", "service", "department", "address", "lat", "lon", "status", "channel", "created"}


def dial311(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env={"DATABASE_URL": url, "CITIES": "springfield,boston"})


@pytest.fixture
def filled(database_url: str) -> str:
    """A ledger with three tickets in two cities, one of them closed."""
    database = Database(database_url)
    with database.transaction() as session:
        for number, city, status in (
            ("1", "springfield", Status.NEW),
            ("2", "springfield", Status.CLOSED),
            ("3", "boston", Status.NEW),
        ):
            at = NOON + dt.timedelta(minutes=int(number))
            ticket = Ticket(
                city=city,
                number=number,
                service="pothole",
                department="streets",
                routed_because="streets does pothole",
                status=status,
                channel=Channel.PHONE,
                address="12 Élm St",
                lat=40.5,
                lon=-74.5,
                review=["low_confidence", "out_of_area"],
                reporter_name="Ana Secret",
                reporter_phone="+12125550001",
                description="my secret words",
                created_at=at,
                updated_at=at,
                closed_at=at if status is Status.CLOSED else None,
            )
            assert tickets.add_once(session, ticket)
    database.close()
    return database_url


def test_tickets_are_listed_as_json_lines_city_by_city(filled: str) -> None:
    result = dial311(filled, "tickets", "--format", "jsonl")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["number"] for row in rows] == ["2", "1", "3"]
    assert rows[0].keys() >= FIELDS
    assert (rows[0]["address"], rows[0]["lat"], rows[0]["status"], rows[0]["channel"]) == (
        "12 Élm St",
        40.5,
        "closed",
        "phone",
    )
    assert dt.datetime.fromisoformat(rows[2]["created"]) == NOON + dt.timedelta(minutes=3)


def test_tickets_are_listed_as_csv(filled: str) -> None:
    result = dial311(filled, "tickets", "--format", "csv", "--city", "springfield", "--status", "new")
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    assert (row["number"], row["review"], row["due"]) == ("1", "low_confidence out_of_area", "")


def test_tickets_are_listed_as_a_table(filled: str) -> None:
    result = dial311(filled, "tickets", "--limit", "1")
    assert "12 Élm St" in result.stdout
    assert "2026-03-02 12:02" in result.stdout
    assert len(result.stdout.splitlines()) == 2
    assert dial311(filled, "tickets", "--service", "tree").stdout.strip() == "No tickets."


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_no_list_says_who_reported(filled: str, form: str) -> None:
    assert not any(
        secret in dial311(filled, "tickets", "--format", form).output for secret in ("Secret", "+1212", "my")
    )


def test_retention_says_what_it_would_do_and_does_it(filled: str) -> None:
    database = Database(filled)
    with database.transaction() as session:
        session.add(Call(call_sid="CA1", city="boston", state="x", memory="{}", started_at=NOON, updated_at=NOON))
    database.close()
    long_after = {"RETENTION_DAYS_CALLS": "1", "RETENTION_DAYS_CONTACTS": "1"}
    for arguments, verb in ((["--dry-run"], "would be forgotten"), ([], "forgotten")):
        result = CliRunner(env=long_after).invoke(
            main, ["retention", *arguments], env={"DATABASE_URL": filled, "CITIES": "springfield,boston"}
        )
        assert result.stdout.splitlines() == [
            f"springfield: 0 calls and 1 tickets {verb}.",
            f"boston: 1 calls and 0 tickets {verb}.",
        ]


def test_a_new_database_is_made_by_db_upgrade(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/var/new.db"
    unmade = dial311(url, "tickets")
    assert unmade.exit_code != 0
    assert "dial311 db upgrade" in unmade.output
    made = dial311(url, "db", "upgrade")
    assert (made.exit_code, "is at revision" in made.output) == (0, True)
    assert dial311(url, "tickets").exit_code == 0


def test_a_database_out_of_reach_is_named_without_its_password() -> None:
    result = dial311("postgresql+psycopg://clerk:hunter2@/x?host=/nowhere", "db", "upgrade")
    assert result.exit_code != 0
    assert "DATABASE_URL: postgresql+psycopg://clerk:***@" in result.output
    assert "hunter2" not in result.output
