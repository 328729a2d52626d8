"""Which city a dialled number reaches, and how an invented city gets its map."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from dispatch.city.gazetteer import AddressRow, Gazetteer, build
from dispatch.city.loader import SHIPPED, CityError
from dispatch.city.packs import Packs, folder_of, list_packs, open_pack, roots_with

WriteCity = Callable[..., Path]


@pytest.fixture
def smallville(write_city: WriteCity) -> Path:
    """A city with a gazetteer of its own, as `dial311 city import` makes it."""
    folder = write_city()
    build(folder / "gazetteer.sqlite", [AddressRow("12", "Elm St", "downtown", 39.5, -89.5)])
    return folder


def test_the_number_dialled_chooses_the_city(smallville: Path, packs: Packs) -> None:
    shutil.copytree(packs.first.gazetteer.path.parent, smallville.parent / "springfield")  # drawn already
    both = Packs.open(["springfield", "smallville"], roots_with(smallville.parent))
    assert list(both) == ["springfield", "smallville"]
    assert both.by_number("+12175550142").city.slug == "smallville"
    assert both.by_number("+12175550311").city.slug == "springfield"
    assert both.by_number("client:browser").city.slug == "springfield", "whatever is unknown reaches the first city"
    assert both["smallville"].gazetteer.counts["addresses"] == 1


def test_everything_wrong_with_all_cities_is_told_at_once(smallville: Path, write_city: WriteCity) -> None:
    write_city(("days = 3", "days = -3"))
    with pytest.raises(CityError) as caught:
        Packs.open(["smallville", "sprngfield"], roots_with(smallville.parent))
    assert [str(mistake) for mistake in caught.value.mistakes] == [
        "smallville/services/repairs.toml: services.pothole.days: -3 is too small: 0 is the least",
        'there is no city "sprngfield"; did you mean "springfield"?',
    ]


def test_a_line_without_cities_is_refused() -> None:
    with pytest.raises(ValueError, match="no city to serve"):
        Packs([])


def test_a_city_without_streets_is_told_how_to_get_some(write_city: WriteCity) -> None:
    with pytest.raises(CityError, match="dial311 city import smallville"):
        open_pack("smallville", roots_with(write_city().parent))


def test_a_pack_of_ones_own_hides_the_shipped_one(tmp_path: Path) -> None:
    roots = roots_with(tmp_path)
    assert list_packs(roots)["springfield"] == SHIPPED / "springfield"
    (tmp_path / "springfield").mkdir()
    assert folder_of("springfield", roots) == SHIPPED / "springfield", "a drawn gazetteer alone is no city"
    (tmp_path / "springfield" / "city.toml").touch()
    assert folder_of("springfield", roots) == tmp_path / "springfield"


def test_an_invented_map_is_drawn_once_and_again_when_its_streets_change(write_city: WriteCity, tmp_path: Path) -> None:
    streets = """
    centre = [39.5, -89.5]
    river = { width = 20, path = [[900, -900], [900, 900]] }
    [[street]]
    name = "Main St"
    path = [[-400, 0], [400, 0]]
    [[quarter]]
    area = "downtown"
    corner = [-200, 50]
    spacing = [100, 100]
    across = ["1st St", "2nd St"]
    along = ["Oak St", "Elm Ct | 0-1"]
    """
    folder = write_city()
    (folder / "streets.toml").write_text(streets, encoding="utf-8")
    keep = tmp_path / "var"
    roots = (keep, folder.parent)
    watched: list[int] = []

    def watch(rows: Sequence[AddressRow]) -> Sequence[AddressRow]:
        watched.append(len(rows))
        return rows

    pack = open_pack("smallville", roots, watch)
    assert pack.gazetteer.path == keep / "smallville" / "gazetteer.sqlite"
    assert {street.name for street in pack.gazetteer.streets} == {"Main St", "1st St", "2nd St", "Oak St", "Elm Ct"}
    assert [mark.name for mark in pack.gazetteer.landmarks] == ["Town Hall"]
    assert watched == [pack.gazetteer.counts["addresses"]]

    open_pack("smallville", roots, watch)
    assert len(watched) == 1, "nothing has changed"

    (folder / "streets.toml").write_text(streets.replace("Oak", "Ash"), encoding="utf-8")
    pack = open_pack("smallville", roots, watch)
    assert "Ash St" in {street.name for street in pack.gazetteer.streets}
    assert len(watched) == 2


def test_workers_that_start_together_draw_one_map(tmp_path: Path) -> None:
    draw = (
        "import sys; from pathlib import Path; from dispatch.city.packs import open_pack, roots_with;"
        " open_pack('springfield', roots_with(Path(sys.argv[1])))"
    )
    workers = [subprocess.Popen([sys.executable, "-c", draw, str(tmp_path)]) for _ in range(2)]
    assert [worker.wait() for worker in workers] == [0, 0]
    drawn = tmp_path / "springfield" / "gazetteer.sqlite"
    assert Gazetteer.open(drawn).counts["addresses"] > 20_000
