"""Whatever stands in a city file, its writer is told what is wrong; never is she shown a traceback."""

from __future__ import annotations

import copy
import json
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.city.loader import SHIPPED, CityError, load_city

Way = tuple[str | int, ...]
SPRINGFIELD = SHIPPED / "springfield"


def tables() -> dict[str, Any]:
    """Springfield with two services only, so that a try is quick."""
    city = tomllib.loads((SPRINGFIELD / "city.toml").read_text(encoding="utf-8"))
    services = tomllib.loads((SPRINGFIELD / "services" / "street-repairs.toml").read_text(encoding="utf-8"))["services"]
    kept = dict(sorted(services.items(), key=lambda entry: -len(str(entry[1].get("questions", ""))))[:2])
    for service in kept.values():
        service["duplicates"] = {"radius": 40, "days": 30, "related": list(kept)}
        service["phrases"] = {"en": ["there is a hole", "the road is broken"]}
    menu = [{"names": dict.fromkeys(("en", "es", "fr"), "all"), "entries": [{"service": code} for code in kept]}]
    plain: dict[str, Any] = json.loads(json.dumps(city, default=str))
    plain["notices"], plain["routing"] = [], [{"services": list(kept), "department": "streets", "because": "so"}]
    return plain | {"services": kept, "menu": menu, "include": [], "slug": "parent"}


def ways(value: Any, here: Way = ()) -> Iterator[Way]:
    """The way to everything in nested tables and lists."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inside:
        yield (*here, key)
        yield from ways(below, (*here, key))


def toml(value: Any) -> str:
    """Write a value as TOML, tables inline."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(each) for each in value) + "]"
    return json.dumps(value)


WHOLE = tables()
WAYS = sorted(ways(WHOLE), key=len)
codes = ["pothole", "services", "departments", "languages"]
texts = st.sampled_from(["", "parent", "en", "streets", *codes, "+12175550100", "12:00-11:00", "US", "\u202e{0}%s"])
scalars = st.booleans() | st.integers(-2, 10**6) | texts
anything = (
    scalars | st.lists(scalars, max_size=3) | st.dictionaries(texts, scalars | st.lists(texts, max_size=2), max_size=3)
)


def spoilt(changes: list[tuple[Way, Any]]) -> dict[str, Any]:
    """Springfield's tables with other values in some places; a place that an earlier change took away is left."""
    whole = copy.deepcopy(WHOLE)
    for way, value in changes:
        inside: Any = whole
        try:
            for part in way[:-1]:
                inside = inside[part]
            inside[way[-1]] = value
        except (IndexError, KeyError, TypeError):
            continue
    return whole


def complaints(place: Path, slug: str, content: dict[str, Any]) -> list[str]:
    """Write a city down and read it again: what is wrong with it."""
    folder = place / slug
    folder.mkdir()
    lines = (f"{json.dumps(key)} = {toml(value)}" for key, value in content.items())
    (folder / "city.toml").write_text("\n".join(lines), encoding="utf-8")
    try:
        load_city(folder)
    except CityError as error:
        return [mistake.problem for mistake in error.mistakes]
    return []


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(WAYS), anything), max_size=4), anything)
def test_any_value_anywhere_is_read_or_complained_of(changes: list[tuple[Way, Any]], drop: Any) -> None:
    with tempfile.TemporaryDirectory() as place:
        assert all(complaints(Path(place), "parent", spoilt(changes)))
        assert all(complaints(Path(place), "heir", {"slug": "heir", "based_on": "parent", "drop": drop}))


def test_without_a_change_the_parent_is_right(tmp_path: Path) -> None:
    assert complaints(tmp_path, "parent", WHOLE) == []
