"""What a ticket's history says: who did what, what was taken back, and how far what people were told has got."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dispatch.accounts import Permission, needs
from dispatch.city.model import City
from dispatch.console.desk import Desk
from dispatch.console.i18n import marked
from dispatch.console.labels import in_language, label
from dispatch.console.numbers import whole
from dispatch.deeds import GRACE
from storage import desk as kept
from storage import outbox
from storage import tickets as ledger
from storage.tables import Notification, TicketEvent
from storage.vocabulary import Priority

EVENTS = {
    "filed": marked("filed it"),
    "status": marked("moved it"),
    "comment": marked("noted"),
    "follower": marked("added a follower"),
    "unfollowed": marked("wanted to hear no more of it"),
    "assigned": marked("gave it to"),
    "released": marked("took it back from"),
    "service": marked("changed the service"),
    "place": marked("put the place right"),
    "priority": marked("changed the priority"),
    "rerouted": marked("sent it on to"),
    "joined": marked("merged another ticket into it:"),
    "transcript": marked("wrote down the message"),
    "escalated": marked("told of the deadline"),
    "together": marked("told its people what became of"),
    "imported": marked("took it over"),
    "taken_back": marked("took the last step back"),
}
"""What a line of the history says its author did. Kinds that are not here stand as they are."""
WHO = {
    "caller": marked("caller"),
    "reporter": marked("reporter"),
    "follower": marked("follower"),
    "public": marked("somebody"),
    "import": marked("import"),
    "escalation": marked("the deadline"),
}
"""Who stands in histories without a login. The parts of the house are named as they are."""


def register(routes: Blueprint, desk: Desk) -> None:
    """Add how a message that failed is sent again from its ticket's page."""

    @routes.post("/tickets/<number>/again")
    @needs(Permission.RESEND_MESSAGES)
    def tickets_one_again(number: str) -> ResponseReturnValue:
        """Try a message about a ticket again."""
        wanted = whole(request.form.get("message", ""))
        with desk.database.transaction() as session:
            ticket = ledger.by_number(session, desk.city.slug, number) or abort(404)
            mine = any(row.id == wanted for row in kept.told(session, ticket))
            if not (mine and wanted and outbox.send_again(session, desk.city.slug, wanted, desk.now())):
                abort(404)
        flash(marked("It is tried again now."), "success")
        return redirect(url_for("console.tickets_one", number=number, _anchor="history"))


def told_with(
    history: Sequence[TicketEvent], messages: Sequence[Notification]
) -> Mapping[int | None, list[Notification]]:
    """What people were told, by the line of the history (oldest first) that it tells of.

    The key of a message names its line; where that is none of this ticket's, as with what becomes of the one it joined,
    the message was written at the same moment.
    """
    lines, moments = {f"event-{line.id}-": line for line in history}, [line.at for line in history]
    found: dict[int | None, list[Notification]] = {}
    for message in messages:
        named = lines.get("-".join((*message.idempotency_key.split("-")[:2], "")))
        line = named or history[max(bisect_right(moments, message.created_at) - 1, 0)]
        found.setdefault(line.id, []).append(message)
    return found


def undone(history: Sequence[TicketEvent]) -> frozenset[int | None]:
    """The lines of a history (oldest first) that were taken back: nobody was sent what they say.

    A deed is all that its author wrote at one moment. On a ticket that only came along, its lines name the other one.
    """
    found: set[int | None] = set()
    for place, back in enumerate(history):
        if back.kind != "taken_back":
            continue
        theirs = [
            line
            for line in history[:place]
            if line.who == back.who
            and line.kind != "taken_back"
            and line.at >= back.at - GRACE
            and line.id not in found
        ]
        if of := back.data.get("number"):
            theirs = [line for line in theirs if line.data.get("number") == of]
        found |= {line.id for line in theirs if line.at == theirs[-1].at}
    return frozenset(found)


def what_to(city: City, called: Callable[[str], str], line: TicketEvent) -> str:
    """What a change was to, in words."""
    to = str(line.data.get("to") or "")
    match line.kind:
        case "service":
            service = city.services.get(to)
            return in_language(service.names) if service else to
        case "rerouted":
            department = city.departments.get(to)
            return in_language(department.names) if department else to
        case "priority":
            return label(Priority(to))
        case "assigned":
            return called(to)
        case "released":
            return called(str(line.data["from"]))
        case _:
            return to
