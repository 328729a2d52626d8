"""Was it reported already? Then the caller is offered to join that report, instead of making one more of it."""

from __future__ import annotations

from typing import Any

from dispatch.city.model import in_language
from ivr.dialogue.agenda import AGENDA, onward
from ivr.dialogue.call import State
from ivr.dialogue.context import Context
from ivr.dialogue.grammar import Either, Outcome, yes_no
from ivr.dialogue.heard import Result
from ivr.dialogue.moves import AddToTicket, AlikeTicket, Ask, Do, FindAlike, Go, KnownTicket, Move
from ivr.dialogue.script import state
from ivr.dialogue.wording import spoken_address, spoken_ago, spoken_ticket_number


@state(State.ALIKE, hears=Outcome(Result), to=AGENDA | {State.JOIN})
def alike(context: Context, result: Result | None) -> Move:
    """Look whether it was reported already: once a report, and without a word where it was not."""
    asked = (*context.call.asked, State.ALIKE)
    match result:
        case None:
            return Do(FindAlike(context.call))
        case Result(ok=True, value=AlikeTicket() as known):
            memory = {"asked": asked, "alike": known.number}
            return Go(State.JOIN, say="alike_found", slots=_slots(known, context), remember=memory)
        case _:
            return onward(context, asked=asked)


def _slots(known: AlikeTicket, context: Context) -> dict[str, str]:
    service, language = context.city.services.get(known.service), context.call.language
    return {
        "service": in_language(service.names, language) if service else known.service,
        "place": spoken_address(known.address, language),
        "ago": spoken_ago(known.minutes, language),
    }


@state(State.JOIN, hears=Either(yes_no, Outcome(Result)), to=AGENDA | {State.ANYTHING_ELSE}, unanswered=False)
def join(context: Context, answer: bool | Result | None) -> Move:
    """Offer to add the caller to that report: they hear what becomes of it. On a no they file their own."""
    call = context.call
    own: dict[str, Any] = {"alike": ""}
    match answer:
        case None if call.alike:
            return Ask("alike")
        case True:
            words = call.description or " / ".join(call.said)
            return Do(AddToTicket(call.alike, "follow" if call.caller else "comment", words, call))
        case Result(ok=True, value=KnownTicket(number=number)):
            joined = own | {"ticket": number, "tickets": (*call.tickets, number), "updates": bool(call.caller)}
            say = "joined" if call.caller else "joined_unnamed"
            return Go(State.ANYTHING_ELSE, say=say, slots={"number": spoken_ticket_number(number)}, remember=joined)
        case _:
            return onward(context, **own)
