"""Life and limb: 911 is named first, at once, with no question and no ticket before it (TELEPHONY §4)."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.dialogue.call import State
from ivr.dialogue.context import Context
from ivr.dialogue.grammar import Either, Outcome, Plain, YesNo
from ivr.dialogue.heard import DialResult, Digits, Heard, Speech
from ivr.dialogue.moves import Ask, End, Go, Listen, Move, Rehear, Slots, Transfer
from ivr.dialogue.script import state
from ivr.dialogue.wording import spoken_digits
from ivr.prompts.prompts import wording
from ivr.understanding.words import plain_words

_GO_ON = frozenset(
    "emergency danger fine okay ok peligro emergencia urgence continue continuar continuer mistake error erreur".split()
)
_PLAIN_NO = {("no",), ("nope",), ("nah",), ("non",), ("nobody",), ("nadie",), ("personne",)}
_UNSURE = frozenset("know sure idea think se creo segura seguro sais sur sure peut puede can't cannot".split())
_NEGATION = frozenset(
    "no not nobody none isn't wasn't don't nadie ninguna ningun non pas personne aucun aucune never".split()
)


@dataclass(frozen=True, slots=True)
class NobodyInDanger(Plain):
    """Whether the caller tells us that this is no emergency. Only a clear no counts."""

    def understand(self, heard: Heard, context: Context) -> bool:  # noqa: ARG002 - the protocol's signature
        """Return True for "nobody is in danger"; everything else leaves the alarm standing."""
        match heard:
            case Digits(digits):
                return digits == "2"
            case Speech(text):
                return _clear_no(plain_words(text))
        return False

    def listen(self, context: Context) -> Listen:
        """One key, or speech."""
        return YesNo().listen(context)


def _clear_no(words: tuple[str, ...]) -> bool:
    """Whether it is plainly a no: "no, nobody", "it's not an emergency"; "I don't know" and "no sé" are none."""
    if _UNSURE.intersection(words):
        return False
    return words[:1] in _PLAIN_NO or bool(_NEGATION.intersection(words) and _GO_ON.intersection(words))


@state(State.EMERGENCY, hears=Either(Outcome(DialResult), NobodyInDanger()), unanswered=False, tries=1)
def emergency(context: Context, heard: DialResult | bool | None) -> Move:
    """Say "hang up and dial 9 1 1"; bridge to the dispatchers' own line where the city names one."""
    psap = context.city.emergency.psap_line
    match heard:
        case None if psap and context.call.attempts == 0:
            return Transfer(psap, "emergency_connecting")
        case None:
            return Ask("emergency", _lines(context))
        case True:
            return Rehear({"denied": (*context.call.denied, context.call.alarm), "alarm": ""})
        case DialResult(outcome="completed"):
            return End("emergency_last")
        case DialResult():
            return Ask("emergency", _lines(context))
        case _:
            return End("emergency_last")


def _lines(context: Context) -> Slots:
    """Name the crisis line or poison control, after 911, where the danger is of that kind."""
    lines = context.city.emergency
    numbers = {"self_harm": ("crisis_line", lines.crisis_line), "poisoning": ("poison_line", lines.poison_line)}
    prompt, number = numbers.get(context.call.alarm, ("", None))
    return {
        "lines": wording(context.city, prompt, context.call.language, {"number": spoken_digits(number)})
        if number
        else ""
    }


@state(State.POSSIBLE_EMERGENCY, hears=NobodyInDanger(), to={State.EMERGENCY}, unanswered=False, tries=1)
def possible_emergency(context: Context, nobody: bool | None) -> Move:
    """Ask once whether anyone is hurt or in danger; silence and nonsense count as yes."""
    if nobody is None:
        return Ask("possible_emergency")
    if nobody:
        call = context.call
        return Rehear(
            {"denied": (*call.denied, call.alarm), "alarm": "", "review": (*call.review, "possible_emergency_denied")}
        )
    return Go(State.EMERGENCY)
