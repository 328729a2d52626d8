"""A city as its file describes it: frozen values, nothing unknown allowed, no behaviour beyond looking things up.

What differs between cities is data. A city pack is a folder holding `city.toml`, further tables
(`services/*.toml`, `phrases/*/*.toml`) and a gazetteer; `loader.py` reads it and reports every mistake at once. What
can be told of one value by itself is checked here, what two values must agree on in `checks.py`. `docs/city-file.md`
is written from the descriptions below (`reference.py`).
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, cast

from pydantic import Field

from dispatch.city.messages import Notifications
from dispatch.city.prompts import OwnPrompt
from dispatch.city.values import Language as Language  # noqa: PLC0414 - a city is described with it
from dispatch.city.values import PhoneNumber as PhoneNumber  # noqa: PLC0414 - a city is described with it
from dispatch.city.values import Range as Range  # noqa: PLC0414 - a city is described with it
from dispatch.city.values import TimeZone as TimeZone  # noqa: PLC0414 - a city is described with it
from dispatch.city.values import Value as Value  # noqa: PLC0414 - a city is described with it
from dispatch.city.values import WebAddress
from dispatch.city.values import Words as Words  # noqa: PLC0414 - a city is described with it

OWN_DEPARTMENT = "department"
"""Stands in `escalation.tell` for the department that has the ticket."""


class Voice(Value):
    """How a language sounds and is heard: names as Twilio knows them."""

    name: Words = Field(description="what the language is called, in each language")
    locale: str = Field(description="how Twilio is told the language, e.g. en-US")
    voice: str = Field(description="who speaks, e.g. Polly.Joanna-Neural")


class OpeningHours(Value):
    """Weekly hours, local time: `mon = ["08:00-17:00"]`; a day left out is closed. `always = true` never closes."""

    always: bool = Field(False, description="never closes, holidays included; the days are then left out")
    mon: tuple[Range, ...] = Field((), description="ranges on Mondays, in order")
    tue: tuple[Range, ...] = Field((), description="ranges on Tuesdays, in order")
    wed: tuple[Range, ...] = Field((), description="ranges on Wednesdays, in order")
    thu: tuple[Range, ...] = Field((), description="ranges on Thursdays, in order")
    fri: tuple[Range, ...] = Field((), description="ranges on Fridays, in order")
    sat: tuple[Range, ...] = Field((), description="ranges on Saturdays, in order")
    sun: tuple[Range, ...] = Field((), description="ranges on Sundays, in order")
    on_holidays: bool = Field(False, description="keeps its hours on public holidays")


class Holidays(Value):
    """Which public holidays the city keeps: the `holidays` library's codes, plus and minus the city's own."""

    country: str = Field(description='as in ISO 3166: "US"')
    subdivision: str | None = Field(None, description='state or province, where it keeps days of its own: "IL"')
    also: dict[dt.date, str] = Field({}, description='days the library does not know: 2026-08-14 = "Founders\' Day"')
    not_kept: tuple[str, ...] = Field((), description="names, as the library gives them, of holidays the city works")


class Emergency(Value):
    """Where people in danger are sent. `number` is always named first."""

    number: str = Field("911", pattern=r"^\d{2,4}$", description="what to dial, always named first")
    psap_line: PhoneNumber | None = Field(None, description="the PSAP's own ten-digit line, to bridge to")
    crisis_line: str | None = Field("988", description="for people who think of suicide, in no danger this minute")
    poison_line: str | None = Field("18002221222", description="poison control")
    extra_signs: dict[Language, tuple[str, ...]] = Field(
        {}, description="phrases that also mean a possible emergency here; a city may add signs, never take any away"
    )


class Department(Value):
    """Who does the work."""

    code: str = Field(description="default: the table's own name")
    names: Words = Field(description="as callers are told who will look at it")
    email: str | None = Field(None, pattern=r"^[^@\s]+@[^@\s]+$", description="where new tickets are announced")
    webhook: WebAddress | None = Field(None, description="where its own system is told of its tickets, signed")
    told: Literal["at_once", "daily"] = Field(
        "at_once", description="daily: by e-mail once a day, all together; what is urgent comes at once all the same"
    )
    phone: PhoneNumber | None = Field(None, description="where callers are put through to, in hours")
    hours: OpeningHours | None = Field(None, description="default: the city's own")


class Choice(Value):
    """One answer to a question of kind `choice`."""

    code: str = Field(description="kept with the ticket")
    names: Words = Field(description="as offered on the phone")
    phrases: dict[Language, tuple[str, ...]] = Field({}, description="other ways callers put it")


class Question(Value):
    """What a service needs to know beyond what and where. Also an Open311 attribute."""

    code: str = Field(description="kept with the ticket; the Open311 attribute code")
    kind: Literal["yes_no", "choice", "number", "text", "date"] = Field(description="how the answer is understood")
    ask: Words = Field(description="as said on the phone, short")
    choices: tuple[Choice, ...] = Field((), description="at most five, for kind `choice`")
    required: bool = Field(False, description="asked again until answered; otherwise a caller may pass")


class UrgencyRule(Value):
    """Raises a ticket's priority: when the answer to `question` is `answer`, or the words hold one of `words`."""

    priority: Literal["high", "urgent"] = Field(description="what the ticket's priority becomes")
    because: str = Field(description="shown to operators, in English")
    question: str | None = Field(None, description="code of one of the service's own questions")
    answer: str | None = Field(None, description='the answer that counts: a choice\'s code, "yes" or "no"')
    words: dict[Language, tuple[str, ...]] = Field({}, description="words in what the caller says that count too")


class Duplicates(Value):
    """When two reports may be of the same thing. Left out of a service, its category's holds."""

    radius: int = Field(50, ge=0, le=500, description="metres between them at most; 0: never offered as the same")
    days: int = Field(30, ge=0, le=366, description="days between them at most; 0: on the same day")
    related: tuple[str, ...] = Field((), description="codes of services that callers name for the same thing")


class Service(Value):
    """Something the city does on request: a pothole, a pick-up, a piece of information."""

    code: str = Field(description="default: the table's own name; the Open311 `service_code`")
    category: str = Field(description="code of its category")
    names: Words = Field(description="as said and shown, short")
    department: str = Field(description="code of the department that does the work")
    days: int = Field(ge=0, description="working days until it should be done; 0: answered at once")
    phrases: dict[Language, tuple[str, ...]] = Field(
        {}, description="how callers put it, in their own words, mostly in `phrases/<language>/*.toml`"
    )
    questions: tuple[Question, ...] = Field((), description="asked after what and where")
    urgency: tuple[UrgencyRule, ...] = Field((), description="what makes it more urgent than usual")
    place: Literal["required", "optional", "none"] = Field("required", description="whether to ask where it is")
    notice: Words = Field({}, description="said and shown when it is filed, e.g. what to do meanwhile")
    anonymous: bool = Field(True, description="may be filed without a name or number")
    duplicates: Duplicates | None = Field(None, description="default: its category's")
    share: float = Field(
        1.0, gt=0, description="how often it is asked for, next to an ordinary service; settles what words leave open"
    )


class Category(Value):
    """A heading: one of the seven kinds of things 311 is for."""

    code: str = Field(description="default: the table's own name")
    names: Words = Field(description="as shown")
    duplicates: Duplicates = Field(Duplicates(), description="what holds for its services that say nothing of it")


class MenuEntry(Value):
    """A node of the key menu: either a service or a submenu of at most five entries."""

    names: Words = Field({}, description="default: the service's own names")
    service: str | None = Field(None, description="code of the service, where the menu ends here")
    entries: tuple[MenuEntry, ...] = Field((), max_length=5, description="the next menu, most requested first")


class Area(Value):
    """A neighbourhood, district or borough, with the names callers use for it."""

    code: str = Field(description="default: the table's own name; the gazetteer's addresses carry it")
    names: Words = Field(description="as said and shown")
    also: tuple[str, ...] = Field((), description="other names callers use")


class Landmark(Value):
    """A place people name instead of an address."""

    name: str = Field(description="as said and shown, the same in every language")
    also: tuple[str, ...] = Field((), description="other names callers use")
    address: str = Field("", description="in the gazetteer's own spelling")
    area: str = Field("", description="code of its area")
    lat: float = Field(ge=-90, le=90, description="degrees north")
    lon: float = Field(ge=-180, le=180, description="degrees east")


class RoutingRule(Value):
    """Sends a service elsewhere than its usual department; the first rule that fits wins."""

    services: tuple[str, ...] = Field(description="codes of the services it is for")
    department: str = Field(description="code of the department that gets the ticket instead")
    because: str = Field(description="shown to operators, in English")
    areas: tuple[str, ...] = Field((), description="only in these areas; empty: everywhere")
    answers: dict[str, str] = Field({}, description="only with these answers, by the question's code")
    outside_hours: bool = Field(False, description="only while the usual department is closed")


class Notice(Value):
    """Something callers should hear first: a storm, a closure. In force from `start` to `end`."""

    code: str = Field(description="names it in the history of calls")
    say: Words = Field(description="as said on the phone, a sentence or two")
    start: dt.datetime = Field(description="first moment in force; local time where no offset is given")
    end: dt.datetime = Field(description="last moment in force; local time where no offset is given")
    services: tuple[str, ...] = Field((), description="only with these services; empty: in the greeting")


class TicketRules(Value):
    """How tickets are numbered and when they may be reopened."""

    digits: int = Field(8, ge=6, le=12, description="length of a ticket number, check digit included")
    reopen_days: int = Field(30, ge=0, description='days after closing in which "not fixed" reopens it')
    answer_days: int = Field(7, ge=1, description="days after which a ticket no longer waits for its reporter's answer")


class Escalation(Value):
    """A step taken when a ticket has been overdue for so long. Each is taken once; reopening starts anew."""

    days: int = Field(ge=0, description="working days after the deadline; 0: as soon as it has passed")
    tell: tuple[str, ...] = Field((), description="codes of departments, `department` for its own, or e-mail addresses")
    raise_priority: bool = Field(False, description="one step more urgent")
    departments: tuple[str, ...] = Field((), description="only for tickets of these; empty: of all")


class Dropped(Value):
    """What a city based on another does not take over: codes, by table."""

    services: tuple[str, ...] = Field((), description="also taken out of the inherited menu and routing")
    departments: tuple[str, ...] = Field((), description="no service may still need them")
    categories: tuple[str, ...] = Field((), description="no service may still need them")
    languages: tuple[Language, ...] = Field((), description="not offered here")


class City(Value):
    """One city, whole. `services`, `departments` … are keyed by code, in the order of the file."""

    slug: str = Field(pattern=r"^[a-z0-9-]+$", description="the name of the city's folder, and its key everywhere")
    based_on: str | None = Field(None, description="slug of a city whose tables hold where this file says nothing")
    drop: Dropped = Field(Dropped(), description="what is not taken over from `based_on`")
    include: tuple[str, ...] = Field((), description="further files of the folder that hold tables of this one")
    names: Words = Field(description="what the city is called, as said in the greeting")
    region: str = Field("", description="as in an address: the state or province")
    time_zone: TimeZone = Field(description='as in the IANA database: "America/Chicago"')
    languages: dict[Language, Voice] = Field(min_length=1, description="in the order offered; the first is the default")
    numbers: tuple[PhoneNumber, ...] = Field((), description="the numbers people dial, as Twilio sends them in To")
    operator_line: PhoneNumber | None = Field(None, description="where `0` is put through to")
    hours: OpeningHours = Field(description="when people answer, and what counts as a working day")
    holidays: Holidays = Field(description="days on which nobody does")
    emergency: Emergency = Field(Emergency(), description="where people in danger are sent")
    departments: dict[str, Department] = Field(description="by code: `[departments.streets]`")
    categories: dict[str, Category] = Field(description="by code: `[categories.parking]`")
    services: dict[str, Service] = Field(description="by code: `[services.pothole]`, mostly in `services/*.toml`")
    menu: tuple[MenuEntry, ...] = Field(
        max_length=5, description="what the keys reach: every service exactly once, most requested first"
    )
    areas: dict[str, Area] = Field({}, description="by code: `[areas.downtown]`")
    landmarks: tuple[Landmark, ...] = Field((), description="places people name instead of an address")
    street_nicknames: dict[str, str] = Field(
        {}, description='what callers call a street: "mass ave" = "Massachusetts Ave"'
    )
    bounds: tuple[float, float, float, float] | None = Field(None, description="south, west, north, east in degrees")
    routing: tuple[RoutingRule, ...] = Field((), description="exceptions from `department`; the first that fits wins")
    notices: tuple[Notice, ...] = Field((), description="what callers should hear first, in the order they are said")
    escalation: tuple[Escalation, ...] = Field((), description="what happens to overdue tickets, soonest first")
    front_desk: str | None = Field(
        None, description="code of the department that sorts out what fits no service; default: the first"
    )
    tickets: TicketRules = Field(TicketRules(), description="how tickets are numbered")
    notifications: Notifications = Field(Notifications(), description="when the city writes to people, in which words")

    prompts: dict[str, dict[Language, OwnPrompt]] = Field(
        {}, description="what the line says in words of the city's own: `[prompts.how_can_i_help.en]`"
    )

    def duplicates(self, service: str) -> Duplicates | None:
        """When two reports of a service may be of the same thing; None where that is never so."""
        known = self.services.get(service)
        if known is None:
            return None
        rule = known.duplicates or self.categories[known.category].duplicates
        return rule if rule.radius else None

    @property
    def default_language(self) -> Language:
        """The language of a caller who has not chosen one."""
        return next(iter(self.languages))


def in_language(words: Words, language: str) -> str:
    """The words in `language`, else in English, else in whatever language they exist."""
    return words.get(cast("Language", language)) or words.get("en") or next(iter(words.values()), "")
