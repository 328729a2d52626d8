"""Who is told what about a ticket. Rows of the outbox, written in the transaction that changes the ticket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlmodel import Session

from dispatch import estimates
from dispatch.city.model import OWN_DEPARTMENT, City
from dispatch.new_ticket import By
from dispatch.notifications import digests, wording
from storage import outbox, tickets
from storage.tables import Ticket, TicketEvent

_OVERTAKEN = ("public.progress", "public.corrected", "public.split")
"""What nobody has written a sentence for, and whatever is told next says as well: so that several changes in a row, or
in a night, are one message."""
_FACTS = "number service status priority department address area lat lon channel routed_because version".split()


class _Listener(NamedTuple):
    name: str
    channel: outbox.ChannelName
    recipient: str
    language: str


def tell_reporter(session: Session, city: City, ticket: Ticket, event: TicketEvent, template: str) -> None:
    """Tell the reporter of a new ticket, if they asked for it: nobody else can know of it yet."""
    for listener in _reporter(ticket):
        words = wording.message(city, ticket, template, listener.language, due=estimates.day_of(city, ticket, event.at))
        _put(session, city, ticket, event, listener, template, words)


def tell_public(
    session: Session,
    city: City,
    ticket: Ticket,
    event: TicketEvent,
    template: str,
    by: By,
    *,
    stands: Ticket | None = None,
    sentence: str = "",
) -> None:
    """Tell the reporter, if they asked for it, and every follower, each once and in their own language.

    Those who reported or follow a duplicate hear how the ticket it joined goes on, under the number they know. Who did
    it knows already. `stands` is the ticket it joins; default: itself.
    """
    told = {by.who, by.recipient}
    stands = stands or ticket
    for known_as in (ticket, *tickets.duplicates_of(session, city.slug, ticket)):
        for listener in _listeners(session, city, known_as):
            if listener.recipient not in told:
                told.add(listener.recipient)
                outbox.overtake(session, known_as.id or 0, listener.recipient, _OVERTAKEN, event.at)
                words = wording.message(
                    city,
                    known_as,
                    template,
                    listener.language,
                    stands=stands,
                    sentence=sentence,
                    parent=stands.number,
                    due=estimates.day_of(city, stands, event.at),
                )
                _put(session, city, known_as, event, listener, template, words)


def tell_department(
    session: Session,
    city: City,
    ticket: Ticket,
    event: TicketEvent,
    template: str,
    text: str,
    *,
    former: str = "",
    by_mail: bool = True,
) -> None:
    """Tell the department that has the ticket, in the city's first language: its own system, and its people by e-mail.

    By e-mail at once or in the next digest, as the city's file says; nobody is told where it names neither. `former` is
    the code of a department that had it until now, which is told instead; without `by_mail` only the system hears.
    """
    department = city.departments.get(former or ticket.department)
    if department is None:
        return
    language, name = city.default_language, "former" if former else "department"
    words = wording.message(city, ticket, template, language, text=text)
    if department.webhook:
        listener = _Listener(f"{name}-webhook", "webhook", department.webhook, language)
        told = _told(city, ticket, event, template, text, department.code)
        _put(session, city, ticket, event, listener, template, words, told)
    if not (by_mail and department.email):
        return
    if digests.waits_for_digest(department, ticket):
        digests.add(session, city, department, ticket, words, event.at)
    else:
        _put(session, city, ticket, event, _Listener(name, "email", department.email, language), template, words)


def tell_desks(
    session: Session, city: City, ticket: Ticket, event: TicketEvent, template: str, desks: Sequence[str]
) -> None:
    """Tell those an escalation names: the ticket's own department as always, others and plain addresses by e-mail."""
    language, already = city.default_language, set[str]()
    for desk in desks:
        if desk in {OWN_DEPARTMENT, ticket.department}:
            if ticket.department not in already:
                tell_department(session, city, ticket, event, template, ticket.description)
            already.add(ticket.department)
            continue
        other = city.departments.get(desk)
        address = other.email if other else desk if "@" in desk else None
        if address and address not in already:
            already.add(address)
            words = wording.message(city, ticket, template, language, text=ticket.description)
            listener = _Listener(f"desk-{len(already)}", "email", address, language)
            _put(session, city, ticket, event, listener, template, words)


def _told(city: City, ticket: Ticket, event: TicketEvent, template: str, text: str, told: str) -> dict[str, Any]:
    """What a department's system is told, in the shape of Standard Webhooks.

    `told` is that department, with whose secret it is signed; the one in `data` has the ticket now.
    """
    facts: dict[str, Any] = {name: getattr(ticket, name) for name in _FACTS}
    facts["routed_because"] = wording.because(city, ticket.routed_because, "en")
    moments = {"due_at": ticket.due_at and ticket.due_at.isoformat(), "created_at": ticket.created_at.isoformat()}
    return {
        "type": template.replace("department.", "ticket."),
        "timestamp": event.at.isoformat(),
        "department": told,
        "data": {"city": city.slug, **facts, **moments, "text": text},
    }


def _listeners(session: Session, city: City, ticket: Ticket) -> Iterator[_Listener]:
    """Who hears of this very ticket."""
    yield from _reporter(ticket)
    for one in tickets.followers(session, city.slug, ticket):
        yield from _reached(f"follower-{one.id}", one.phone, one.email, one.language)


def _reporter(ticket: Ticket) -> Iterator[_Listener]:
    if ticket.updates:
        yield from _reached("reporter", ticket.reporter_phone, ticket.reporter_email, ticket.language)


def _reached(name: str, phone: str | None, email: str | None, language: str) -> Iterator[_Listener]:
    """By text message where there is a number, else by e-mail, else not at all."""
    if recipient := phone or email:
        yield _Listener(name, "sms" if phone else "email", recipient, language)


def _put(
    session: Session,
    city: City,
    ticket: Ticket,
    event: TicketEvent,
    listener: _Listener,
    template: str,
    words: wording.Message,
    payload: dict[str, Any] | None = None,
) -> None:
    subject = {"subject": words.subject} if listener.channel == "email" else {}
    outbox.put(
        session,
        city.slug,
        channel=listener.channel,
        recipient=listener.recipient,
        key=f"event-{event.id}-{ticket.id}-{listener.name}",
        at=event.at,
        template=template,
        language=listener.language,
        body=words.by(listener.channel),
        payload=payload or subject,
        ticket_id=ticket.id,
    )
