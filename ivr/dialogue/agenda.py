"""What is still to be asked: one list, so that any question may be answered early and is then never asked.

"There's a pothole at twelve thirty four Mission Street" answers two questions; the agenda asks only for the rest.
"""

from __future__ import annotations

from typing import Any

import msgspec

from dispatch.city.model import Question, Service
from ivr.dialogue.call import Call, State
from ivr.dialogue.context import Context
from ivr.dialogue.moves import Go, Slots

AGENDA = frozenset(
    {
        State.HOW_CAN_I_HELP,
        State.INFORMATION,
        State.PLACE,
        State.ALIKE,
        State.CONFIRM_PLACE,
        State.QUESTION,
        State.DESCRIBE,
        State.CONTACT,
        State.REVIEW,
    }
)
"""Where the agenda may lead."""
_TELLING = 7
"""Words after which a caller has described the matter well enough not to be asked again."""


def onward(context: Context, *, say: str = "", slots: Slots | None = None, **memory: Any) -> Go:
    """Go on to the first thing not yet known, given what has just been learnt (`memory`: fields of `Call`)."""
    call = msgspec.structs.replace(context.call, **memory)
    return Go(next_question(context, call), say=say, slots=slots or {}, remember=memory)


def next_question(context: Context, call: Call) -> State:
    """The state that asks for the first thing missing; REVIEW when nothing is."""
    service = context.city.services.get(call.service)
    if service is None:
        return State.HOW_CAN_I_HELP
    if is_information(service) and State.INFORMATION not in call.asked:
        return State.INFORMATION
    if service.place == "required" and call.place is None:
        return State.PLACE
    if State.ALIKE not in call.asked and _can_be_known(context, call):
        return State.ALIKE
    details = _next_detail(service, call)
    if call.place is not None and not call.place_confirmed and details is not None:
        return State.CONFIRM_PLACE
    return details or State.REVIEW


def _can_be_known(context: Context, call: Call) -> bool:
    """Whether it may have been reported already: the spot is known, and the service has such a thing as duplicates."""
    place = call.place
    spot = place is not None and place.verified and place.lat is not None
    return spot and context.city.duplicates(call.service) is not None


def _next_detail(service: Service, call: Call) -> State | None:
    if open_question(service, call) is not None:
        return State.QUESTION
    if State.DESCRIBE not in call.asked and not has_told(call):
        return State.DESCRIBE
    if not service.anonymous and State.CONTACT not in call.asked:
        return State.CONTACT
    return None


def open_question(service: Service, call: Call) -> Question | None:
    """The service's first question to ask: one not answered yet, and not optional where the caller has told enough."""
    enough = has_told(call)
    unanswered = (question for question in service.questions if question.code not in call.answers)
    return next((question for question in unanswered if question.required or not enough), None)


def has_told(call: Call) -> bool:
    """Whether the caller has described the matter in a sentence or more of their own."""
    return sum(len(words.split()) for words in call.said) >= _TELLING


def is_information(service: Service) -> bool:
    """Whether the service answers at once rather than sending somebody: nothing to be done, nowhere to go."""
    return service.days == 0 and service.place == "none"
