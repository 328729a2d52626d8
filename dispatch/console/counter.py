"""A ticket for somebody at the counter or on another line: entered by hand, looked over once, and filed as a call's is.

What cannot be filed, or should be seen first, comes back with everything that was typed: fields that lack, the
service's own questions, and what was reported nearby. Whatever was shown once is not asked again.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

import msgspec
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from werkzeug.datastructures import MultiDict

from dispatch import duplicates, tickets
from dispatch.accounts import Permission, current, needs
from dispatch.city.model import City, Question, Service
from dispatch.console import contacts, lists, spots
from dispatch.console.desk import Desk
from dispatch.console.i18n import _, marked
from dispatch.console.labels import in_language
from dispatch.console.spots import Found
from dispatch.duplicates import Suggestion
from dispatch.new_ticket import By, NewTicket, Spot
from dispatch.tickets import NoSuchTicket
from storage import tickets as ledger
from storage.vocabulary import Channel

NOT_KNOWN = "none"
"""What stands for a service in the form where nobody can tell yet: the front desk then finds out."""
_LENGTHS = {"address": 200, "place_note": 300, "description": 4_000, "name": 200, "phone": 40, "email": 254}
_NUMBER = re.compile(r"-?\d{1,12}([.,]\d{1,6})?")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """The form, as it was filled in."""

    form: str
    """Names this one form: sent twice, it files once."""
    service: str = ""
    """Code, `NOT_KNOWN`, or "" where nothing has been chosen."""
    address: str = ""
    place_note: str = ""
    description: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    updates: bool = False
    answers: Mapping[str, str] = {}
    """By the question's code."""
    without_spot: str = ""
    """The place that is to be filed as it was typed, for no map knows it."""
    asked: str = ""
    """The service whose questions stood in the form."""
    shown: frozenset[str] = frozenset()
    """Numbers of the tickets nearby that were shown."""

    @classmethod
    def read(cls, city: City, form: MultiDict[str, str]) -> Entry:
        """Read it; whatever nobody offered counts as left out."""
        sent = {name: form.get(name, "").replace("\0", "").strip()[:most] for name, most in _LENGTHS.items()}
        sent["address"] = form.get("offer", "").strip()[: _LENGTHS["address"]] or sent["address"]
        service, language = form.get("service", ""), form.get("language", "")
        known = city.services.get(service)
        answers = {one.code: form.get(f"q-{one.code}", "").replace("\0", "").strip() for one in _questions(known)}
        return cls(
            **sent,
            form=form.get("form", "")[:40] if form.get("form", "").isalnum() else secrets.token_hex(12),
            service=service if known or service == NOT_KNOWN else "",
            language=language if language in city.languages else city.default_language,
            updates="updates" in form,
            answers={code: answer[:1_000] for code, answer in answers.items() if answer},
            without_spot=sent["address"] if "without_spot" in form else form.get("without", ""),
            asked=form.get("asked", ""),
            shown=frozenset(form.getlist("shown")),
        )


class Looked(msgspec.Struct, frozen=True):
    """What a look at an entry finds."""

    wrong: dict[str, str]
    """What is wrong, by the name of the field."""
    place: Found | None
    """What became of looking the place up, where none was found."""
    spot: Spot | None
    phone: str
    email: str


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @routes.get("/tickets/new")
    @needs(Permission.CHANGE_TICKETS)
    def tickets_new() -> ResponseReturnValue:
        """An empty form."""
        return _page(desk, Entry(form=secrets.token_hex(12), language=desk.city.default_language))

    @routes.post("/tickets/new")
    @needs(Permission.CHANGE_TICKETS)
    def tickets_new_send() -> ResponseReturnValue:
        """File it; or show what lacks, what the service asks, and what was reported nearby."""
        city = desk.city
        entry = Entry.read(city, request.form)
        looked = look(desk, entry)
        if joined := request.form.get("join", ""):
            return _join(desk, entry, looked, joined)
        questions = _questions(city.services.get(entry.service))
        if looked.wrong:
            return _page(desk, entry, looked)
        if questions and entry.asked != entry.service:
            return _page(desk, entry, looked)
        if {one.number for one in _alike(desk, entry, looked)} - entry.shown:
            return _page(desk, entry, looked)
        return _file(desk, entry, looked)


def look(desk: Desk, entry: Entry) -> Looked:
    """Look an entry over: what must not be left out, the place on our map, and how to reach whoever reports it."""
    city, wrong = desk.city, dict[str, str]()
    service = city.services.get(entry.service)
    needed = _("This is needed.")
    place = spots.look_up(desk.pack(), entry.address, entry.place_note) if entry.address else None
    spot = place.spot if place else None
    if entry.address and spot is None and entry.without_spot == entry.address:
        spot = spots.as_typed(entry.address, entry.place_note)
    phone, email = contacts.phone(city, entry.phone), contacts.email(entry.email)
    if not entry.service:
        wrong["service"] = needed
    if entry.address and spot is None:
        wrong["address"] = _("Our map does not know that place, or knows several. Choose one below, or put it right.")
    elif not entry.address and service and service.place == "required":
        wrong["address"] = needed
    if not entry.description and entry.service == NOT_KNOWN:
        wrong["description"] = needed
    if service and entry.asked == entry.service:
        wrong |= {f"q-{one.code}": said for one in service.questions if (said := _unanswered(one, entry.answers))}
    if entry.phone and not phone:
        wrong["phone"] = _("This is no number that can be called.")
    if entry.email and not email:
        wrong["email"] = _("This is no e-mail address.")
    if not (entry.phone or entry.email):
        if entry.updates:
            wrong["phone"] = _("To hear of it they must leave a number or an e-mail address.")
        elif service and not service.anonymous and not entry.name:
            wrong["name"] = _("This service needs to know who asks for it.")
    return Looked(wrong, None if spot else place, spot, phone, email)


def _unanswered(question: Question, answers: Mapping[str, str]) -> str:
    """What is wrong with the answer to a question; "" where nothing is."""
    answer = answers.get(question.code, "")
    if not answer:
        return _("This is needed.") if question.required else ""
    if question.kind == "number" and not _NUMBER.fullmatch(answer):
        return _("This is no number.")
    return ""


def _questions(service: Service | None) -> tuple[Question, ...]:
    return service.questions if service else ()


def _alike(desk: Desk, entry: Entry, looked: Looked) -> list[Suggestion]:
    """What was reported nearby and may be the same."""
    if looked.spot is None:
        return []
    spot = duplicates.Spot(
        service=entry.service,
        lat=looked.spot.lat,
        lon=looked.spot.lon,
        address=looked.spot.address,
        words=entry.description,
    )
    with desk.database.reading() as session:
        return duplicates.suggestions(session, desk.city, spot, desk.now())


def _page(desk: Desk, entry: Entry, looked: Looked | None = None) -> ResponseReturnValue:
    """The form with what is in it, and all that there is to say of it."""
    city = desk.city
    with desk.database.reading() as session:
        around = lists.around(session, desk)
    groups = {code: (in_language(one.names), list[tuple[str, str]]()) for code, one in city.categories.items()}
    for code, service in city.services.items():
        groups[service.category][1].append((code, in_language(service.names)))
    # Where nothing is wrong there is something to be seen first: the same form, and no error.
    status = 422 if looked and looked.wrong else 200
    page = render_template(
        "console/new_ticket.html",
        entry=entry,
        groups=[(name, sorted(some, key=lambda one: one[1])) for name, some in groups.values() if some],
        not_known=NOT_KNOWN,
        chosen=city.services.get(entry.service),
        asks=_questions(city.services.get(entry.service)) if looked else (),
        wrong=looked.wrong if looked else {},
        looked=looked,
        alike=_alike(desk, entry, looked) if looked else [],
        **around,
    )
    return page, status


def _file(desk: Desk, entry: Entry, looked: Looked) -> ResponseReturnValue:
    city, who, now = desk.city, current().email, desk.now()
    place = msgspec.structs.asdict(looked.spot) if looked.spot else {}
    new = NewTicket(
        channel=Channel.CONSOLE,
        origin=f"desk:{entry.form}",
        service="" if entry.service == NOT_KNOWN else entry.service,
        language=entry.language,
        description=entry.description,
        answers=dict(entry.answers),
        reporter_name=entry.name or None,
        reporter_phone=looked.phone or None,
        reporter_email=looked.email or None,
        updates=entry.updates,
        **place,
    )
    ticket = desk.database.keep(lambda session: tickets.file(session, city, new, now, who=who))
    if ticket.created_at == now:
        flash(_("Filed. The number to give them is %(number)s.", number=ticket.number), "success")
        if (service := city.services.get(ticket.service)) and service.notice:
            flash(_("Tell them: %(notice)s", notice=in_language(service.notice)), "info")
    else:
        flash(marked("This form was sent before, and made this ticket: nothing was filed again."), "warning")
    return redirect(url_for("console.tickets_one", number=ticket.number))


def _join(desk: Desk, entry: Entry, looked: Looked, number: str) -> ResponseReturnValue:
    """Have whoever reports it hear of the ticket that is there already; what they add stands in its history."""
    if not (looked.phone or looked.email):
        why = _("To be added to a report they must leave a number or an e-mail address.")
        return _page(desk, entry, msgspec.structs.replace(looked, wrong={"phone": why}))
    city, by = desk.city, By(current().email, Channel.CONSOLE, desk.now())

    def join(session: Session) -> None:
        ticket = tickets.follow(
            session,
            city,
            number,
            by,
            language=entry.language,
            phone=looked.phone or None,
            email=None if looked.phone else looked.email,
        )
        history = ledger.history(session, city.slug, ticket)
        said = any(line.kind == "comment" and line.why == entry.description for line in history)
        if entry.description and not said:
            tickets.comment(session, city, number, entry.description, by)

    try:
        desk.database.keep(join)
    except NoSuchTicket:
        flash(_("There is no ticket %(number)s.", number=number), "error")
        return _page(desk, entry, looked)
    flash(marked("They are added to this report, and hear what becomes of it."), "success")
    return redirect(url_for("console.tickets_one", number=number))
