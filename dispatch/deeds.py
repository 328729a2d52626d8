"""What an operator does to one ticket or to many at once, and taking it back within ten seconds.

A deed is done at once, so that colleagues see it and nobody takes the same ticket twice. Only what it has to say to the
public and to departments waits in the outbox for the ten seconds: a message cannot be taken back, a row can. Taking a
deed back therefore cancels those rows and puts each ticket as it stood, as a line of its own in the history: nothing is
rubbed out. Were the whole deed held back instead, a colleague would act meanwhile on what is no longer so.

A ticket that somebody changed since is left alone, and told so: their work is not undone with yours.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlmodel import Session

from dispatch import tickets
from dispatch.city.model import City
from dispatch.new_ticket import By
from dispatch.tickets import NoSuchTicket, TicketChanged
from dispatch.workflow import MoveRefused
from storage import desk
from storage import tickets as ledger
from storage.search_tables import Deed
from storage.tables import Ticket
from storage.vocabulary import Channel

GRACE = dt.timedelta(seconds=10)
Change = Callable[[str, int | None], Ticket]
"""Changes the ticket of a number, as it was seen at a version."""


class Done(msgspec.Struct, frozen=True):
    """What came of a deed."""

    key: str
    """To take it back with; "" where nothing was done."""
    numbers: list[str]
    refused: dict[str, Exception]
    """Of what was not done, by number, why not: MoveRefused, NoSuchTicket or TicketChanged."""


class TooLate(Exception):
    """It cannot be taken back any more."""


def do(session: Session, city: City, by: By, what: str, seen: dict[str, int | None], change: Change) -> Done:
    """Do the same to every ticket that allows it. `what` names it in the history of deeds, in the desk's English.

    `seen` are numbers and versions, None where it does not matter what the ticket looked like.
    """
    standing: list[dict[str, Any]] = []
    refused: dict[str, Exception] = {}
    for number, version in seen.items():
        before = ledger.by_number(session, city.slug, number)
        kept = ledger.standing(session, before) if before else {}
        try:
            with session.begin_nested():
                ticket = change(number, version)
        except (MoveRefused, NoSuchTicket, TicketChanged) as problem:
            refused[number] = problem
            continue
        desk.hold(session, ticket, by.at, by.at + GRACE)
        standing.append({"number": number, "version": ticket.version, "before": kept})
    if not standing:
        return Done("", [], refused)
    key = secrets.token_urlsafe(12)
    until = by.at + GRACE
    desk.keep_deed(
        session, Deed(key=key, city=city.slug, who=by.who, what=what, at=by.at, until=until, before=standing)
    )
    return Done(key, [one["number"] for one in standing], refused)


def take_back(session: Session, city: City, key: str, who: str, at: dt.datetime) -> Done:
    """Take an operator's own deed back. Raises TooLate after ten seconds, or where there is nothing to take back."""
    deed = desk.deed(session, city.slug, key, who)
    if deed is None or deed.taken_back_at or at > deed.until:
        raise TooLate
    by = By(who, Channel.CONSOLE, at)
    done: list[str] = []
    refused: dict[str, Exception] = {}
    # Last things first, or a ticket that joined another one before could not leave it.
    for one in reversed(deed.before):
        try:
            ticket = tickets.take_back(session, city, one["number"], one["before"], by, seen=one["version"])
        except TicketChanged as problem:
            refused[one["number"]] = problem
            continue
        desk.unsay(session, ticket, deed.at)
        done.append(one["number"])
    deed.taken_back_at = at
    return Done("", done, refused)


def can_be_taken_back(session: Session, city: City, who: str, at: dt.datetime) -> Deed | None:
    """What an operator did in the last ten seconds, to offer them the way back."""
    return desk.last_deed(session, city.slug, who, at)


def numbers(seen: Sequence[str]) -> dict[str, int | None]:
    """Read tickets as forms name them: "12345678", or "12345678@3" for one seen at version 3."""
    pairs = (one.partition("@") for one in dict.fromkeys(seen) if one)
    return {number: int(version) if version.isdigit() else None for number, _, version in pairs}
