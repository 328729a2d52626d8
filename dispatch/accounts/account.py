"""Whoever is at the desk, as Flask-Security knows them and as pages ask about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_security.core import RoleMixin, UserMixin

from dispatch.accounts.permissions import PERMISSIONS, Permission, covers, needs_second_factor
from storage.account_tables import Operator
from storage.vocabulary import Role

ENFORCED = "SECOND_FACTOR_ENFORCED"
"""Key of the application's configuration: whether changing tickets takes a second factor here."""


@dataclass
class Duty(RoleMixin):
    """A role as Flask-Security wants it. It asks for nothing but the name: permissions are ours."""

    name: str = ""


@dataclass(eq=False)
class Account(UserMixin):
    """An operator, for the length of a request. What Flask-Security changes here, `Accounts` writes down.

    Names that begin with `fs_`, `tf_` and `mf_` are Flask-Security's.
    """

    id: int = 0
    email: str = ""
    name: str = ""
    role: Role = Role.VIEWER
    departments: tuple[str, ...] = ()
    """Codes of the departments whose tickets they work on; empty: all."""
    cities: tuple[str, ...] = ()
    """Slugs of the cities they see; empty: all."""
    language: str = ""
    theme: str = "auto"
    active: bool = False
    password: str | None = None
    password_expired: bool = False
    fs_uniquifier: str = ""
    as_read: Operator | None = None
    """What it was made of. Only what differs from it is written down: others may have changed the rest meanwhile."""
    tf_primary_method: str | None = None
    tf_totp_secret: str | None = None
    mf_recovery_codes: list[str] | None = None
    tf_counter: int | None = None
    """The last half minute whose code was used."""

    @classmethod
    def of(cls, row: Operator) -> Account:
        """The account a row tells of."""
        return cls(
            id=row.id or 0,
            email=row.email,
            name=row.name,
            role=row.role,
            departments=tuple(row.departments),
            cities=tuple(row.cities),
            language=row.language,
            theme=row.theme,
            active=row.active,
            password=row.password,
            password_expired=row.password_expired,
            fs_uniquifier=row.session_key,
            as_read=row,
            tf_primary_method=row.second_factor,
            tf_totp_secret=row.totp_secret,
            mf_recovery_codes=list(row.recovery_codes),
            tf_counter=row.totp_counter,
        )

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override] # It is written down as one word, and only there.
        """The one role, in the list that Flask-Security expects."""
        return [Duty(self.role.value)]

    def can(self, permission: Permission, department: str | None = None) -> bool:
        """Whether they may; for CHANGE_TICKETS say of which department the ticket is, or only whether of any."""
        if permission is Permission.CHANGE_TICKETS and department is not None and not self.works_for(department):
            permission = Permission.CHANGE_ANY_TICKET
        return permission in PERMISSIONS[self.role]

    def works_for(self, department: str) -> bool:
        """Whether the department's tickets are theirs."""
        return not self.departments or department in self.departments

    def may_hold(self, city: str, department: str) -> bool:
        """Whether tickets of that city's department can be theirs: they see them, and may do something about them."""
        return self.active and self.sees(city) and self.can(Permission.CHANGE_TICKETS, department)

    def sees(self, city: str) -> bool:
        """Whether the city of that slug is theirs to look at."""
        return not self.cities or city in self.cities

    def looks_after(self, cities: Collection[str]) -> bool:
        """Whether an account that sees those cities (none: all) lies within theirs, and is theirs to manage."""
        return covers(self.cities, cities)

    def check_tf_required(
        self,
        tf_setup_methods: list[tuple[str, str]],
        tf_fresh: bool,  # noqa: ARG002, FBT001 - Flask-Security's
    ) -> tuple[bool, list[tuple[str, str]]]:
        """Ask for the second factor at every log-in of whoever has one, and of whoever must."""
        return bool(tf_setup_methods) or self.check_tf_required_setup(), tf_setup_methods

    def check_tf_required_setup(self) -> bool:
        """Whether they must have one: all who change tickets, where the public is at the other end."""
        return bool(current_app.config[ENFORCED]) and needs_second_factor(self.role)

    def verify_auth_token(self, tdata: dict[str, Any]) -> bool:  # noqa: ARG002 - there is no token that would do
        """Refuse every token: the desk is for people with browsers."""
        return False
