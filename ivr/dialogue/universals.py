"""What works in every state: repeat, back, main menu, a person, help, another language, goodbye, checking a request.

One table, so that no state has to know about it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ivr.dialogue.call import State
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
FRESH: dict[str, Any] = {
    "service": "", "service_guesses": (), "menu": (), "place": None, "place_confirmed": False, "place_guesses": (), "number": "",
    "street": "", "corner": False, "place_tries": 0, "place_words": (), "half_place": None, "answers": {}, "description": "", "said": (), "asked": (), "changing": False,
    "review": (), "resumed_from": "", "before": (),
}  # fmt: skip
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


def _follow(command: Command, context: Context) -> Shortcut | None:
    call, city = context.call, context.city
    match command:
        case Command.REPEAT:
            return Repeat()
        case Command.HELP:
            return Help()
        case Command.OPERATOR:
            return Go(State.PERSON)
        case Command.MAIN_MENU:
            return Go(State.HOW_CAN_I_HELP, remember=FRESH)
        case Command.LANGUAGE:
            return Go(State.CHOOSE_LANGUAGE, remember={"resume_to": call.state})
        case Command.GOODBYE:
            if call.service and call.place and call.state not in {State.REVIEW, State.RESUME}:
                return Go(State.REVIEW, say="send_first")
            return Go(State.GOODBYE)
        case Command.CHECK_STATUS:
            return Go(State.STATUS_NUMBER)
        case Command.BACK:
            return _back(context)
        case Command.ENGLISH | Command.SPANISH | Command.FRENCH:
            language = _LANGUAGES[command]
            if language not in city.languages:
                return None
            here = State(call.state)
            say = "language_changed" if here not in _ONLY_EMERGENCY_SPEAKS else ""
            return Go(
                here if here is not State.WELCOME else State.HOW_CAN_I_HELP, say=say, remember={"language": language}
            )


def _back(context: Context) -> Shortcut:
    """To the question before this one; at the first question, this one again."""
    call = context.call
    if call.menu and call.state == State.MENU:
        return Back(State.MENU, {"menu": call.menu[:-1]})
    earlier = [name for name in call.before if State(name) in SCRIPT]
    if not earlier:
        return Repeat()
    return Back(State(earlier[-1]), {"before": tuple(earlier[:-1]), "place_confirmed": False})
