"""Every street, address, corner and landmark of a city, in one read-only file that all workers share.

`Gazetteer.open` takes a millisecond and reads nothing but the header; look-ups go to the file's pages, which the
operating system keeps once for all processes. Only the list of street names (some 250 bytes a street) is held by each
process, from the first spoken place on, because every street must be compared with what was heard.
Written by `build`, see `gazetteer_builder.py`.
"""

from __future__ import annotations

import math
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from dispatch.city.gazetteer_builder import VERSION, AddressRow, CornerRow, LandmarkRow, Summary, build
from dispatch.city.gazetteer_records import Address, Corner, Landmark, Street, Stretch

__all__ = [
    "Address",
    "AddressRow",
    "Corner",
    "CornerRow",
    "Gazetteer",
    "GazetteerError",
    "Landmark",
    "LandmarkRow",
    "Street",
    "Stretch",
    "Summary",
    "build",
]  # fmt: skip
_ADDRESS = "SELECT street, number, suffix, high, area, zip, lat, lon FROM address "


class GazetteerError(Exception):
    """The file is missing, damaged or of another version; the message says which and what to do."""


class Gazetteer:
    """Read-only and safe to use from any thread and after a fork: each gets a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file. Raises `GazetteerError` with a sentence for the operator when it cannot be used."""
        if not path.is_file():
            raise GazetteerError(f"There is no gazetteer at {path}. Make one with: dial311 city import")
        gazetteer = cls(path)
        try:
            found = gazetteer._one("SELECT value FROM meta WHERE key = 'version'")
        except sqlite3.DatabaseError as error:
            raise GazetteerError(f"{path} is not a gazetteer ({error}). Import the city again.") from error
        if found != (VERSION,):
            raise GazetteerError(f"{path} was made by another version of dial311. Import the city again.")
        return gazetteer

    @cached_property
    def streets(self) -> tuple[Street, ...]:
        """Every street, at the index that is its id."""
        rows = self._sql.execute("SELECT id, name, direction, core, type, after, sounds, keys FROM street ORDER BY id")
        return tuple(map(Street._make, rows))

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """Every area's name as in the data ("" for rows without one), at the index that is its id."""
        return tuple(name for (name,) in self._sql.execute("SELECT name FROM area ORDER BY id"))

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many addresses, streets, corners and landmarks there are."""
        return dict(self._sql.execute("SELECT key, value FROM meta WHERE key <> 'version'"))

    @cached_property
    def landmarks(self) -> tuple[Landmark, ...]:
        """Every landmark of the file."""
        rows = self._sql.execute("SELECT name, also, address, area, lat, lon FROM landmark ORDER BY id")
        return tuple(
            Landmark(name, tuple(filter(None, also.split("\n"))), address, area, lat / 1e6, lon / 1e6)
            for name, also, address, area, lat, lon in rows
        )

    def at(self, street: int, number: int) -> list[Address]:
        """The addresses of that number on that street, whatever suffix or area; ranges that cover it come last."""
        rows = self._sql.execute(
            _ADDRESS + "WHERE street = ? AND number BETWEEN ? AND ? AND (number = ? OR high >= ?)",
            (street, number - 120, number, number, number),
        )
        found = [self._address(row) for row in rows]
        covering = [one for one in found if (one.high - one.number) % 2 or (number - one.number) % 2 == 0]
        return sorted(covering, key=lambda one: one.number != number)

    def stretches(self, street: int) -> list[Stretch]:
        """The street's parts by area, the longest first."""
        rows = self._sql.execute(
            "SELECT area, low, high, addresses, lat, lon FROM street_area WHERE street = ? ORDER BY addresses DESC",
            (street,),
        )
        return [Stretch(self.areas[area], low, high, n, lat / 1e6, lon / 1e6) for area, low, high, n, lat, lon in rows]

    def streets_with(self, number: int, areas: Iterable[str] = ()) -> set[int]:
        """Ids of the streets that have a house of that number, inside a range or by itself; in these areas, if any."""
        wanted = {self.areas.index(area) for area in areas}
        rows = self._sql.execute("SELECT street, area FROM holds WHERE number = ?", (number,))
        return {street for street, area in rows if not wanted or area in wanted}

    def holders(self, number: int, streets: Iterable[int]) -> dict[int, list[str]]:
        """Which of these streets have that number, and in which areas."""
        some = ",".join(map(str, streets))
        found: dict[int, list[str]] = {}
        query = f"SELECT street, area FROM holds WHERE number = ? AND street IN ({some})"  # noqa: S608 - whole numbers
        for street, area in self._sql.execute(query, (number,)):
            found.setdefault(street, []).append(self.areas[area])
        return found

    def numbers(self, street: int) -> list[int]:
        """The house numbers of a street, ranges by their first, in order."""
        rows = self._sql.execute("SELECT DISTINCT number FROM address WHERE street = ?", (street,))
        return [number for (number,) in rows]

    def block(self, street: int, low: int, high: int) -> list[Address]:
        """The addresses numbered `low` to `high` on a street, in order."""
        return [
            self._address(row)
            for row in self._sql.execute(_ADDRESS + "WHERE street = ? AND number BETWEEN ? AND ?", (street, low, high))
        ]

    def corners(self, street: int) -> dict[int, list[Corner]]:
        """Every corner of a street, by the id of the street it meets."""
        return {other: self.corners_of(street, other) for other in sorted(self.meeting(street))}

    def corners_of(self, street: int, other: int) -> list[Corner]:
        """Where two streets meet: mostly nowhere or once, but some meet in several areas."""
        found = []
        for area, as_given, lat, lon in self._sql.execute(
            "SELECT area, as_given, lat, lon FROM corner WHERE street = ? AND other = ?", (street, other)
        ):
            first, second = (street, other) if as_given else (other, street)
            names = self.streets[first].name, self.streets[second].name
            found.append(Corner(*names, self.areas[area], lat / 1e6, lon / 1e6))
        return found

    def meeting(self, street: int) -> set[int]:
        """Ids of the streets that meet this one."""
        return {other for (other,) in self._sql.execute("SELECT other FROM corner WHERE street = ?", (street,))}

    def by_keys(self, keys: str) -> list[Street]:
        """Streets whose name starts with these keypad digits, those spelled completely first: 6246 → Main St."""
        if not keys.isdigit():
            return []
        rows = self._sql.execute("SELECT id, keys FROM street WHERE keys >= ? AND keys < ?", (keys, keys + ":"))
        return [self.streets[street] for street, _ in sorted(rows, key=lambda row: (len(row[1]), row[0]))]

    def streets_in(self, area: str, limit: int = 500) -> list[Street]:
        """The streets of an area, those with the most addresses first; area "" means the whole city."""
        if area:
            rows = self._sql.execute(
                "SELECT street FROM street_area JOIN area ON area.id = area WHERE name = ?"
                " ORDER BY addresses DESC, street LIMIT ?",
                (area, limit),
            )
        else:
            rows = self._sql.execute(
                "SELECT street FROM street_area GROUP BY street ORDER BY sum(addresses) DESC, street LIMIT ?", (limit,)
            )
        return [self.streets[street] for (street,) in rows]

    def nearest(self, lat: float, lon: float, within: float = 400) -> Address | None:
        """The address closest to a pin on the map, or None if there is none `within` that many metres."""
        flat = math.cos(math.radians(lat))
        cells = 1 + int(within / 222)
        row, column = int(lat * 500), int(lon * 500)
        best, found = within * within, None
        for near in self._sql.execute(
            _ADDRESS + "WHERE lat / 2000 BETWEEN ? AND ? AND lon / 2000 BETWEEN ? AND ?",
            (row - cells, row + cells, column - cells, column + cells),
        ):
            north, east = (near[6] / 1e6 - lat) * 111_195, (near[7] / 1e6 - lon) * 111_195 * flat
            if (distance := north * north + east * east) < best:
                best, found = distance, near
        return self._address(found) if found else None

    def sample(self, count: int | None = None, seed: int = 311) -> Iterator[Address]:
        """Addresses in a shuffled order that a seed fixes; without `count`, every address in the order of the file."""
        if count is None:
            yield from map(self._address, self._sql.execute(_ADDRESS))
            return
        rows = self._sql.execute(
            _ADDRESS + "ORDER BY ((street * 7919 + number * 104729 + area * 31 + ?) * 48271) % 2147483647 LIMIT ?",
            (seed, count),
        )
        yield from map(self._address, rows)

    def _address(self, row: Any) -> Address:
        street, number, suffix, high, area, zip_code, lat, lon = row
        return Address(
            self.streets[street].name, number, suffix, high, self.areas[area], zip_code, lat / 1e6, lon / 1e6
        )

    def _one(self, query: str, values: Iterable[Any] = ()) -> Any:
        return self._sql.execute(query, tuple(values)).fetchone()

    @property
    def _sql(self) -> sqlite3.Connection:
        """The thread's own connection. SQLite connections must not cross a fork, so the process id is kept with it."""
        if getattr(self._local, "process", None) != os.getpid():
            self._local.connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            self._local.connection.execute("PRAGMA mmap_size = 1073741824")
            self._local.process = os.getpid()
        connection: sqlite3.Connection = self._local.connection
        return connection
