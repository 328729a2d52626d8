"""The city as it is in force now: services, departments, hours, notices, wording; and which file says so."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from dispatch import notifications
from dispatch.accounts import Permission, needs
from dispatch.city import hours, spoken_hours
from dispatch.city.loader import SHIPPED
from dispatch.city.messages import Template
from dispatch.city.model import City, Department, Notice
from dispatch.city.packs import Pack
from dispatch.console.desk import Desk
from dispatch.console.i18n import _, language, marked

_WORDS = Path(notifications.__file__).parent / "words"
NOTICE_STATES = {"now": marked("in force"), "later": marked("coming"), "past": marked("over")}
NOTICE_TONES = {"now": "warn", "later": "new", "past": "plain"}
HOLIDAYS_AHEAD = 366


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @routes.get("/city", endpoint="city")
    @needs(Permission.SEE_CITY)
    def whole_city() -> ResponseReturnValue:
        """Show what the city's files say."""
        pack, city, now = desk.pack(), desk.city, desk.now()
        by_category: dict[str, list[Any]] = defaultdict(list)
        for service in city.services.values():
            by_category[service.category].append(service)
        today = now.astimezone(desk.zone).date()
        ahead = (today + dt.timedelta(days=days) for days in range(HOLIDAYS_AHEAD))
        return render_template(
            "console/city.html",
            city=city,
            by_category=by_category,
            sources=sources(pack),
            open_now=hours.is_open(city, None, now),
            hours_of=lambda department: _hours(city, department),
            holidays=[(day, name) for day in ahead if (name := hours.holiday(city, day))],
            notices=[
                (_in_zone(notice, desk.zone), _state(_in_zone(notice, desk.zone), now)) for notice in city.notices
            ],
            states=NOTICE_STATES,
            tones=NOTICE_TONES,
            templates=list(_templates(city)),
            counts=pack.gazetteer.counts,
            called=lambda code: city.departments[code].names if code in city.departments else {"en": code},
            folder=_shown(pack.folder),
        )


def sources(pack: Pack) -> dict[tuple[str, str], str]:
    """Which file a table's entry comes from: `("services", "pothole")` → `services/street-repairs.toml`."""
    folders = [pack.folder]
    city = pack.city
    if city.based_on:
        # A city takes from the one it is based on what its own files leave out.
        folders += [base for root in (pack.folder.parent, SHIPPED) if (base := root / city.based_on).is_dir()][:1]
    found: dict[tuple[str, str], str] = {}
    for folder in reversed(folders):
        for file in sorted(folder.rglob("*.toml")):
            if file.name == "streets.toml":
                continue
            name = str(file.relative_to(folder))
            where = name if folder == pack.folder else f"{folder.name}/{name}"
            for table, entries in _read(file, file.stat().st_mtime_ns).items():
                found[table, ""] = where
                codes = entries if isinstance(entries, Mapping) else ()
                listed = entries if isinstance(entries, list) else ()
                for code in (*codes, *(one["code"] for one in listed if isinstance(one, dict) and "code" in one)):
                    found[table, code] = where
    return found


@lru_cache(maxsize=256)
def _read(file: Path, _changed: int) -> dict[str, Any]:
    """A file as it stood when it was last changed."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _hours(city: City, department: Department | None) -> str:
    said = language() if language() in city.languages else city.default_language
    return spoken_hours.office_hours_in_words(city, said, department)


def _in_zone(notice: Notice, zone: ZoneInfo) -> Notice:
    """The notice with its times aware: in a city's file they are local where they name no offset."""
    times = {
        name: at if at.tzinfo else at.replace(tzinfo=zone)
        for name, at in (("start", notice.start), ("end", notice.end))
    }
    return notice.model_copy(update=times)


def _state(notice: Notice, now: dt.datetime) -> str:
    return "later" if now < notice.start else "past" if now > notice.end else "now"


def _templates(city: City) -> list[tuple[str, list[tuple[str, str, str, bool]]]]:
    """Each message: its name; by language its subject and body, and whether the words are the city's own."""
    said: dict[str, list[tuple[str, str, str, bool]]] = defaultdict(list)
    for code in city.languages:
        for name, words in _house_words(code).items():
            own = city.notifications.words.get(cast("Template", name))
            subject, body = str(words.get("subject", "")), str(words.get("body", ""))
            its_subject, its_body = (own.subject.get(code), own.body.get(code)) if own else (None, None)
            said[name].append((code, its_subject or subject, its_body or body, bool(its_subject or its_body)))
    return sorted(said.items())


def _house_words(code: str) -> dict[str, dict[str, Any]]:
    """The words that hold where a city has none of its own."""
    file = _WORDS / f"{code}.toml"
    if not file.is_file():
        return {}
    tables = _read(file, file.stat().st_mtime_ns)
    return {
        f"{audience}.{name}": words
        for audience in ("public", "department")
        for name, words in tables[audience].items()
        if "body" in words
    }


def _shown(folder: Path) -> str:
    """A folder as an administrator knows it; those that came with the house by their place in it."""
    inside = folder.is_relative_to(SHIPPED)
    return _("%(where)s, as it came with this release", where=folder.name) if inside else str(folder)
