"""What works in every state: repeat, back, main menu, a person, help, another language, goodbye, checking a request.

One table, so that no state has to know about it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ivr.dialogue.call import Call, State
from ivr.dialogue.context import Context
from ivr.dialogue.heard import Digits, Heard, Speech
from ivr.dialogue.moves import Go
from ivr.dialogue.script import SCRIPT
from ivr.understanding.commands import Command, command_in


class Repeat(msgspec.Struct, frozen=True):
    """Say the last thing again."""


class Help(msgspec.Struct, frozen=True):
    """Say the present question in full, with its keys."""


class Back(msgspec.Struct, frozen=True):
    """To an earlier question; it is not itself one to come back to."""

    to: State
    remember: dict[str, Any] = {}


Shortcut = Repeat | Help | Back | Go

_LANGUAGES = {Command.ENGLISH: "en", Command.SPANISH: "es", Command.FRENCH: "fr"}
_KEYS = {"0": Command.OPERATOR, "*": Command.BACK, "**": Command.MAIN_MENU}
_ONLY_EMERGENCY_SPEAKS = frozenset({State.EMERGENCY, State.POSSIBLE_EMERGENCY})
"""Here a person or another language may be asked for, but nothing leads away from the question."""
_WORDS_ARE_WANTED = frozenset(
    {State.DESCRIBE, State.COMMENT, State.NAME, State.QUESTION, State.ANYTHING_ELSE, State.REVIEW}
)
"""Here "nothing" and "that's all" answer the question asked."""
_ABOUT_THE_CALLER = {
    *("sid", "city", "caller", "language", "state", "turn", "attempts", "stumbles", "keys", "denied", "lead"),
    *("contact", "name", "updates", "ticket", "tickets", "abusive"),
}
FRESH: dict[str, Any] = {
    field.name: getattr(Call(), field.name)
    for field in msgspec.structs.fields(Call)
    if field.name not in _ABOUT_THE_CALLER
}
"""What a new request starts from: everything about the problem forgotten, the caller and language kept."""


def shortcut(heard: Heard, context: Context) -> Shortcut | None:
    """Where a command leads, or None where none was given."""
    command = _command(heard, context)
    return None if command is None else _follow(command, context)


def _command(heard: Heard, context: Context) -> Command | None:
    state = State(context.call.state)
    match heard:
        case Digits(keys):
            command = _KEYS.get(keys)
        case Speech(text):
            command = command_in(text)
        case _:
            return None
    if state in _ONLY_EMERGENCY_SPEAKS and command not in {Command.REPEAT, Command.OPERATOR, *_LANGUAGES}:
        return None
    if command is Command.GOODBYE and state in _WORDS_ARE_WANTED:
        return None
    if command is Command.CHECK_STATUS and state in _WORDS_ARE_WANTED - {State.ANYTHING_ELSE}:
        return None
    return command


_LEADS_TO = {Command.OPERATOR: State.PERSON, Command.CHECK_STATUS: State.STATUS_NUMBER}


def _follow(command: Command, context: Context) -> Shortcut | None:
    call = context.call
    match command:
        case Command.REPEAT:
            return Repeat()
        case Command.HELP:
            return Help()
        case Command.BACK:
            return _back(context)
        case Command.MAIN_MENU:
            return Go(State.HOW_CAN_I_HELP, remember=FRESH)
        case Command.LANGUAGE:
            return Go(State.CHOOSE_LANGUAGE, remember={"resume_to": call.state})
        case Command.GOODBYE:
            unsent = call.service and call.place and call.state not in {State.REVIEW, State.RESUME}
            return Go(State.REVIEW, say="send_first") if unsent else Go(State.GOODBYE)
        case Command.OPERATOR | Command.CHECK_STATUS:
            return Go(_LEADS_TO[command])
        case _:
            return _speak(_LANGUAGES[command], context)


def _speak(language: str, context: Context) -> Go | None:
    """Ask the same question in another language, if the city speaks it."""
    if language not in context.city.languages:
        return None
    here = State(context.call.state)
    say = "" if here in _ONLY_EMERGENCY_SPEAKS else "language_changed"
    return Go(here if here is not State.WELCOME else State.HOW_CAN_I_HELP, say=say, remember={"language": language})


def _back(context: Context) -> Shortcut:
    """To the question before this one; at the first question, this one again."""
    call = context.call
    if call.menu and call.state == State.MENU:
        return Back(State.MENU, {"menu": call.menu[:-1]})
    earlier = [name for name in call.before if State(name) in SCRIPT]
    if not earlier:
        return Repeat()
    return Back(State(earlier[-1]), {"before": tuple(earlier[:-1]), "place_confirmed": False})
