"""The emergency guard as the dialogue uses it: asked before anything else, in every state.

Certain: to 911 without a question. Possible: one question, "Is anyone hurt or in danger right now?", where silence and
nonsense count as yes. A caller's "no" is remembered for that kind of sign; a different kind asks again.
"""

from __future__ import annotations

import msgspec

from ivr.dialogue.call import State
from ivr.dialogue.context import Context
from ivr.dialogue.heard import Digits, Heard, Speech
from ivr.dialogue.moves import Go
from ivr.emergency import Assessment, Verdict, assess_digits
from ivr.understanding.answers import yes_or_no

_NUMBERS_ARE_ASKED = frozenset(
    {State.PLACE, State.PLACE_NUMBER, State.STATUS_NUMBER, State.CONTACT_NUMBER, State.QUESTION}
)
"""Where 911 may be a house number: there the keys are a possible emergency, and the question names 911."""
_ALREADY_SENT = frozenset({State.EMERGENCY, State.POSSIBLE_EMERGENCY})


def assess(heard: Heard, context: Context) -> Assessment | None:
    """Whether something must be done about what was heard, given what the caller has already denied."""
    call = context.call
    match heard:
        case Speech(text):
            found = context.understanding.emergency(text)
        case Digits(digits):
            found = assess_digits(digits, call.keys)
            if found and call.state in _NUMBERS_ARE_ASKED:
                found = msgspec.structs.replace(found, verdict=Verdict.POSSIBLE)
        case _:
            return None
    if not found:
        return None
    if found.verdict is Verdict.POSSIBLE and found.category in call.denied:
        return None
    if call.state in _ALREADY_SENT and isinstance(heard, Speech):
        if found.verdict is Verdict.POSSIBLE and yes_or_no(heard.text) is False:
            return None  # "no, it only smells a little": the answer to our question, and the scene's to hear
        return msgspec.structs.replace(found, verdict=Verdict.CERTAIN)
    return found


def respond(alarm: Assessment, heard: Heard, context: Context) -> Go:
    """Where an alarm leads, keeping what was said in case it turns out to be none."""
    call = context.call
    memory = {"alarm": alarm.category, "keys": ""}
    if call.state not in _ALREADY_SENT:
        memory["resume_to"] = call.state
        memory["held"] = heard.text if isinstance(heard, Speech) else ""
        memory["held_keys"] = heard.digits if isinstance(heard, Digits) and call.state in _NUMBERS_ARE_ASKED else ""
    if alarm.language and alarm.language != call.language and alarm.language in context.city.languages:
        memory["language"] = alarm.language  # people in panic fall back to their first language
    certain = alarm.verdict is Verdict.CERTAIN
    return Go(State.EMERGENCY if certain else State.POSSIBLE_EMERGENCY, remember=memory)
