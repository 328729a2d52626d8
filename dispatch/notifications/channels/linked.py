"""Messages to the public that lead on: to the page about their report, where they can be stopped too.

The link is added as a message leaves. It lets whoever has it speak for its reader, and so is written down nowhere:
operators read in the ledger what somebody was told, and not how to answer in their name.
"""

from __future__ import annotations

from collections.abc import Callable

from dispatch.notifications import wording
from dispatch.notifications.channels import Channel
from dispatch.notifications.channels.twilio import LONGEST_TEXT
from storage.tables import Notification

_OF_AN_END = frozenset({"public.done", "public.merged_ended"})


class Linked:
    """A channel for e-mail or text messages, with the link in what has one."""

    def __init__(self, channel: Channel, url: Callable[[int], str]) -> None:
        """`url` is the page for the message of that id."""
        self._channel = channel
        self._url = url

    def send(self, notification: Notification) -> None:
        """Send it. Tried again it is the same message, to the letter."""
        self._channel.send(self._with_link(notification) if leads_on(notification) else notification)

    def _with_link(self, plain: Notification) -> Notification:
        url = self._url(plain.id or 0)
        link = wording.link(plain.channel, plain.language, url)
        if plain.channel == "sms":
            body = f"{plain.body[: LONGEST_TEXT - len(link) - 1]} {link}"
        else:
            body = f"{plain.body}\n\n{link}"
        return Notification(**plain.model_dump() | {"body": body, "payload": plain.payload | {"link": url}})


def leads_on(notification: Notification) -> bool:
    """Every e-mail about a report has the link; text messages, which can be replied to, only the one at its end."""
    by_mail = notification.channel == "email" and notification.template.startswith("public.")
    return bool(notification.ticket_id) and (by_mail or notification.template in _OF_AN_END)
