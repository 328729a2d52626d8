"""Commands that work everywhere, and sentences that merely hold their words."""

from __future__ import annotations

import pytest

from ivr.understanding.commands import Command, command_in

COMMANDS = [
    ("repeat", Command.REPEAT),
    ("could you say that again please", Command.REPEAT),
    ("what did you say", Command.REPEAT),
    ("repita por favor", Command.REPEAT),
    ("pouvez-vous répéter", Command.REPEAT),
    ("répétez s'il vous plaît", Command.REPEAT),
    ("go back", Command.BACK),
    ("retour", Command.BACK),
    ("main menu", Command.MAIN_MENU),
    ("I want to start over", Command.MAIN_MENU),
    ("menú principal", Command.MAIN_MENU),
    ("talk to a real person", Command.OPERATOR),
    ("I'd like to speak to a human being please", Command.OPERATOR),
    ("representative!", Command.OPERATOR),
    ("quiero hablar con una persona", Command.OPERATOR),
    ("je voudrais parler à quelqu'un", Command.OPERATOR),
    ("help", Command.HELP),
    ("what can I say", Command.HELP),
    ("español", Command.SPANISH),
    ("no hablo inglés", Command.SPANISH),
    ("français s'il vous plaît", Command.FRENCH),
    ("English please", Command.ENGLISH),
    ("do you have another language", Command.LANGUAGE),
    ("goodbye", Command.GOODBYE),
    ("no that's all thank you", Command.GOODBYE),
    ("check on my request", Command.CHECK_STATUS),
    ("I want to check on a complaint I made", Command.CHECK_STATUS),
    ("quiero saber el estado de mi solicitud", Command.CHECK_STATUS),
    ("the operator of the crane keeps honking", None),
    ("there's a person sleeping in the doorway", None),
    ("someone is following me", None),
    ("my back yard is flooded", None),
    ("I need help with a pothole", None),
    ("the street light is back on but flickering", None),
    ("speak to someone about a parking ticket", None),
    ("twelve oak street", None),
    ("", None),
    ("¿?", None),
]


@pytest.mark.parametrize(("text", "command"), COMMANDS)
def test_commands(text: str, command: Command | None) -> None:
    assert command_in(text) == command
