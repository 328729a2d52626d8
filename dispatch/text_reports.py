"""A text message that reports something new: filed as a call's report is, or asked once for what it lacks.

What the words mean is understood a floor above and handed in as `Understood`: only what is sure. Nobody reads a text's
report back before it is filed, so the answer names what was understood, and another text can put it right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple, Self

import msgspec
from sqlmodel import Session

from dispatch import estimates, tickets
from dispatch.city.model import City
from dispatch.new_ticket import By, NewTicket
from dispatch.notifications import wording
from dispatch.text_commands import agrees, is_nod, says_fixed
from dispatch.text_words import plain
from dispatch.workflow import ENDED, can_reopen
from storage import messages
from storage import tickets as ledger
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
    perhaps: Place | None = None
    """An address it may mean, where none is sure."""

    def whole(self, city: City) -> bool:
        """Whether it says all that a report needs."""
        return bool(self.service and (self.place or city.services[self.service].place != "required"))


Understand = Callable[[str, str, bool], Understood]
"""Reads words, given the language they are probably in and whether they answer "where is it?"."""


class Theirs(NamedTuple):
    """The ticket a text would be about, and how that one stands, or the one it joined."""

    ticket: Ticket
    ended: bool
    can_reopen: bool = False
    """Whether it ended so lately that "not fixed" opens it again."""

    @classmethod
    def of(cls, session: Session, city: City, ticket: Ticket, at: dt.datetime) -> Self:
        """See how a ticket of theirs stands."""
        stands = ledger.parent_of(session, city.slug, ticket) or ticket
        reopens = can_reopen(stands.status, stands.closed_at, city.tickets.reopen_days, at)
        return cls(ticket, stands.status in ENDED, reopens)


def waits(session: Session, city: City, phone: str, at: dt.datetime) -> bool:
    """Whether a number was asked for something that its report lacks."""
    return bool(messages.unfinished(session, city.slug, phone, at - COMPLETED_WITHIN))


def take(
    session: Session, city: City, text: IncomingText, theirs: Theirs | None, language: str, understand: Understand
) -> tuple[Ticket | None, str] | None:
    """File what a text reports, or ask for what it lacks, and say so; None where it belongs to what is `theirs`."""
    open_still = theirs is not None and not theirs.ended
    # Whoever has an open ticket is asked for nothing: what they add belongs to that one.
    earlier = [] if open_still else messages.unfinished(session, city.slug, text.phone, text.at - COMPLETED_WITHIN)
    asked = earlier[-1].asked if earlier else ""
    said = understand(text.body, language, asked == "place")
    if not (earlier and says_fixed(text.body) is not False) and _belongs(city, said, text, theirs):
        return None
    known = Understood(said.language)
    for one, before in zip(earlier, ["", *(one.asked for one in earlier)], strict=False):
        known = _with(known, understand(one.body, language, before == "place"))
    report = said if said.whole(city) else _with(known, _agreed(text.body, known, said))
    if report.whole(city) or (asked in {"place", "service"} and not _asks_again(text, known, said)):
        for one in earlier:
            one.asked = ""
        return _filed(session, city, [*earlier, text], report if report.whole(city) else _as_said(report, text.body))
    return None, _asked(city, text, report, anew=bool(said.perhaps), photo=bool(text.media))


def _belongs(city: City, said: Understood, text: IncomingText, theirs: Theirs | None) -> bool:
    """Whether words are about a ticket of whoever wrote them, and no new report.

    An open one takes whatever does not name another matter and another place, both. One that has ended takes "thank
    you" and, while it can be opened again, "not fixed" and remarks; the same trouble told anew is a new one.
    """
    told, clear = says_fixed(text.body), bool(said.service or said.place or said.perhaps or text.media)
    if theirs is None:
        return told is False and not clear  # Of a ticket that we do not know to be theirs.
    ticket, whole = theirs.ticket, said.whole(city)
    spot = said.place or (said.perhaps if said.service else None)
    elsewhere = spot is not None and spot.address != ticket.address
    same = said.service == ticket.service and not elsewhere
    if not theirs.ended:
        return same or not whole
    if told is False:
        return not elsewhere and (theirs.can_reopen or not clear)
    if told:
        return same or not (whole if theirs.can_reopen else clear)
    return theirs.can_reopen and not whole and said.service in {"", ticket.service}


def _with(first: Understood, then: Understood) -> Understood:
    """What both say of one report."""
    return Understood(
        first.language if first.service or not then.service else then.language,
        first.service or then.service,
        first.place or then.place,
        then.perhaps or first.perhaps,
    )


def _agreed(body: str, known: Understood, said: Understood) -> Understood:
    """What an answer says, where a yes, or its very words, take the place that was offered."""
    offered = known.perhaps
    if offered and not said.place and (agrees(body) or plain(body) == plain(offered.address)):
        return msgspec.structs.replace(said, place=offered)
    return said


def _asks_again(text: IncomingText, known: Understood, said: Understood) -> bool:
    """Whether an answer leaves something to ask: a photo or a nod alone, or nearly a place, the first time."""
    return is_nod(text.body) or (said.perhaps is not None and known.perhaps is None)


def _asked(city: City, text: IncomingText, report: Understood, *, anew: bool, photo: bool) -> str:
    """Ask for what a report lacks; the next text completes it."""
    language = report.language
    if report.service:
        text.asked = "place"
        service = wording.service_named(city, report.service, language)
        if report.perhaps and anew:
            return wording.reply(city, "ask_place_like", language, service=service, place=report.perhaps.address)
        return wording.reply(city, "ask_place", language, service=service)
    if report.place:
        text.asked = "service"
        return wording.reply(city, "ask_service", language, place=report.place.address)
    if photo:
        text.asked = "both"
        return wording.reply(city, "ask_both", language)
    example = next((code for code, one in city.services.items() if one.place == "required"), "")
    return wording.reply(city, "unclear", language, service=wording.service_named(city, example, language))


def _as_said(report: Understood, answer: str) -> Understood:
    """A report for a person to look at: what was asked for and is not clear stays in the words of the answer."""
    place = report.place or Place("none", answer[:_LONGEST_PLACE], location_verified=False)
    return msgspec.structs.replace(report, place=place)


def _filed(session: Session, city: City, said: list[IncomingText], report: Understood) -> tuple[Ticket, str]:
    """File it under the text that made it whole; its sender hears of it from now on, as texts are what they chose."""
    text = said[-1]
    new = NewTicket(
        channel=Channel.SMS,
        origin=text.message_sid,
        service=report.service,
        language=report.language,
        description=" / ".join(one.body for one in said if one.body),
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
