"""What somebody has begun to write on a ticket's page and not sent: kept with the step it was meant for.

A sentence belongs to the step it was typed in. What was to be said of a hole that is filled must not stand in the form
that fixes a day for it, and go out with that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlmodel import Session

from storage import desk as kept
from storage.tables import Ticket

TYPED = ("public", "text", "why")
"""The fields somebody puts into words, and would not like to write twice."""
_BEGUN = (*TYPED, "waiting_on", "scheduled_for", "parent", "assignee", "service")
_FIELDS = (*_BEGUN, "priority")
"""What is kept of a step; a priority is always chosen, and so no sign that anything was begun."""
Drafts = dict[str, dict[str, str]]
"""By the step they belong to, and in it by the name of the field."""


def step_of(do: str) -> str:
    """The form that something is done with: a note and a question are written in the same one."""
    return "comment" if do == "ask" else do


def of(session: Session, who: str, ticket: Ticket) -> Drafts:
    """What an operator has begun to write about a ticket."""
    begun = kept.unsent(session, who, ticket.id or 0)
    steps = {step: fields for step, fields in begun.items() if isinstance(fields, dict)}
    # Of words that were kept without their step, only of a note is it certain where it belongs.
    return ({"comment": {"text": begun["text"]}} if isinstance(begun.get("text"), str) else {}) | steps


def keep(session: Session, who: str, ticket: Ticket, step: str, fields: Mapping[str, str], at: dt.datetime) -> None:
    """Keep what was begun in a step, or where nothing was forget it; other steps keep theirs."""
    begun = of(session, who, ticket)
    written = {name: fields[name] for name in _FIELDS if fields.get(name, "").strip()}
    begun.pop(step, None)
    if any(name in _BEGUN for name in written):
        begun[step] = written
    kept.keep_unsent(session, who, ticket.id or 0, begun, at)


def put_into_words(fields: Mapping[str, str]) -> dict[str, str]:
    """What to put back if it is undone: all that a form brought, if there were words among it."""
    worth = any(fields.get(name, "").strip() for name in TYPED)
    return {name: fields[name] for name in _FIELDS if fields.get(name, "").strip()} if worth else {}
