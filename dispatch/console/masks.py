"""What of a caller somebody may see: numbers whole or by their last digits, and the numbers within what was said."""

from __future__ import annotations

import re

from dispatch.accounts import Account, Permission

_LONG = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,}")
"""Seven digits and more: a telephone number, not a house number."""


def number(who: Account, caller: str | None) -> str:
    """A caller's number as they may see it; "" where it is withheld or forgotten."""
    if not caller:
        return ""
    return caller if who.can(Permission.SEE_CONTACTS) else f"••• {caller[-4:]}"


def words(who: Account, said: str) -> str:
    """What was said, without telephone numbers for those who may not see them."""
    if who.can(Permission.SEE_CONTACTS):
        return said
    return _LONG.sub(lambda found: f"••• {re.sub(r'[^0-9]', '', found[0])[-2:]}", said)
