"""Opens a city pack: reads its files, checks them, and says all that is wrong at once, in the files' own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path as Folder
from typing import Any

from pydantic import ValidationError

from dispatch.city.checks import mistakes_between
from dispatch.city.complaints import in_words
from dispatch.city.mistakes import CityError, Mistake
from dispatch.city.model import City
from dispatch.city.pack_tables import KEYED, PackTables, Tables, find_pack, packs_in, read_pack

__all__ = ["SHIPPED", "CityError", "Mistake", "check_together", "find_pack", "load_city", "packs_in"]

SHIPPED = Folder(__file__).resolve().parents[1] / "cities"
"""The packs that come with the project."""

_STAND_INS: Tables = {
    "slug": "city",
    "names": {"en": "City"},
    "time_zone": "UTC",
    "languages": {"en": {"name": {"en": "English"}, "locale": "en-US", "voice": "Polly.Joanna-Neural"}},
    "hours": {"always": True},
    "holidays": {"country": "US"},
    "departments": {},
    "categories": {},
    "services": {},
    "menu": [],
}
"""What is put where a required table cannot be read, so that the rest of the file can be checked all the same."""


def load_city(folder: Folder, roots: Sequence[Folder] = (SHIPPED,)) -> City:
    """The city in `folder`; `roots` are the folders where a city it is `based_on` may be found.

    Raises CityError with every mistake in every file.
    """
    pack = read_pack(folder.resolve(), roots)
    _name_the_tables(pack)
    try:
        city = City.model_validate(pack.tables)
    except ValidationError as error:
        for detail in error.errors():
            path = tuple(part for part in detail["loc"] if part != "[key]")
            pack.mistake(path, in_words(detail, path))
        city = _readable_part(pack.tables, error)
        unreadable = {detail["loc"][0] for detail in error.errors()}
    else:
        unreadable = set()
    for path, problem in mistakes_between(city, unreadable, pack.tables):
        pack.mistake(path, problem)
    if "slug" not in unreadable and city.slug != pack.folder.name:
        pack.mistake(("slug",), f'"{city.slug}" is not the name of the folder, "{pack.folder.name}"')
    if pack.mistakes:
        raise CityError(pack.mistakes)
    return city


def check_together(cities: Iterable[City]) -> None:
    """Demand that each dialled number belongs to one city only: else callers would reach the wrong town hall."""
    owners: dict[str, City] = {}
    mistakes: list[Mistake] = []
    for city in cities:
        for place, number in enumerate(city.numbers):
            owner = owners.setdefault(number, city)
            if owner is not city:
                problem = f"{number} is {owner.slug}'s number already"
                mistakes.append(Mistake(f"{city.slug}/city.toml", f"numbers[{place + 1}]", problem))
    if mistakes:
        raise CityError(mistakes)


def _name_the_tables(pack: PackTables) -> None:
    """Give `[services.pothole]` its `code`, so that nobody has to write it twice."""
    for name in KEYED:
        entries = pack.tables.get(name)
        for key, entry in entries.items() if isinstance(entries, dict) else ():
            if isinstance(entry, dict) and entry.setdefault("code", key) != key:
                pack.mistake((name, key, "code"), f'is "{entry["code"]}", but the table is called "{key}"')


def _readable_part(tables: Tables, error: ValidationError) -> City:
    """What is left of a city without everything that pydantic could not read."""
    rest = {key: _copied(value) for key, value in tables.items() if key in City.model_fields}
    for detail in error.errors():
        top, *below = detail["loc"]
        whole = rest.get(str(top))
        if below and isinstance(whole, dict) and str(top) in (*KEYED, "languages"):
            whole.pop(str(below[0]), None)
        else:
            rest.pop(str(top), None)
    if not rest.get("languages"):
        rest.pop("languages", None)
    return City.model_validate(_STAND_INS | rest)


def _copied(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else value
