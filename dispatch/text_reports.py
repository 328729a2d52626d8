"""A text message that reports something new: filed as a call's report is, or asked once for what it lacks.

What the words mean is understood a floor above and handed in as `Understood`: only what is sure. Nobody reads a text's
report back before it is filed, so the answer names what was understood, and another text can put it right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec
from sqlmodel import Session

from dispatch import estimates, tickets
from dispatch.city.model import City
from dispatch.new_ticket import By, NewTicket
from dispatch.notifications import wording
from storage import messages
from storage.message_tables import IncomingText
from storage.tables import Ticket
from storage.vocabulary import Channel

COMPLETED_WITHIN = dt.timedelta(days=1)
"""How long what was said waits for what it lacks."""
_LONGEST_PLACE = 200


class Place(msgspec.Struct, frozen=True):
    """A spot in the city, named like the columns of a ticket."""

    place_kind: str
    address: str
    area: str = ""
    lat: float | None = None
    lon: float | None = None
    place_note: str = ""
    location_verified: bool = True


class Understood(msgspec.Struct, frozen=True):
    """What a text says, as far as it is sure."""

    language: str
    service: str = ""
    """Code."""
    place: Place | None = None
    perhaps: str = ""
    """An address it may mean, where none is sure."""


Understand = Callable[[str, str, bool], Understood]
"""Reads words, given the language they are probably in and whether they answer "where is it?"."""


def take(
    session: Session, city: City, text: IncomingText, latest: Ticket | None, language: str, understand: Understand
) -> tuple[Ticket | None, str] | None:
    """File what a text reports, or ask for what it lacks, and say so; None where it belongs to `latest`.

    `latest` is the last ticket of whoever sent it: what they write is about that one, unless it names another matter or
    another place, and both.
    """
    # Whoever has a ticket already is asked for nothing: what they add belongs to that one.
    first = None if latest else messages.unfinished(session, city.slug, text.phone, text.at - COMPLETED_WITHIN)
    said = understand(text.body, language, first is not None and first.asked == "place")
    whole = said.service and (said.place or city.services[said.service].place != "required")
    if latest:
        known = (latest.service, latest.address) == (said.service, said.place.address if said.place else "")
        return _filed(session, city, [text], said) if whole and not known else None
    if first:
        first.asked = ""
        earlier = understand(first.body, language, False)  # noqa: FBT003 - the arguments of a callable have no names
        return _filed(session, city, [first, text], said if whole else _together(earlier, said, text.body))
    if whole:
        return _filed(session, city, [text], said)
    if said.service:
        text.asked = "place"
        service = wording.service_named(city, said.service, said.language)
        name = "ask_place_like" if said.perhaps else "ask_place"
        return None, wording.reply(city, name, said.language, service=service, place=said.perhaps)
    if said.place:
        text.asked = "service"
        return None, wording.reply(city, "ask_service", said.language, place=said.place.address)
    return None, wording.reply(city, "unclear", said.language)


def _together(first: Understood, then: Understood, answer: str) -> Understood:
    """Two halves of a report. What was asked for and is not clear stays in the words of the answer, for a person."""
    as_said = Place("none", answer[:_LONGEST_PLACE], location_verified=False)
    place = first.place or then.place or as_said
    return Understood(first.language, first.service or then.service, place)


def _filed(session: Session, city: City, said: list[IncomingText], report: Understood) -> tuple[Ticket, str]:
    """File it under the text that made it whole; its sender hears of it from now on, as texts are what they chose."""
    text = said[-1]
    new = NewTicket(
        channel=Channel.SMS,
        origin=text.message_sid,
        service=report.service,
        language=report.language,
        description=" / ".join(one.body for one in said),
        reporter_phone=text.phone,
        # Where no place bears it out, nobody has confirmed it in any way.
        review=() if report.place else ("low_confidence",),
        **(msgspec.structs.asdict(report.place) if report.place else {}),
    )
    ticket = tickets.file(session, city, new, text.at)
    by = By("reporter", Channel.SMS, text.at)
    if photos := tuple(address for one in said for address in one.media):
        tickets.comment(session, city, ticket.number, "(photo)", by, photos=photos)
    template = "public.filed" if report.service else "public.kept"
    due = estimates.day_of(city, ticket, text.at)
    answer = wording.message(city, ticket, template, report.language, due=due).by("sms")
    for one in said:
        one.ticket_id = ticket.id
    if text.phone:
        tickets.follow(session, city, ticket.number, by, phone=text.phone, language=report.language)
        answer = f"{answer} {wording.reply(city, 'follow', report.language)}"
    return ticket, answer
