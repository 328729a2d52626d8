"""What a text message to the city comes to: a wish about messages, a status, an answer, a line in a ticket's history.

A ticket is the one that is named, else the one the sender was last asked about, else their latest. Whoever knows a
number may ask how that ticket stands, as on the telephone; what they hear is what the public may know of it.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec
from sqlmodel import Session

from dispatch import questions, text_commands, tickets
from dispatch.city.model import City
from dispatch.new_ticket import By
from dispatch.notifications import wording
from dispatch.text_commands import Meant, Wish
from dispatch.workflow import MoveRefused
from storage import messages
from storage import tickets as ledger
from storage.message_tables import IncomingText, Question
from storage.tables import Ticket
from storage.vocabulary import Channel, Priority


class Text(msgspec.Struct, frozen=True):
    """A text message as the wire hands it in."""

    sid: str
    phone: str
    """E.164; "" where there is none to answer to."""
    body: str
    photos: tuple[str, ...] = ()
    """Addresses of its photos, as Twilio keeps them."""
    carrier_did: str = ""
    """STOP, START or HELP where Twilio has done it already and answered."""
    danger: str = ""
    """What sounds like an emergency in it for certain: it reaches the ticket, and makes it urgent."""
    possible: str = ""
    """What may be one: the danger sentence goes before the answer."""
    language: str = ""
    """The language of the words that sounded like an emergency, if any."""


def receive(session: Session, city: City, text: Text, at: dt.datetime) -> str:
    """Do what a text message asks for, and return the answer, "" for none. Delivered again it is answered the same."""
    alarm = f"certain: {text.danger}" if text.danger else f"possible: {text.possible}" if text.possible else ""
    row = IncomingText(
        message_sid=text.sid,
        city=city.slug,
        phone=text.phone or None,
        body=text.body,
        media=list(text.photos),
        alarm=alarm,
        at=at,
    )
    kept = messages.first_delivery(session, row)
    if kept is None:
        known = messages.incoming(session, text.sid)
        return known.reply if known else ""
    ticket, reply = _answered(_read(session, city, text, at))
    kept.ticket_id, kept.reply = ticket.id if ticket else None, reply
    return reply


def danger(city: City, name: str, *languages: str) -> str:
    """The sentence that sends people to 911 ("emergency", or "danger" where it is only possible), in each language."""
    spoken = [language for language in dict.fromkeys(languages) if language in city.languages]
    return " ".join(wording.reply(city, name, language) for language in spoken or [city.default_language])


class _Message(NamedTuple):
    """A text message with what is known of its sender."""

    session: Session
    city: City
    text: Text
    meant: Meant
    latest: Ticket | None
    language: str
    at: dt.datetime

    def say(self, name: str, **slots: str) -> str:
        return wording.reply(self.city, name, self.language, **slots)

    def named(self) -> Ticket | None:
        number = self.meant.number
        return ledger.by_number(self.session, self.city.slug, number) if number else None

    def asked(self) -> tuple[Question | None, Ticket | None]:
        question = messages.open_question(self.session, self.city.slug, self.text.phone) if self.text.phone else None
        if question is None:
            return None, None
        return question, messages.ticket_of(self.session, self.city.slug, question.ticket_id)

    def by(self, ticket: Ticket) -> By:
        """Who says it, for the history: its reporter, somebody who follows it, or anybody."""
        phone, who = self.text.phone, "public"
        if phone and phone == ticket.reporter_phone:
            who = "reporter"
        elif phone and any(one.phone == phone for one in ledger.followers(self.session, self.city.slug, ticket)):
            who = "follower"
        return By(who, Channel.SMS, self.at)

    def noted(self, ticket: Ticket) -> Ticket:
        """Put the words and photos into a ticket's history."""
        return tickets.comment(
            self.session, self.city, ticket.number, self.words, self.by(ticket), photos=self.text.photos
        )

    @property
    def words(self) -> str:
        return self.text.body or "(photo)"


Answer = tuple[Ticket | None, str]


def _read(session: Session, city: City, text: Text, at: dt.datetime) -> _Message:
    meant = text_commands.understand(city, text.body)
    latest = messages.latest_ticket(session, city.slug, text.phone) if text.phone else None
    language = meant.language or (latest.language if latest else "") or text.language or city.default_language
    return _Message(session, city, text, meant, latest, language, at)


def _answered(message: _Message) -> Answer:
    text = message.text
    if text.danger:
        return _alarmed(message)
    ticket, said = _done(message)
    if text.possible:
        warning = danger(message.city, "danger", text.language, message.language)
        said = f"{warning} {said}".strip()
    return ticket, said


def _alarmed(message: _Message) -> Answer:
    """Send to 911 first; then let the people who have the ticket know. "HELP" alone gets its help besides."""
    city, text = message.city, message.text
    said = danger(city, "emergency", text.language or message.language, message.language)
    if message.meant.wish is Wish.HELP:
        return message.latest, f"{said} {message.say('help')}"
    ticket = message.named() or message.latest
    if ticket:
        ticket = message.noted(ticket)
        why = f"a text message sounds like an emergency: {text.danger}"
        by = message.by(ticket)
        ticket = tickets.change_priority(message.session, city, ticket.number, Priority.URGENT, by, why=why)
    return ticket, said


def _done(message: _Message) -> Answer:
    """Heed a wish about messages; all else is about a ticket. What Twilio answers by itself we do not answer too."""
    text, meant, slug = message.text, message.meant, message.city.slug
    carrier_did = text.carrier_did.lower()
    wish = Wish(carrier_did) if carrier_did in {"stop", "start", "help"} else meant.wish
    silent = bool(carrier_did) or meant.by_carrier
    match wish:
        case Wish.STOP if text.phone:
            messages.opt_out(message.session, slug, text.phone, meant.word or "stop", message.at)
            return message.latest, "" if silent else message.say("stopped")
        case Wish.START:
            messages.opt_in(message.session, slug, text.phone)
            return message.latest, "" if silent else message.say("started")
        case Wish.HELP:
            return message.latest, "" if carrier_did else message.say("help")
        case Wish.STATUS:
            return _status(message)
        case _:
            return _told(message, not_fixed=wish is Wish.NOT_FIXED)


def _status(message: _Message) -> Answer:
    """How a ticket stands, or the one it joined: what that one's department said last, and when it should be done."""
    meant, city, language = message.meant, message.city, message.language
    ticket = message.named()
    if ticket is None and (number := meant.number or meant.misread):
        return None, message.say("unknown", number=wording.grouped(number))
    ticket = ticket or message.latest
    if ticket is None:
        return None, message.say("none")
    stands = ledger.parent_of(message.session, city.slug, ticket) or ticket
    due = "" if stands.closed_at else wording.date(city, stands.due_at, language)
    said = message.say(
        "status",
        number=wording.grouped(ticket.number),
        service=wording.service_of(city, ticket, language),
        status=wording.status_of(stands.status, language),
        sentence=stands.public_note,
        due=message.say("due", date=due) if due else "",
    )
    return ticket, " ".join(said.split())


def _told(message: _Message, *, not_fixed: bool) -> Answer:
    """Words and photos: an answer to what was asked, a "not fixed", or something for the history."""
    session, city = message.session, message.city
    question, asked = message.asked()
    ticket = message.named() or asked or message.latest
    if ticket is None:
        number = message.meant.number
        return None, message.say("unknown", number=wording.grouped(number)) if number else message.say("none")
    number, by = wording.grouped(ticket.number), message.by(ticket)
    if question and asked and asked.id == ticket.id:
        questions.answered(session, city, question, ticket.number, message.words, by, photos=message.text.photos)
        return ticket, message.say("answered", number=number)
    if not (not_fixed and ticket.closed_at):
        message.noted(ticket)
        return ticket, message.say("noted", number=number)
    try:
        tickets.not_fixed(session, city, ticket.number, message.words, by)
    except MoveRefused:
        # Not lost either: whoever looks at the ticket sees that it was said.
        message.noted(ticket)
        return ticket, message.say("too_late", number=number)
    if message.text.photos:
        message.noted(ticket)
    return ticket, message.say("reopened", number=number)
