"""What every list of tickets on the desk needs: who the operators are, how late things are, and the way back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from flask import g, request, url_for
from sqlmodel import Session

from dispatch import deadlines, deeds
from dispatch.accounts import Account, Permission, current
from dispatch.city.model import City
from dispatch.console import actions
from dispatch.console.desk import Desk
from dispatch.console.filters import Option, Person
from dispatch.console.i18n import _, language, marked
from dispatch.console.labels import in_language
from dispatch.notifications import wording
from dispatch.review import REASONS
from storage import accounts
from storage.account_tables import Operator
from storage.tables import Ticket

_YES_NO = {"yes": marked("Yes"), "no": marked("No")}


def people(session: Session, city: City) -> dict[int, Person]:
    """The operators of a city who have an account now, by their numbers, in the order of their names."""
    active = [one for one in _everybody(session) if one.active and (not one.cities or city.slug in one.cities)]
    return {one.id or 0: Person(one.email, one.name) for one in sorted(active, key=_by_name)}


def colleagues(session: Session, city: City, departments: Collection[str]) -> list[Option]:
    """Who can be given tickets of these departments: the operators who may change them, by their numbers."""
    able = [Account.of(one) for one in sorted(_everybody(session), key=_by_name)]
    return [
        Option(str(one.id), Person(one.email, one.name).words)
        for one in able
        if all(one.may_hold(city.slug, each) for each in departments)
    ]


def _by_name(one: Operator) -> tuple[str, str]:
    return one.name.casefold(), one.email


def names(session: Session) -> dict[str, str]:
    """What operators are called, by login; those too who are gone, for histories name them."""
    return {one.email: one.name for one in _everybody(session)}


def _everybody(session: Session) -> Sequence[Operator]:
    """All operators, asked for once in a request."""
    if "everybody" not in g:
        g.everybody = accounts.everybody(session)
    everybody: Sequence[Operator] = g.everybody
    return everybody


def around(session: Session, desk: Desk) -> dict[str, Any]:
    """What the templates of all lists use."""
    city, who, now = desk.city, current(), desk.now()
    called = names(session)

    def service(code: str) -> str:
        return in_language(city.services[code].names) if code in city.services else code or "–"

    def department(code: str) -> str:
        return in_language(city.departments[code].names) if code in city.departments else code

    def area(code: str) -> str:
        return in_language(city.areas[code].names) if code in city.areas else code

    def answers(ticket: Ticket) -> list[tuple[str, str]]:
        """The service's questions and what was answered, in words; codes only where the city asks it no more."""
        known = city.services.get(ticket.service)
        asked = {question.code: question for question in known.questions} if known else {}
        said = []
        for code, answer in ticket.answers.items():
            choices = {choice.code: choice.names for choice in asked[code].choices} if code in asked else {}
            words = in_language(choices[answer]) if answer in choices else _YES_NO.get(answer, answer)
            said.append((in_language(asked[code].ask) if code in asked else code, _(words)))
        return said

    soon = deadlines.soon(city, now)

    def due_by(ticket: Ticket, moment: dt.datetime) -> bool:
        return bool(ticket.due_at and not ticket.closed_at and not ticket.paused_at and ticket.due_at < moment)

    return {
        "service": service,
        "department": department,
        "area": area,
        "late": lambda ticket: due_by(ticket, now),
        "soon": lambda ticket: due_by(ticket, soon) and not due_by(ticket, now),
        "called": lambda login: called.get(login, login),
        "reason": lambda code: REASONS.get(code, code),
        "answers": answers,
        "because": lambda routed: wording.because(city, routed, language()),
        "mine": lambda ticket: actions.may_change(who, ticket),
        "may_change": who.can(Permission.CHANGE_TICKETS),
        "deed": deeds.can_be_taken_back(session, city, who.email, now),
        "deed_names": actions.NAMES,
        "now": now,
        "here": back(),
    }


def back() -> str:
    """The page one is on, to come back to after doing something."""
    query = request.query_string.decode("ascii", "ignore")
    return f"{request.path}?{query}" if query else request.path


def safe(where: str) -> str:
    """A way back that stays on the desk, whatever a form says."""
    inside = (
        where.startswith("/")
        and not where.startswith("//")
        and "\\" not in where
        and ":" not in where.partition("?")[0]
    )
    return f"{request.script_root}{where}" if inside else url_for("console.queue")


def by_urgency(tickets: Sequence[Ticket], now: dt.datetime) -> list[Ticket]:
    """Overdue first, the longest first; then what is urgent; then what is due next."""
    rank = {"urgent": 0, "high": 1, "normal": 2}
    far = dt.datetime.max.replace(tzinfo=dt.UTC)

    def key(ticket: Ticket) -> tuple[bool, int, dt.datetime]:
        due = ticket.due_at or far
        is_late = due < now and not ticket.paused_at
        return (not is_late, 0 if is_late else rank[ticket.priority], due)

    return sorted(tickets, key=key)
