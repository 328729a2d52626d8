"""The link in a message about a report, and the page behind it: how it stands, "it is not fixed", no more messages.

The link names the message that it came with, by a signature nobody else can make: whoever has it may say what the
message's reader may. So no other site can post here in their name. Looking changes nothing, for mail scanners look too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final, NamedTuple

from flask import Blueprint, Response, request
from itsdangerous import BadSignature, Signer
from sqlmodel import Session

from dispatch import estimates, tickets
from dispatch.city.model import City
from dispatch.new_ticket import By
from dispatch.notifications import wording
from dispatch.workflow import ENDED, MoveRefused, can_reopen
from ivr.emergency import Assessment
from ivr.hearing import plain
from ivr.line import Line
from ivr.page import broken, page, words_beside
from ivr.page_guard import answer, done, keep_alarm, weigh
from ivr.settings import Settings
from storage import messages
from storage import tickets as ledger
from storage.tables import Notification, Ticket
from storage.vocabulary import Channel

LIVES: Final = dt.timedelta(days=400)
"""A year, and what it takes to find an old e-mail: whoever wants no more messages must always find the way out."""
_LONGEST_NOTE: Final = 500
_WORDS: Final = words_beside(__file__)


def report_url(settings: Settings, message_id: int) -> str:
    """The link in a message."""
    return f"{settings.base_url}/r/{_signer(settings).sign(str(message_id)).decode()}"


def blueprint(line: Line) -> Blueprint:
    """The page behind the link."""
    routes = Blueprint("report_link", __name__)

    @routes.get("/r/<token>")
    def report(token: str) -> Response:
        return shown(token)

    @routes.post("/r/<token>")
    def told(token: str) -> Response:
        note = plain(request.form.get("note", ""))[:_LONGEST_NOTE]
        alarm = weigh(note, *(served.city for served in line.cities.values()))
        city = line.dialled("").city

        def heard(session: Session) -> str:
            opened = _opened(line, session, token)
            if opened is None:
                return answer(alarm, city, city.default_language)
            return answer(alarm, opened.city, opened.language, _heard(session, opened, request.form, note, alarm))

        said = done(line, heard)
        if said is None:
            return broken(city, city.default_language, answer(alarm, city, city.default_language))
        return shown(token, said)

    def shown(token: str, said: str = "") -> Response:
        with line.database.reading() as session:
            opened = _opened(line, session, token)
        return _page(opened, said) if opened else _gone(line, said)

    return routes


class _Opened(NamedTuple):
    """A report, and the message about it whose reader has come."""

    city: City
    message: Notification
    ticket: Ticket
    stands: Ticket
    """The ticket that tells how it goes: itself, or the one it joined."""
    is_told: bool
    """Whether its reader is told more."""
    at: dt.datetime

    @property
    def language(self) -> str:
        """What the message was written in."""
        return self.message.language

    @property
    def may_reopen(self) -> bool:
        """Whether "not fixed" may be said of it still."""
        return can_reopen(self.stands.status, self.stands.closed_at, self.city.tickets.reopen_days, self.at)


def _opened(line: Line, session: Session, token: str) -> _Opened | None:
    """What a link leads to; None where it was made up, has run out, or leads to nothing any more."""
    try:
        message = session.get(Notification, int(_signer(line.settings).unsign(token)))
    except BadSignature:
        return None
    if message is None or message.city not in line.cities or line.now() - message.created_at > LIVES:
        return None
    ticket = messages.ticket_of(session, message.city, message.ticket_id or 0)
    if ticket is None:
        return None
    followers = ledger.followers(session, message.city, ticket)
    told = {reached for one in followers for reached in (one.phone, one.email)}
    is_told = message.recipient in told | (_reporter(ticket) if ticket.updates else set())
    stands = ledger.parent_of(session, message.city, ticket) or ticket
    return _Opened(line.cities[message.city].city, message, ticket, stands, is_told, line.now())


def _reporter(ticket: Ticket) -> set[str | None]:
    """Where whoever reported it is reached."""
    return {ticket.reporter_phone, ticket.reporter_email}


def _heard(session: Session, opened: _Opened, form: Mapping[str, str], note: str, alarm: Assessment) -> str:
    """Do what was asked for; the sentence that answers it, "" for none."""
    city, number, recipient, language = opened.city, opened.ticket.number, opened.message.recipient, opened.language
    who = "reporter" if recipient in _reporter(opened.ticket) else "follower"
    by = By(who, Channel.WEB, opened.at, recipient)
    keep_alarm(session, city, alarm, note, by, opened.ticket, None)
    # What mail programs post when somebody presses their own button (RFC 8058).
    if form.get("do") == "stop" or "List-Unsubscribe" in form:
        if opened.is_told:
            tickets.unfollow(session, city, number, recipient, by)
        return _words(language)["stopped"]
    reopens = opened.may_reopen
    if form.get("do") != "not_fixed" or not (note or reopens):
        return ""
    try:
        tickets.not_fixed(session, city, number, note, by)
    except MoveRefused:
        # A page that stood open too long. What was written there is not lost.
        tickets.comment(session, city, number, note, by)
    return _words(language)["reopened" if reopens else "noted"]


def _page(opened: _Opened, said: str) -> Response:
    """How it stands, in public words, and what can be done about it."""
    city, ticket, stands, language = opened.city, opened.ticket, opened.stands, opened.language
    words = _words(language)
    day = estimates.day_of(city, stands, opened.at)
    lines = [
        ", ".join(filter(None, (wording.service_of(city, ticket, language), ticket.address))),
        words["status"].format(status=wording.standing(city, stands, language, day)),
        stands.public_note,
    ]
    if day:
        lines.append(wording.reply(city, "due", language, date=wording.date(city, day, language)))
    elif stands.status in ENDED and not opened.may_reopen:
        lines.append(words["too_late"].format(days=city.tickets.reopen_days))
    slots = {
        "title": words["title"].format(number=wording.grouped(ticket.number).replace(" ", "\N{NO-BREAK SPACE}")),
        "said": said,
        "lines": filter(None, lines),
        "may_reopen": opened.may_reopen,
        "may_stop": opened.is_told,
    }
    return page("report_link.html", city, language, words, slots)


def _gone(line: Line, said: str = "") -> Response:
    city = line.dialled("").city
    words = _words(city.default_language)
    slots = {"title": words["gone_title"], "said": said, "lines": [words["gone"]]}
    return page("report_link.html", city, city.default_language, words, slots, 410)


def _words(language: str) -> Mapping[str, str]:
    return _WORDS.get(language, _WORDS["en"])


def _signer(settings: Settings) -> Signer:
    return Signer(settings.secret_key.get_secret_value(), salt="report-link")
