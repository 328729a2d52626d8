"""Messages: what was sent to whom, what could not be, what came in, and what the house's words look like."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dispatch.accounts import Permission, current, needs
from dispatch.console.desk import Desk
from dispatch.console.i18n import _, marked, ngettext
from dispatch.notifications.preview import previews
from storage import messages as ledger
from storage import outbox
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
}
"""What the worker notes, in words."""


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the pages about messages."""

    @routes.get("/messages")
    @needs(Permission.SEE_MESSAGES)
    def messages() -> ResponseReturnValue:
        """What left the house or is about to, newest first."""
        asked, channel = request.args.get("status", ""), request.args.get("channel", "")
        status = NotificationStatus(asked) if asked in set(NotificationStatus) else None
        channel = channel if channel in CHANNELS else ""
        before = request.args.get("before", type=int)
        with desk.database.reading() as session:
            rows = ledger.outgoing(
                session, desk.city.slug, status=status, channel=channel, before=before, limit=PAGE + 1
            )
            figures = ledger.figures(session, desk.city.slug)
        here: dict[str, Any] = {"status": status.value if status else "", "channel": channel}
        older = url_for("console.messages", **here, before=rows[PAGE - 1][0].id) if len(rows) > PAGE else ""
        return render_template(
            "console/messages.html",
            rows=rows[:PAGE],
            figures=figures,
            here=here,
            older=older,
            newer=url_for("console.messages", **here) if before else "",
            channels=CHANNELS,
            statuses=list(NotificationStatus),
            why=_why,
            shown=_shown,
        )

    @routes.get("/messages/incoming")
    @needs(Permission.SEE_MESSAGES, Permission.SEE_CONTACTS)
    def messages_incoming() -> ResponseReturnValue:
        """What people texted to the city, and what they were answered."""
        with desk.database.reading() as session:
            texts = [
                (text, ledger.ticket_of(session, text.city, text.ticket_id) if text.ticket_id else None)
                for text in ledger.texts(session, desk.city.slug, limit=PAGE)
            ]
        return render_template("console/messages_incoming.html", texts=texts)

    @routes.get("/messages/words")
    @needs(Permission.SEE_MESSAGES)
    def messages_words() -> ResponseReturnValue:
        """Every message as it would be written now, in every language."""
        return render_template(
            "console/messages_words.html",
            previews=previews(desk.city, desk.now()),
            rules=desk.city.notifications,
        )

    @routes.post("/messages/<int:number>/again")
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


def _shown(recipient: str) -> str:
    """A recipient, covered up to its last two characters for who may not see contacts."""
    if not recipient or current().can(Permission.SEE_CONTACTS):
        return recipient or "–"
    return f"…{recipient[-2:]}"


def _why(noted: str) -> str:
    """Why something was not sent: in words where it was ours to decide, else as the gateway said it."""
    return _(WHY[noted]) if noted in WHY else noted
