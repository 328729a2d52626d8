"""What an operator does to one ticket or to many at once, and taking it back within ten seconds.

A deed is done at once, so that colleagues see it and nobody takes the same ticket twice. Only what it has to say to the
public and to departments waits in the outbox for the ten seconds: a message cannot be taken back, a row can. Taking a
deed back therefore cancels those rows and puts each ticket as it stood, as a line of its own in the history: nothing is
rubbed out. The same goes for tickets that came along: the one that was joined, and the duplicates of either. Were the
whole deed held back instead, a colleague would act meanwhile on what is no longer so.

A ticket that somebody changed since is left alone, and told so: their work is not undone with yours.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from sqlmodel import Session

from dispatch import tickets
from dispatch.city.model import City
from dispatch.duplicates import came_along
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
    what: str = ""
    """Of what was taken back, what it was."""
    words: Mapping[str, str] = {}
    """And what had been typed for it, by field: nobody likes to write it twice."""


class TooLate(Exception):
    """It cannot be taken back any more."""


def do(
    session: Session,
    city: City,
    by: By,
    what: str,
    seen: dict[str, int | None],
    change: Change,
    *,
    joining: str = "",
    words: Mapping[str, str] | None = None,
) -> Done:
    """Do the same to every ticket that allows it. `what` names it in the history of deeds, in the desk's English.

    `seen` are numbers and versions, None where it does not matter what the ticket looked like. `joining` is the number
    of the ticket that they join; `words` what was typed for it, to be given back with it.
    """
    # All at once and in one order, or two operators who do something to the same tickets would wait for each other.
    ledger.lock_families(session, city.slug, (*seen, joining))
    done: list[dict[str, Any]] = []
    refused: dict[str, Exception] = {}
    for number, version in seen.items():
        family = _family(session, city, number)
        stood = {one.number: (one.version, ledger.standing(one)) for one in family}
        try:
            with session.begin_nested():
                ticket = change(number, version)
        except (MoveRefused, NoSuchTicket, TicketChanged) as problem:
            refused[number] = problem
            continue
        parent = ledger.parent_of(session, city.slug, ticket)
        if parent and "parent_id" in ledger.changes_since(ticket, stood[number][1]):
            # Of the ticket that was joined only the history tells.
            family.append(parent)
            stood[parent.number] = (parent.version - 1, ledger.standing(parent))
        desk.hold(session, family, by.at, by.at + GRACE)
        touched = [
            {"number": one.number, "version": one.version, "changes": ledger.changes_since(one, stood[one.number][1])}
            for one in family
            if (one.version, ledger.standing(one)) != stood[one.number]
        ]
        done.append(touched[0] | {"kin": touched[1:]})
    if not done:
        return Done("", [], refused)
    done[0]["words"] = dict(words or {})
    key = secrets.token_urlsafe(12)
    until = by.at + GRACE
    desk.keep_deed(session, Deed(key=key, city=city.slug, who=by.who, what=what, at=by.at, until=until, before=done))
    return Done(key, [one["number"] for one in done], refused)


def take_back(session: Session, city: City, key: str, who: str, at: dt.datetime) -> Done:
    """Take an operator's own deed back. Raises TooLate after ten seconds, or where there is nothing to take back."""
    deed = desk.deed(session, city.slug, key, who)
    if deed is None or deed.taken_back_at or at > deed.until:
        raise TooLate
    by = By(who, Channel.CONSOLE, at)
    done: list[str] = []
    refused: dict[str, Exception] = {}
    ledger.lock_families(session, city.slug, {each["number"] for one in deed.before for each in (one, *one["kin"])})
    for one in reversed(deed.before):
        number = one["number"]
        try:
            family = [tickets.take_back(session, city, number, one["changes"], by, seen=one["version"])]
        except TicketChanged as problem:
            refused[number] = problem
            continue
        family.extend(
            tickets.take_back(session, city, kin["number"], kin["changes"], by, of=number) for kin in one["kin"]
        )
        desk.unsay(session, family, deed.at)
        done.append(number)
    deed.taken_back_at = at
    return Done("", done[::-1], refused, deed.what, deed.before[0].get("words", {}) if done else {})


def can_be_taken_back(session: Session, city: City, who: str, at: dt.datetime) -> Deed | None:
    """What an operator did in the last ten seconds, to offer them the way back."""
    return desk.last_deed(session, city.slug, who, at)


def numbers(seen: Sequence[str]) -> dict[str, int | None]:
    """Read tickets as forms name them: "12345678", or "12345678@3" for one seen at version 3."""
    pairs = (one.partition("@") for one in dict.fromkeys(seen) if one)
    return {number: int(version) if version.isdecimal() and len(version) < 10 else None for number, _, version in pairs}


def _family(session: Session, city: City, number: str) -> list[Ticket]:
    """A ticket and its duplicates, those it would take back too: whom a deed may touch before it joins anything."""
    ticket = ledger.by_number(session, city.slug, number)
    if ticket is None:
        return []
    return [ticket, *ledger.duplicates_of(session, city.slug, ticket), *came_along(session, city, ticket)]
