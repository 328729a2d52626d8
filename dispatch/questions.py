"""Asking whoever reported a ticket something by text message, and going on when they answer.

While the answer is out the ticket waits on the caller and its clock stands still. Who asks holds the ticket; the answer
brings it back to them. So does it that none will come: the question could not be delivered, whoever was asked wants no
more text messages, or has been silent for the city's number of days.
"""

from __future__ import annotations

import datetime as dt
import secrets

from sqlmodel import Session

from dispatch import tickets
from dispatch.city.model import City
from dispatch.new_ticket import By
from dispatch.notifications import wording
from dispatch.workflow import MOVES, MoveRefused
from storage import messages, outbox
from storage import tickets as ledger
from storage.database import Database
from storage.message_tables import Question
from storage.messages import HopelessBecause
from storage.tables import Ticket
from storage.vocabulary import Channel, Status

LONGEST = 600
"""Characters: the city's name, the ticket and the request to reply still fit into what Twilio takes."""


def ask(session: Session, city: City, ticket: Ticket, text: str, by: By, *, seen: int | None = None) -> Question:
    """Ask the reporter of a ticket something by text message; the ticket waits for the answer.

    Raises MoveRefused where it is no question or nobody can be asked; TicketChanged where the ticket
    is no longer as it was `seen`.
    """
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        raise MoveRefused("question_length", most=LONGEST)
    phone = ticket.reporter_phone
    if not phone:
        raise MoveRefused("no_telephone")
    if messages.opted_out(session, city.slug, {phone}):
        raise MoveRefused("no_texts")
    if not ticket.assignee:
        # Given to whoever asks, for the answer must come back to somebody.
        seen = tickets.assign(session, city, ticket.number, by.who, by, why="asks the reporter", seen=seen).version
    why = f"asked the reporter: {text}"
    asked = tickets.change_status(
        session, city, ticket.number, Status.WAITING, by, why=why, waiting_on="caller", seen=seen
    )
    question = messages.ask(
        session,
        Question(city=city.slug, ticket_id=asked.id or 0, phone=phone, text=text, asked_by=by.who, asked_at=by.at),
    )
    words = wording.message(city, asked, "public.asked", asked.language, sentence=text)
    outbox.put(
        session,
        city.slug,
        channel="sms",
        recipient=phone,
        # Drawn, and not the question's id: SQLite gives that of a question taken back to the next one.
        key=f"question-{secrets.token_hex(12)}",
        at=by.at,
        template="public.asked",
        language=asked.language,
        body=words.body,
        ticket_id=asked.id,
    )
    return question


def answered(
    session: Session, city: City, question: Question, number: str, text: str, by: By, *, photos: tuple[str, ...] = ()
) -> Ticket:
    """Put the answer into the ticket's history, and bring the ticket back to work if it still waits for it."""
    question.answered_at = by.at
    ticket = tickets.comment(session, city, number, text, by, photos=photos)
    if _waits(ticket):
        ticket = _bring_back(session, city, ticket, by, "the reporter answered")
    return ticket


def give_up(database: Database, city: City, at: dt.datetime) -> int:
    """Bring back the tickets whose question nobody will answer; returns how many. Several workers may try at once."""
    before = at - dt.timedelta(days=city.tickets.answer_days)
    with database.reading() as session:
        found = messages.hopeless(session, city.slug, before)
    return sum(_give_up(database, city, question, number, why, at) for question, number, why in found)


def _give_up(
    database: Database, city: City, question: Question, number: str, because: HopelessBecause, at: dt.datetime
) -> bool:
    why = _WHY[because].format(days=city.tickets.answer_days)
    with database.transaction() as session:
        ledger.lock_families(session, city.slug, [number])
        ticket = ledger.by_number(session, city.slug, number)
        asked = session.get(Question, question.id, populate_existing=True)
        if not (ticket and asked and _waits(ticket)) or asked.answered_at:
            return False  # The answer, or another worker, was quicker.
        _bring_back(session, city, ticket, By("questions", Channel.SYSTEM, at), why)
    return True


_WHY: dict[HopelessBecause, str] = {
    "undelivered": "the question could not be delivered",
    "opted_out": "the reporter wants no more text messages",
    "silent": "the reporter has not answered for {days} days",
}


def _waits(ticket: Ticket) -> bool:
    return ticket.status is Status.WAITING and ticket.waiting_on == "caller"


def _bring_back(session: Session, city: City, ticket: Ticket, by: By, why: str) -> Ticket:
    """Have it go on: with whoever holds it, else where somebody will look."""
    back = Status.ASSIGNED if ticket.assignee else Status.NEEDS_REVIEW
    return tickets.change_status(session, city, ticket.number, back, by, why=why)


def can_ask(ticket: Ticket) -> bool:
    """Whether the ticket page should offer it at all."""
    return bool(ticket.reporter_phone) and Status.WAITING in MOVES[ticket.status]
