"""The door to every page: who it is, and whether they may."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from flask import abort, current_app
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dispatch.accounts.account import Account
from dispatch.accounts.permissions import Permission

Taken = ParamSpec("Taken")
View = Callable[Taken, ResponseReturnValue]


def current() -> Account:
    """Whoever is logged in. Only inside a view that `needs` something: elsewhere there may be nobody (401)."""
    who = somebody()
    if who is None:
        abort(401)
    return who


def somebody() -> Account | None:
    """Whoever is logged in, or None."""
    who: object = current_user._get_current_object()  # noqa: SLF001 - how werkzeug hands it out
    return who if isinstance(who, Account) else None


def needs(
    *permissions: Permission,
) -> Callable[[Callable[Taken, ResponseReturnValue]], Callable[Taken, ResponseReturnValue]]:
    """Let in only who holds all of these; others are told so (403), and who is not logged in is asked to (302)."""

    def guarded(view: View[Taken]) -> View[Taken]:
        @wraps(view)
        def entered(*args: Taken.args, **kwargs: Taken.kwargs) -> ResponseReturnValue:
            who = somebody()
            if who is None:
                return cast("ResponseReturnValue", current_app.login_manager.unauthorized())  # type: ignore[attr-defined]
            if not all(who.can(permission) for permission in permissions):
                abort(403)
            return view(*args, **kwargs)

        return entered

    return guarded
