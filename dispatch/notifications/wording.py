"""What the house writes to people: `words/en.toml` and its sisters, or a city's own words, filled in. Pure.

The words are written when the thing happens, so that the ledger keeps exactly what somebody was told.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple, Protocol, cast
from zoneinfo import ZoneInfo

from dispatch import routing
from dispatch.city.messages import Template, Wording
from dispatch.city.model import City, Department, Language, in_language
from storage.vocabulary import Channel, Priority, Status


class _About(Protocol):
    """What messages tell of a ticket."""

    @property
    def number(self) -> str: ...
    @property
    def service(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def status(self) -> Status: ...
    @property
    def channel(self) -> Channel: ...
    @property
    def priority(self) -> Priority: ...
    @property
    def due_at(self) -> dt.datetime | None: ...
    @property
    def scheduled_for(self) -> dt.datetime | None: ...
    @property
    def waiting_on(self) -> str | None: ...
    @property
    def department(self) -> str: ...
    @property
    def routed_because(self) -> str: ...


class Message(NamedTuple):
    """A subject, for channels that have one, what follows it, and what text messages say besides."""

    subject: str
    body: str
    sms: str = ""

    def by(self, channel: str) -> str:
        """What is sent by a channel, beside the subject."""
        return f"{self.body} {self.sms}".strip() if channel == "sms" else self.body


def message(  # noqa: PLR0913 - what is told beside the ticket itself differs by message
    city: City,
    ticket: _About,
    template: str,
    language: str,
    *,
    stands: _About | None = None,
    sentence: str = "",
    text: str = "",
    parent: str = "",
    due: dt.datetime | None = None,
) -> Message:
    """Write `template` ("public.filed") about a ticket. `sentence` is public; `text` is for the department alone.

    `stands` is the ticket whose status is told, for a duplicate that it joined; default: itself. `parent` is the number
    of that one.
    `due` is the day the public is told; without one nothing is said of a day. Departments are told the deadline.
    """
    words = _words(language)
    group, name = template.split(".")
    public = group == "public"
    about = stands or ticket
    slots = {
        "city": in_language(city.names, language),
        "number": grouped(ticket.number),
        "service": service_of(city, ticket, language),
        "place": ticket.address or words["nowhere"],
        "status": standing(city, about, language, due if public else about.scheduled_for),
        "department": department_named(city, ticket.department, language),
        "channel": words["channel"][ticket.channel],
        "priority": words["priority"][ticket.priority],
        "due": date(city, due if public else ticket.due_at, language),
        "because": because(city, ticket.routed_because, language),
        "sentence": sentence,
        "text": text,
        "parent": grouped(parent),
        "emergency": city.emergency.number,
    }
    found: dict[str, str] = words[group][name]
    own = city.notifications.words.get(cast("Template", template), Wording())
    spoken = cast("Language", language)
    parts = (own.subject, found["subject"]), (own.body, found["body"]), (own.sms, found.get("sms", ""))
    known = {"service": ticket.service in city.services, "place": ticket.address, "due": due}
    missing = {name for name, value in known.items() if public and not value}
    said = (_fitting(of_city.get(spoken, usual), usual, missing) for of_city, usual in parts)
    return Message(*(part.format(**slots).strip() for part in said))


def _fitting(template: str, usual: str, missing: set[str]) -> str:
    """Leave out of a template what nothing can be said of: the sentence that names a day, what it is about, where.

    A city's own words may say nothing but the day: where there is none, the `usual` words are said instead.
    """
    if "due" in missing and "{due}" in template:
        template = re.sub(r"[^.!?\n]*\{due\}[^.!?\n]*[.!?]?", "", usual)
    if {"service", "place"} <= missing:
        template = template.replace(" ({service}, {place})", "")
    if "place" in missing:
        template = template.replace(", {place}", "")
    return template.replace("{service}, {place}", "{place}") if "service" in missing else template


def digest(city: City, department: Department, lines: Sequence[Message]) -> Message:
    """Write a department's e-mail of the day, in the city's first language."""
    language = city.default_language
    words: dict[str, str] = _words(language)["digest"]
    slots = {
        "city": in_language(city.names, language),
        "department": in_language(department.names, language),
        "count": str(len(lines)),
        "lines": "\n\n".join(f"* {line.subject}\n{line.body}" for line in lines),
    }
    return Message(words["subject"].format(**slots), words["body"].format(**slots))


def reply(city: City, name: str, language: str, **slots: str) -> str:
    """Write an answer to somebody's text message, or a part of it: "reply.stopped"."""
    words: dict[str, str] = _words(language)["reply"]
    known = {"city": in_language(city.names, language), "emergency": city.emergency.number}
    return words[name].format(**known, **slots).strip()


def link(channel: str, language: str, url: str) -> str:
    """Write what leads to the page about a report."""
    words: dict[str, str] = _words(language)["link"]
    return words[channel].format(url=url)


def status_of(status: Status, language: str) -> str:
    """What the public calls a status."""
    called: str = _words(language)["status"][status]
    return called


def standing(city: City, ticket: _About, language: str, due: dt.datetime | None) -> str:
    """How a ticket stands, with what the public wants to know of it: the day that is fixed, whom it waits for.

    `due` is the day that is told: one that was fixed and is over is told to nobody.
    """
    words: dict[str, str] = _words(language)["standing"]
    if ticket.status is Status.SCHEDULED and ticket.scheduled_for and ticket.scheduled_for == due:
        return words["scheduled"].format(day=date(city, ticket.scheduled_for, language))
    return words["contractor"] if ticket.waiting_on == "contractor" else status_of(ticket.status, language)


def department_named(city: City, code: str, language: str) -> str:
    """What a department is called."""
    department = city.departments.get(code)
    return in_language(department.names, language) if department else code


def because(city: City, routed: str, language: str) -> str:
    """Why a ticket went to its department, as the ledger keeps it (`routing.Routed`), in words."""
    reason = routing.reason(routed)
    if not reason:
        return routed
    named = city.services[reason.service].names if reason.service in city.services else None
    service = in_language(named, language) if named else reason.service
    words: str = _words(language)["because"][reason.name]
    return words.format(service=service, department=department_named(city, reason.department, language))


def service_of(city: City, ticket: _About, language: str) -> str:
    """What the public calls what a ticket is about."""
    return service_named(city, ticket.service, language)


def service_named(city: City, code: str, language: str) -> str:
    """What the public calls a service."""
    service = city.services.get(code)
    unknown: str = _words(language)["unknown_service"]
    return in_language(service.names, language) if service else unknown


def date(city: City, moment: dt.datetime | None, language: str) -> str:
    """A day as people of that language write it, on the city's calendar: "March 5", "5 de marzo"; "" for none."""
    if moment is None:
        return ""
    words, day = _words(language), moment.astimezone(ZoneInfo(city.time_zone))
    number = words.get("first", "1") if day.day == 1 else str(day.day)
    written: str = words["date"].format(day=number, month=words["months"][day.month - 1])
    return written


def grouped(number: str) -> str:
    """A ticket number as it is easiest to read: "1234 5678", "12 3456"."""
    first = len(number) % 4
    return " ".join([number[:first], *(number[at : at + 4] for at in range(first, len(number), 4))]).strip()


@cache
def _words(language: str) -> dict[str, Any]:
    """The words of a language; English where there are none."""
    folder = resources.files(__package__) / "words"
    file = folder / f"{language}.toml"
    return tomllib.loads((file if file.is_file() else folder / "en.toml").read_text("utf-8"))
