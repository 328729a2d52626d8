"""The script: which scene plays in which state. States enter themselves here with `@state`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

import msgspec

from ivr.dialogue.call import State
from ivr.dialogue.context import Context
from ivr.dialogue.grammar import Grammar, Outcome
from ivr.dialogue.moves import Move

T = TypeVar("T")
Play = Callable[[Context, T | None], Move]

UNANSWERED = object()
"""Marks a scene that insists on an answer."""


class Scene(msgspec.Struct, frozen=True):
    """One state of the call: what it does, how it listens, and where it may lead."""

    state: State
    play: Play[Any]
    hears: Grammar[Any]
    to: frozenset[State]
    unanswered: Any = UNANSWERED
    """What silence or nonsense amounts to after `tries` of it; scenes without it lead to a person."""

    tries: int = 2

    @property
    def asks(self) -> bool:
        """Whether the caller is asked here, so that * can lead back to it."""
        return not isinstance(self.hears, Outcome)


SCRIPT: dict[State, Scene] = {}


def state(
    name: State, *, hears: Grammar[T], to: Collection[State] = (), unanswered: T | object = UNANSWERED, tries: int = 2
) -> Callable[[Play[T]], Play[T]]:
    """Enter a function into the script as the scene of state `name`.

    `to` lists every state the scene may `Go` to: the engine refuses any other, and the chart is drawn from it.
    The function gets None on entering the state, and then what the grammar understood.
    """

    def enter(play: Play[T]) -> Play[T]:
        if name in SCRIPT:
            message = f"two scenes for {name}"
            raise ValueError(message)
        SCRIPT[name] = Scene(name, play, hears, frozenset(to), unanswered, tries)
        return play

    return enter
