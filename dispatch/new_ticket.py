"""A report as a door hands it in: the phone, a message, the web. A value; `tickets.file` makes a ticket of it."""

from __future__ import annotations

import datetime as dt

import msgspec

from storage.vocabulary import Channel


class NewTicket(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a report. Only the channel is required: the line files what it has, and says what lacks."""

    channel: Channel
    origin: str | None = None
    """Names the one report this is, e.g. "CA…:1"; handed in twice it is still one ticket."""
    service: str = ""
    """Code; "" or a code the city lacks sends it to the front desk for review."""
    language: str = "en"
    place_kind: str = "none"
    """address, intersection, landmark, none."""
    address: str = ""
    area: str = ""
    lat: float | None = None
    lon: float | None = None
    place_note: str = ""
    location_verified: bool = True
    description: str = ""
    answers: dict[str, str] = {}
    reporter_name: str | None = None
    reporter_phone: str | None = None
    """E.164."""
    reporter_email: str | None = None
    updates: bool = False
    """Whether the reporter wants to hear of it, by phone number else e-mail."""
    draft: bool = False
    """The caller hung up before sending it."""
    review: tuple[str, ...] = ()
    """Reasons for review that the door knows; see `review.REASONS`."""
    call_sid: str | None = None
    recording_url: str | None = None
    recording_sid: str | None = None
    recording_seconds: int | None = None


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where a ticket is."""

    place_kind: str = "address"
    address: str
    area: str = ""
    lat: float | None = None
    lon: float | None = None
    place_note: str = ""


class By(msgspec.Struct, frozen=True):
    """Who changes a ticket, through which door, and when."""

    who: str
    """An operator's login, "caller", "reporter", or the part of the house that acts."""
    channel: Channel
    at: dt.datetime
    recipient: str = ""
    """The number or address at which they are told of tickets, where it is known: of what they do themselves they are
    told nothing."""
