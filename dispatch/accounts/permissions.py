"""What may be done at the desk, and who may: one table."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from storage.vocabulary import Role


class Permission(StrEnum):
    """One thing somebody may do. Pages ask for these, never for a role."""

    SEE_TICKETS = "see_tickets"
    SEE_REPORTS = "see_reports"
    SEE_CITY = "see_city"
    SEE_CONTACTS = "see_contacts"
    """Names, numbers and e-mail addresses of who reported."""
    SEE_CALLS = "see_calls"
    """What callers say, live and afterwards."""
    CHANGE_TICKETS = "change_tickets"
    """Of the operator's own departments."""
    REVIEW = "review"
    EXPORT = "export"
    """Lists without contacts; with them where SEE_CONTACTS is held as well."""
    SEE_MESSAGES = "see_messages"
    """What was sent to whom, and what could not be."""
    CHANGE_ANY_TICKET = "change_any_ticket"
    """Of any department."""
    SEE_EMERGENCIES = "see_emergencies"
    SHARE_FILTERS = "share_filters"
    """Keep a filter for everybody, not only for oneself."""
    RESEND_MESSAGES = "resend_messages"
    MANAGE_OPERATORS = "manage_operators"


_VIEWER = frozenset({Permission.SEE_TICKETS, Permission.SEE_REPORTS, Permission.SEE_CITY})
_OPERATOR = _VIEWER | {
    Permission.SEE_CONTACTS,
    Permission.SEE_CALLS,
    Permission.CHANGE_TICKETS,
    Permission.REVIEW,
    Permission.EXPORT,
    Permission.SEE_MESSAGES,
}
_SUPERVISOR = _OPERATOR | {
    Permission.CHANGE_ANY_TICKET,
    Permission.SEE_EMERGENCIES,
    Permission.SHARE_FILTERS,
    Permission.RESEND_MESSAGES,
}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.OPERATOR: _OPERATOR,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMINISTRATOR: _SUPERVISOR | {Permission.MANAGE_OPERATORS},
}
"""Each role may what the one before it may, and more."""

CHANGES = frozenset(
    {Permission.CHANGE_TICKETS, Permission.CHANGE_ANY_TICKET, Permission.REVIEW, Permission.MANAGE_OPERATORS}
)
"""What nobody does in production with a password alone."""


def covers(cities: Collection[str], others: Collection[str]) -> bool:
    """Whether who sees the cities sees the others too. As with accounts, none named are all."""
    return not cities or (bool(others) and set(others) <= set(cities))


def needs_second_factor(role: Role) -> bool:
    """Whether the role may change anything, so that a stolen password must not be enough."""
    return bool(PERMISSIONS[role] & CHANGES)
