"""What a text message to the city comes to: a wish about messages, a status, an answer, a report, a line of history.

A ticket is the one that is named, else the one the sender was last asked about, else their latest; "not fixed", in
whatever words, is said of the one that ended last. What is about none of these is a report. Whoever knows a number may
ask how that ticket stands, as on the telephone; what they hear is what the public may know of it.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, NamedTuple

import msgspec
from sqlmodel import Session

from dispatch import estimates, questions, text_commands, text_reports, tickets
from dispatch.city.model import City
from dispatch.new_ticket import By
from dispatch.notifications import wording
from dispatch.text_commands import Meant, Wish, denies, says_fixed
from dispatch.text_reports import Theirs, Understand
from dispatch.workflow import MoveRefused
from storage import messages
from storage import tickets as ledger
from storage.message_tables import IncomingText, Question
from storage.tables import Ticket
from storage.vocabulary import Channel, Priority, Status


class Alarm(msgspec.Struct, frozen=True):
    """What sounds like an emergency in a text message."""

    verdict: Literal["certain", "possible"]
    """Certain: it reaches the ticket, and makes it urgent. Possible: the danger sentence goes before the answer."""
    category: str
    evidence: str
    language: str
    """The language of the words; "" where they are of none."""


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
    alarm: Alarm | None = None


def receive(session: Session, city: City, text: Text, at: dt.datetime, understand: Understand) -> str:
    """Do what a text message asks for, and return the answer, "" for none. Delivered again it is answered the same.

    `understand` reads what it reports, should it come to that.
    """
    alarm = text.alarm
    row = IncomingText(
        message_sid=text.sid,
        city=city.slug,
        phone=text.phone or None,
        body=text.body,
        media=list(text.photos),
        alarm=alarm.verdict if alarm else "",
        alarm_category=alarm.category if alarm else None,
        alarm_evidence=alarm.evidence if alarm else None,
        at=at,
    )
    kept = messages.first_delivery(session, row)
    if kept is None:
        known = messages.incoming(session, text.sid)
        return known.reply if known else ""
    ticket, reply = _answered(_read(session, city, text, kept, at, understand))
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
    kept: IncomingText
    understand: Understand
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

    def ended(self, asked: Question | None) -> Ticket | None:
        """The ticket they were told the end of last, where it is this that they answer.

        None where they name a number, or were `asked` something since. "Not fixed" is an answer to it in any case; a
        bare "no" and "it is fixed" only where they have reported nothing since.
        """
        said_so = says_fixed(self.text.body) is not None or denies(self.text.body)
        if not self.text.phone or self.meant.number or not said_so:
            return None
        window = dt.timedelta(days=self.city.tickets.reopen_days)
        found = messages.last_ended(self.session, self.city.slug, self.text.phone, self.at - window)
        if not found or (asked and asked.asked_at > found[1]):
            return None
        ticket, ended_at = found
        newer = self.latest is not None and self.latest.created_at > ended_at
        return ticket if self.goes_on or not newer else None

    @property
    def goes_on(self) -> bool:
        """Whether they say that something is not fixed, of whatever they say it."""
        return says_fixed(self.text.body) is False

    def by(self, ticket: Ticket) -> By:
        """Who says it, for the history: its reporter, somebody who follows it, or anybody."""
        phone, who = self.text.phone, "public"
        if phone and phone == ticket.reporter_phone:
            who = "reporter"
        elif phone and any(one.phone == phone for one in ledger.followers(self.session, self.city.slug, ticket)):
            who = "follower"
        return By(who, Channel.SMS, self.at, phone)

    def noted(self, ticket: Ticket) -> Ticket:
        """Put the words and photos into a ticket's history."""
        return tickets.comment(
            self.session, self.city, ticket.number, self.words, self.by(ticket), photos=self.text.photos
        )

    @property
    def words(self) -> str:
        return self.text.body or "(photo)"


Answer = tuple[Ticket | None, str]


def _read(
    session: Session, city: City, text: Text, kept: IncomingText, at: dt.datetime, understand: Understand
) -> _Message:
    meant = text_commands.understand(city, text.body)
    latest = messages.latest_ticket(session, city.slug, text.phone) if text.phone else None
    heard_in = text.alarm.language if text.alarm else ""
    language = meant.language or (latest.language if latest else "") or heard_in or city.default_language
    return _Message(session, city, text, kept, understand, meant, latest, language, at)


def _answered(message: _Message) -> Answer:
    alarm = message.text.alarm
    if alarm and alarm.verdict == "certain":
        return _alarmed(message, alarm)
    ticket, said = _done(message)
    if alarm:
        warning = danger(message.city, "danger", alarm.language, message.language)
        said = f"{warning} {said}".strip()
    return ticket, said


def _alarmed(message: _Message, alarm: Alarm) -> Answer:
    """Send to 911 first; then let the people who have the ticket know. "HELP" alone gets its help besides."""
    city = message.city
    said = danger(city, "emergency", alarm.language or message.language, message.language)
    if message.meant.wish is Wish.HELP:
        return message.latest, f"{said} {message.say('help')}"
    question, asked = message.asked()
    ticket = message.named() or message.ended(question) or asked or message.latest
    if ticket:
        why = f"a text message sounds like an emergency: {alarm.category}: {alarm.evidence}"
        # Before anybody is told: what is urgent waits for no digest.
        tickets.change_priority(message.session, city, ticket.number, Priority.URGENT, message.by(ticket), why=why)
        _put(message, ticket, question)
    return ticket, said


def _done(message: _Message) -> Answer:
    """Heed a wish about messages; all else is about a ticket. What Twilio answers by itself we do not answer too."""
    text, meant, slug = message.text, message.meant, message.city.slug
    carrier_did = text.carrier_did.lower()
    wish = Wish(carrier_did) if carrier_did in {"stop", "start", "help"} else meant.wish
    silent = bool(carrier_did) or meant.by_carrier
    question, asked = message.asked()
    if question and asked and meant.ambiguous and not carrier_did:
        ticket, said = _answer(message, question, asked)
        return ticket, f"{said} {message.say('or_stop')}" if wish is Wish.STOP else said
    match wish:
        case Wish.STOP if text.phone:
            messages.opt_out(message.session, slug, text.phone, meant.word or "stop", message.at)
            return message.latest, "" if silent else message.say("stopped")
        case Wish.START | Wish.YES:
            was_silent = messages.opt_in(message.session, slug, text.phone)
            if meant.wish is not Wish.YES:
                return message.latest, "" if silent else message.say("started")
            if question or text_reports.waits(message.session, message.city, text.phone, message.at):
                # To Twilio "yes" is a START, whatever it answers.
                ticket, said = _told(message)
                return ticket, "" if carrier_did and question else said
            return (message.latest, "") if was_silent or carrier_did else _told(message)
        case Wish.HELP:
            return message.latest, "" if carrier_did else message.say("help")
        case Wish.STATUS:
            return _status(message)
        case _:
            return _told(message)


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
    day = estimates.day_of(city, stands, message.at)
    said = message.say(
        "status",
        number=wording.grouped(ticket.number),
        service=wording.service_of(city, ticket, language),
        status=wording.standing(city, stands, language, day),
        sentence=stands.public_note,
        due=message.say("due", date=wording.date(city, day, language)) if day else "",
    )
    return ticket, " ".join(said.split())


def _told(message: _Message) -> Answer:
    """Words and photos: an answer to what was asked, a "not fixed", a new report, or something for the history."""
    session, city, meant = message.session, message.city, message.meant
    question, asked = message.asked()
    named, number = message.named(), meant.number or meant.misread
    if number and not named and meant.wish is Wish.NOT_FIXED:
        return None, message.say("unknown", number=wording.grouped(number))
    ticket = named or message.ended(question) or asked or message.latest
    if not (named or asked):
        theirs = Theirs.of(session, city, ticket, message.at) if ticket else None
        new = text_reports.take(session, city, message.kept, theirs, message.language, message.understand)
        if new:
            return new
        if number:
            return None, message.say("unknown", number=wording.grouped(number))
    return (ticket, _put(message, ticket, question)) if ticket else (None, message.say("none"))


def _put(message: _Message, ticket: Ticket, question: Question | None) -> str:
    """Put what was said into the history of the ticket it is about: opened again, answered or noted. What to reply."""
    session, city, number = message.session, message.city, wording.grouped(ticket.number)
    if question and question.ticket_id == ticket.id:
        return _answer(message, question, ticket)[1]
    if not (ticket.closed_at and (message.goes_on or denies(message.text.body))):
        message.noted(ticket)
        return message.say("noted", number=number)
    try:
        stands = tickets.not_fixed(session, city, ticket.number, message.words, message.by(ticket))
    except MoveRefused:
        # Not lost either: whoever looks at the ticket sees that it was said.
        message.noted(ticket)
        return message.say("too_late", number=number)
    if message.text.photos:
        message.noted(ticket)
    # What it joined may have been open all the time.
    return message.say("reopened" if stands.status is Status.REOPENED else "noted", number=number)


def _answer(message: _Message, question: Question, ticket: Ticket) -> Answer:
    """Hand on what answers a question."""
    number, by = ticket.number, message.by(ticket)
    questions.answered(message.session, message.city, question, number, message.words, by, photos=message.text.photos)
    return ticket, message.say("answered", number=wording.grouped(number))
