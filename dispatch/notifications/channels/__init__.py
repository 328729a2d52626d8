"""The ways out of the house, one file each. A channel sends one notification, or says why it could not.

Nothing here is ever called from a webhook: `dispatch/notifications/worker.py` calls it, and may try again. Each channel
hands the idempotency key on, so that whoever gets a thing twice can tell.
"""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from storage.tables import Notification


class TransportError(Exception):
    """It could not be sent. `permanent`: trying again would not help, and a person must look at it.

    `pause` is how long the other side asked us to wait. The text is shown to operators.
    """

    def __init__(self, reason: str, *, permanent: bool, pause: dt.timedelta | None = None) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.pause = pause


class OptedOut(TransportError):
    """Whoever it is for has told the other side that they want no messages."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=True)


class Channel(Protocol):
    """Sends one thing, or raises `TransportError`. Called from several threads at once."""

    def send(self, notification: Notification) -> None:
        """Send it. Returns once the other side has accepted it, within about ten seconds."""


class Nowhere:
    """A channel that nobody has set up: everything that goes there is for an operator to see."""

    def __init__(self, reason: str) -> None:
        """Take the sentence that says what to set."""
        self._reason = reason

    def send(self, notification: Notification) -> None:  # noqa: ARG002 - a channel's
        """Refuse it for good. The operator who sees why can have it sent again afterwards."""
        raise TransportError(self._reason, permanent=True)
