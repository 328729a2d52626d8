"""Where Flask-Security finds accounts, and where it writes down what it changed about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import g
from flask_security.datastore import UserDatastore
from werkzeug.local import LocalProxy

from dispatch.accounts import roll
from dispatch.accounts.account import Account, Duty
from storage import accounts
from storage.account_tables import Operator
from storage.database import Database

_COLUMNS = {"id": Operator.id, "email": Operator.email, "fs_uniquifier": Operator.session_key}


class Accounts(UserDatastore):
    """Accounts of the ledger. A read takes no lock; a change is one short transaction when the view is done."""

    def __init__(self, database: Database, now: Callable[[], dt.datetime]) -> None:
        super().__init__(Account, Duty)
        self.database = database
        self.now = now

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Account | None:  # noqa: ARG002, FBT001, FBT002 - the library's signature
        """Find by `id`, `email` (kept in small letters) or `fs_uniquifier`."""
        ((name, value),) = kwargs.items()
        if name == "email":
            value = str(value).lower()
        with self.database.reading() as session:
            row = accounts.find(session, _COLUMNS[name], value)
        return Account.of(row) if row else None

    def find_role(self, role: str) -> Duty:
        """Every role there is stands in the code."""
        return Duty(role)

    def use_code(self, account: Account, counter: int) -> bool:
        """Use up a code of the second factor, at once; False where somebody was quicker with it."""
        with self.database.transaction() as session:
            return roll.use_code(session, account, counter)

    def use_recovery_code(self, account: Account, code: str) -> bool:
        """Use up a recovery code likewise."""
        with self.database.transaction() as session:
            return roll.use_recovery_code(session, account, self.now(), code)

    def put(self, model: Account) -> Account:
        """Note that an account changed; `commit` writes it down."""
        if isinstance(model, LocalProxy):
            model = model._get_current_object()  # noqa: SLF001 - how werkzeug hands it out
        g.setdefault("changed_accounts", {})[model.id] = model
        return model

    def commit(self) -> None:
        """Write down what changed in this request, with its line in the account's history."""
        changed: dict[int, Account] = g.pop("changed_accounts", {})
        if changed:
            with self.database.transaction() as session:
                for account in changed.values():
                    roll.keep_own_secrets(session, account, self.now())
