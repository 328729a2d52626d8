"""The words that tables, tickets and pages share. Plain enums, so that every floor may use them."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a ticket stands. The moves between them are `dispatch/workflow.py`'s business."""

    DRAFT = "draft"
    """The caller hung up before sending it; a person decides what it is worth."""
    NEW = "new"
    NEEDS_REVIEW = "needs_review"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    """On the caller or a contractor: the clock pauses."""
    SCHEDULED = "scheduled"
    RESOLVED = "resolved"
    CLOSED = "closed"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    REFERRED = "referred"
    """Handed to somebody who is not this city."""
    REOPENED = "reopened"


class Channel(StrEnum):
    """The door a ticket or a change came through."""

    PHONE = "phone"
    SMS = "sms"
    WEB = "web"
    OPEN311 = "open311"
    CONSOLE = "console"
    IMPORT = "import"
    SYSTEM = "system"


class Priority(StrEnum):
    """How soon somebody should look, beyond what the service's own deadline says."""

    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class NotificationStatus(StrEnum):
    """Where a row of the outbox stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class CallStatus(StrEnum):
    """Where a call stands, for people who watch the line."""

    ACTIVE = "active"
    ENDED = "ended"


class Role(StrEnum):
    """What somebody is at the desk; what each may do is `dispatch/accounts/permissions.py`'s business."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    """Works on the tickets of their departments."""
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
