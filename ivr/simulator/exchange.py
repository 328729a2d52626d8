"""What passes between Twilio, the application and the caller: values."""

from __future__ import annotations

from typing import Literal

import msgspec

Who = Literal["line", "caller", "keys", "silence", "phone"]


class Webhook(msgspec.Struct, frozen=True):
    """A request of Twilio's to the application."""

    url: str
    params: dict[str, str]
    method: str = "POST"
    fallback: bool = False


class Reply(msgspec.Struct, frozen=True):
    """What the application answered."""

    status: int
    content_type: str
    body: str
    url: str = ""
    """Where it came from in the end, after redirects: relative addresses in it start here."""
    seconds: float = 0.0


class Event(msgspec.Struct, frozen=True):
    """Something that was heard or happened, `at` seconds into the call."""

    at: float
    who: Who
    text: str
    language: str = ""
    voice: str = ""


class Filed(msgspec.Struct, frozen=True):
    """A ticket that came of a call, as whoever tries the line wants to see it."""

    number: str
    service: str
    address: str
    department: str
    status: str
