"""Where there is nobody to send through, at a desk: what would leave the house is logged."""

from __future__ import annotations

import structlog

from storage.tables import Notification

log = structlog.get_logger()


class Console:
    """Shows what would be sent; its words only at level DEBUG, for they are personal."""

    def send(self, notification: Notification) -> None:
        """Show it; the recipient is masked by the log."""
        log.info(
            "would_send",
            id=notification.id,
            channel=notification.channel,
            recipient=notification.recipient,
            template=notification.template,
        )
        log.debug("would_say", id=notification.id, body=notification.body)
