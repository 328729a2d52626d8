"""Messages: what was sent to whom, what could not be, what came in, and what the house's words look like."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from dispatch.accounts import Permission, current, needs
from dispatch.console import export, numbers
from dispatch.console.desk import Desk
from dispatch.console.export import Lines
from dispatch.console.i18n import _, marked, ngettext
from dispatch.console.labels import message
from dispatch.console.numbers import ONE_ROW, whole
from dispatch.notifications.preview import previews
from storage import call_log, outbox
from storage import messages as ledger
from storage.message_tables import IncomingText
from storage.tables import Notification
from storage.vocabulary import NotificationStatus

PAGE = 50
CHANNELS = {
    "sms": marked("Text message"),
    "email": marked("E-mail"),
    "webhook": marked("Webhook"),
    "rest_call": marked("Live call"),
    "rest_delete": marked("Deletion at Twilio"),
}
WHY = {
    "opted_out": marked("Wants no messages"),
    "told_meanwhile": marked("Was told on the telephone meanwhile"),
    "quiet_hours": marked("Waits for the end of the quiet hours"),
    outbox.OVERTAKEN: marked("A later message says it as well"),
}
"""What the worker notes, in words."""
_SENT = ("created_at", "channel", "template", "language", "body", "status", "attempts", "sent_at", "delivered_at")
_CAME = ("at", "phone", "body", "reply", "alarm", "alarm_category", "alarm_evidence")
"""Columns of files, as in the ledger."""


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the pages about messages."""
    received = (Permission.SEE_MESSAGES, Permission.SEE_CONTACTS)
    export.offer(routes, desk, "messages", Permission.SEE_MESSAGES, read=lambda: _sent_file(desk))
    export.offer(routes, desk, "messages_incoming", *received, read=lambda: _received_file(desk))

    @routes.get("/messages")
    @needs(Permission.SEE_MESSAGES)
    def messages() -> ResponseReturnValue:
        """What left the house or is about to, newest first."""
        here, before = _chosen(), whole(request.args.get("before", ""))
        with desk.database.reading() as session:
            rows, rest = _sent(session, desk.city.slug, here, before)
            figures = ledger.figures(session, desk.city.slug)
            calls = _callers(session, desk.city.slug, [row for row, _ticket in rows])
        older = url_for("console.messages", **here, before=rest) if rest else ""
        return render_template(
            "console/messages.html",
            rows=rows,
            calls=calls,
            figures=figures,
            here=here,
            older=older,
            newer=url_for("console.messages", **here) if before else "",
            channels=CHANNELS,
            statuses=list(NotificationStatus),
            why=_why,
            shown=_shown,
            named=message,
        )

    @routes.get("/messages/incoming")
    @needs(*received)
    def messages_incoming() -> ResponseReturnValue:
        """What people texted to the city, and what they were answered."""
        before = _turned_to(request.args.get("before", ""))
        with desk.database.reading() as session:
            texts, rest = _received(session, desk.city.slug, before)
        older = f"{numbers.written(rest[0])}-{rest[1]}" if rest else ""
        return render_template(
            "console/messages_incoming.html",
            texts=texts,
            older=url_for("console.messages_incoming", before=older) if older else "",
            newer=url_for("console.messages_incoming") if before else "",
        )

    @routes.get("/messages/words")
    @needs(Permission.SEE_MESSAGES)
    def messages_words() -> ResponseReturnValue:
        """Every message as it would be written now, in every language."""
        return render_template(
            "console/messages_words.html",
            previews=previews(desk.city, desk.now()),
            rules=desk.city.notifications,
            named=message,
        )

    @routes.post(f"/messages/{ONE_ROW}/again")
    @needs(Permission.RESEND_MESSAGES)
    def messages_again(number: int) -> ResponseReturnValue:
        """Try a failed message again."""
        with desk.database.transaction() as session:
            if not outbox.send_again(session, desk.city.slug, number, desk.now()):
                abort(404)
        flash(_("It is tried again now."), "success")
        return redirect(url_for("console.messages", status=request.form.get("status", "")))

    @routes.post("/messages/again")
    @needs(Permission.RESEND_MESSAGES)
    def messages_all_again() -> ResponseReturnValue:
        """Try all failed messages again: after a mended setting, mostly."""
        with desk.database.transaction() as session:
            failed = ledger.failed(session, desk.city.slug)
            tried = sum(outbox.send_again(session, desk.city.slug, number, desk.now()) for number in failed)
        flash(ngettext("%(n)s message is tried again now.", "%(n)s messages are tried again now.", tried), "success")
        return redirect(url_for("console.messages"))


def _chosen() -> dict[str, Any]:
    """What the link asks for, as far as it means something."""
    status, channel = request.args.get("status", ""), request.args.get("channel", "")
    return {
        "status": status if status in set(NotificationStatus) else "",
        "channel": channel if channel in CHANNELS else "",
    }


def _sent(
    session: Session, city: str, chosen: dict[str, Any], before: int | None, many: int = PAGE
) -> tuple[Sequence[tuple[Notification, str | None]], int | None]:
    """What left the house before a message, each with its ticket, and before which the next did, None for none."""
    status = NotificationStatus(chosen["status"]) if chosen["status"] else None
    rows = ledger.outgoing(session, city, status=status, channel=chosen["channel"], before=before, limit=many + 1)
    return rows[:many], rows[many - 1][0].id if len(rows) > many else None


def _received(
    session: Session, city: str, before: tuple[dt.datetime, str] | None, many: int = PAGE
) -> tuple[Sequence[tuple[IncomingText, str | None]], tuple[dt.datetime, str] | None]:
    """The same of what came in."""
    rows = ledger.texts(session, city, before=before, limit=many + 1)
    last = rows[many - 1][0] if len(rows) > many else None
    return rows[:many], (last.at, last.message_sid) if last else None


def _turned_to(written: str) -> tuple[dt.datetime, str] | None:
    """Where a link to older texts goes on: the time and the identity of the last that was shown."""
    at, _dash, message_sid = written.partition("-")
    turned = numbers.whole(at)
    return None if turned is None else (numbers.moment(turned), message_sid)


def _callers(session: Session, city: str, rows: Sequence[Notification]) -> dict[int, str]:
    """Who was called, for what was done to a live call: the rows, by their numbers, with the callers' numbers."""
    live = [row for row in rows if row.call_sid and row.channel.startswith("rest_")]
    found = {row.id or 0: call_log.one(session, city, row.call_sid or "") for row in live}
    return {number: call.caller or "" if call else "" for number, call in found.items()}


def _sent_file(desk: Desk) -> Lines:
    city, chosen = desk.city.slug, _chosen()
    rows = export.in_batches(desk, lambda session, before: _sent(session, city, chosen, before, export.BATCH))
    return Lines(
        (*_SENT, "to", "why", "ticket"),
        (
            (*(getattr(row, name) for name in _SENT), _shown(row.recipient), _why(row.last_error or row.held), ticket)
            for row, ticket in rows
        ),
    )


def _received_file(desk: Desk) -> Lines:
    city = desk.city.slug
    rows = export.in_batches(desk, lambda session, before: _received(session, city, before, export.BATCH))
    return Lines((*_CAME, "ticket"), ((*(getattr(text, name) for name in _CAME), ticket) for text, ticket in rows))


def _shown(recipient: str) -> str:
    """A recipient, covered up to its last two characters for who may not see contacts."""
    if not recipient or current().can(Permission.SEE_CONTACTS):
        return recipient or "–"
    return f"…{recipient[-2:]}"


def _why(noted: str) -> str:
    """Why something was not sent: in words where it was ours to decide, else as the gateway said it."""
    return _(WHY[noted]) if noted in WHY else noted
