"""A person: put through in office hours; else, and where nobody answers, a message that becomes a ticket."""

from __future__ import annotations

from ivr.dialogue.call import State
from ivr.dialogue.context import Context
from ivr.dialogue.grammar import Either, Outcome
from ivr.dialogue.heard import DialResult, Recorded, Result
from ivr.dialogue.moves import Do, End, FiledTicket, Go, KeepMessage, Move, TakeMessage, Transfer
from ivr.dialogue.script import state
from ivr.dialogue.wording import spoken_ticket_number


@state(State.PERSON, hears=Outcome(DialResult), to={State.MESSAGE})
def person(context: Context, ended: DialResult | None) -> Move:
    """Put the caller through to the department or the operators; a message where nobody is there."""
    if ended is None:
        line = _line(context)
        if line and context.office_open:
            return Transfer(line, "connecting")
        return Go(State.MESSAGE, say="nobody_free" if context.office_open else "closed_now")
    if ended.outcome == "completed":
        return End("after_person")
    return Go(State.MESSAGE, say="nobody_free")


def _line(context: Context) -> str:
    """The operators' line; where the city has none, the line of the department the call is about."""
    if context.city.operator_line:
        return context.city.operator_line
    service = context.service
    department = context.city.departments.get(service.department) if service is not None else None
    return (department.phone or "") if department is not None else ""


@state(State.MESSAGE, hears=Either(Outcome(Recorded), Outcome(Result)), to={State.ANYTHING_ELSE})
def message(context: Context, heard: Recorded | Result | None) -> Move:
    """Record what the caller wants, and keep it as a ticket for a person to listen to."""
    call = context.call
    match heard:
        case None:
            return TakeMessage("message")
        case Recorded(seconds=0):
            return End("message_empty")
        case Recorded(url=url, sid=sid, seconds=seconds):
            return Do(KeepMessage(call, url, sid, seconds))
        case Result(ok=True, value=FiledTicket() as kept):
            memory = {"ticket": kept.number, "tickets": (*call.tickets, kept.number), "left_message": True}
            return Go(
                State.ANYTHING_ELSE,
                say="message_kept",
                slots={"number": spoken_ticket_number(kept.number)},
                remember=memory,
            )
        case _:
            return End("message_not_kept")
