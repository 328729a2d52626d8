"""What became of it: look a request up by number, add to it, say it is not fixed."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.city.model import in_language
from dispatch.text_commands import says_fixed
from ivr.dialogue.call import State
from ivr.dialogue.context import Context
from ivr.dialogue.grammar import Either, NoMatch, Number, Outcome, Plain, free_text, yes_no
from ivr.dialogue.heard import Heard, Result, Speech
from ivr.dialogue.moves import AddToTicket, Ask, Do, FindTicket, Go, KnownTicket, Move
from ivr.dialogue.script import state
from ivr.dialogue.wording import spoken_address, spoken_day, spoken_ticket_number
from ivr.prompts.prompts import wording
from storage.vocabulary import Status


@state(
    State.STATUS_NUMBER,
    hears=Either(Number(5, 14), Outcome(Result)),
    to={State.STATUS_NUMBER, State.STATUS_TOLD, State.ANYTHING_ELSE},
)
def status_number(context: Context, heard: str | Result | None) -> Move:
    """Ask for the number and look it up; its check digit catches a slip of tongue or finger."""
    call = context.call
    match heard:
        case None:
            return Ask("status_number")
        case Result(ok=True, value=KnownTicket() as known):
            language = call.language
            return Go(
                State.STATUS_TOLD, say=_telling(known), slots=_slots(known, context, language), remember=_kept(known)
            )
        case Result():
            tries = call.attempts + 1
            slots = {"number": spoken_ticket_number(call.ticket)}
            to = State.STATUS_NUMBER if tries < _TRIES else State.ANYTHING_ELSE
            return Go(to, say="status_unknown", slots=slots, remember={"attempts": tries})
        case str(number):
            return Do(FindTicket(number), remember={"ticket": number})


_TRIES = 3


def _kept(known: KnownTicket) -> dict[str, object]:
    return {"ticket": known.number, "reopenable": known.can_reopen}


def _telling(known: KnownTicket) -> str:
    return "status_sentence" if known.sentence else "status_open"


def _slots(known: KnownTicket, context: Context, language: str) -> dict[str, str]:
    service = context.city.services.get(known.service)
    due = wording(context.city, "status_due", language, {"due": spoken_day(known.due, language)}) if known.due else ""
    return {
        "number": spoken_ticket_number(known.number),
        "service": in_language(service.names, language) if service is not None else known.service,
        "place": f", {spoken_address(known.address, language)}" if known.address else "",
        "status": wording(context.city, f"status_is_{known.status}", language, {}),
        "due": due,
        "department_says": known.sentence,
    }


@dataclass(frozen=True, slots=True)
class StillThere(Plain):
    """Whether to open it again, where a yes may sound like a no: "no, it's not fixed"; "yes, it's fixed"."""

    def understand(self, heard: Heard, context: Context) -> bool:
        """True for words that say the trouble goes on, False for those that say it is over."""
        if isinstance(heard, Speech) and context.call.reopenable and (fixed := says_fixed(heard.text)) is not None:
            return not fixed
        raise NoMatch


@state(
    State.STATUS_TOLD,
    hears=Either(Either(StillThere(), yes_no), Outcome(Result)),
    to={State.COMMENT, State.ANYTHING_ELSE},
    unanswered=False,
)
def status_told(context: Context, more: bool | Result | None) -> Move:
    """Offer to add to a request, or to open it again where it was closed and is not fixed."""
    call = context.call
    match more:
        case None:
            return Ask("status_told_closed" if call.reopenable else "status_told")
        case True if call.reopenable:
            return Do(AddToTicket(call.ticket, "not_fixed", "", call))
        case True:
            return Go(State.COMMENT)
        case Result(ok=True, value=KnownTicket(status=Status.REOPENED)):
            return Go(State.ANYTHING_ELSE, say="reopened", remember={"reopenable": False})
        case Result(ok=True):
            # What it joined is open, and has just been told that somebody still waits for it.
            return Go(State.ANYTHING_ELSE, say="comment_kept", remember={"reopenable": False})
        case Result():
            return Go(State.COMMENT)
        case _:
            return Go(State.ANYTHING_ELSE)


@state(State.COMMENT, hears=Either(Outcome(Result), free_text), to={State.ANYTHING_ELSE, State.PERSON}, unanswered="")
def comment(context: Context, words: Result | str | None) -> Move:
    """Add the caller's words to the request."""
    call = context.call
    match words:
        case None:
            return Ask("comment")
        case Result(ok=True):
            return Go(State.ANYTHING_ELSE, say="comment_kept")
        case Result():
            return Go(State.PERSON, say="could_not_file")
        case "":
            return Go(State.ANYTHING_ELSE)
        case str(text):
            return Do(AddToTicket(call.ticket, "comment", text, call))
