"""Asking whoever reported a ticket something by text message, and going on when they answer.

While the answer is out the ticket waits on the caller and its clock stands still. Who asks holds the ticket; the answer
brings it back to them.
"""

from __future__ import annotations

from sqlmodel import Session

from dispatch import tickets
from dispatch.city.model import City
from dispatch.new_ticket import By
from dispatch.notifications import wording
from dispatch.workflow import MOVES, MoveRefused
from storage import messages, outbox
from storage.message_tables import Question
from storage.tables import Ticket
from storage.vocabulary import Status

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
        key=f"question-{question.id}",
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
    if ticket.status is Status.WAITING and ticket.waiting_on == "caller":
        back = Status.ASSIGNED if ticket.assignee else Status.NEEDS_REVIEW
        ticket = tickets.change_status(session, city, number, back, by, why="the reporter answered")
    return ticket


def can_ask(ticket: Ticket) -> bool:
    """Whether the ticket page should offer it at all."""
    return bool(ticket.reporter_phone) and Status.WAITING in MOVES[ticket.status]
