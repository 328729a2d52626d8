"""Rows of somebody else's table into rows of ours: which column means what, and which rows are dirt.

Open address data comes with as many headings as there are cities. The commonest are known here, OpenAddresses' among
them; the rest are named with `--map their_column=our_field`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from dispatch.city.gazetteer_builder import AddressRow, CornerRow, LandmarkRow

Row = Mapping[str, str | None]

HEADINGS: dict[str, tuple[str, ...]] = {
    "address": ("address", "full_address", "fulladdress", "full_add", "address_full"),
    "number": ("number_low", "number", "house_number", "housenumber", "street_number", "streetnumber",
               "addr:housenumber", "house_num", "hse_nbr", "st_num", "add_number", "address_number", "addrnum",
               "stnum", "numero"),
    "number_high": ("number_high", "house_number_high", "range_high", "number_to"),
    "street": ("street", "street_name", "streetname", "full_street_name", "addr:street", "st_name", "stname", "road",
               "streetname_full", "rue", "calle"),
    "area": ("neighborhood", "neighbourhood", "area", "borough", "boro", "district", "community_area", "city"),
    "zip": ("zip", "zipcode", "zip_code", "postcode", "postal_code", "postalcode"),
    "lat": ("latitude", "lat", "latitude_median", "y", "point_y"),
    "lon": ("longitude", "lon", "lng", "long", "longitude_median", "x", "point_x"),
    "street1": ("street1", "street_1", "street_a", "from_street", "main_street", "street", "primary_street"),
    "street2": ("street2", "street_2", "street_b", "cross_street", "to_street", "secondary_street"),
    "name": ("name", "park_name", "landmark", "title", "facility_name", "place_name", "facility"),
    "also": ("also", "aliases", "alias", "alt_name", "other_names"),
}  # fmt: skip
"""Our fields, and the headings they are known by, small letters, best first."""
NEEDED = {
    "addresses": ("number", "street", "lat", "lon"),
    "intersections": ("street1", "street2", "lat", "lon"),
    "landmarks": ("name", "lat", "lon"),
}
FAR = 1.5
"""Degrees from the middle of all points beyond which a row lies in another city, or in the sea at 0° 0°."""
_DASHES = re.compile(r"^[\s\-–_.*]+|[\s\-–_*]+$")
_UNIT = re.compile(r"^[A-Z]{1,3}-\d+ (?=[A-Z])")
"""A flat in front of the street: "A-192 Sydney St"."""
_NOT_A_NAME = re.compile(r"^(?:not in list|other|none|n/?a|unknown|test|null)\b", re.IGNORECASE)


class ColumnsError(ValueError):
    """A table lacks a column we cannot do without; the message names it and how to say which one it is."""


@dataclass
class Table:
    """One CSV file with its headings understood; counts what it skips, by reason."""

    kind: str
    path: Path
    column_map: Mapping[str, str] = field(default_factory=dict)
    read: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    examples: dict[str, int] = field(default_factory=dict)
    """The line on which each reason was first met."""

    def __post_init__(self) -> None:
        """Understand the headings; raises `ColumnsError` where one is missing."""
        with self._open() as lines:
            header = lines.readline()
        self._delimiter = max(",;\t|", key=header.count)
        columns = next(csv.reader([header], delimiter=self._delimiter), [])
        known = {column.strip().casefold(): column for column in columns}
        chosen = {ours: theirs for theirs, ours in self.column_map.items() if theirs in columns}
        self.columns = {
            name: [known[heading] for heading in headings if heading in known] for name, headings in HEADINGS.items()
        }
        for ours, theirs in chosen.items():
            self.columns[ours] = [theirs, *self.columns.get(ours, [])]
        missing = [name for name in NEEDED[self.kind] if not self.columns.get(name)]
        if missing:
            there = ", ".join(columns) or "nothing"
            raise ColumnsError(
                f"{self.path.name} has no column for {' or '.join(missing)}. It has: {there}. "
                f"Say which one it is with --map COLUMN={missing[0]}"
            )
        self._shouts = False
        self._middle = self._find_middle()

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Every row of the file with its line number."""
        with self._open() as lines:
            reader = csv.DictReader(lines, delimiter=self._delimiter)
            for row in reader:
                self.read += 1
                yield reader.line_num, row

    def addresses(self) -> Iterator[AddressRow]:
        """The rows that are addresses."""
        for line, row in self.rows():
            street, place = self._name(row, "street"), self._place(row)
            number = self._number(row)
            if not street:
                self._skip("no street", line)
            elif not any(map(str.isdigit, number)):
                self._skip("no house number", line)
            elif not number.lstrip("0"):
                self._skip("house number 0", line)
            elif isinstance(place, str):
                self._skip(place, line)
            else:
                yield AddressRow(number, street, self._name(row, "area"), *place, self._value(row, "zip"))

    def corners(self) -> Iterator[CornerRow]:
        """The rows that are corners."""
        for line, row in self.rows():
            one, two, place = self._name(row, "street1"), self._name(row, "street2"), self._place(row)
            if not one or not two:
                self._skip("only one street", line)
            elif one == two:
                self._skip("a street with itself", line)
            elif isinstance(place, str):
                self._skip(place, line)
            else:
                yield CornerRow(one, two, self._name(row, "area"), *place)

    def landmarks(self) -> Iterator[LandmarkRow]:
        """The rows that are named places, each name once: the same name nearby is the same place."""
        rows = list(self.rows())
        names = {landmark_name(self._value(row, "name")) for _, row in rows}
        seen: set[str] = set()
        for line, row in rows:
            name, place = one_name(landmark_name(self._value(row, "name")), names), self._place(row)
            if not name:
                self._skip("no name", line)
            elif isinstance(place, str):
                self._skip(place, line)
            elif name.casefold() in seen:
                self._skip("named before", line)
            else:
                seen.add(name.casefold())
                also = tuple(filter(None, map(str.strip, self._value(row, "also").split(";"))))
                area, address = self._name(row, "area"), self._value(row, "address")
                yield LandmarkRow(name, *place, area=area, address=address, also=also)

    def _open(self) -> TextIO:
        return self.path.open(encoding="utf-8-sig", errors="replace", newline="")

    def _value(self, row: Row, name: str) -> str:
        """The first column for this field that holds anything in this row."""
        for column in self.columns.get(name, ()):
            value = row.get(column)
            if value and (value := " ".join(value.split())):
                return value
        return ""

    def _name(self, row: Row, field_name: str) -> str:
        """A street's or an area's name, without the flat in front, in small letters where the whole table shouts."""
        name = _UNIT.sub("", self._value(row, field_name))
        return tidy(name) if self._shouts else name

    def _number(self, row: Row) -> str:
        """The house number with its suffix and range; the full address knows more than the number column."""
        address, street = self._value(row, "address"), self._value(row, "street")
        if street and address.endswith(f" {street}"):
            return address[: -len(street) - 1]
        low, high = self._value(row, "number"), self._value(row, "number_high")
        return f"{low}-{high}" if high and high != low else low

    def _place(self, row: Row) -> tuple[float, float] | str:
        """Latitude and longitude, or why there are none."""
        try:
            lat, lon = float(self._value(row, "lat")), float(self._value(row, "lon"))
        except ValueError:
            return "no coordinates"
        middle_lat, middle_lon = self._middle
        if not (abs(lat - middle_lat) < FAR and abs(lon - middle_lon) < FAR):
            return "far from all others"
        return lat, lon

    def _find_middle(self) -> tuple[float, float]:
        """The median point of every twentieth row: enough to know where the city is, and whether names are capitals."""
        lats, lons = [], []
        capitals = 0
        for at, (_, row) in enumerate(self.rows()):
            if at % 20 == 0 or at < 200:
                capitals += 1 if self._value(row, "street").isupper() or self._value(row, "street1").isupper() else -1
                try:
                    lats.append(float(self._value(row, "lat")))
                    lons.append(float(self._value(row, "lon")))
                except ValueError:
                    continue
        self.read = 0
        self._shouts = capitals > 0
        if not lats or len(lats) != len(lons):
            return 0.0, 0.0
        return sorted(lats)[len(lats) // 2], sorted(lons)[len(lons) // 2]

    def _skip(self, reason: str, line: int) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + 1
        self.examples.setdefault(reason, line)


def tidy(name: str) -> str:
    """A name fit to be read: "BLUE HILL AVE" → "Blue Hill Ave", "5TH ST" → "5th St"; mixed case is left alone."""
    if not name.isupper() or len(name) < 4:
        return name
    return " ".join(word.lower() if word[0].isdigit() else word.capitalize() for word in name.split())


def landmark_name(name: str) -> str:
    """A landmark's name without dirt: dashes gone, "X X" → "X"; "" where no name is left."""
    name = _DASHES.sub("", name)
    half = len(name) // 2
    if len(name) > 7 and name[:half].strip() == name[half:].strip():
        name = name[:half].strip()
    return "" if _NOT_A_NAME.match(name) or sum(map(str.isalpha, name)) < 3 else name


def one_name(name: str, names: AbstractSet[str]) -> str:
    """The second of two names run together ("Franklin Park Franklin Park Zoo"), else the name as it is."""
    words = name.split(" ")
    for cut in range(len(words) - 1, 0, -1):
        first, rest = " ".join(words[:cut]), " ".join(words[cut:])
        if first in names and (rest in names or rest.split(" ")[0] == words[0]):
            return rest
    return name
