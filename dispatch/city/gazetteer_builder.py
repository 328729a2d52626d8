"""Writes a gazetteer: rows of addresses, corners and landmarks in, one read-only file out.

The file is SQLite, because it opens in a millisecond, is shared between processes by the page cache rather than held
by each, and answers "which streets have a number 838" from a b-tree. Everything that costs time to work out (a name's
sound, its keypad digits, the numbers a range stands for) is worked out here, once.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dispatch.city.gazetteer_names import keypad, parse_street
from dispatch.city.gazetteer_sounds import sounds

VERSION = 2
"""Raised whenever the tables change; an older file is refused with advice to import again."""
LONGEST_RANGE = 60
"""A range "1-99" stands for at most this many numbers; longer ones only for their two ends."""
_NUMBER = re.compile(r"^\s*(\d{1,7})\s*([A-Za-z]?|1/2)(?:\s*[-–]\s*(\d{1,7})[A-Za-z]?)?\s*$")

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE area (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE street (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, direction TEXT NOT NULL, core TEXT NOT NULL,
                     type TEXT NOT NULL, after TEXT NOT NULL, sounds TEXT NOT NULL, keys TEXT NOT NULL);
CREATE TABLE street_area (street INTEGER, area INTEGER, low INTEGER, high INTEGER, addresses INTEGER, lat INTEGER,
                          lon INTEGER, PRIMARY KEY (street, area)) WITHOUT ROWID;
CREATE TABLE address (street INTEGER, number INTEGER, suffix TEXT, area INTEGER, high INTEGER, zip TEXT, lat INTEGER,
                      lon INTEGER, PRIMARY KEY (street, number, suffix, area, high)) WITHOUT ROWID;
CREATE TABLE holds (number INTEGER, street INTEGER, area INTEGER, PRIMARY KEY (number, street, area)) WITHOUT ROWID;
CREATE TABLE corner (street INTEGER, other INTEGER, area INTEGER, as_given INTEGER, lat INTEGER, lon INTEGER,
                     PRIMARY KEY (street, other, area)) WITHOUT ROWID;
CREATE TABLE landmark (id INTEGER PRIMARY KEY, name TEXT NOT NULL, also TEXT NOT NULL, address TEXT NOT NULL,
                       area TEXT NOT NULL, sounds TEXT NOT NULL, lat INTEGER, lon INTEGER);
"""
_INDEXES = """
CREATE INDEX address_cell ON address (lat / 2000, lon / 2000);
CREATE INDEX street_area_area ON street_area (area, addresses);
CREATE INDEX street_keys ON street (keys);
"""


@dataclass(frozen=True, slots=True)
class AddressRow:
    """One address. `number` as written: "12", "12B", a range "35-37"; `street` in the spelling to be kept."""

    number: str
    street: str
    area: str
    lat: float
    lon: float
    zip: str = ""


@dataclass(frozen=True, slots=True)
class CornerRow:
    """Where two streets meet; the order of the two is kept for reading it back."""

    street: str
    other: str
    area: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class LandmarkRow:
    """A named place; `also` are other names people use for it."""

    name: str
    lat: float
    lon: float
    area: str = ""
    address: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What went into a gazetteer. `bad_numbers` counts addresses left out because their number cannot be read."""

    addresses: int
    streets: int
    corners: int
    landmarks: int
    areas: tuple[str, ...]
    bounds: tuple[float, float, float, float] | None
    """South, west, north, east in degrees."""
    bad_numbers: int = 0
    repeated: int = 0


def build(
    path: Path,
    addresses: Iterable[AddressRow],
    intersections: Iterable[CornerRow] = (),
    landmarks: Iterable[LandmarkRow] = (),
) -> Summary:
    """Write the gazetteer at `path`, replacing what was there only once the new one is whole.

    Rows are read as a stream: a million addresses take 10 to 30 s and 150 MB. The same rows always give the same bytes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    connection = sqlite3.connect(unfinished)
    try:
        summary = _Builder(connection).write(addresses, intersections, landmarks)
    finally:
        connection.close()
    unfinished.replace(path)
    return summary


class _Builder:
    """Keeps the numbers given to streets and areas while the rows stream past."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.sql = connection
        self.streets: dict[str, int] = {}
        self.areas: dict[str, int] = {}
        self.bad_numbers = 0
        self.seen = 0

    def write(
        self, addresses: Iterable[AddressRow], corners: Iterable[CornerRow], landmarks: Iterable[LandmarkRow]
    ) -> Summary:
        sql = self.sql
        sql.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;" + _TABLES)
        sql.execute("BEGIN")
        sql.executemany("INSERT OR IGNORE INTO address VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._addresses(addresses))
        sql.executemany("INSERT OR REPLACE INTO corner VALUES (?, ?, ?, ?, ?, ?)", self._corners(corners))
        sql.executemany(
            "INSERT INTO landmark (name, also, address, area, sounds, lat, lon) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (row.name, "\n".join(row.also), row.address, row.area, sounds(row.name), *_micro(row))
                for row in landmarks
            ),
        )
        sql.executemany("INSERT INTO area VALUES (?, ?)", ((number, name) for name, number in self.areas.items()))
        sql.executemany("INSERT INTO street VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._streets())
        sql.executemany("INSERT OR IGNORE INTO holds VALUES (?, ?, ?)", self._held())
        sql.execute(
            "INSERT INTO street_area SELECT street, area, min(number), max(max(number, high)), count(*), avg(lat),"
            " avg(lon) FROM address GROUP BY street, area"
        )
        sql.execute(
            "INSERT OR IGNORE INTO street_area SELECT street, area, 0, 0, 0, avg(lat), avg(lon)"
            " FROM corner GROUP BY street, area"
        )
        summary = self._summary()
        sql.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [
                ("version", VERSION),
                ("addresses", summary.addresses),
                ("streets", summary.streets),
                ("corners", summary.corners),
                ("landmarks", summary.landmarks),
            ],
        )
        sql.execute("COMMIT")
        sql.executescript(_INDEXES + "ANALYZE; VACUUM;")
        return summary

    def _addresses(self, rows: Iterable[AddressRow]) -> Iterator[tuple[int | str, ...]]:
        for row in rows:
            read = _NUMBER.match(row.number)
            if read is None:
                self.bad_numbers += 1
                continue
            self.seen += 1
            number, suffix, high = int(read[1]), read[2].upper(), int(read[3] or 0)
            if high < number:
                high = 0
            yield (self._street(row.street), number, suffix, self._area(row.area), high, row.zip, *_micro(row))

    def _corners(self, rows: Iterable[CornerRow]) -> Iterator[tuple[int, ...]]:
        for row in rows:
            street, other, area = self._street(row.street), self._street(row.other), self._area(row.area)
            if street != other:
                yield (street, other, area, 1, *_micro(row))
                yield (other, street, area, 0, *_micro(row))

    def _streets(self) -> Iterator[tuple[int | str, ...]]:
        for name, number in self.streets.items():
            parts = parse_street(name)
            spoken = f"{parts.direction} {parts.core} {parts.after}"
            yield number, name, parts.direction, parts.core, parts.type, parts.after, sounds(spoken), keypad(name)

    def _held(self) -> Iterator[tuple[int, int, int]]:
        for street, number, area, high in self.sql.execute("SELECT street, number, area, high FROM address"):
            step = 2 if (high - number) % 2 == 0 else 1
            whole = range(number, high + 1, step) if number < high <= number + LONGEST_RANGE * step else (number, high)
            for held in whole if high else (number,):
                yield held, street, area

    def _street(self, name: str) -> int:
        return self.streets.setdefault(name, len(self.streets))

    def _area(self, name: str) -> int:
        return self.areas.setdefault(name, len(self.areas))

    def _summary(self) -> Summary:
        one = self.sql.execute("SELECT count(*), min(lat), min(lon), max(lat), max(lon) FROM address").fetchone()
        kept, bounds = one[0], one[1:]
        corners = self.sql.execute("SELECT count(*) FROM corner WHERE as_given").fetchone()[0]
        landmarks = self.sql.execute("SELECT count(*) FROM landmark").fetchone()[0]
        return Summary(
            addresses=kept,
            streets=len(self.streets),
            corners=corners,
            landmarks=landmarks,
            areas=tuple(sorted(area for area in self.areas if area)),
            bounds=None if bounds[0] is None else tuple(value / 1e6 for value in bounds),
            bad_numbers=self.bad_numbers,
            repeated=self.seen - kept,
        )


def _micro(row: AddressRow | CornerRow | LandmarkRow) -> tuple[int, int]:
    """Degrees as whole microdegrees, about a tenth of a metre: a third of the bytes of a float."""
    return round(row.lat * 1_000_000), round(row.lon * 1_000_000)
