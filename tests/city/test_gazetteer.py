"""One file holds every address, corner and landmark of a city; all workers share it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from rapidfuzz.distance import Indel

from dispatch.city.gazetteer import AddressRow, CornerRow, Gazetteer, GazetteerError, LandmarkRow, build
from dispatch.city.gazetteer_names import keypad, ordinal_in_words, parse_street
from dispatch.city.gazetteer_sounds import sounds

ADDRESSES = [
    AddressRow("12", "Main St", "Downtown", 40.0001, -88.0001, "61000"),
    AddressRow("14", "Main St", "Downtown", 40.0002, -88.0001, "61000"),
    AddressRow("35-39", "Main St", "Old Town", 40.0100, -88.0100, "61001"),
    AddressRow("12B", "Elm Ave", "Old Town", 40.0110, -88.0110, "61001"),
    AddressRow("12", "Elm Ave", "Downtown", 40.0003, -88.0011, "61000"),
    AddressRow("7", "W Third St", "Downtown", 40.0004, -88.0021, "61000"),
]
CORNERS = [CornerRow("Main St", "Elm Ave", "Downtown", 40.0005, -88.0003)]
LANDMARKS = [LandmarkRow("Town Hall", 40.0, -88.0, area="Downtown", also=("city hall",))]


@pytest.fixture
def gazetteer(tmp_path: Path) -> Gazetteer:
    path = tmp_path / "gazetteer.sqlite"
    build(path, ADDRESSES, CORNERS, LANDMARKS)
    return Gazetteer.open(path)


def street_id(gazetteer: Gazetteer, name: str) -> int:
    return next(street.id for street in gazetteer.streets if street.name == name)


def test_what_went_in_is_told(tmp_path: Path) -> None:
    rows = [*ADDRESSES, ADDRESSES[0], AddressRow("behind the barn", "Main St", "Downtown", 40.0, -88.0)]
    summary = build(tmp_path / "gazetteer.sqlite", rows, CORNERS, LANDMARKS)
    assert (summary.addresses, summary.streets, summary.corners, summary.landmarks) == (6, 3, 1, 1)
    assert summary.areas == ("Downtown", "Old Town")
    assert summary.bounds == (40.0001, -88.011, 40.011, -88.0001)
    assert (summary.bad_numbers, summary.repeated) == (1, 1)


def test_an_address_is_found_by_street_and_number(gazetteer: Gazetteer) -> None:
    main = street_id(gazetteer, "Main St")
    (address,) = gazetteer.at(main, 12)
    assert (address.written, address.area, address.zip) == ("12 Main St", "Downtown", "61000")
    assert (address.lat, address.lon) == (40.0001, -88.0001)
    assert gazetteer.at(main, 13) == []


def test_a_range_stands_for_the_numbers_on_its_side_of_the_street(gazetteer: Gazetteer) -> None:
    main = street_id(gazetteer, "Main St")
    assert [one.written for one in gazetteer.at(main, 37)] == ["35-39 Main St"]
    assert gazetteer.at(main, 36) == []
    assert gazetteer.streets_with(37) == {main}
    assert gazetteer.streets_with(36) == set()


def test_letters_keep_their_place_beside_the_number(gazetteer: Gazetteer) -> None:
    found = gazetteer.at(street_id(gazetteer, "Elm Ave"), 12)
    assert {one.written for one in found} == {"12 Elm Ave", "12B Elm Ave"}


def test_which_streets_have_a_number_and_where(gazetteer: Gazetteer) -> None:
    main, elm = street_id(gazetteer, "Main St"), street_id(gazetteer, "Elm Ave")
    assert gazetteer.streets_with(12) == {main, elm}
    assert gazetteer.streets_with(12, ["Old Town"]) == {elm}
    assert gazetteer.holders(12, [main, elm])[elm] == ["Downtown", "Old Town"]
    assert gazetteer.numbers(main) == [12, 14, 35]
    assert [one.number for one in gazetteer.block(main, 0, 20)] == [12, 14]


def test_a_street_is_told_area_by_area_the_longest_part_first(gazetteer: Gazetteer) -> None:
    parts = gazetteer.stretches(street_id(gazetteer, "Main St"))
    assert [(part.area, part.low, part.high, part.addresses) for part in parts] == [
        ("Downtown", 12, 14, 2),
        ("Old Town", 35, 39, 1),
    ]


def test_a_corner_is_found_from_either_street_and_read_in_the_order_it_was_given(gazetteer: Gazetteer) -> None:
    main, elm = street_id(gazetteer, "Main St"), street_id(gazetteer, "Elm Ave")
    assert gazetteer.corners(main)[elm][0].written == "Main St & Elm Ave"
    assert gazetteer.corners(elm)[main][0].written == "Main St & Elm Ave"
    assert gazetteer.meeting(main) == {elm}


def test_streets_are_spelled_with_the_letters_on_the_keys(gazetteer: Gazetteer) -> None:
    assert [street.name for street in gazetteer.by_keys("6246")] == ["Main St"]
    assert [street.name for street in gazetteer.by_keys("84")] == ["W Third St"]
    assert gazetteer.by_keys("9999") == gazetteer.by_keys("") == gazetteer.by_keys("ma") == []


def test_the_address_nearest_to_a_pin_is_found_unless_it_is_far(gazetteer: Gazetteer) -> None:
    nearest = gazetteer.nearest(40.00011, -88.00012)
    assert nearest is not None
    assert nearest.written == "12 Main St"
    assert gazetteer.nearest(40.05, -88.05) is None


def test_streets_of_an_area_come_with_the_most_addresses_first(gazetteer: Gazetteer) -> None:
    assert [street.name for street in gazetteer.streets_in("Downtown")] == ["Main St", "Elm Ave", "W Third St"]
    assert [street.name for street in gazetteer.streets_in("", 1)] == ["Main St"]
    assert gazetteer.streets_in("Atlantis") == []


def test_a_sample_is_the_same_for_the_same_seed(gazetteer: Gazetteer) -> None:
    assert list(gazetteer.sample(3, seed=1)) == list(gazetteer.sample(3, seed=1))
    assert {one.written for one in gazetteer.sample()} == {f"{row.number} {row.street}" for row in ADDRESSES}


def test_landmarks_and_counts(gazetteer: Gazetteer) -> None:
    assert [(mark.name, mark.also, mark.area) for mark in gazetteer.landmarks] == [
        ("Town Hall", ("city hall",), "Downtown")
    ]
    assert gazetteer.counts == {"addresses": 6, "streets": 3, "corners": 1, "landmarks": 1}


def test_the_same_rows_always_make_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        build(tmp_path / name, ADDRESSES, CORNERS, LANDMARKS)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_build_that_fails_leaves_the_old_gazetteer_in_place(tmp_path: Path) -> None:
    path = tmp_path / "gazetteer.sqlite"
    build(path, ADDRESSES)

    def broken() -> list[AddressRow]:
        raise RuntimeError("the disk went away")

    with pytest.raises(RuntimeError, match="disk"):
        build(path, (row for rows in [broken] for row in rows()))
    assert Gazetteer.open(path).counts["addresses"] == 6


def test_threads_and_forked_workers_each_read_for_themselves(gazetteer: Gazetteer) -> None:
    main = street_id(gazetteer, "Main St")
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(len(gazetteer.at(main, 12)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 8
    child = os.fork()
    if child == 0:
        os._exit(0 if len(gazetteer.at(main, 14)) == 1 else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_what_is_no_gazetteer_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(GazetteerError, match="dial311 city import"):
        Gazetteer.open(tmp_path / "nowhere.sqlite")
    (tmp_path / "text").write_text("address,street\n" * 100)
    with pytest.raises(GazetteerError, match="not a gazetteer"):
        Gazetteer.open(tmp_path / "text")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("W Third St", ("west", "third", "street", "")),
        ("3rd St", ("", "third", "street", "")),
        ("Saint Mary Rd", ("", "saint mary", "road", "")),
        ("St Mary Rd", ("", "saint mary", "road", "")),
        ("Calle 24", ("", "twenty four", "street", "")),
        ("Rue St-Denis", ("", "saint denis", "street", "")),
        ("Avenue of the Pioneers", ("", "of the pioneers", "avenue", "")),
        ("Broadway", ("", "broadway", "", "")),
        ("Park Ave S", ("", "park", "avenue", "south")),
        ("O'Hara Sq", ("", "ohara", "square", "")),
        ("East St", ("", "east", "street", "")),
        ("Dr. Pérez Way", ("", "doctor perez", "way", "")),
    ],
)
def test_a_street_s_name_comes_apart(name: str, parts: tuple[str, str, str, str]) -> None:
    parsed = parse_street(name)
    assert (parsed.direction, parsed.core, parsed.type, parsed.after) == parts


def test_keys_spell_the_name_without_direction_and_type() -> None:
    assert (keypad("Main St"), keypad("W Third St"), keypad("O'Hara Sq")) == ("6246", "84473", "64272")


def test_ordinals() -> None:
    assert [ordinal_in_words(number) for number in (5, 20, 24, 100, 123)] == [
        "fifth",
        "twentieth",
        "twenty fourth",
        "one hundredth",
        "one hundred twenty third",
    ]


@pytest.mark.parametrize(
    ("said", "heard"),
    [("eustis", "use tis"), ("cunard", "kunard"), ("main", "mane"), ("centre", "center"), ("kosciuszko", "kosciusko")],
)
def test_names_that_sound_alike_are_written_nearly_alike(said: str, heard: str) -> None:
    assert Indel.normalized_similarity(sounds(said), sounds(heard)) > 0.8
    assert Indel.normalized_similarity(sounds(said), sounds("washington")) < 0.6
