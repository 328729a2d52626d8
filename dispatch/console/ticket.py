"""One ticket, all on one page: what was said, where it is, what happened, who follows, and what may be done next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from dispatch import duplicates, questions
from dispatch import tickets as door
from dispatch.accounts import Permission, current, needs
from dispatch.console import actions, bulk, drafts, filters, lists, messages, presence, spoken, spots
from dispatch.console import ticket_history as told
from dispatch.console.actions import Asked
from dispatch.console.desk import Desk
from dispatch.console.i18n import _, marked
from dispatch.console.labels import in_language
from dispatch.console.numbers import whole
from dispatch.console.spots import Found
from dispatch.deeds import Done
from storage import desk as kept
from storage import tickets as ledger
from storage.tables import Ticket
from storage.vocabulary import NotificationStatus

_OF_THEIR_OWN = ("assign", "priority", "service")
"""What may be done at any time, beside the steps of the workflow."""


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the page and what its forms send to."""
    told.register(routes, desk)

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
        way_back = url_for("console.tickets_one", number=number)
        return render_template("console/print.html", tickets=[ticket], more=None, way_back=way_back, **around)

    @routes.post("/tickets/<number>")
    @needs(Permission.CHANGE_TICKETS)
    def tickets_one_do(number: str) -> ResponseReturnValue:
        """Do one thing to it. Where somebody changed it meanwhile, say what they did and keep what was typed."""
        asked = bulk.read([f"{number}@{request.form.get('seen', '')}"], request.form.get("do", ""))
        if asked.do == "keep":
            _keep(desk, number)
            flash(marked("Kept, and not sent."), "info")
            return redirect(url_for("console.tickets_one", number=number))
        if asked.do not in actions.OWED:
            abort(400)
        if asked.missing:
            return show(desk, number, typed=asked, wrong={name: _("This is needed.") for name in asked.missing})

        def do(session: Session) -> Done:
            done = actions.perform(session, desk.city, current(), asked, desk.now())
            if done.numbers and (ticket := ledger.by_number(session, desk.city.slug, number)):
                drafts.keep(session, current().email, ticket, drafts.step_of(asked.do), {}, desk.now())
            return done

        done = desk.database.keep(do)
        problem = done.refused.get(number)
        if isinstance(problem, door.TicketChanged):
            return show(desk, number, typed=asked, changed=True)
        if isinstance(problem, door.NoSuchTicket):
            abort(404)
        if problem:
            return show(desk, number, typed=asked, wrong={actions.at_fault(problem): actions.why_refused(problem)})
        bulk.tell(done)
        # Another ticket may be merged into the one that somebody has before their eyes.
        return redirect(lists.safe(request.form.get("back", "") or f"/tickets/{number}"))

    @routes.post("/tickets/<number>/unsent")
    @needs(Permission.CHANGE_TICKETS)
    def tickets_one_unsent(number: str) -> ResponseReturnValue:
        """Keep what is being typed; the page does this by itself while somebody types."""
        _keep(desk, number)
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
            return show(desk, number, typed=asked, place=found)
        spot = found.spot or spots.as_typed(typed, note)
        done = desk.database.keep(
            lambda session: actions.perform(session, desk.city, current(), asked, desk.now(), spot=spot)
        )
        if isinstance(done.refused.get(number), door.TicketChanged):
            return show(desk, number, typed=asked, changed=True)
        bulk.tell(done)
        return redirect(url_for("console.tickets_one", number=number))


def show(
    desk: Desk,
    number: str,
    *,
    typed: Asked | None = None,
    wrong: Mapping[str, str] | None = None,
    changed: bool = False,
    place: Found | None = None,
) -> ResponseReturnValue:
    """Show a ticket; `typed` is what a form brought that could not be done.

    `wrong` says why not, by the field to mend, "" for none of them (422); or somebody else `changed` it first (409).
    `place` is what became of looking up where it is.
    """
    city, who = desk.city, current()
    with desk.database.reading() as session:
        ticket = ledger.by_number(session, city.slug, number) or abort(404)
        history = ledger.history(session, city.slug, ticket)
        turns = kept.turns_of(session, city.slug, ticket.call_sid) if ticket.call_sid else []
        begun = drafts.of(session, who.email, ticket)
        sent = kept.told(session, ticket)
        colleagues = lists.colleagues(session, city, [ticket.department])
        shown: dict[str, Any] = {
            "ticket": ticket,
            "history": history[::-1],
            "followers": ledger.followers(session, city.slug, ticket),
            "parent": ledger.parent_of(session, city.slug, ticket),
            "children": ledger.duplicates_of(session, city.slug, ticket),
            "alike": _alike(session, desk, ticket),
            "said": list(spoken.conversation(turns)) if who.can(Permission.SEE_CALLS) else None,
            **lists.around(session, desk),
        }
    steps = actions.next_steps(ticket)
    if typed:
        begun[drafts.step_of(typed.do)] = dict(typed.fields)
    version = next(iter(typed.seen.values()), None) if typed else None
    forms = [*steps, *_OF_THEIR_OWN, "place", "comment"]
    return render_template(
        "console/ticket.html",
        steps=steps,
        of_their_own=_OF_THEIR_OWN,
        owed=actions.OWED,
        can_ask=questions.can_ask,
        there=presence.noted(desk, ticket),
        # Of the steps that something was begun in, the one that was just tried lies open, else the first.
        open=drafts.step_of(typed.do) if typed else next((step for step in forms if step in begun), ""),
        begun=begun,
        typed=typed,
        homeless=[typed.fields[name] for name in drafts.TYPED if typed.fields.get(name)]
        if typed and drafts.step_of(typed.do) not in forms
        else [],
        wrong=wrong or {},
        place=place,
        fault=actions.fault(typed, wrong) if typed and wrong else "",
        # Every change of a ticket is one line of its history and one more of its version.
        meanwhile=history[-(ticket.version - version) :] if changed and version and ticket.version > version else [],
        options=filters.options(city, {}) | {"colleague": colleagues},
        questions={question.code: question for question in _questions(desk, ticket)},
        contacts=who.can(Permission.SEE_CONTACTS),
        author=lambda who: shown["called"](who) if "@" in who else _(told.WHO[who]) if who in told.WHO else who,
        words_of_event=lambda kind: told.EVENTS.get(kind, kind),
        told=lambda line: told.what_to(city, shown["called"], line),
        undone=told.undone(history),
        sent=told.told_with(history, sent),
        failed=[one for one in sent if one.status is NotificationStatus.FAILED],
        channels=messages.CHANNELS,
        why_unsent=lambda noted: _(messages.WHY[noted]) if noted in messages.WHY else noted,
        answered=lambda code, answer: _answered(desk, ticket, code, answer),
        **shown,
    ), 409 if changed else 422 if wrong or place else 200


def _alike(session: Session, desk: Desk, ticket: Ticket) -> list[tuple[duplicates.Suggestion, Ticket]]:
    """The open tickets that may be about the same thing, each as it stands."""
    if ticket.closed_at:
        return []
    alike = duplicates.suggestions(session, desk.city, ticket, ticket.created_at)
    stands = ((one, ledger.by_number(session, desk.city.slug, one.number)) for one in alike)
    return [(one, other) for one, other in stands if other]


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


def _keep(desk: Desk, number: str) -> None:
    """Keep what stands in the form of a step, which the form names."""
    step = request.form.get("step", "")
    if step not in actions.OWED:
        abort(400)
    with desk.database.transaction() as session:
        ticket = ledger.by_number(session, desk.city.slug, number) or abort(404)
        drafts.keep(session, current().email, ticket, step, request.form, desk.now())
