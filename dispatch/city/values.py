"""What the tables of a city file are made of: languages, words, numbers, times; and nothing unknown in them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from dispatch.city.formats import https_address, opening_range, phone_number, time_of_day, time_zone

Language = Literal["en", "es", "fr"]
Words = dict[Language, str]
"""The same thing said in each language; English is always there and is the fallback."""
PhoneNumber = Annotated[str, AfterValidator(phone_number)]
"""E.164, as Twilio writes it: "+12175550142"."""
TimeZone = Annotated[str, AfterValidator(time_zone)]
"""A name of the IANA database: "America/Chicago"."""
Range = Annotated[str, AfterValidator(opening_range)]
"""Local times of one day: "08:00-17:00"; midnight at the end of a day is 24:00."""


TimeOfDay = Annotated[str, AfterValidator(time_of_day)]
"""Local time: "21:00"."""
WebAddress = Annotated[str, AfterValidator(https_address)]
"""Where something is posted to: "https://works.example.gov/311"."""


class Value(BaseModel):
    """Base of everything in a city file: immutable, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
