"""The filters of a list as they stand in its link, so that it can be kept, sent to a colleague, and exported.

A link holds no personal data: who holds a ticket is "me", "nobody" or an operator's number, and words that look like a
telephone number or an e-mail address are not searched for.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec
from werkzeug.datastructures import MultiDict

from dispatch import deadlines, ticket_numbers
from dispatch.accounts import Account
from dispatch.city.model import City
from dispatch.console import numbers
from dispatch.console.i18n import _, marked
from dispatch.console.labels import in_language, label
from dispatch.workflow import ENDED, OPEN
from storage.search import Box, Cursor, Order, Wanted
from storage.vocabulary import Channel, Priority, Status

Word = TypeVar("Word", bound=StrEnum)
STATES = {
    "open": marked("Open"),
    "soon": marked("Due soon"),
    "overdue": marked("Overdue"),
    "ended": marked("Ended"),
    "all": marked("All"),
}
AGES = {
    "0-1": marked("Up to a day"),
    "1-7": marked("1 to 7 days"),
    "7-30": marked("7 to 30 days"),
    "30-90": marked("30 to 90 days"),
    "90-": marked("More than 90 days"),
}
ORDERS = {Order.NEWEST: marked("Newest first"), Order.OLDEST: marked("Oldest first"), Order.DUE: marked("Due first")}
UNSEARCHABLE = "…"
"""Stands in a link for words that must not stand there: such a list is empty, rather than of everything."""
_NAMED = ("status", "department", "service", "area", "language", "channel", "priority", "assignee")
_KEPT = (*_NAMED, "state", "age", "order", "q", "box")


class Option(NamedTuple):
    """A value of a filter and what it is called."""

    value: str
    words: str


class Person(NamedTuple):
    """Somebody who may hold tickets."""

    login: str
    name: str

    @property
    def words(self) -> str:
        """What they are called where one is chosen: two may have one name."""
        return f"{self.name} ({self.login})"


class Filters(msgspec.Struct, frozen=True):
    """What a link asks for."""

    chosen: dict[str, list[str]]
    """By name, as in the link; only what means something."""
    order: Order
    after: Cursor | None = None
    before: Cursor | None = None

    @classmethod
    def read(cls, args: MultiDict[str, str]) -> Filters:
        """Read a link; what means nothing in it is left out, so an old link still shows a list."""
        chosen = {name: [value for value in args.getlist(name) if value.strip()] for name in _KEPT}
        if chosen["q"]:
            chosen["q"] = [public_words(" ".join(chosen["q"])) or UNSEARCHABLE]
        for name, known in (("state", STATES), ("age", AGES), ("order", {str(order): "" for order in Order})):
            chosen[name] = [value for value in chosen[name] if value in known][:1]
        chosen = {name: values for name, values in chosen.items() if values and values != [""]}
        order = Order(chosen.get("order", [Order.NEWEST])[0])
        asked = cls(chosen, order, _cursor(args.get("after", "")), _cursor(args.get("before", "")))
        if order is not Order.DUE or asked.of_what_is_open:
            return asked
        # What has ended is due no more: sorted by that, it would be missing.
        chosen = {name: values for name, values in chosen.items() if name != "order"}
        return msgspec.structs.replace(asked, chosen=chosen, order=Order.NEWEST)

    def one(self, name: str, default: str = "") -> str:
        """The value of a filter that has only one."""
        return next(iter(self.chosen.get(name, ())), default)

    @property
    def state(self) -> str:
        """Of which state; open, unless a status is named or words are searched for."""
        return self.one("state", "all" if "status" in self.chosen or self.words else "open")

    @property
    def of_what_is_open(self) -> bool:
        """Whether nothing that has ended can be in the list."""
        statuses = set(_members(Status, self.chosen.get("status", ())))
        return self.state in {"open", "soon", "overdue"} or (self.state == "all" and set() < statuses <= OPEN)

    @property
    def words(self) -> str:
        """What is searched for."""
        return self.one("q")

    @property
    def unsearchable(self) -> bool:
        """Whether what was searched for must not stand in a link."""
        return self.words == UNSEARCHABLE

    @property
    def query(self) -> str:
        """The link's query, without the page."""
        return urlencode(self.chosen, doseq=True)

    def turned(self, **where: Cursor | None) -> str:
        """The query of another page of the list."""
        page = {name: f"{numbers.written(at.at)}-{at.id}" for name, at in where.items() if at}
        return urlencode(self.chosen | page, doseq=True)

    def within(self, state: str) -> str:
        """The query with the same filters among what is open, or ended, or all."""
        return urlencode({**self.chosen, "state": [state]}, doseq=True)

    def same_as(self, query: str) -> bool:
        """Whether a query, kept in whatever order, asks for the same."""
        return sorted(parse_qsl(query)) == sorted(parse_qsl(self.query))

    def without(self, name: str, value: str) -> str:
        """The query with one value of one filter less."""
        left = {key: [one for one in values if (key, one) != (name, value)] for key, values in self.chosen.items()}
        return urlencode(left, doseq=True)

    def wanted(self, city: City, who: Account, people: Mapping[int, Person], now: dt.datetime) -> Wanted:
        """The question to the ledger. `people` are operators by number."""
        newest, oldest = _age(self.one("age"), now)
        statuses = _ended(_members(Status, self.chosen.get("status", ())), self.state)
        return Wanted(
            statuses=statuses,
            departments=tuple(self.chosen.get("department", ())),
            services=tuple("" if code == "none" else code for code in self.chosen.get("service", ())),
            areas=tuple(self.chosen.get("area", ())),
            languages=tuple(self.chosen.get("language", ())),
            channels=_members(Channel, self.chosen.get("channel", ())),
            priorities=_members(Priority, self.chosen.get("priority", ())),
            assignees=tuple(_login(value, who, people) for value in self.chosen.get("assignee", ())),
            # What is open is a small part of all, and found the sooner for being asked for.
            open_only=self.of_what_is_open,
            due_before={"soon": deadlines.soon(city, now), "overdue": now}.get(self.state),
            due_from=now if self.state == "soon" else None,
            opened_from=oldest,
            opened_to=newest,
            words=self.words,
            box=_box(self.one("box")),
        )

    def chips(self, city: City, people: Mapping[int, Person]) -> list[tuple[str, str]]:
        """What is filtered for, in words, each with the query that leaves it out."""
        said = options(city, people)
        named = {name: {option.value: option.words for option in said[name]} for name in said}
        shown = []
        for name, values in self.chosen.items():
            for value in values:
                if name == "order" or (name == "state" and value == "open"):
                    continue
                words = f"“{value}”" if name == "q" else named.get(name, {}).get(value, value)
                words = _("In a corner of the map") if name == "box" else words
                shown.append((words, self.without(name, value)))
        return shown


def options(city: City, people: Mapping[int, Person]) -> dict[str, list[Option]]:
    """What can be chosen, by filter, in the reader's language."""
    held = [Option("me", _("Me")), Option("nobody", _("Nobody"))]
    return {
        "state": [Option(code, _(words)) for code, words in STATES.items()],
        "status": [Option(status, label(status)) for status in Status],
        "department": _named(city.departments),
        "service": [*_named(city.services), Option("none", _("Not known yet"))],
        "area": _named(city.areas),
        "language": [Option(code, in_language(voice.name)) for code, voice in city.languages.items()],
        "channel": [Option(channel, label(channel)) for channel in Channel],
        "priority": [Option(priority, label(priority)) for priority in Priority],
        "assignee": held + [Option(str(number), person.words) for number, person in people.items()],
        "age": [Option(code, _(words)) for code, words in AGES.items()],
        "order": [Option(order, _(words)) for order, words in ORDERS.items()],
    }


def ticket_number(words: str, city: City) -> str:
    """The ticket number somebody typed instead of words; "" where it is none."""
    digits = ticket_numbers.digits_of(words)
    is_number = re.fullmatch(r"[#\s\d-]+", words) and ticket_numbers.check(digits, city.tickets.digits)
    return digits if is_number else ""


def public_words(words: str) -> str:
    """What may stand in a link: no e-mail addresses, and nothing with as many digits as a telephone number."""
    bare = re.sub(r"\S+@\S+", " ", words)
    bare = re.sub(r"\+?\d(?:[\s().-]*\d){8,}", " ", bare)
    return " ".join(bare.split())[:200]


def _named(things: Mapping[str, Any]) -> list[Option]:
    return sorted((Option(code, in_language(thing.names)) for code, thing in things.items()), key=lambda one: one.words)


def _members(kind: type[Word], values: Sequence[str]) -> tuple[Word, ...]:
    known = {str(member): member for member in kind}
    return tuple(known[value] for value in values if value in known)


def _ended(statuses: tuple[Status, ...], state: str) -> tuple[Status, ...]:
    if state != "ended":
        return statuses
    return tuple(status for status in Status if status in ENDED and (not statuses or status in statuses))


def _login(value: str, who: Account, people: Mapping[int, Person]) -> str:
    if value == "me":
        return who.email
    # A number that is nobody's finds nothing, rather than what nobody has.
    person = people.get(numbers.whole(value) or 0)
    return "" if value == "nobody" else person.login if person else "?"


def _age(code: str, now: dt.datetime) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Before when, and since when it was filed."""
    least, _dash, most = code.partition("-")
    return (
        now - dt.timedelta(days=int(least)) if least not in {"", "0"} else None,
        now - dt.timedelta(days=int(most)) if most else None,
    )


def _box(written: str) -> Box | None:
    try:
        south, west, north, east = (float(part) for part in written.split(","))
    except ValueError:
        return None
    return south, west, north, east


def _cursor(written: str) -> Cursor | None:
    found = re.fullmatch(r"(-?\d{1,16})-(\d{1,18})", written)
    if not found:
        return None
    return Cursor(numbers.moment(int(found[1])), int(found[2]))
