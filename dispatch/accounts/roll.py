"""The roll of operators: the only module that changes an account, and writes who did it into its history."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from dispatch.accounts.account import Account
from storage import accounts
from storage.account_tables import Operator
from storage.vocabulary import Role

_KEPT = {
    "password": "password",
    "session_key": "fs_uniquifier",
    "second_factor": "tf_primary_method",
    "totp_secret": "tf_totp_secret",
}
_SECRET = {"password", "session_key", "totp_secret", "recovery_codes"}


class AccountRefused(Exception):
    """What was asked for cannot be; the text says why, for whoever asked."""


def add(
    session: Session,
    at: dt.datetime,
    who: str,
    *,
    email: str,
    name: str,
    role: Role,
    password: str | None,
    departments: Sequence[str] = (),
    cities: Sequence[str] = (),
) -> Operator:
    """Open an account. `password` is a hash, to be replaced at the first log-in; None: only the city's own log-in."""
    address = email.strip().lower()
    if accounts.by_email(session, address):
        raise AccountRefused(f"{address} has an account already.")
    operator = Operator(
        email=address,
        name=name.strip(),
        role=role,
        departments=list(departments),
        cities=list(cities),
        password=password,
        password_expired=password is not None,
        session_key=new_session_key(),
        created_at=at,
        updated_at=at,
    )
    session.add(operator)
    session.flush()
    accounts.append(session, operator, at, who, "added", {"role": role.value, "departments": list(departments)})
    return operator


def new_session_key() -> str:
    """What ends all sessions of an account when it takes the place of the one before."""
    return secrets.token_hex(16)


def changed_by_themselves(session: Session, account: Account, at: dt.datetime) -> None:
    """Write down what somebody changed about their own secrets."""
    operator = accounts.by_id(session, account.id, lock=True)
    if operator is None:
        return
    new: dict[str, Any] = {column: getattr(account, name) for column, name in _KEPT.items()}
    new["recovery_codes"] = list(account.mf_recovery_codes or ())
    changed = [column for column, value in new.items() if getattr(operator, column) != value]
    for column in changed:
        setattr(operator, column, new[column])
    if "password" in changed:
        operator.password_expired = False
    if changed:
        operator.updated_at = at
        accounts.append(session, operator, at, operator.email, "secrets", {"changed": sorted(changed)})
