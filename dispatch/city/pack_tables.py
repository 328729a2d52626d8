"""The tables of a city pack as they stand in its files: read, joined, and laid over those of the city it is based on.

Where each value came from is remembered, so that a mistake is reported in the file that holds it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path as Folder
from typing import Any

from dispatch.city.formats import unknown
from dispatch.city.mistakes import CityError, Mistake, Path, written
from dispatch.city.model import Dropped

Tables = dict[str, Any]

OF_THE_PLACE = frozenset(
    "names region numbers operator_line areas landmarks street_nicknames bounds notices escalation".split()
)
"""Never taken over from another city: its telephone numbers, its streets, its weather and its bosses are its own."""
LINES = {"departments": ("phone", "email", "webhook"), "emergency": ("psap_line",)}
"""Nor the lines of its people: a caller must not be put through to another city's dispatchers."""
KEYED = ("departments", "categories", "services", "areas")
"""Tables of things that carry their own name as `code`."""


class PackTables:
    """Everything the files of one pack say, as plain TOML values."""

    def __init__(self, folder: Folder) -> None:
        """Start empty; `file` is told to people, so it names the pack and not the machine's folders."""
        self.folder = folder
        self.tables: Tables = {}
        self.files: dict[Path, str] = {}
        self.mistakes: list[Mistake] = []

    def file_of(self, path: Path) -> str:
        """The file that holds this path, or where it would belong."""
        for length in range(len(path), 0, -1):
            if file := self.files.get(path[:length]):
                return file
        return f"{self.folder.name}/city.toml"

    def mistake(self, path: Path, problem: str) -> None:
        """Note what is wrong at a path."""
        self.mistakes.append(Mistake(self.file_of(path), written(path), problem))

    def lay_over(self, tables: Tables, file: str, at: Path = (), *, once: bool) -> None:
        """Join tables by key, the new ones winning; with `once`, saying the same thing twice is a mistake."""
        below: Any = self.tables
        for part in at:
            below = below[part]
        for key, value in tables.items():
            path = (*at, key)
            known = below.get(key)
            if isinstance(known, dict) and isinstance(value, dict):
                self.lay_over(value, file, path, once=once)
                continue
            if known is not None and once:
                problem = f"stands in {self.file_of(path)} already"
                self.mistakes.append(Mistake(file, written(path), problem))
            if isinstance(value, dict):
                below[key] = {}
                self.files[path] = file
                self.lay_over(value, file, path, once=once)
            else:
                below[key] = value
                self.files[path] = file


def read_pack(folder: Folder, roots: Sequence[Folder], heirs: tuple[str, ...] = ()) -> PackTables:
    """Read a pack's own files and what it takes over from the city it is based on.

    Raises CityError where a file is missing or is not TOML: nothing more can be said about the rest then.
    """
    own = _own_tables(folder)
    parent_slug = own.tables.get("based_on")
    if parent_slug is None:
        return own
    family = (*heirs, folder.name)
    if not isinstance(parent_slug, str) or parent_slug in family:
        circle = " → ".join((*family, str(parent_slug)))
        raise CityError([Mistake(own.file_of(("based_on",)), "based_on", f"goes in a circle: {circle}")])
    parent_folder = find_pack(parent_slug, (folder.parent, *roots))
    if parent_folder is None:
        there = sorted({slug for root in (folder.parent, *roots) for slug in packs_in(root)} - set(family))
        raise CityError([Mistake(own.file_of(("based_on",)), "based_on", unknown("city", parent_slug, there))])
    return _inherit(own, read_pack(parent_folder, roots, family))


def find_pack(slug: str, roots: Sequence[Folder]) -> Folder | None:
    """The first folder of that name that holds a city; None where there is none."""
    return next((root / slug for root in roots if (root / slug / "city.toml").is_file()), None)


def packs_in(root: Folder) -> tuple[str, ...]:
    """Slugs of the cities in a folder of packs, in alphabetical order."""
    return tuple(sorted(file.parent.name for file in root.glob("*/city.toml")))


def _own_tables(folder: Folder) -> PackTables:
    pack = PackTables(folder)
    main = folder / "city.toml"
    if not main.is_file():
        raise CityError([Mistake(f"{folder.name}/city.toml", "", f"there is no such file in {folder.parent}")])
    broken: list[Mistake] = []
    parts = (*sorted((folder / "services").glob("*.toml")), *sorted((folder / "phrases").glob("*/*.toml")))
    for file in (main, *parts):
        _read_into(pack, file, broken)
    for name in _included(pack):
        if (folder / name).is_file():
            _read_into(pack, folder / name, broken)
        else:
            pack.mistake(("include",), f'there is no file "{name}" in the folder {folder.name}')
    if broken:
        raise CityError(broken)
    return pack


def _included(pack: PackTables) -> Iterator[str]:
    names = pack.tables.get("include", [])
    for name in names if isinstance(names, list) else ():
        if isinstance(name, str):
            yield name


def _read_into(pack: PackTables, file: Folder, broken: list[Mistake]) -> None:
    label = f"{pack.folder.name}/{file.relative_to(pack.folder)}"
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        broken.append(Mistake(label, "", f"this is not TOML: {error}"))
        return
    pack.lay_over(tables, label, once=True)


def _inherit(own: PackTables, parent: PackTables) -> PackTables:
    """Lay a city's own tables over its parent's, without what is the parent's own or is dropped."""
    left = OF_THE_PLACE | {"drop", "include"}
    kept = {key: value for key, value in parent.tables.items() if key not in left}
    kept["emergency"] = _without_keys(kept.get("emergency", {}), LINES["emergency"])
    if isinstance(departments := kept.get("departments"), dict):
        kept["departments"] = {
            code: _without_keys(department, LINES["departments"]) for code, department in departments.items()
        }
    _drop(kept, own, parent.folder.name)
    heir = PackTables(own.folder)
    heir.lay_over(kept, "", once=False)
    heir.files = {path: parent.file_of(path) for path in heir.files}
    heir.lay_over(own.tables, "", once=False)
    _add_signs(heir.tables, parent.tables)
    heir.files |= own.files
    heir.mistakes = [*parent.mistakes, *own.mistakes]
    return heir


def _add_signs(tables: Tables, inherited: Tables) -> None:
    """Put a city's own signs of danger behind those of the city it is based on: it never has fewer."""
    known, own = _signs(inherited), _signs(tables)
    for language, signs in known.items():
        if isinstance(signs, list) and isinstance(added := own.get(language), list):
            own[language] = signs + [sign for sign in added if sign not in signs]


def _signs(tables: Tables) -> Tables:
    emergency = tables.get("emergency")
    signs = emergency.get("extra_signs") if isinstance(emergency, dict) else None
    return signs if isinstance(signs, dict) else {}


def _without_keys(table: Any, keys: Sequence[str]) -> Any:
    return {key: value for key, value in table.items() if key not in keys} if isinstance(table, dict) else table


def _drop(kept: Tables, own: PackTables, parent: str) -> None:
    """Take out what the heir's `[drop]` lists, wherever it stands; what cannot be read is left for later complaint."""
    for name in Dropped.model_fields:
        inherited = kept.get(name)
        dropped = _codes(own.tables.get("drop"), name)
        if isinstance(inherited, dict):
            for code in (code for code in dropped if code not in inherited):
                own.mistake(("drop", name), f'"{code}" is not inherited from {parent}, so it cannot be dropped')
            kept[name] = {code: value for code, value in inherited.items() if code not in dropped}
    gone = _codes(own.tables.get("drop"), "services")
    services = kept.get("services")
    for service in services.values() if isinstance(services, dict) else ():
        rule = service.get("duplicates") if isinstance(service, dict) else None
        if isinstance(rule, dict) and isinstance(related := rule.get("related"), list):
            service["duplicates"] = rule | {"related": [code for code in related if code not in gone]}
    for name, without in (("menu", _menu_without), ("routing", _routing_without)):
        if isinstance(kept.get(name), list):
            kept[name] = list(without(kept[name], gone))


def _codes(drop: Any, name: str) -> list[str]:
    listed = drop.get(name, []) if isinstance(drop, dict) else []
    return [code for code in listed if isinstance(code, str)] if isinstance(listed, list) else []


def _menu_without(entries: list[Any], gone: list[str]) -> Iterator[Any]:
    """The inherited menu without the services that are dropped here, and without groups that are left empty."""
    for entry in entries:
        below = entry.get("entries") if isinstance(entry, dict) else None
        if isinstance(below, list) and below:
            if rest := list(_menu_without(below, gone)):
                yield entry | {"entries": rest}
        elif not (isinstance(entry, dict) and entry.get("service") in gone):
            yield entry


def _routing_without(rules: list[Any], gone: list[str]) -> Iterator[Any]:
    """The inherited routing, without rules about the parent's neighbourhoods and without services dropped here."""
    for rule in rules:
        services = rule.get("services") if isinstance(rule, dict) else None
        if not isinstance(services, list):
            yield rule
        elif not rule.get("areas") and (rest := [code for code in services if code not in gone]):
            yield rule | {"services": rest}
