"""Photos that were texted and messages that were left, shown here: Twilio keeps them, and gives them only to us.

An address is never taken from a link: it is the one that stands in the ledger with the ticket or the message, which
whoever asks must be allowed to see. A file on its way holds a thread, and threads belong to callers, so few are.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from dispatch.accounts import Permission, needs
from dispatch.console.desk import Desk
from dispatch.console.i18n import _, marked
from dispatch.console.refusals import refusal
from dispatch.media import NotFetched
from storage import messages
from storage import tickets as ledger

AT_ONCE = 2
"""Files on their way, in one process."""
KEPT_S = 600
"""How long a browser may keep a file to itself."""
PROBLEMS = {
    "unset": (503, marked("There is no Twilio account to fetch it from. An administrator can set one up.")),
    "elsewhere": (404, marked("It does not lie at Twilio, so it is not shown here.")),
    "gone": (404, marked("Twilio has it no longer.")),
    "kind": (415, marked("It is of a kind that is not shown here.")),
    "large": (413, marked("It is too large to be shown here.")),
    "away": (502, marked("Twilio did not answer. Please try again in a minute.")),
    "busy": (503, marked("Others are being fetched just now. Please try again in a moment.")),
}
"""Why something is not shown, and what to do."""
_places = threading.BoundedSemaphore(AT_ONCE)


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the files."""

    @routes.get("/tickets/<number>/photos/<int:line>/<int:which>")
    @needs(Permission.SEE_TICKETS)
    def tickets_one_photo(number: str, line: int, which: int) -> ResponseReturnValue:
        """A photo in a line of a ticket's history, counted from 0."""
        with desk.database.reading() as session:
            ticket = ledger.by_number(session, desk.city.slug, number) or abort(404)
            lines = {event.id: event.data for event in ledger.history(session, desk.city.slug, ticket)}
        return _shown(desk, lines.get(line, {}).get("photos", ()), which)

    @routes.get("/tickets/<number>/recording")
    @needs(Permission.SEE_CALLS)
    def tickets_one_recording(number: str) -> ResponseReturnValue:
        """The message somebody left."""
        with desk.database.reading() as session:
            ticket = ledger.by_number(session, desk.city.slug, number) or abort(404)
        return _shown(desk, [ticket.recording_url] if ticket.recording_url else (), 0)

    @routes.get("/messages/incoming/<sid>/photos/<int:which>")
    @needs(Permission.SEE_MESSAGES, Permission.SEE_CONTACTS)
    def messages_incoming_photo(sid: str, which: int) -> ResponseReturnValue:
        """A photo of a text message, counted from 0."""
        with desk.database.reading() as session:
            text = messages.incoming(session, sid)
        return _shown(desk, text.media if text and text.city == desk.city.slug else (), which)


def _shown(desk: Desk, addresses: Sequence[str], which: int) -> ResponseReturnValue:
    if which >= len(addresses):
        abort(404)
    if desk.media is None:
        return _not_shown("unset")
    if not _places.acquire(blocking=False):
        return _not_shown("busy")
    try:
        fetched = desk.media.fetch(addresses[which])
    except NotFetched as problem:
        _places.release()
        return _not_shown(problem.why)
    answer = Response(
        fetched.pieces,
        mimetype=fetched.kind,
        headers={"Cache-Control": f"private, max-age={KEPT_S}", "Content-Disposition": "inline", "Vary": "Cookie"},
    )
    if fetched.length is not None:
        answer.content_length = fetched.length
    answer.call_on_close(_places.release)
    return answer


def _not_shown(why: str) -> ResponseReturnValue:
    code, sentence = PROBLEMS[why]
    return refusal(code, _(sentence))
