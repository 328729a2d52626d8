"""A city as its file describes it: frozen values, nothing unknown allowed, no behaviour beyond looking things up.

What differs between cities is data. A city pack is a folder holding `city.toml`, the tables it includes
(`services/*.toml`) and a gazetteer; `loader.py` reads it and reports every mistake at once.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["en", "es", "fr"]
Words = dict[Language, str]
"""The same thing said in each language; English is always there and is the fallback."""
PhoneNumber = Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")]


class Value(BaseModel):
    """Base of everything in a city file: immutable, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Voice(Value):
    """How a language sounds and is heard: names as Twilio knows them."""

    name: Words = Field(description="what the language is called, in each language")
    locale: str = Field(description="for <Gather language> and <Say language>, e.g. en-US")
    voice: str = Field(description="for <Say voice>, e.g. Polly.Joanna-Neural")


class OpeningHours(Value):
    """Weekly hours, local time: `mon = ["08:00-17:00"]`; a day left out is closed. `always = true` never closes."""

    always: bool = False
    mon: tuple[str, ...] = ()
    tue: tuple[str, ...] = ()
    wed: tuple[str, ...] = ()
    thu: tuple[str, ...] = ()
    fri: tuple[str, ...] = ()
    sat: tuple[str, ...] = ()
    sun: tuple[str, ...] = ()
    on_holidays: bool = False


class Holidays(Value):
    """Which public holidays the city keeps: the `holidays` library's codes, plus and minus the city's own."""

    country: str
    subdivision: str | None = None
    also: dict[dt.date, str] = {}
    not_kept: tuple[str, ...] = Field((), description="names, as the library gives them, of holidays the city works")


class Emergency(Value):
    """Where people in danger are sent. `number` is always named first."""

    number: str = "911"
    psap_line: PhoneNumber | None = Field(None, description="the PSAP's own ten-digit line, to bridge to")
    crisis_line: str | None = Field("988", description="for people who think of suicide and are not in danger this minute")
    poison_line: str | None = Field("18002221222", description="poison control")
    extra_signs: dict[Language, tuple[str, ...]] = Field(
        {}, description="phrases that also mean a possible emergency here; a city may add signs, never take any away"
    )


class Department(Value):
    """Who does the work."""

    code: str
    names: Words
    email: str | None = None
    phone: PhoneNumber | None = None
    hours: OpeningHours | None = Field(None, description="default: the city's own")


class Choice(Value):
    """One answer to a question of kind `choice`."""

    code: str
    names: Words
    phrases: dict[Language, tuple[str, ...]] = {}


class Question(Value):
    """What a service needs to know beyond what and where. Also an Open311 attribute."""

    code: str
    kind: Literal["yes_no", "choice", "number", "text", "date"]
    ask: Words = Field(description="as said on the phone, short")
    choices: tuple[Choice, ...] = Field((), description="at most five, for kind `choice`")
    required: bool = False


class UrgencyRule(Value):
    """Raises a ticket's priority: when the answer to `question` is `answer`, or the words hold one of `words`."""

    priority: Literal["high", "urgent"]
    because: str = Field(description="shown to operators, in English")
    question: str | None = None
    answer: str | None = None
    words: dict[Language, tuple[str, ...]] = {}


class Service(Value):
    """Something the city does on request: a pothole, a pick-up, a piece of information."""

    code: str
    category: str
    names: Words
    department: str
    days: int = Field(ge=0, description="working days until it should be done; 0: answered at once")
    phrases: dict[Language, tuple[str, ...]] = Field({}, description="how callers put it, in their own words")
    questions: tuple[Question, ...] = ()
    urgency: tuple[UrgencyRule, ...] = ()
    place: Literal["required", "optional", "none"] = "required"
    notice: Words = Field({}, description="said and shown when it is filed, e.g. what to do meanwhile")
    anonymous: bool = Field(True, description="may be filed without a name or number")


class Category(Value):
    """A heading: one of the seven kinds of things 311 is for."""

    code: str
    names: Words


class MenuEntry(Value):
    """A node of the key menu: either a service or a submenu of at most five entries."""

    names: Words = Field({}, description="default: the service's own names")
    service: str | None = None
    entries: tuple[MenuEntry, ...] = Field((), max_length=5)


class Area(Value):
    """A neighbourhood, district or borough, with the names callers use for it."""

    code: str
    names: Words
    also: tuple[str, ...] = ()


class Landmark(Value):
    """A place people name instead of an address."""

    name: str
    also: tuple[str, ...] = ()
    address: str = ""
    area: str = ""
    lat: float
    lon: float


class RoutingRule(Value):
    """Sends a service elsewhere than its usual department; the first rule that fits wins."""

    services: tuple[str, ...]
    department: str
    because: str
    areas: tuple[str, ...] = ()
    answers: dict[str, str] = {}
    outside_hours: bool = False


class Notice(Value):
    """Something callers should hear first: a storm, a closure. In force from `start` to `end` (local dates)."""

    code: str
    say: Words
    start: dt.datetime
    end: dt.datetime
    services: tuple[str, ...] = Field((), description="only with these services; empty: in the greeting")


class TicketRules(Value):
    """How tickets are numbered and when they may be reopened."""

    digits: int = Field(8, ge=6, le=12, description="length of a ticket number, check digit included")
    reopen_days: int = Field(30, ge=0)


class City(Value):
    """One city, whole. `services`, `departments` … are keyed by code, in the order of the file."""

    slug: str = Field(pattern=r"^[a-z0-9-]+$")
    names: Words
    region: str = Field("", description="as in an address: the state or province")
    time_zone: str
    languages: dict[Language, Voice] = Field(description="in the order offered; the first is the default")
    numbers: tuple[PhoneNumber, ...] = Field((), description="the numbers people dial, as Twilio sends them in To")
    operator_line: PhoneNumber | None = Field(None, description="where `0` is put through to")
    hours: OpeningHours
    holidays: Holidays
    emergency: Emergency = Emergency()
    departments: dict[str, Department]
    categories: dict[str, Category]
    services: dict[str, Service]
    menu: tuple[MenuEntry, ...] = Field(max_length=5)
    areas: dict[str, Area] = {}
    landmarks: tuple[Landmark, ...] = ()
    street_nicknames: dict[str, str] = Field({}, description='what people call a street: "mass ave" = "Massachusetts Ave"')
    bounds: tuple[float, float, float, float] | None = Field(None, description="south, west, north, east in degrees")
    routing: tuple[RoutingRule, ...] = ()
    notices: tuple[Notice, ...] = ()
    tickets: TicketRules = TicketRules()

    @property
    def default_language(self) -> Language:
        """The language of a caller who has not chosen one."""
        return next(iter(self.languages))


def in_language(words: Words, language: Language) -> str:
    """The words in `language`, else in English, else in whatever language they exist."""
    return words.get(language) or words.get("en") or next(iter(words.values()), "")
