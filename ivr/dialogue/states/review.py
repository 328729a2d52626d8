"""The last look before it is sent, the sending, and the number to track it by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from dispatch.city.model import in_language
from ivr.dialogue.call import Said, State
from ivr.dialogue.context import Context
from ivr.dialogue.grammar import Either, NoMatch, Outcome, Plain, yes_no
from ivr.dialogue.heard import Digits, Heard, Result, Speech
from ivr.dialogue.moves import AddToTicket, Ask, Do, FiledTicket, FileTicket, Go, Listen, Move
from ivr.dialogue.requests import Where
from ivr.dialogue.script import state
from ivr.dialogue.states.place import spoken_place
from ivr.dialogue.wording import spoken_day, spoken_ticket_number
from ivr.understanding.answers import yes_or_no
from ivr.understanding.places import SURE
from ivr.understanding.words import plain_words

Verdict = Literal["send", "place", "problem", "add", "no"]
_KEYS: dict[str, Verdict] = {"1": "send", "2": "place", "3": "problem", "4": "add"}
_WORDS: dict[Verdict, frozenset[str]] = {
    "place": frozenset(
        "place address location street corner where number lugar direccion calle esquina donde lieu adresse rue".split()
    ),
    "problem": frozenset("problem issue service what category problema asunto servicio probleme sujet".split()),
    "add": frozenset("add more also details anadir agregar mas tambien detalles ajouter aussi precision plus".split()),
    "send": frozenset("send submit file enviar mande envie envoyer envoyez transmettre".split()),
}


@dataclass(frozen=True, slots=True)
class ReviewAnswer(Plain):
    """Send it, or what to change; "no, it's at 12 Oak Street" corrects the place at once."""

    def understand(self, heard: Heard, context: Context) -> Verdict | Where:
        """Return the verdict, or the corrected place."""
        match heard:
            case Digits(key) if key in _KEYS:
                return _KEYS[key]
            case Speech(text):
                answer = yes_or_no(text)
                if answer is True:
                    return "send"
                finding = context.understanding.place(text, context.call.language, asked=False)
                if finding.best is not None and finding.best.confidence >= SURE and not finding.missing:
                    return Where(text, finding)
                words = set(plain_words(text))
                for verdict, telling in _WORDS.items():
                    if telling & words:
                        return verdict
                if answer is False:
                    return "no"
        raise NoMatch

    def listen(self, context: Context) -> Listen:
        """One key, or speech."""
        return Listen(context.call.language, digits=1)


@state(
    State.REVIEW,
    hears=ReviewAnswer(),
    to={State.FILING, State.PLACE, State.HOW_CAN_I_HELP, State.DESCRIBE, State.REVIEW},
)
def review(context: Context, verdict: Verdict | Where | None) -> Move:
    """Read back what was understood, and send it on a yes."""
    match verdict:
        case None:
            return Ask("review", {"what": _what(context)})
        case "send":
            return Go(State.FILING, remember={"place_confirmed": True})
        case "place":
            return Go(
                State.PLACE, remember={"place": None, "place_confirmed": False, "place_tries": 0, "place_words": ()}
            )
        case "problem":
            return Go(State.HOW_CAN_I_HELP, remember={"service": ""})
        case "add":
            return Go(State.DESCRIBE)
        case Where(finding=finding):
            return Go(State.REVIEW, remember={"place": finding.best, "place_confirmed": False})
        case _:
            return Ask("review_change")


def _what(context: Context) -> str:
    call, service = context.call, context.service
    named = in_language(service.names, call.language) if service is not None else ""
    return f"{named}, {spoken_place(call.place, context)}" if call.place is not None and call.place.address else named


@state(State.FILING, hears=Outcome(Result), to={State.UPDATES, State.ANYTHING_ELSE, State.PERSON})
def filing(context: Context, result: Result | None) -> Move:
    """File the ticket; then give its number, in groups and twice."""
    call = context.call
    if result is None:
        return Do(FileTicket(call, review=call.review))
    if not result.ok:
        return Go(State.PERSON, say="could_not_file")
    filed: FiledTicket = result.value
    memory: dict[str, Any] = {"ticket": filed.number, "tickets": (*call.tickets, filed.number)}
    department = context.city.departments.get(filed.department)
    slots = {
        "number": spoken_ticket_number(filed.number),
        "department": in_language(department.names, call.language) if department else filed.department,
    }
    if filed.due:
        slots["due"] = spoken_day(filed.due, call.language)
    notice = in_language(context.service.notice, call.language) if context.service is not None else ""
    say = (
        Said("filed_due" if filed.due else "filed", slots),
        *((Said("service_notice", {"notice": notice}),) if notice else ()),
    )
    ask_updates = bool(call.caller) and call.updates is None
    return Go(State.UPDATES if ask_updates else State.ANYTHING_ELSE, say=say, remember=memory)


@state(State.UPDATES, hears=Either(yes_no, Outcome(Result)), to={State.ANYTHING_ELSE}, unanswered=False)
def updates(context: Context, wanted: bool | Result | None) -> Move:
    """With the ticket safe, offer text messages about it."""
    call = context.call
    match wanted:
        case None:
            return Ask("updates")
        case True:
            following = {"updates": True, "contact": call.caller}
            return Do(AddToTicket(call.ticket, "follow", "", call), remember=following)
        case Result(ok=True):
            return Go(State.ANYTHING_ELSE, say="updates_on", remember={"updates": True})
        case _:
            return Go(State.ANYTHING_ELSE, remember={"updates": False})
