"""The end of a matter: information given, anything else, goodbye."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from dispatch.city.model import in_language
from dispatch.city.spoken_hours import office_hours_in_words
from ivr.dialogue.agenda import AGENDA, onward
from ivr.dialogue.call import State
from ivr.dialogue.context import Context
from ivr.dialogue.grammar import NoMatch, Plain, yes_no
from ivr.dialogue.heard import Digits, Heard, Speech
from ivr.dialogue.moves import Ask, End, Go, Move
from ivr.dialogue.requests import Request, request_in
from ivr.dialogue.script import state
from ivr.dialogue.states.request import take_request
from ivr.dialogue.universals import FRESH
from ivr.understanding.answers import means_skip, yes_or_no
from ivr.understanding.commands import Command, command_in
from ivr.understanding.services import OFFER


@state(State.INFORMATION, hears=yes_no, to=AGENDA | {State.ANYTHING_ELSE}, unanswered=False)
def information(context: Context, leave_request: bool | None) -> Move:
    """Answer what can be answered at once; offer to have somebody get back."""
    service, call = context.service, context.call
    if service is None:
        return onward(context)
    if leave_request is None:
        city, language = context.city, call.language
        slots = {
            "service": in_language(service.names, language),
            "notice": in_language(service.notice, language),
            "hours": office_hours_in_words(city, language, city.departments.get(service.department)),
        }
        return Ask("information" if service.notice else "information_offer", slots)
    if leave_request:
        return onward(context, asked=(*call.asked, State.INFORMATION))
    return Go(State.ANYTHING_ELSE)


@dataclass(frozen=True, slots=True)
class MoreOrNot(Plain):
    """Yes, no, or the next request itself."""

    def understand(self, heard: Heard, context: Context) -> bool | Request:
        """Return whether there is more, or the request."""
        match heard:
            case Speech(text) if means_skip(text) or command_in(text) is Command.GOODBYE:
                return False
            case Speech(text):
                answer = yes_or_no(text)
                if answer is False and len(text.split()) < 5:
                    return False
                request = request_in(text, context)
                if request.services and request.services[0].confidence >= OFFER:
                    return request
                if answer is not None:
                    return answer
            case Digits("1"):
                return True
            case Digits("2"):
                return False
        raise NoMatch


@state(
    State.ANYTHING_ELSE,
    hears=MoreOrNot(),
    to=AGENDA | {State.GOODBYE, State.CHOOSE_SERVICE},
    unanswered=False,
)
def anything_else(context: Context, more: bool | Request | None) -> Move:
    """One call may bring several matters."""
    match more:
        case None:
            return Ask("anything_else")
        case True:
            return Go(State.HOW_CAN_I_HELP, remember=FRESH)
        case False:
            return Go(State.GOODBYE)
        case Request():
            return afresh(context, more)


def afresh(context: Context, request: Request) -> Move:
    """Take up a new request with nothing left of the one before."""
    fresh = msgspec.structs.replace(context, call=msgspec.structs.replace(context.call, **FRESH))
    move = take_request(fresh, request)
    return msgspec.structs.replace(move, remember=FRESH | move.remember)


@state(State.GOODBYE, hears=yes_no)
def goodbye(_: Context, __: bool | None) -> Move:
    """Say goodbye, naming a person and 911 for whoever still needs them."""
    return End("goodbye")
