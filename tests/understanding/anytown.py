"""A small invented city with the troubles of a large one: streets that sound alike, numbered, shared by areas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dispatch.city.gazetteer import AddressRow, CornerRow, Gazetteer, LandmarkRow, build
from dispatch.city.loader import SHIPPED, load_city
from dispatch.city.model import Area
from ivr.understanding.found import PlaceFinding
from ivr.understanding.places import PlaceFinder

STREETS = {
    "Mission St": ("Riverside", 1200, 1300),
    "Prince St": ("Riverside", 90, 130),
    "Print Shop Ln": ("Hilltop", 2, 30),
    "Kosciuszko Ave": ("Hilltop", 10, 400),
    "Centre St": ("Hilltop / Lowtown", 100, 900),
    "E Fifth St": ("Riverside", 500, 620),
    "Fifth Ave": ("Hilltop", 1, 60),
    "Calle 24": ("Riverside", 3000, 3040),
    "Avenue of the Pioneers": ("Hilltop", 400, 460),
    "Massachusetts Ave": ("Riverside", 1, 800),
    "Broadway": ("Riverside", 1, 99),
    "Third St": ("Hilltop", 1, 200),
    "Blue Mound Ave": ("Lowtown", 801, 899),
    "Walnut St": ("Riverside", 1, 80),
    "B St": ("Riverside", 2, 20),
    "Saint Casimir Rd": ("Hilltop", 70, 90),
    "Oak Sq": ("Hilltop", 1, 20),
    "N Oak St": ("Riverside", 1, 20),
}
CORNERS = [("Mission St", "Calle 24"), ("Centre St", "Kosciuszko Ave"), ("Massachusetts Ave", "Walnut St"),
           ("Mission St", "E Fifth St"), ("Mission St", "Prince St"), ("Broadway", "B St")]  # fmt: skip


def _addresses() -> Iterator[AddressRow]:
    for at, (street, (area, low, high)) in enumerate(STREETS.items()):
        for number in range(low, high, 2):
            yield AddressRow(str(number), street, area, 40 + at / 500, -88 + number / 100_000, "61000")
    yield AddressRow("1235", "Mission St", "Riverside", 40.0, -87.98, "61000")
    yield AddressRow("12B", "Walnut St", "Riverside", 40.028, -87.9, "61000")
    yield AddressRow("85-89", "Walnut St", "Riverside", 40.028, -87.9, "61000")
    for area, lat in (("Riverside", 40.1), ("Hilltop", 40.2), ("Lowtown", 40.3)):
        yield AddressRow("44", "Mount Vernon St", area, lat, -88.0, "61000")


def finder_of_anytown(folder: Path) -> PlaceFinder:
    """A place finder for Anytown; its gazetteer is written into `folder`."""
    path = folder / "gazetteer.sqlite"
    corners = [CornerRow(one, two, STREETS[one][0], 40.0, -88.0) for one, two in CORNERS]
    marks = [
        LandmarkRow("Memorial Library", 40.0, -88.0, "Riverside"),
        LandmarkRow("Pioneer Park", 40.1, -88.0, "Hilltop"),
        LandmarkRow("Prince Street Fire Station", 40.0, -88.0, "Riverside"),
    ]
    build(path, _addresses(), corners, marks)
    areas = {
        "hilltop": Area(code="hilltop", names={"en": "Hilltop", "es": "La Loma"}, also=("the hill",)),
        "riverside": Area(code="riverside", names={"en": "Riverside"}),
        "lowtown": Area(code="lowtown", names={"en": "Lowtown"}),
    }
    city = load_city(SHIPPED / "springfield").model_copy(
        update={
            "names": {"en": "Invented City"},
            "areas": areas,
            "landmarks": (),
            "street_nicknames": {"mass ave": "Massachusetts Ave"},
        }
    )
    return PlaceFinder(city, Gazetteer.open(path))


def best(finding: PlaceFinding) -> str:
    """The likeliest place as it is read back, "" for none."""
    return finding.best.address if finding.best else ""
