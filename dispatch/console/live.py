"""Pages that keep up by themselves: a stream of server-sent events says that something changed, and the page asks anew.

A stream carries no data, only a mark that is another whenever what it watches is, so whoever may see a page's part asks
for that part as for any page. It works over any number of processes, for each looks in the ledger. A stream holds a
thread, and threads belong to callers first: so a process holds few, for seconds, and beyond that answers at once and is
asked again two seconds later. Without JavaScript a page is simply as it was when it was opened.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from dispatch.accounts import Permission, current, needs
from dispatch.console import changes
from dispatch.console.desk import Desk
from storage import alarm_log, call_log
from storage.database import Database

HELD = 1
"""Streams that a process holds open at once."""
HELD_FOR_S = 15.0
EVERY_S = 1.0
"""How often the ledger is looked at."""
AGAIN_MS = 2_000
"""When the browser asks again after a stream has ended."""
WATCHED: dict[str, tuple[Permission, Callable[[Session, str, str], str]]] = {
    "line": (Permission.SEE_CALLS, lambda session, city, _: call_log.mark_of_line(session, city)),
    "call": (Permission.SEE_CALLS, call_log.mark_of_call),
    "tickets": (Permission.SEE_TICKETS, lambda session, city, _: changes.mark(session, city)),
    "emergencies": (Permission.SEE_EMERGENCIES, lambda session, city, _: alarm_log.mark(session, city)),
}
"""What can be watched: who may, and its mark."""
_places = threading.BoundedSemaphore(HELD)


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the streams."""

    @routes.get("/live/<what>")
    @routes.get("/live/<what>/<which>")
    @needs()
    def live(what: str, which: str = "") -> ResponseReturnValue:
        """Say when something changes, until the stream ends; the browser then opens it again by itself."""
        permission, mark = WATCHED.get(what) or abort(404)
        if not current().can(permission):
            abort(403)
        city = desk.city.slug

        def look(session: Session) -> str:
            return mark(session, city, which)

        held = _places.acquire(blocking=False)
        # On its first request a browser knows no mark: what is on the page may be older than the one now.
        answer = Response(
            _events(desk.database, look, request.headers.get("Last-Event-ID", ""), hold=held),
            mimetype="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )
        if held:
            answer.call_on_close(_places.release)
        return answer


def _events(database: Database, look: Callable[[Session], str], known: str, *, hold: bool) -> Iterator[str]:
    """The events of a stream: one whenever the mark is another than the browser knows, and a sign of life."""
    yield f"retry: {AGAIN_MS}\n\n"
    until = time.monotonic() + HELD_FOR_S
    while True:
        with database.reading() as session:
            now = look(session)
        if now != known:
            yield f"id: {now}\nevent: changed\ndata: {now}\n\n"
            known = now
        if not hold or time.monotonic() > until:
            return
        time.sleep(EVERY_S)
        yield ": still here\n\n"  # Fails where the browser has gone, which is how we hear of it.
