"""The life of a ticket: every status, every move allowed between two of them, and why.

The rules, in short:

1. A ticket begins as DRAFT (the caller hung up), NEEDS_REVIEW (somebody should look first) or NEW.
2. While it waits (WAITING) its clock stands still; it must say on whom it waits.
3. It ends as RESOLVED (done), CLOSED (done and confirmed, or nothing to do), DECLINED, DUPLICATE or REFERRED.
   Each end owes the public a sentence, and a duplicate the ticket it is a duplicate of.
4. No end is final: "not fixed" within the city's window, or an operator who errs, reopens. REOPENED reaches staff.
5. What is not in the table is not allowed, and the refusal says what is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypedDict

import msgspec

from storage.vocabulary import Status

ENDED = frozenset({Status.RESOLVED, Status.CLOSED, Status.DECLINED, Status.DUPLICATE, Status.REFERRED})
OPEN = frozenset(Status) - ENDED
PAUSED = frozenset({Status.WAITING})

OWES: Mapping[Status, tuple[str, ...]] = MappingProxyType(
    {
        Status.WAITING: ("waiting_on",),
        Status.SCHEDULED: ("scheduled_for",),
        Status.RESOLVED: ("public",),
        Status.CLOSED: ("public",),
        Status.DECLINED: ("public",),
        Status.REFERRED: ("public",),
        Status.DUPLICATE: ("parent",),
    }
)
"""What must come with a move to a status; `tickets.change_status` names what is missing."""

_DECIDED = {
    Status.DECLINED: "the city does not do this, and says why",
    Status.DUPLICATE: "somebody reported it before",
    Status.REFERRED: "it is somebody else's to do",
}
_WORK = {
    Status.IN_PROGRESS: "a crew is at it",
    Status.WAITING: "nothing can be done until somebody else has acted",
    Status.SCHEDULED: "a day is fixed",
    Status.RESOLVED: "it was done",
    Status.CLOSED: "there was nothing left to do",
    **_DECIDED,
}
_ASSIGN = {Status.ASSIGNED: "somebody took it or was given it"}
_REVIEW = {Status.NEEDS_REVIEW: "something about it is doubtful"}
_BACK = {Status.REOPENED: "it is not fixed after all"}

MOVES: Mapping[Status, Mapping[Status, str]] = MappingProxyType(
    {
        Status.DRAFT: {
            Status.NEW: "a person read what was said and found it clear",
            **_REVIEW,
            Status.CLOSED: "the caller said too little to act on",
            **_DECIDED,
        },
        Status.NEEDS_REVIEW: {Status.NEW: "a person looked and found it in order", **_ASSIGN, **_WORK},
        Status.NEW: {**_REVIEW, **_ASSIGN, **_WORK},
        Status.ASSIGNED: {Status.NEW: "whoever had it gave it back", **_REVIEW, **_WORK},
        Status.IN_PROGRESS: {
            **_ASSIGN,
            **_REVIEW,
            **{to: why for to, why in _WORK.items() if to is not Status.IN_PROGRESS},
        },
        # These two may move to where they are: it waits for somebody else now, or is put off.
        Status.WAITING: {**_ASSIGN, **_REVIEW, **_WORK},
        Status.SCHEDULED: {**_ASSIGN, **_REVIEW, **_WORK},
        Status.REOPENED: {**_REVIEW, **_ASSIGN, **_WORK},
        Status.RESOLVED: {Status.CLOSED: "nobody objected, or the reporter agreed", **_BACK},
        Status.CLOSED: {**_BACK},
        Status.DECLINED: {**_BACK},
        Status.REFERRED: {**_BACK},
        Status.DUPLICATE: {Status.NEW: "it is a thing of its own after all", **_BACK},
    }
)


REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "not_allowed": "a ticket that is %(before)s cannot become %(to)s; it can become %(allowed)s",
        "owes": "a ticket becomes %(to)s only with: %(missing)s",
        "no_parent": "there is no ticket %(number)s that it could join",
        "itself": "a ticket cannot be a duplicate of itself, nor of one that joined it",
        "too_late": "it ended more than %(days)s days ago; file a new report",
        "no_service": "there is no service %(service)s",
        "nobody": "nobody can be told without a phone number or an e-mail address",
        "question_length": "a question has 1 to %(most)s characters",
        "no_telephone": "the reporter left no telephone number",
        "no_texts": "the reporter wants no text messages",
        "other_department": "it is for %(department)s",
        "no_review": "it needs no review: %(status)s",
        "no_operator": "there is no such operator",
        "not_theirs": "%(name)s does not work on tickets of %(department)s",
        "no_priority": "there is no priority %(priority)s",
        "no_day": "%(written)s is no day",
        "not_ahead": "%(written)s is past, or more than ten years ahead",
    }
)
"""Why a change is not allowed, and what would do: in English here; the desk says it in the reader's language."""


class MoveRefused(Exception):
    """A change the rules do not allow: a code of `REFUSALS` with its values. As text, in English for whoever tried."""

    def __init__(self, code: str, **values: str | int | tuple[str, ...]) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        """Say it in English."""
        said = {name: ", ".join(value) if isinstance(value, tuple) else value for name, value in self.values.items()}
        return REFUSALS[self.code] % said


class Owed(TypedDict, total=False):
    """What may come along with a move, as `Step` has it."""

    why: str
    public: str
    waiting_on: Literal["caller", "contractor"] | None
    scheduled_for: dt.datetime | None
    parent: str


class Step(msgspec.Struct, frozen=True):
    """A move somebody wants to make, with what must come along."""

    to: Status
    why: str = ""
    """For staff; default: the reason in the table."""
    public: str = ""
    """The sentence the public is sent."""
    waiting_on: Literal["caller", "contractor"] | None = None
    scheduled_for: dt.datetime | None = None
    parent: str = ""
    """Number of the ticket it joins."""
    brought: tuple[str, ...] = ()
    """Numbers of the duplicates that come along."""

    @property
    def details(self) -> dict[str, str | tuple[str, ...]]:
        """What the history keeps of it beside the sentences."""
        details = {
            "waiting_on": self.waiting_on,
            "scheduled_for": self.scheduled_for and self.scheduled_for.isoformat(),
            "parent": self.parent,
            "with": self.brought,
        }
        return {name: value for name, value in details.items() if value}


def check(before: Status, step: Step) -> str:
    """Return why a ticket may move from `before` as `step` wants; raise MoveRefused if it may not."""
    allowed = MOVES[before]
    if step.to not in allowed:
        raise MoveRefused("not_allowed", before=before, to=step.to, allowed=tuple(allowed))
    missing = tuple(name for name in OWES.get(step.to, ()) if not getattr(step, name))
    if missing:
        raise MoveRefused("owes", to=step.to, missing=missing)
    return allowed[step.to]


def can_reopen(status: Status, ended_at: dt.datetime | None, days: int, at: dt.datetime) -> bool:
    """Whether the public may still say "not fixed": work on it ended, and not longer ago than the city's window."""
    return status in ENDED and ended_at is not None and at - ended_at <= dt.timedelta(days=days)
