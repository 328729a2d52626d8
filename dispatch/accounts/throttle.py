"""Guessing is slow here: what failed is counted in the database, so that all workers count together.

Five failures in a quarter of an hour close an account to the network they came from; a clerk who mistypes elsewhere is
not concerned. Fifty close it to all strangers, so that guessing from many places at once gains nothing. A browser in
which the account's owner has logged in before is no stranger: it has five failures of its own, whatever others do
meanwhile. Codes of the second factor are short, so twenty a day are all there are; only who has the password already
can use them up.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from sqlmodel import Session

from storage import accounts
from storage.account_tables import LoginAttempt

WINDOW = dt.timedelta(minutes=15)
DAY = dt.timedelta(days=1)
"""How long failures are kept."""
FROM_ONE_NETWORK, FROM_ALL, ONE_NETWORK = 5, 50, 30
"""Failures in a window: for an account from one network, for an account from all, from one network for all accounts."""
CODES_A_DAY = 20
"""A code is guessed with 3 chances in a million: so many a day are 1 chance in 45 after a year."""


@dataclass(frozen=True)
class Knock:
    """Somebody at the door: for which account, from where, and with a password or a code."""

    account: str
    network: str
    """Where from; of a known browser, the browser itself."""
    is_code: bool
    is_known: bool = False

    @classmethod
    def of(cls, key: bytes, account: str, address: str, *, is_code: bool = False, browser: str = "") -> Knock:
        """Note down nobody's address: both are hashed with a key that only this house has. `browser` is its mark."""
        kind = "code" if is_code else "password"
        whence = f"browser {browser}" if browser else _network(address)
        return cls(_hash(key, f"{kind} {account.strip().lower()}"), _hash(key, whence), is_code, bool(browser))


def must_wait(session: Session, knock: Knock, now: dt.datetime) -> bool:
    """Whether there were too many failures of late for this one to be tried at all."""
    here, everywhere, network = accounts.failures(session, now - WINDOW, account=knock.account, network=knock.network)
    if here >= FROM_ONE_NETWORK:
        return True
    if not knock.is_known and (everywhere >= FROM_ALL or network >= ONE_NETWORK):
        return True
    if not knock.is_code:
        return False
    return accounts.failures(session, now - DAY, account=knock.account, network=knock.network)[1] >= CODES_A_DAY


def failed(session: Session, knock: Knock, now: dt.datetime) -> None:
    """Count a failure, and forget what is a day old."""
    accounts.forget_failures(session, before=now - DAY)
    session.add(LoginAttempt(account=knock.account, network=knock.network, at=now))


def succeeded(session: Session, knock: Knock, now: dt.datetime) -> None:
    """Forget the slips that came before the right password, and all that is a day old."""
    accounts.forget_failures(session, before=now - DAY, account=knock.account, network=knock.network)


def _hash(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def _network(address: str) -> str:
    """What one party has: an IPv4 address, or the /48 of an IPv6 address, for whole /48s are handed out."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((known, 48), strict=False)) if known.version == 6 else str(known)
