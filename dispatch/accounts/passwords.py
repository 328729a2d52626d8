"""Passwords: how they are kept, and what is wrong with one."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Sequence
from typing import Any

from argon2 import PasswordHasher
from flask_security.password_util import PasswordUtil
from werkzeug.local import LocalProxy
from zxcvbn import zxcvbn

from dispatch.accounts.account import Account

SHORTEST = 12
LONGEST = 200
"""Characters. Hashing takes a fixed time and memory anyway; a novel is a mistake or an attack."""
_READ = 72
"""zxcvbn looks at so many characters at most."""
_HARD_TO_GUESS = 3
"""Of zxcvbn's five levels: more than 10⁸ guesses."""

TOO_SHORT = "A password needs 12 characters or more."
TOO_LONG = "A password has 200 characters at most."
TOO_EASY = "That is too easy to guess. Three or four words that have nothing to do with each other are better."
_WORD = re.compile(r"\w+")
_HASHER = PasswordHasher()
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def normal(password: str) -> str:
    """The same characters however a keyboard puts them together, so that é is é."""
    return unicodedata.normalize("NFKD", password)


def hashed(password: str) -> str:
    """What is kept of a password: Argon2id with a salt of its own."""
    return _HASHER.hash(normal(password))


def made_up() -> str:
    """A password to hand over once, easy to read out: 80 bits in four groups."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def problem(password: str, about: Sequence[str] = ()) -> str | None:
    """What is wrong with a password, in English (a key of the words); None where it will do.

    `about` are words that somebody would try first: the operator's name and e-mail, the city.
    """
    if len(password) < SHORTEST:
        return TOO_SHORT
    if len(password) > LONGEST:
        return TOO_LONG
    if zxcvbn(password[:_READ], user_inputs=["dial311", *about])["score"] < _HARD_TO_GUESS:
        return TOO_EASY
    return None


class PasswordRules(PasswordUtil):
    """The same, as Flask-Security asks for it when somebody changes theirs."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:  # noqa: ARG002, FBT001 - the library's signature
        """Judge a new password; returns what is wrong, and the password as it is to be hashed."""
        user = kwargs.get("user")
        if isinstance(user, LocalProxy):
            user = user._get_current_object()  # noqa: SLF001 - how werkzeug hands it out
        known = [user.email, *user.name.split(), *_WORD.findall(user.email)] if isinstance(user, Account) else []
        wrong = problem(password, known)
        return ([wrong] if wrong else None), normal(password)
