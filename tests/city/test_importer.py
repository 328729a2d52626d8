"""Open address data becomes a city: known columns are understood, dirt is counted, nothing crashes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.city.gazetteer import Gazetteer
from dispatch.city.importer import import_city, slug_of
from dispatch.city.importer_columns import ColumnsError, landmark_name, tidy
from dispatch.city.loader import load_city
from ivr.commands.places import addresses_command, import_command

BOSTON = Path(__file__).parents[3] / "shared" / "data" / "boston"
GOOD = ["12 Oak St,12,,Oak St,Hilltop,61000,40.1,-88.1", "14-18 Oak St,14,18,Oak St,Hilltop,61000,40.1001,-88.1"]
HEADER = "address,number_low,number_high,street,neighborhood,zip,latitude,longitude"


def table(path: Path, header: str, rows: Iterable[str]) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_table_of_addresses_becomes_a_city_that_loads(tmp_path: Path) -> None:
    addresses = table(tmp_path / "a.csv", HEADER, GOOD)
    made = import_city("Oakville, IL", addresses, out=tmp_path / "cities")
    assert (made.slug, made.gazetteer.addresses, made.skipped) == ("oakville-il", 2, ())
    city = load_city(tmp_path / "cities" / "oakville-il")
    assert (city.names["en"], city.based_on, list(city.areas)) == ("Oakville, IL", "springfield", ["Hilltop"])
    assert city.bounds == (40.095, -88.105, 40.1051, -88.095)
    assert "pothole" in city.services
    gazetteer = Gazetteer.open(made.folder / "gazetteer.sqlite")
    assert [one.written for one in gazetteer.sample()] == ["12 Oak St", "14-18 Oak St"]


def test_dirty_rows_are_left_out_and_counted_by_reason(tmp_path: Path) -> None:
    dirt = [
        ",,,,,,,",
        "0 Oak St,0,,Oak St,Hilltop,61000,40.1,-88.1",
        "12 Elm St,12,,Elm St,Hilltop,61000,,",
        "13 Elm St,13,,Elm St,Hilltop,61000,not,known",
        "14 Elm St,14,,Elm St,Hilltop,61000,0,0",
        "Elm St,,,Elm St,Hilltop,61000,40.1,-88.1",
        "one two three 4,x4y,,Elm St,Hilltop,61000,40.1,-88.1",
        GOOD[0],
        "too,few",
        "a,b,c,d,e,f,g,h,i,j,k",
    ]
    made = import_city("Dirt", table(tmp_path / "a.csv", HEADER, [*GOOD, *dirt]), out=tmp_path)
    reasons = {(one.reason, one.rows) for one in made.skipped}
    assert made.gazetteer.addresses == 2
    assert reasons == {
        ("no street", 2),
        ("house number 0", 1),
        ("no coordinates", 2),
        ("far from all others", 1),
        ("no house number", 2),
        ("house number unreadable", 1),
        ("same address again", 1),
    }
    assert made.read == {"addresses": 12}


def test_openaddresses_columns_work_as_they_are(tmp_path: Path) -> None:
    header = "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE,ID,HASH"
    rows = ["-88.1,40.1,12,OAK ST,A,OAKVILLE,,IL,61000,,1f", "-88.2,40.2,14 1/2,N 5TH ST,,OAKVILLE,,IL,61000,,2f"]
    made = import_city("oakville", table(tmp_path / "oa.csv", header, rows), out=tmp_path)
    found = {(one.written, one.area, one.zip) for one in Gazetteer.open(made.folder / "gazetteer.sqlite").sample()}
    assert found == {("12 Oak St", "Oakville", "61000"), ("141/2 N 5th St", "Oakville", "61000")}


def test_a_flat_before_the_street_is_no_part_of_its_name_and_few_capitals_are_left_as_they_are(tmp_path: Path) -> None:
    rows = [*GOOD, "1 A-192 Oak St,1,,A-192 Oak St,Hilltop,,40.1,-88.1", "1 ELM Cres,1,,ELM Cres,Hilltop,,40.1,-88.1"]
    made = import_city("x", table(tmp_path / "a.csv", HEADER, rows), out=tmp_path)
    assert {street.name for street in Gazetteer.open(made.folder / "gazetteer.sqlite").streets} == {
        "Oak St",
        "ELM Cres",
    }


def test_unknown_columns_can_be_named(tmp_path: Path) -> None:
    addresses = table(tmp_path / "a.csv", "Hausnr;Strasse;Breite;Laenge", ["12;Oak St;40.1;-88.1"])
    with pytest.raises(ColumnsError, match=r"no column for number or street or lat or lon.*--map"):
        import_city("x", addresses, out=tmp_path)
    columns = {"Hausnr": "number", "Strasse": "street", "Breite": "lat", "Laenge": "lon"}
    assert import_city("x", addresses, column_map=columns, out=tmp_path).gazetteer.addresses == 1


def test_corners_and_landmarks_come_along(tmp_path: Path) -> None:
    corners = table(
        tmp_path / "c.csv",
        "street1,street2,neighborhood,latitude,longitude",
        ["Oak St,Elm St,Hilltop,40.1,-88.1", "Oak St,Oak St,Hilltop,40.1,-88.1", "Oak St,,Hilltop,40.1,-88.1"],
    )
    marks = table(
        tmp_path / "l.csv",
        "park_name,latitude_median,longitude_median,neighborhood",
        ["--------,40.1,-88.1,Hilltop", "Oak Park,40.1,-88.1,Hilltop", "Oak Park Oak Park,40.1,-88.1,Hilltop",
         "--Not in list--,40.1,-88.1,Hilltop", "-------- Elm Field,40.1,-88.1,Hilltop"],
    )  # fmt: skip
    made = import_city("Oakville", table(tmp_path / "a.csv", HEADER, GOOD), corners, marks, out=tmp_path)
    gazetteer = Gazetteer.open(made.folder / "gazetteer.sqlite")
    assert [mark.name for mark in gazetteer.landmarks] == ["Oak Park", "Elm Field"]
    assert gazetteer.counts["corners"] == 1
    assert {(one.kind, one.reason, one.rows) for one in made.skipped} == {
        ("intersections", "a street with itself", 1),
        ("intersections", "only one street", 1),
        ("landmarks", "no name", 2),
        ("landmarks", "named before", 1),
    }


def test_importing_again_keeps_what_somebody_wrote_into_the_city_file(tmp_path: Path) -> None:
    addresses = table(tmp_path / "a.csv", HEADER, GOOD)
    city = import_city("Oakville", addresses, out=tmp_path).folder / "city.toml"
    city.write_text(city.read_text() + '\n[street_nicknames]\n"the oak" = "Oak St"\n')
    import_city("Oakville", addresses, out=tmp_path)
    assert load_city(city.parent).street_nicknames == {"the oak": "Oak St"}


def test_a_table_without_one_usable_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No address"):
        import_city("x", table(tmp_path / "a.csv", HEADER, [",,,,,,,"]), out=tmp_path)
    assert not (tmp_path / "x" / "gazetteer.sqlite").exists()


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    rows = [f"{n} Oak St,{n},,Oak St,Hilltop,61000,40.1,-88.1" for n in range(1, 2501)]
    import_city("x", table(tmp_path / "a.csv", HEADER, rows), progress=lambda *one: told.append(one), out=tmp_path)
    assert told[-1] == ("addresses", 2500, 2500)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=60), max_size=8))
def test_no_row_however_broken_stops_an_import(tmp_path: Path, rows: list[str]) -> None:
    made = import_city("fuzz", table(tmp_path / "a.csv", HEADER, [*GOOD, *rows]), out=tmp_path)
    assert made.gazetteer.addresses >= 2


def test_names_are_tidied() -> None:
    assert tidy("BLUE HILL AVE") == "Blue Hill Ave"
    assert tidy("N 5TH ST") == "N 5th St"
    assert tidy("VFW") == "VFW"
    assert tidy("McKay Pl") == "McKay Pl"
    assert landmark_name("---- Oak Park") == "Oak Park"
    assert slug_of("Saint-Jérôme, QC") == "saint-jerome-qc"
    with pytest.raises(ValueError, match="letter"):
        slug_of("…")


def test_the_command_makes_a_city_and_prints_its_addresses(tmp_path: Path) -> None:
    addresses = table(tmp_path / "a.csv", HEADER.replace("street", "strasse"), GOOD)
    out = ["--out", str(tmp_path / "cities")]
    made = CliRunner().invoke(
        import_command, ["Oakville", "--addresses", str(addresses), "--map", "strasse=street", *out]
    )
    assert made.exit_code == 0, made.output
    assert "2 addresses on 1 streets" in made.stderr
    listed = CliRunner().invoke(addresses_command, ["oakville", *out])
    assert [row["address"] for row in csv.DictReader(listed.stdout.splitlines())] == ["12 Oak St", "14-18 Oak St"]
    sampled = CliRunner().invoke(addresses_command, ["oakville", "--sample", "1", "--format", "jsonl", *out])
    assert json.loads(sampled.stdout)["street"] == "Oak St"


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    addresses = table(tmp_path / "a.csv", "a,b", ["1,2"])
    asked = ["x", "--addresses", str(addresses), "--out", str(tmp_path)]
    assert "has no column for number" in CliRunner().invoke(import_command, asked).stderr
    assert "is not COLUMN=FIELD" in CliRunner().invoke(import_command, [*asked, "--map", "a:street"]).stderr
    assert "nowhere" in CliRunner().invoke(addresses_command, ["nowhere", "--out", str(tmp_path)]).stderr


@pytest.mark.skipif(not BOSTON.is_dir(), reason="../shared/data is not here: the Boston tables cannot be imported")
def test_boston_s_tables_work_as_they_are(tmp_path: Path) -> None:
    made = import_city(
        "Boston",
        BOSTON / "boston_addresses.csv",
        BOSTON / "boston_intersections.csv",
        BOSTON / "boston_parks_derived.csv",
        out=tmp_path,
    )
    assert made.gazetteer.addresses > 39_000
    assert made.gazetteer.streets > 4_000
    assert made.gazetteer.corners > 5_400
    assert made.gazetteer.landmarks > 180
    assert load_city(made.folder).areas
