"""The way around the desk: each page's place in the menu, who sees it, and the keys that lead there."""

from __future__ import annotations

from typing import NamedTuple

from flask import current_app, request, url_for

from dispatch.accounts.door import somebody
from dispatch.accounts.permissions import Permission
from dispatch.console.i18n import _


class Entry(NamedTuple):
    """A page of the menu; `key` after `g` leads there."""

    endpoint: str
    words: str
    key: str
    permission: Permission
    is_deed: bool = False
    """Whether it begins something rather than shows it: a sign in the bar, and no name."""


ENTRIES = (
    Entry("console.queue", "My queue", "q", Permission.SEE_TICKETS),
    Entry("console.tickets", "All tickets", "t", Permission.SEE_TICKETS),
    Entry("console.tickets_new", "New ticket", "n", Permission.CHANGE_TICKETS, is_deed=True),
    Entry("console.map", "Map", "a", Permission.SEE_TICKETS),
    Entry("console.review", "Review", "r", Permission.REVIEW),
    Entry("console.calls", "Calls", "c", Permission.SEE_CALLS),
    Entry("console.emergencies", "Emergencies", "e", Permission.SEE_EMERGENCIES),
    Entry("console.messages", "Messages", "m", Permission.SEE_MESSAGES),
    Entry("console.reports", "Reports", "p", Permission.SEE_REPORTS),
    Entry("console.city", "City", "i", Permission.SEE_CITY),
    Entry("console.operators", "Operators", "o", Permission.MANAGE_OPERATORS),
)
"""Every page there may be. One that is not registered, or not for whoever is logged in, is not shown."""


class Link(NamedTuple):
    """An entry as it stands on the page."""

    url: str
    words: str
    key: str
    here: bool
    is_deed: bool


def links() -> list[Link]:
    """The menu of whoever is logged in; empty where nobody is."""
    who = somebody()
    there = current_app.view_functions
    asked = request.endpoint or ""
    # Of a page beneath another, the nearer is where one is.
    here = max((entry.endpoint for entry in ENTRIES if asked.startswith(entry.endpoint)), key=len, default="")
    return [
        Link(url_for(entry.endpoint), _(entry.words), entry.key, entry.endpoint == here, entry.is_deed)
        for entry in ENTRIES
        if who and entry.endpoint in there and who.can(entry.permission)
    ]
