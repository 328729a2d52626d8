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

from dispatch import tickets
from dispatch.accounts.account import Account
from dispatch.accounts.permissions import covers
from dispatch.new_ticket import By
from storage import accounts, desk
from storage import tickets as ledger
from storage.account_tables import Operator
from storage.vocabulary import Channel, Role

COMMAND_LINE = "command line"
"""Who it was, where nobody was logged in."""
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LONGEST = 200
_OWN_SECRETS = {
    "password": "password",
    "session_key": "fs_uniquifier",
    "second_factor": "tf_primary_method",
    "totp_secret": "tf_totp_secret",
    "recovery_codes": "mf_recovery_codes",
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
    if person.role is not Role.ADMINISTRATOR or not covers(person.cities, operator.cities):
        _keep_one_administrator(session, operator)
    before = _facts(operator)
    operator.email, operator.name, operator.role = person.email, person.name, person.role
    operator.departments, operator.cities = list(person.departments), list(person.cities)
    changed = {name: [before[name], value] for name, value in _facts(operator).items() if before[name] != value}
    if changed:
        operator.updated_at = at
        accounts.append(session, operator, at, who, "changed", _told(changed))
    if "email" in changed:
        desk.rename(session, before["email"], operator.email)
        ledger.rename_holder(session, before["email"], operator.email)
    _release(session, at, who, operator, "these tickets are another's to work on")


def disable(session: Session, at: dt.datetime, who: str, operator: Operator) -> None:
    """Close an account, end its sessions, give back its tickets. It can be opened again; what it did is on record."""
    if not operator.active:
        return
    if operator.email == who:
        raise AccountRefused("Nobody closes their own account.")
    _keep_one_administrator(session, operator)
    operator.active = False
    operator.session_key = new_session_key()
    operator.updated_at = at
    accounts.append(session, operator, at, who, "disabled")
    _release(session, at, who, operator, "the account was closed")


def enable(session: Session, at: dt.datetime, who: str, operator: Operator) -> None:
    """Open a closed account again, with what it had but the tickets."""
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
    operator = _still_theirs(session, account)
    if operator is None:
        return
    changed = [
        column for column, name in _OWN_SECRETS.items() if getattr(account.as_read, column) != getattr(account, name)
    ]
    for column in changed:
        setattr(operator, column, getattr(account, _OWN_SECRETS[column]))
    if changed == ["password"]:
        # The same password hashed anew, because the cost of hashing was raised: nobody chose anything.
        return
    if "password" in changed:
        operator.password_expired = False
    if changed:
        operator.updated_at = at
        accounts.append(session, operator, at, operator.email, "secrets", {"changed": sorted(changed)})


def use_code(session: Session, account: Account, counter: int) -> bool:
    """Use up the code of a half minute and all before it; False where another log-in was quicker."""
    operator = _still_theirs(session, account)
    if operator is None or (operator.totp_counter is not None and operator.totp_counter >= counter):
        return False
    operator.totp_counter = counter
    return True


def use_recovery_code(session: Session, account: Account, at: dt.datetime, code: str) -> bool:
    """Use up a recovery code, as it is kept: encrypted. False where another log-in was quicker."""
    operator = _still_theirs(session, account)
    if operator is None or code not in operator.recovery_codes:
        return False
    operator.recovery_codes = [kept for kept in operator.recovery_codes if kept != code]
    operator.updated_at = at
    accounts.append(session, operator, at, operator.email, "secrets", {"changed": ["recovery_codes"]})
    return True


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


def _still_theirs(session: Session, account: Account) -> Operator | None:
    """The account's row, locked; None where it was reset or closed a moment ago, which must not be undone."""
    operator = accounts.by_id(session, account.id, lock=True)
    return operator if operator and account.as_read and operator.session_key == account.as_read.session_key else None


def _keep_one_administrator(session: Session, operator: Operator) -> None:
    """Refuse to lose the last who manages the accounts of all the cities that an administrator has."""
    others = [
        other
        for other in accounts.everybody(session)
        if other.id != operator.id and other.active and other.role is Role.ADMINISTRATOR
        if covers(other.cities, operator.cities)
    ]
    if operator.role is Role.ADMINISTRATOR and not others:
        raise AccountRefused("Somebody must stay administrator: make another one first.")


def _release(session: Session, at: dt.datetime, who: str, operator: Operator, why: str) -> None:
    """Give back the tickets that somebody holds and may not work on any more, or nobody would see them again."""
    account, by = Account.of(operator), By(who, Channel.CONSOLE, at)
    tickets.release(
        session, operator.email, by, why=why, keeps=lambda ticket: account.may_hold(ticket.city, ticket.department)
    )


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
