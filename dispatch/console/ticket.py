"""One ticket, all on one page: what was said, where it is, what happened, who follows, and what may be done next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from dispatch import duplicates, questions
from dispatch import tickets as door
from dispatch.accounts import Permission, current, needs
from dispatch.console import actions, bulk, filters, lists, presence, spoken, spots
from dispatch.console.actions import Asked
from dispatch.console.desk import Desk
from dispatch.console.i18n import _, marked
from dispatch.console.labels import in_language, label
from dispatch.console.numbers import whole
from dispatch.console.spots import Found
from dispatch.deeds import Done
from storage import desk as kept
from storage import tickets as ledger
from storage.tables import Ticket, TicketEvent
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
KEPT = ("public", "why", "text")
"""The fields whose words are kept while they are not sent."""


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the page and what its forms send to."""

    @routes.get("/tickets/<number>")
    @needs(Permission.SEE_TICKETS)
    def tickets_one(number: str) -> ResponseReturnValue:
        """A ticket."""
        return show(desk, number)

    @routes.get("/tickets/<number>/print")
    @needs(Permission.SEE_TICKETS)
    def tickets_one_print(number: str) -> ResponseReturnValue:
        """A ticket on paper."""
        with desk.database.reading() as session:
            ticket = ledger.by_number(session, desk.city.slug, number) or abort(404)
            around = lists.around(session, desk)
        return render_template("console/print.html", tickets=[ticket], more=None, **around)

    @routes.post("/tickets/<number>")
    @needs(Permission.CHANGE_TICKETS)
    def tickets_one_do(number: str) -> ResponseReturnValue:
        """Do one thing to it. Where somebody changed it meanwhile, say what they did and keep what was typed."""
        asked = bulk.read([f"{number}@{request.form.get('seen', '')}"], request.form.get("do", ""))
        if asked.do == "keep":
            _keep(desk, number, asked)
            flash(marked("Kept, and not sent."), "info")
            return redirect(url_for("console.tickets_one", number=number))
        if asked.do not in actions.OWED:
            abort(400)
        if asked.missing:
            return show(desk, number, typed=asked, code=422)

        def do(session: Session) -> Done:
            done = actions.perform(session, desk.city, current(), asked, desk.now())
            if done.numbers:
                _forget_unsent(session, desk, number)
            return done

        done = desk.database.keep(do)
        problem = done.refused.get(number)
        if isinstance(problem, door.TicketChanged):
            return show(desk, number, typed=asked, changed=True, code=409)
        if isinstance(problem, door.NoSuchTicket):
            abort(404)
        if problem:
            flash(_("Not possible: %(why)s", why=actions.why_refused(problem)), "error")
            return show(desk, number, typed=asked, code=422)
        bulk.tell(done)
        return redirect(url_for("console.tickets_one", number=number))

    @routes.post("/tickets/<number>/unsent")
    @needs(Permission.CHANGE_TICKETS)
    def tickets_one_unsent(number: str) -> ResponseReturnValue:
        """Keep what is being typed; the page does this by itself while somebody types."""
        _keep(desk, number, Asked("keep", request.form.to_dict(), {}))
        return "", 204

    @routes.post("/tickets/<number>/place")
    @needs(Permission.CHANGE_TICKETS)
    def tickets_one_place(number: str) -> ResponseReturnValue:
        """Say where it is, as a person has checked it; what our map does not know is saved on purpose alone."""
        seen, offered = request.form.get("seen", ""), request.form.get("offer", "").strip()
        typed, note = offered or request.form.get("address", "").strip(), request.form.get("place_note", "").strip()
        asked = Asked("place", {"address": typed, "place_note": note}, {number: whole(seen)})
        found = spots.look_up(desk.pack(), typed, note)
        if not typed or not (found.spot or "without_spot" in request.form):
            return show(desk, number, typed=asked, place=found, code=422)
        spot = found.spot or spots.as_typed(typed, note)
        done = desk.database.keep(
            lambda session: actions.perform(session, desk.city, current(), asked, desk.now(), spot=spot)
        )
        if isinstance(done.refused.get(number), door.TicketChanged):
            return show(desk, number, typed=asked, changed=True, code=409)
        bulk.tell(done)
        return redirect(url_for("console.tickets_one", number=number))


def show(
    desk: Desk,
    number: str,
    *,
    typed: Asked | None = None,
    place: Found | None = None,
    changed: bool = False,
    code: int = 200,
) -> ResponseReturnValue:
    """Show a ticket; `typed` is what a form brought that could not be done, `changed` that somebody else was faster.

    `place` is what became of looking up a place that our map does not know.
    """
    city, who = desk.city, current()
    with desk.database.reading() as session:
        ticket = ledger.by_number(session, city.slug, number) or abort(404)
        history = ledger.history(session, city.slug, ticket)
        turns = kept.turns_of(session, city.slug, ticket.call_sid) if ticket.call_sid else []
        unsent = kept.unsent(session, who.email, ticket.id or 0)
        colleagues = lists.colleagues(session, city, [ticket.department])
        shown: dict[str, Any] = {
            "ticket": ticket,
            "history": history[::-1],
            "followers": ledger.followers(session, city.slug, ticket),
            "parent": ledger.parent_of(session, city.slug, ticket),
            "children": ledger.duplicates_of(session, city.slug, ticket),
            "alike": [] if ticket.closed_at else duplicates.suggestions(session, city, ticket, ticket.created_at),
            "said": list(spoken.conversation(turns)) if who.can(Permission.SEE_CALLS) else None,
            **lists.around(session, desk),
        }
    version = next(iter(typed.seen.values()), None) if typed else None
    fields = unsent | (typed.fields if typed else {})
    return render_template(
        "console/ticket.html",
        steps=actions.next_steps(ticket),
        owed=actions.OWED,
        can_ask=questions.can_ask,
        there=presence.noted(desk, ticket),
        fields=fields,
        unsent=bool(unsent),
        typed=typed,
        place=place,
        # Every change of a ticket is one line of its history and one more of its version.
        meanwhile=history[-(ticket.version - version) :] if changed and version and ticket.version > version else [],
        options=filters.options(city, {}) | {"colleague": colleagues},
        questions={question.code: question for question in _questions(desk, ticket)},
        contacts=who.can(Permission.SEE_CONTACTS),
        author=lambda who: shown["called"](who) if "@" in who else _(WHO[who]) if who in WHO else who,
        words_of_event=lambda kind: EVENTS.get(kind, kind),
        told=lambda line: _told(desk, shown["called"], line),
        answered=lambda code, answer: _answered(desk, ticket, code, answer),
        **shown,
    ), code


def _questions(desk: Desk, ticket: Ticket) -> tuple[Any, ...]:
    service = desk.city.services.get(ticket.service)
    return service.questions if service else ()


def _answered(desk: Desk, ticket: Ticket, code: str, answer: str) -> str:
    """An answer to one of the service's questions, in words."""
    choices = {
        choice.code: choice.names for one in _questions(desk, ticket) if one.code == code for choice in one.choices
    }
    if answer in choices:
        return in_language(choices[answer])
    return {"yes": _("Yes"), "no": _("No")}.get(answer, answer)


def _told(desk: Desk, called: Callable[[str], str], line: TicketEvent) -> str:
    """What a change was to, in words."""
    to = str(line.data.get("to") or "")
    match line.kind:
        case "service":
            service = desk.city.services.get(to)
            return in_language(service.names) if service else to
        case "rerouted":
            department = desk.city.departments.get(to)
            return in_language(department.names) if department else to
        case "priority":
            return label(Priority(to))
        case "assigned":
            return called(to)
        case "released":
            return called(str(line.data["from"]))
        case _:
            return to


def _keep(desk: Desk, number: str, asked: Asked) -> None:
    words = {name: asked.fields[name] for name in KEPT if asked.fields.get(name, "").strip()}
    with desk.database.transaction() as session:
        ticket = ledger.by_number(session, desk.city.slug, number) or abort(404)
        kept.keep_unsent(session, current().email, ticket.id or 0, words, desk.now())


def _forget_unsent(session: Session, desk: Desk, number: str) -> None:
    if ticket := ledger.by_number(session, desk.city.slug, number):
        kept.keep_unsent(session, current().email, ticket.id or 0, {}, desk.now())
