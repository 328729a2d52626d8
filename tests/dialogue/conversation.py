"""A conversation with the dialogue alone: no telephone, no web, no database, and a world made of three lists.

Between turns the call goes through JSON, as in life, so that nothing is remembered that would not be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from dispatch.city.model import City
from ivr.dialogue.call import Call, State, decode, encode
from ivr.dialogue.context import Context, Understanding
from ivr.dialogue.engine import advance
from ivr.dialogue.heard import Arrived, DialResult, Digits, Heard, NoInput, Recorded, Result, Speech, Unfinished
from ivr.dialogue.moves import (
    AddToTicket,
    AlikeTicket,
    Effect,
    FiledTicket,
    FileTicket,
    FindAlike,
    FindTicket,
    HangUp,
    KeepMessage,
    KnownTicket,
    Saying,
    TextMapLink,
    Turn,
)

CALLER = "+14155550142"


@dataclass
class World:
    """What the effects do: files, keeps and finds in lists that a test can look into."""

    filed: list[Call] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    additions: list[tuple[str, str, str]] = field(default_factory=list)
    known: dict[str, KnownTicket] = field(default_factory=dict)
    alike: AlikeTicket | None = None
    looked_for_alike: int = 0
    texts: int = 0
    comes_out: str = "reopened"
    """The status of what was said not to be fixed, afterwards."""
    broken: bool = False

    def perform(self, effect: Effect) -> Result:
        """Do what was asked; a broken world answers that it could not."""
        kind = type(effect).__name__
        if self.broken:
            return Result(kind, ok=False)
        match effect:
            case FileTicket(call):
                self.filed.append(call)
                return Result(kind, ok=True, value=FiledTicket("48210735", "streets", "2026-11-26"))
            case FindTicket(number):
                return Result(kind, ok=number in self.known, value=self.known.get(number))
            case KeepMessage(recording_url=url):
                self.messages.append(url)
                return Result(kind, ok=True, value=FiledTicket("48210743", "information"))
            case FindAlike():
                self.looked_for_alike += 1
                return Result(kind, ok=self.alike is not None, value=self.alike)
            case TextMapLink():
                self.texts += 1
                return Result(kind, ok=True)
            case AddToTicket(number, what, text):
                self.additions.append((number, what, text))
                known = self.known.get(number)
                if known and what == "not_fixed":
                    known = msgspec.structs.replace(known, status=self.comes_out)
                return Result(kind, ok=True, value=known)


class Conversation:
    """A caller and the dialogue, turn by turn."""

    def __init__(
        self, city: City, understanding: Understanding, *, office_open: bool = True, caller: str = CALLER
    ) -> None:
        self.city, self.understanding, self.office_open = city, understanding, office_open
        self.notices: tuple[str, ...] = ()
        self.world = World()
        self.call = Call(sid="CA1", city=city.slug, caller=caller, language=city.default_language)
        self.transcript: list[str] = []
        self.walked: set[tuple[str, str]] = set()
        self.turn: Turn | None = None

    def starts(self, unfinished: Unfinished | None = None) -> Conversation:
        """The telephone rings."""
        return self.hear(Arrived(unfinished))

    def at(self, call: Call) -> Conversation:
        """Stand in the middle of a call."""
        self.call = call
        return self

    def hear(self, heard: Heard) -> Conversation:
        """One turn; effects are carried out and their results heard, as the webhook does."""
        before = self.call
        turn = self._advance(heard)
        while turn.effect is not None:
            assert not turn.says, "nothing may be said before an effect"
            turn = self._advance(self.world.perform(turn.effect))
        assert turn.then is not None
        self.turn = turn
        self.transcript.append(f"[{before.state}] {heard!r:.80} → {self.said}")
        return self

    def _advance(self, heard: Heard) -> Turn:
        turn = advance(
            Context(self.city, self.call, self.understanding, office_open=self.office_open, notices=self.notices), heard
        )
        self.walked |= set(zip(turn.path, turn.path[1:], strict=False))
        self.call = decode(encode(turn.call))
        assert self.call == turn.call, "the call does not survive being written down"
        return turn

    @property
    def said(self) -> str:
        """All that was just said."""
        assert self.turn is not None
        return " ".join(saying.text for saying in self.turn.says if isinstance(saying, Saying))

    @property
    def ended(self) -> bool:
        """Whether the line hung up."""
        return self.turn is not None and isinstance(self.turn.then, HangUp)

    def says(self, text: str) -> Conversation:
        """The caller speaks."""
        return self.hear(Speech(text))

    def presses(self, keys: str) -> Conversation:
        """The caller presses keys."""
        return self.hear(Digits(keys))

    def waits(self) -> Conversation:
        """The caller says nothing."""
        return self.hear(NoInput())

    def leaves_a_message(self, seconds: int = 12) -> Conversation:
        """The caller speaks after the tone."""
        return self.hear(Recorded("https://api.example/RE1", "RE1", seconds))

    def is_answered(self, outcome: str) -> Conversation:
        """The one we dialled answers, or does not."""
        return self.hear(msgspec.convert({"outcome": outcome}, DialResult))

    def hears(self, words: str) -> Conversation:
        """The caller must just have heard these words."""
        assert _plain(words) in _plain(self.said), f"{words!r} not in {self.said!r}\n" + "\n".join(self.transcript)
        return self

    def is_in(self, state: State) -> Conversation:
        """The call must stand there."""
        assert self.call.state == state, f"{self.call.state}, not {state}\n" + "\n".join(self.transcript)
        return self


def _plain(text: str) -> str:
    return re.sub(r"[^\w]+", " ", text.casefold()).strip()


Dial = Callable[..., Conversation]


def every_state(city: City) -> Iterator[Call]:
    """A plausible call standing in each state."""
    from ivr.understanding.found import Place  # noqa: PLC0415 - only here

    place = Place("address", "1234 Mission St", 40.0, -89.0, "Downtown", "1234", "Mission St", 0.97)
    for state in State:
        service = "records" if state is State.INFORMATION else "bulky-pickup" if state is State.QUESTION else "pothole"
        call = Call(
            sid="CA1",
            city=city.slug,
            caller=CALLER,
            state=state,
            service=service,
            place=place,
            place_guesses=(place, place),
            service_guesses=("pothole", "street-damage"),
            street="Mission St",
            alarm="fire",
            alike="48210735" if state is State.JOIN else "",
            resume_to=State.PLACE,
            ticket="48210735",
            said=("there is a huge pothole in the road here",),
        )
        yield call
