"""What happened to accounts, as sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from dispatch.accounts.roll import COMMAND_LINE
from dispatch.console.i18n import _
from dispatch.console.labels import LABELS
from storage.account_tables import OperatorEvent

_KINDS = {
    "added": "Account opened",
    "changed": "Account changed",
    "disabled": "Account closed",
    "enabled": "Account opened again",
    "reset": "Password and second factor reset",
    "secrets": "Changed their own",
    "settings": "Language and colours",
    "logged_in": "Logged in",
    "bound": "Came by the city's log-in for the first time",
}
_FIELDS = {
    "email": "e-mail",
    "name": "name",
    "role": "role",
    "departments": "departments",
    "cities": "cities",
    "password": "password",
    "session_key": "sessions",
    "second_factor": "second factor",
    "totp_secret": "telephone",
    "recovery_codes": "recovery codes",
    "code": "code",
    "recovery": "recovery code",
    "city log-in": "the city's log-in",
    "subject": "the city's log-in",
}


class Line(NamedTuple):
    """One line of a history, as it is read."""

    operator_id: int
    at: dt.datetime
    who: str
    what: str
    details: str


def lines(events: Iterable[OperatorEvent]) -> list[Line]:
    """The lines in the reader's language."""
    return [
        Line(
            event.operator_id,
            event.at,
            _("command line") if event.who == COMMAND_LINE else event.who,
            _(_KINDS[event.kind]),
            _details(event.kind, event.data),
        )
        for event in events
    ]


def _details(kind: str, data: dict[str, Any]) -> str:
    if kind == "secrets":
        return ", ".join(_(_FIELDS[name]) for name in data["changed"])
    if kind == "logged_in":
        return _("with %(what)s", what=", ".join(_(_FIELDS[name]) for name in data["with"]))
    if kind == "changed":
        return "; ".join(f"{_(_FIELDS[name])}: {_shown(old)} → {_shown(new)}" for name, (old, new) in data.items())
    return "; ".join(_shown(value) for value in data.values() if value)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value) or _("all")
    return _(LABELS[value]) if value in LABELS else str(value)
