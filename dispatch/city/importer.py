"""Makes a city out of open address data: a pack with a gazetteer and a short `city.toml` based on another city.

Everything that is not a place (services, departments, menu, hours) comes from the city it is based on; the new city's
file says so and can be filled in at leisure. A row that cannot be used is counted, never fatal.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from dispatch.city.gazetteer import CornerRow, LandmarkRow, Summary, build
from dispatch.city.gazetteer_names import plain
from dispatch.city.importer_columns import Table

Progress = Callable[[str, int, int], None]
"""Called with what is being read, rows read so far, and rows in all."""
T = TypeVar("T")
_EVERY = 1000
MARGIN = 0.005
"""Degrees, about 500 m, that the city's bounds reach beyond its outermost addresses."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Rows left out for one reason; `line` is where it was first met."""

    kind: str
    reason: str
    rows: int
    line: int


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import made, and what it left out."""

    slug: str
    folder: Path
    gazetteer: Summary
    read: dict[str, int]
    skipped: tuple[Skipped, ...]
    seconds: float


def import_city(
    name: str,
    addresses: Path,
    intersections: Path | None = None,
    landmarks: Path | None = None,
    based_on: str = "springfield",
    column_map: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    out: Path = Path("var/cities"),
) -> ImportSummary:
    """Write `out/<slug>/city.toml` and `gazetteer.sqlite`. The files may be those of any city, see `importer_columns`.

    An existing `city.toml` is kept as it is, since somebody may have filled it in; the gazetteer is replaced. Raises
    `ColumnsError` where a table lacks a column, ValueError where no address at all could be used.
    """
    started = time.monotonic()
    slug = slug_of(name)
    given = {"addresses": addresses, "intersections": intersections, "landmarks": landmarks}
    tables = {kind: Table(kind, path, column_map or {}) for kind, path in given.items() if path}
    folder = out / slug
    file = folder / "gazetteer.sqlite"
    corners: Iterable[CornerRow] = tables["intersections"].corners() if intersections else ()
    places: Iterable[LandmarkRow] = tables["landmarks"].landmarks() if landmarks else ()
    summary = build(
        file,
        _reporting(tables["addresses"].addresses(), tables["addresses"], progress),
        _reporting(corners, tables.get("intersections"), progress),
        _reporting(places, tables.get("landmarks"), progress),
    )
    if not summary.addresses:
        file.unlink()
        raise ValueError(f"No address of {addresses.name} could be used: {tables['addresses'].skipped}")
    city = folder / "city.toml"
    if not city.exists():
        city.write_text(city_file(slug, name, based_on, summary), encoding="utf-8")
    skipped = [
        Skipped(kind, reason, rows, table.examples[reason])
        for kind, table in tables.items()
        for reason, rows in sorted(table.skipped.items(), key=lambda item: -item[1])
    ]
    if summary.bad_numbers:
        skipped.append(Skipped("addresses", "house number unreadable", summary.bad_numbers, 0))
    if summary.repeated:
        skipped.append(Skipped("addresses", "same address again", summary.repeated, 0))
    read = {kind: table.read for kind, table in tables.items()}
    return ImportSummary(slug, folder, summary, read, tuple(skipped), time.monotonic() - started)


def slug_of(name: str) -> str:
    """A name as a folder: "Saint-Jérôme, QC" → "saint-jerome-qc". Raises ValueError where nothing is left."""
    slug = re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-")
    if not slug:
        raise ValueError(f'"{name}" has no letter or digit to make a folder\'s name of')
    return slug


def city_file(slug: str, name: str, based_on: str, summary: Summary) -> str:
    """The text of a new city's `city.toml`: what is known from the data, and what is for somebody to fill in.

    An area's code is its name in the data, because the gazetteer's addresses carry it and routing rules ask for it.
    """
    title = name if any(map(str.isupper, name)) else name.replace("-", " ").title()
    lines = [
        f"# {title}: made by `dial311 city import` from open address data.",
        f"# Services, departments, menu, hours and time zone are those of {based_on} until you write your own here:",
        f"# see docs/city-file.md, and check with `dial311 city check {slug}`.",
        "",
        f"slug = {_text(slug)}",
        f"based_on = {_text(based_on)}",
        f"names = {_names(title)}",
        '# numbers = ["+1…"]  # what people dial',
    ]
    if summary.bounds:
        south, west, north, east = summary.bounds
        around = (south - MARGIN, west - MARGIN, north + MARGIN, east + MARGIN)
        lines.append(f"bounds = [{', '.join(f'{value:.4f}' for value in around)}]  # south, west, north, east")
    for area in summary.areas:
        parts = [part.strip() for part in re.split(r"[/,]", area) if part.strip()]
        lines += ["", f"[areas.{_text(area)}]", f"names = {_names(area)}"]
        if parts != [area]:
            lines.append(f"also = [{', '.join(map(_text, parts))}]")
    return "\n".join(lines) + "\n"


def _names(name: str) -> str:
    """A name of a place, which is the same in every language until somebody knows better."""
    return f"{{ en = {_text(name)}, es = {_text(name)}, fr = {_text(name)} }}"


def _text(value: str) -> str:
    """A TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(value, ensure_ascii=False)


def _reporting(rows: Iterable[T], table: Table | None, progress: Progress | None) -> Iterator[T]:
    """Pass rows on and tell how far the file has been read."""
    if table is None or progress is None:
        yield from rows
        return
    with table.path.open("rb") as lines:
        total = max(0, sum(chunk.count(b"\n") for chunk in iter(lambda: lines.read(1 << 20), b"")) - 1)
    told = -_EVERY
    for row in rows:
        if table.read - told >= _EVERY:
            told = table.read
            progress(table.kind, table.read, total)
        yield row
    progress(table.kind, total, total)
