"""From what was heard to what was meant, and how to listen for it. One object does both, because they must agree.

A grammar raises `NoMatch` for what it cannot make sense of; the engine then asks again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from ivr.dialogue.context import Context
from ivr.dialogue.heard import DialResult, Digits, Heard, Recorded, Result, Speech
from ivr.dialogue.moves import Listen
from ivr.understanding.answers import means_skip, one_of, yes_or_no
from ivr.understanding.numbers import spoken_digits

T_co = TypeVar("T_co", covariant=True)


class NoMatch(Exception):
    """What was heard makes no sense here."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of a few things to choose from: its name as read out, and other ways to say it."""

    name: str
    phrases: tuple[str, ...] = ()


class Grammar(Protocol[T_co]):
    """What a state can hear."""

    def understand(self, heard: Heard, context: Context) -> T_co:
        """Say what was meant. Raises NoMatch."""

    def listen(self, context: Context) -> Listen:
        """Say how to listen for it."""

    def options(self, context: Context) -> tuple[Option, ...]:
        """Name the things to choose from, read out after the prompt; option i is key i + 1."""


class Plain:
    """What most grammars share: nothing to choose from, one key, speech."""

    def options(self, context: Context) -> tuple[Option, ...]:  # noqa: ARG002 - the protocol's signature
        """Nothing to choose from."""
        return ()

    def listen(self, context: Context) -> Listen:
        """One key, or speech."""
        return Listen(context.call.language, digits=1)


@dataclass(frozen=True, slots=True)
class YesNo(Plain):
    """Yes is 1, no is 2."""

    def understand(self, heard: Heard, context: Context) -> bool:  # noqa: ARG002 - every grammar is asked alike
        """True for yes."""
        match heard:
            case Digits("1"):
                return True
            case Digits("2"):
                return False
            case Speech(text):
                answer = yes_or_no(text)
                if answer is not None:
                    return answer
        raise NoMatch

    def listen(self, context: Context) -> Listen:
        """One key, or yes and no in the caller's language."""
        hints = {"en": ("yes", "no"), "es": ("sí", "no"), "fr": ("oui", "non")}
        return Listen(context.call.language, digits=1, hints=hints.get(context.call.language, ()))


@dataclass(frozen=True, slots=True)
class OneOf(Plain):
    """One of a few options, by key, number or name. Gives the option's index."""

    of: Callable[[Context], tuple[Option, ...]]

    def options(self, context: Context) -> tuple[Option, ...]:
        """Ask the state what there is to choose from."""
        return self.of(context)

    def understand(self, heard: Heard, context: Context) -> int:
        """Index of the option meant."""
        options = self.of(context)
        match heard:
            case Digits(digits) if digits.isdigit() and 1 <= int(digits) <= len(options):
                return int(digits) - 1
            case Speech(text):
                index = one_of(text, [option.name for option in options], [option.phrases for option in options])
                if index is not None:
                    return index
        raise NoMatch

    def listen(self, context: Context) -> Listen:
        """One key, or the options' names."""
        return Listen(context.call.language, digits=1, hints=tuple(option.name[:100] for option in self.of(context)))


@dataclass(frozen=True, slots=True)
class Number(Plain):
    """Digits, keyed and ended with pound, or spoken. Gives them as a string; `fewest` and `most` bound their count."""

    fewest: int
    most: int
    skippable: bool = False
    """Whether a lone 2, pound, or "skip" leaves the question unanswered (an empty string)."""

    def understand(self, heard: Heard, context: Context) -> str:
        """Return the digits meant."""
        match heard:
            case Digits(keys) if self.skippable and keys in {"", "2"}:
                return ""
            case Digits(keys):
                digits = keys
            case Speech(text) if self.skippable and means_skip(text):
                return ""
            case Speech(text):
                digits = spoken_digits(text, context.call.language)
            case _:
                raise NoMatch
        if digits.isdigit() and self.fewest <= len(digits) <= self.most:
            return digits
        raise NoMatch

    def listen(self, context: Context) -> Listen:
        """As many keys as come, ended by pound or a pause."""
        return Listen(context.call.language, timeout=8)


@dataclass(frozen=True, slots=True)
class FreeText(Plain):
    """Whatever the caller says, or nothing: a lone 2 or "no, that's all" gives an empty string."""

    def understand(self, heard: Heard, context: Context) -> str:  # noqa: ARG002 - every grammar is asked alike
        """Return the caller's words, or "" for none."""
        match heard:
            case Digits("" | "2"):
                return ""
            case Speech(text) if means_skip(text) or (yes_or_no(text) is False and len(text.split()) <= 3):
                return ""
            case Speech(text) if text.strip():
                return text.strip()
        raise NoMatch

    def listen(self, context: Context) -> Listen:
        """One key, or speech with time to think."""
        return Listen(context.call.language, digits=1, timeout=6)


T = TypeVar("T", DialResult, Recorded, Result)


@dataclass(frozen=True, slots=True)
class Outcome(Plain, Generic[T]):
    """Not the caller but the world answering: how a dial ended, a recording, the result of an effect."""

    kind: type[T]

    def understand(self, heard: Heard, context: Context) -> T:  # noqa: ARG002 - every grammar is asked alike
        """Return the answer itself."""
        if isinstance(heard, self.kind):
            return heard
        raise NoMatch


A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Either(Plain, Generic[A, B]):
    """What the first grammar understands, or else what the second does; it listens as the first."""

    first: Grammar[A]
    second: Grammar[B]

    def understand(self, heard: Heard, context: Context) -> A | B:
        """Try the first, then the second."""
        try:
            return self.first.understand(heard, context)
        except NoMatch:
            return self.second.understand(heard, context)

    def options(self, context: Context) -> tuple[Option, ...]:
        """Name the first grammar's options."""
        return self.first.options(context)

    def listen(self, context: Context) -> Listen:
        """Listen as the first grammar does."""
        return self.first.listen(context)


yes_no = YesNo()
free_text = FreeText()
