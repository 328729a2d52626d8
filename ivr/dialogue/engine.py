"""The one door through which every turn passes.

`advance(context, heard)` asks the emergency guard first, whatever the state; then the commands that work everywhere;
then the scene of the state. It follows `Go` until somebody must be heard, counts misses so that no state ever has to,
and gives back a `Turn`. Pure: the same context and the same thing heard give the same turn.
"""

from __future__ import annotations

from typing import Any, assert_never

import msgspec

import ivr.dialogue.states  # noqa: F401 - the scenes enter themselves into the script
from ivr.dialogue import guard, universals
from ivr.dialogue.call import Call, Said, State
from ivr.dialogue.context import Context
from ivr.dialogue.grammar import NoMatch
from ivr.dialogue.heard import Arrived, DialResult, Digits, Heard, NoInput, Recorded, Result, Speech
from ivr.dialogue.moves import (
    Ask,
    Dial,
    Do,
    End,
    Go,
    HangUp,
    Move,
    Next,
    Record,
    Rehear,
    TakeMessage,
    Transfer,
    Turn,
)
from ivr.dialogue.script import SCRIPT, UNANSWERED
from ivr.dialogue.speaking import ask_aloud, says
from ivr.understanding.abuse import is_abusive

FUSE = 25
"""Moves in one turn after which something must be going in circles."""
PATIENCE = 3
"""Misses in one state after which a person is fetched."""
PATIENCE_IN_ALL = 6
"""The same for the whole call."""
_KEPT_KEYS = 4
_STATES_BACK = 8


class GoingInCircles(RuntimeError):
    """A scene led back to itself without asking anybody: a fault of the script, caught by the fuse."""


def advance(context: Context, heard: Heard) -> Turn:
    """Hear one thing, and decide what to say next."""
    alarm = guard.assess(heard, context)  # the first statement of the only door
    if alarm:
        return _Stage(context).go(guard.respond(alarm, heard, context), declared=False).turn(alarm=alarm)
    context = _with_keys(context, heard)
    return _Stage(context).hear(heard).turn()


def _with_keys(context: Context, heard: Heard) -> Context:
    """Remember single keys over turns, so that 9-1-1 keyed into one-key menus is noticed."""
    keys = (
        (context.call.keys + heard.digits)[-_KEPT_KEYS:] if isinstance(heard, Digits) and len(heard.digits) == 1 else ""
    )
    return _remembering(context, {"keys": keys}) if keys != context.call.keys else context


def _remembering(context: Context, memory: dict[str, Any]) -> Context:
    if not memory:
        return context
    return msgspec.structs.replace(context, call=msgspec.structs.replace(context.call, **memory))


class _Stage:
    """One turn while it is being played: the context as it changes, what was said, where it went."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.lead: list[Said] = []
        self.missed = False
        self.path: list[str] = [context.call.state]
        self.outcome: Turn | None = None
        self.moves = 0

    @property
    def call(self) -> Call:
        return self.context.call

    def turn(self, **extra: Any) -> Turn:
        """The finished turn."""
        if self.outcome is None:
            message = f"nothing was decided in {self.call.state}"
            raise GoingInCircles(message)
        return msgspec.structs.replace(self.outcome, call=self.call, path=tuple(self.path), **extra)

    def hear(self, heard: Heard) -> _Stage:
        """Play the present scene with what was heard."""
        scene = SCRIPT[State(self.call.state)]
        if isinstance(heard, Result):
            self.lead = list(self.call.lead)  # what was said on the way to the effect
        if isinstance(heard, Speech) and is_abusive(heard.text):
            self._remember({"abusive": True})
        shortcut = universals.shortcut(heard, self.context)
        if shortcut is not None:
            return self._shortcut(shortcut)
        try:
            match heard:
                case Arrived():
                    answer: Any = heard if scene.state is State.WELCOME else None
                case NoInput():
                    return self._missed("no_input")
                case Digits() | Speech() | Recorded() | DialResult() | Result():
                    answer = scene.hears.understand(heard, self.context)
                case _:
                    assert_never(heard)
            move = scene.play(self.context, answer)
        except NoMatch:
            return self._missed("no_match")
        return self.go(move)

    def _shortcut(self, move: universals.Shortcut) -> _Stage:
        match move:
            case universals.Repeat():
                self.lead = list(self.call.lead)
                return self.go(SCRIPT[State(self.call.state)].play(self.context, None))
            case universals.Back(state, memory):
                return self.go(Go(state, remember=memory), declared=False)
            case universals.Help():
                self._remember({"attempts": max(2, self.call.attempts)})
                return self.go(SCRIPT[State(self.call.state)].play(self.context, None))
            case _:
                return self.go(move, declared=False)

    def _missed(self, how: str) -> _Stage:
        """Nothing, or nothing that fits: ask again, shorter, then in full with the keys, then fetch a person."""
        scene = SCRIPT[State(self.call.state)]
        attempts, stumbles = self.call.attempts + 1, self.call.stumbles + 1
        self._remember({"attempts": attempts, "stumbles": stumbles})
        if scene.unanswered is not UNANSWERED and attempts >= scene.tries:
            return self.go(scene.play(self.context, scene.unanswered))
        if attempts >= PATIENCE or stumbles >= PATIENCE_IN_ALL:
            return self.go(Go(State.PERSON, say="get_a_person"), declared=False)
        self.lead, self.missed = [*self.lead, Said(how)], True
        return self.go(scene.play(self.context, None))

    def go(self, move: Move, *, declared: bool = True) -> _Stage:
        """Follow moves until somebody must be heard or something must be done."""
        while True:
            self.moves += 1
            if self.moves > FUSE:
                message = f"going in circles: {' '.join(self.path)}"
                raise GoingInCircles(message)
            self._remember(move.remember)
            match move:
                case Go(state, say, slots):
                    self._enter(state, declared=declared)
                    self.lead.extend(say if isinstance(say, tuple) else (Said(say, slots),) if say else ())
                    move, declared = SCRIPT[state].play(self.context, None), True
                case Ask(prompt, slots):
                    spoken, listen = ask_aloud(
                        self.context, SCRIPT[State(self.call.state)].hears, prompt, slots, self.lead
                    )
                    return self._decide(spoken, listen)
                case Do(effect):
                    self._remember({"lead": tuple(self.lead)})
                    self.outcome = Turn(self.call, effect=effect)
                    return self
                case Rehear():
                    return self._rehear()
                case Transfer(number, prompt, slots):
                    return self._decide(says(self.context, (*self.lead, Said(prompt, slots))), Dial(number))
                case TakeMessage(prompt, slots):
                    return self._decide(says(self.context, (*self.lead, Said(prompt, slots))), Record())
                case End(prompt, slots):
                    return self._decide(says(self.context, (*self.lead, Said(prompt, slots))), HangUp())
                case _:
                    assert_never(move)

    def _decide(self, spoken: tuple[Any, ...], then: Next) -> _Stage:
        if not self.missed:
            self._remember({"lead": tuple(self.lead)})
        self.outcome = Turn(self.call, spoken, then)
        return self

    def _enter(self, state: State, *, declared: bool) -> None:
        """Move to a state: the misses start afresh, and * leads back here."""
        left = State(self.call.state)
        if declared and state not in SCRIPT[left].to:
            message = f"{left} may not go to {state}: name it in its `to`"
            raise GoingInCircles(message)
        memory: dict[str, Any] = {"state": state}
        if state != left:
            memory["attempts"] = 0
            if declared and len(self.path) == 1 and SCRIPT[left].asks:
                memory["before"] = (*self.call.before, left)[-_STATES_BACK:]
        self._remember(memory)
        self.path.append(state)

    def _rehear(self) -> _Stage:
        """Go back to where the caller was interrupted, and take up what was said there."""
        call = self.call
        heard: Heard = Speech(call.held) if call.held else Digits(call.held_keys) if call.held_keys else NoInput()
        state = State(call.resume_to or State.HOW_CAN_I_HELP)
        self._remember({"held": "", "held_keys": "", "resume_to": "", "state": state, "attempts": 0})
        self.path.append(state)
        self.lead.append(Said("not_an_emergency"))
        if isinstance(heard, NoInput):
            return self.go(SCRIPT[state].play(self.context, None))
        return self.hear(heard)

    def _remember(self, memory: dict[str, Any]) -> None:
        self.context = _remembering(self.context, memory)
