"""The roll of operators: the only module that changes an account, and writes who did it into its history.

Kinds of lines in a history: added, changed, disabled, enabled, reset (somebody else set the password and took the
second factor away), secrets (they changed their own), settings (their language and colours), logged_in, bound (to
the city's own log-in).
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from dispatch.accounts.account import Account
from storage import accounts
from storage.account_tables import Operator
from storage.vocabulary import Role

COMMAND_LINE = "command line"
"""Who it was, where nobody was logged in."""
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LONGEST = 200
_OWN_SECRETS = {
    "password": "password",
    "session_key": "fs_uniquifier",
    "second_factor": "tf_primary_method",
    "totp_secret": "tf_totp_secret",
}


class AccountRefused(Exception):
    """What was asked for cannot be; the text says why, in English, and is a key of the desk's words."""


@dataclass(frozen=True)
class Person:
    """Somebody as an administrator writes them down. No departments, or no cities: all of them."""

    email: str
    name: str
    role: Role
    departments: Sequence[str] = ()
    cities: Sequence[str] = ()

    def checked(self) -> Person:
        """The same, tidied up; AccountRefused where somebody could not log in with it."""
        email, name = self.email.strip().lower(), " ".join(self.name.split())
        if not _ADDRESS.fullmatch(email) or len(email) > _LONGEST:
            raise AccountRefused("That is no e-mail address.")
        if not name or len(name) > _LONGEST:
            raise AccountRefused("Everybody has a name.")
        return Person(email, name, self.role, tuple(self.departments), tuple(self.cities))


def add(session: Session, at: dt.datetime, who: str, person: Person, password: str | None) -> Operator:
    """Open an account. `password` is a hash, to be replaced at the first log-in; None: only the city's own log-in."""
    person = person.checked()
    if accounts.by_email(session, person.email):
        raise AccountRefused("Somebody has that e-mail address already.")
    operator = Operator(
        email=person.email,
        name=person.name,
        role=person.role,
        departments=list(person.departments),
        cities=list(person.cities),
        password=password,
        password_expired=password is not None,
        session_key=new_session_key(),
        created_at=at,
        updated_at=at,
    )
    session.add(operator)
    session.flush()
    accounts.append(session, operator, at, who, "added", _told(_facts(operator)))
    return operator


def change(session: Session, at: dt.datetime, who: str, operator: Operator, person: Person) -> None:
    """Write down another name, address, role, departments or cities. Takes effect with their next click."""
    person = person.checked()
    if person.email != operator.email and accounts.by_email(session, person.email):
        raise AccountRefused("Somebody has that e-mail address already.")
    if operator.role is Role.ADMINISTRATOR and person.role is not Role.ADMINISTRATOR:
        _keep_one_administrator(session, operator)
    before = _facts(operator)
    operator.email, operator.name, operator.role = person.email, person.name, person.role
    operator.departments, operator.cities = list(person.departments), list(person.cities)
    changed = {name: [before[name], value] for name, value in _facts(operator).items() if before[name] != value}
    if changed:
        operator.updated_at = at
        accounts.append(session, operator, at, who, "changed", _told(changed))


def disable(session: Session, at: dt.datetime, who: str, operator: Operator) -> None:
    """Close an account and end its sessions. What it did stays on record; it can be opened again."""
    if not operator.active:
        return
    if operator.email == who:
        raise AccountRefused("Nobody closes their own account.")
    _keep_one_administrator(session, operator)
    operator.active = False
    operator.session_key = new_session_key()
    operator.updated_at = at
    accounts.append(session, operator, at, who, "disabled")


def enable(session: Session, at: dt.datetime, who: str, operator: Operator) -> None:
    """Open a closed account again, with what it had."""
    if not operator.active:
        operator.active = True
        operator.updated_at = at
        accounts.append(session, operator, at, who, "enabled")


def reset(session: Session, at: dt.datetime, who: str, operator: Operator, password: str) -> None:
    """Help somebody who lost their password or telephone: a hash to be replaced, no second factor, no sessions."""
    operator.password, operator.password_expired = password, True
    operator.second_factor = operator.totp_secret = operator.totp_counter = operator.subject = None
    operator.recovery_codes = []
    operator.session_key = new_session_key()
    operator.updated_at = at
    accounts.append(session, operator, at, who, "reset")


def keep_own_secrets(session: Session, account: Account, at: dt.datetime) -> None:
    """Write down what somebody changed about their own password, second factor and recovery codes."""
    operator = accounts.by_id(session, account.id, lock=True)
    if operator is None or operator.session_key != account.came_with:
        return  # Reset or closed a moment ago, which must not be undone.
    new: dict[str, Any] = {column: getattr(account, name) for column, name in _OWN_SECRETS.items()}
    new["recovery_codes"] = list(account.mf_recovery_codes or ())
    changed = [column for column, value in new.items() if getattr(operator, column) != value]
    for column in changed:
        setattr(operator, column, new[column])
    operator.totp_counter = account.tf_counter
    if changed == ["password"]:
        # The same password hashed anew, because the cost of hashing was raised: nobody chose anything.
        return
    if "password" in changed:
        operator.password_expired = False
    if changed:
        operator.updated_at = at
        accounts.append(session, operator, at, operator.email, "secrets", {"changed": sorted(changed)})


def choose_settings(session: Session, at: dt.datetime, operator: Operator, language: str, theme: str) -> None:
    """Write down which language and colours somebody likes."""
    if (operator.language, operator.theme) != (language, theme):
        operator.language, operator.theme = language, theme
        operator.updated_at = at
        accounts.append(session, operator, at, operator.email, "settings", {"language": language, "theme": theme})


def came_in(session: Session, at: dt.datetime, operator: Operator, how: Sequence[str]) -> None:
    """Note a log-in, and what it was proved with."""
    operator.last_login_at = at
    accounts.append(session, operator, at, operator.email, "logged_in", {"with": list(how)})


def bind(session: Session, at: dt.datetime, operator: Operator, subject: str) -> None:
    """Note by which mark the city's own log-in knows them."""
    operator.subject = subject
    operator.updated_at = at
    accounts.append(session, operator, at, operator.email, "bound")


def new_session_key() -> str:
    """What ends all sessions of an account when it takes the place of the one before."""
    return secrets.token_hex(16)


def _keep_one_administrator(session: Session, operator: Operator) -> None:
    others = [
        other
        for other in accounts.everybody(session)
        if other.id != operator.id and other.active and other.role is Role.ADMINISTRATOR
    ]
    if operator.role is Role.ADMINISTRATOR and not others:
        raise AccountRefused("Somebody must stay administrator: make another one first.")


def _facts(operator: Operator) -> dict[str, Any]:
    return {
        "email": operator.email,
        "name": operator.name,
        "role": operator.role.value,
        "departments": list(operator.departments),
        "cities": list(operator.cities),
    }


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    """What a line of history says: nothing of what is empty."""
    return {name: value for name, value in facts.items() if value}
