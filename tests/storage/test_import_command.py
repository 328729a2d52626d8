"""`dial311 tickets import`, as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dispatch.city.packs import Packs
from ivr.cli import main
from ivr.understanding import services
from ivr.understanding.services import ServiceFinder
from storage import search, tickets
from storage.database import Database
from storage.search import Wanted

HEAD = (
    "case_id,open_dt,target_dt,closed_dt,case_title,type,reason,queue,street,neighborhood,latitude,longitude,source\n"
)
LINES = (
    "1,03/02/2026 10:25:00 AM,,,Pothole,Pothole,Streets,Q1,12 Elm St,Downtown,39.95,-88.7,Self Service\n"
    "2,03/02/2026 11:25:00 AM,,03/03/2026 11:25:00 AM,Graffiti,Graffiti,Property,Q2,1 Oak Ave,,39.95,-88.7,\n"
    "3,yesterday,,,Pothole,Pothole,Streets,Q1,,,,,\n"
)


@pytest.fixture(scope="module")
def finder(packs: Packs) -> ServiceFinder:
    """What people call the city's services, read once for all of these tests."""
    return ServiceFinder(packs.first.city)


@pytest.fixture(autouse=True)
def city_at_hand(packs: Packs, finder: ServiceFinder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The city is drawn already, and knows its services."""
    monkeypatch.setenv("CITIES_PATH", str(packs.first.gazetteer.path.parents[1]))
    monkeypatch.setattr(services, "ServiceFinder", lambda _: finder)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """A small file of cases, one of them dirt."""
    file = tmp_path / "cases.csv"
    file.write_text(HEAD + LINES, encoding="utf-8")
    return file


def taken_over(database_url: str, *words: str) -> Result:
    return CliRunner().invoke(main, ["tickets", "import", *words], env={"DATABASE_URL": database_url})


def test_cases_are_taken_over_once(database_url: str, database: Database, cases: Path) -> None:
    first = taken_over(database_url, str(cases))
    assert first.exit_code == 0, first.output
    assert "2 of 3 cases taken over, 0 were here already." in first.output
    assert "1 lines left out: 'yesterday' is no time." in first.output
    again = taken_over(database_url, str(cases))
    assert "0 of 3 cases taken over, 2 were here already." in again.output
    with database.reading() as session:
        found = search.page(session, "springfield", Wanted()).tickets
        assert [(ticket.service, ticket.address) for ticket in found] == [
            ("graffiti", "1 Oak Ave"),
            ("pothole", "12 Elm St"),
        ]
        assert [line.kind for line in tickets.history(session, "springfield", found[0])] == [
            "filed",
            "status",
            "imported",
        ]
        assert [ticket.address for ticket in search.page(session, "springfield", Wanted(words="elm")).tickets] == [
            "12 Elm St"
        ]


def test_a_line_that_ends_too_soon_is_taken_for_what_it_says_and_stops_nothing(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(HEAD + "1,03/02/2026 10:25:00 AM,,,Pothole,Pothole\n4\n" + LINES[LINES.index("2,") :], "utf-8")
    result = taken_over(database_url, str(file))
    assert result.exit_code == 0, result.output
    assert "2 of 4 cases taken over" in result.output
    assert "1 lines left out: a case needs a case_id and an open_dt." in result.output
    assert "0 of 4 cases taken over, 2 were here already." in taken_over(database_url, str(file)).output


def test_a_case_that_stands_there_twice_is_taken_over_once_and_no_dirt_stops_the_rest(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "cases.csv"
    first = LINES.partition("\n")[0]
    dirty = (
        "5,03/02/2026 10:25:00 AM,,,Pothole,Pot\0hole,Streets,Q1,12\x85Elm\0St,Downtown,39.95,-88.7,Self Service,more\n"
    )
    file.write_text(HEAD + f"{first}\n" * 2 + dirty, "utf-8")
    result = taken_over(database_url, str(file))
    assert result.exit_code == 0, result.output
    assert "2 of 3 cases taken over, 1 were here already." in result.output
    with database.reading() as session:
        found = search.page(session, "springfield", Wanted()).tickets
        assert [ticket.address for ticket in found] == ["12 Elm St", "12 Elm St"]
        assert {len(tickets.history(session, "springfield", ticket)) for ticket in found} == {2}


def test_a_file_that_is_not_utf_8_is_refused_with_the_cure(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(HEAD + LINES.replace("12 Elm St", "12 Señal St"), "latin-1")
    result = taken_over(database_url, str(file))
    assert result.exit_code == 1
    assert "is not utf-8. Save it as UTF-8, or name what it is with --encoding" in result.output
    assert "2 of 3 cases taken over" in taken_over(database_url, str(file), "--encoding", "latin-1").output
    with database.reading() as session:
        assert "12 Señal St" in [ticket.address for ticket in search.page(session, "springfield", Wanted()).tickets]
    assert "unknown encoding: klingon" in taken_over(database_url, str(file), "--encoding", "klingon").output


def test_a_quotation_mark_that_never_ends_is_told(database_url: str, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(HEAD + '1,"03/02/2026' + "x" * 200_000, "utf-8")
    result = taken_over(database_url, str(file))
    assert result.exit_code == 1
    assert "is no CSV: field larger than field limit" in result.output


def test_a_mapping_says_what_their_types_are_here(
    database_url: str, database: Database, cases: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('"Pothole" = "sidewalk-damage"\n"Graffiti" = ""\n', encoding="utf-8")
    assert taken_over(database_url, str(cases), "--mapping", str(mapping)).exit_code == 0
    with database.reading() as session:
        services = [ticket.service for ticket in search.page(session, "springfield", Wanted()).tickets]
    assert services == ["", "sidewalk-damage"]


def test_a_mapping_to_nothing_is_refused(database_url: str, cases: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('"Pothole" = "potholes"\n', encoding="utf-8")
    result = taken_over(database_url, str(cases), "--mapping", str(mapping))
    assert result.exit_code == 1
    assert "springfield has no service 'potholes'" in result.output


def test_a_file_without_cases_is_refused(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("name,colour\nrose,red\n", encoding="utf-8")
    result = taken_over(database_url, str(file))
    assert result.exit_code == 1
    assert "has no columns case_id and open_dt" in result.output
