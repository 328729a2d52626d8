"""What a state may answer, what the engine makes of it, and what is asked of the world. Pure values.

A state returns a `Move`. The engine turns moves into a `Turn`: the words to say, what to do next on the line, and at
most one `Effect` the shell must carry out before anything is said (its `Result` is then heard like an answer).
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ivr.dialogue.call import Call, Said, State
from ivr.emergency.verdict import Assessment

Slots = dict[str, str]
Memory = dict[str, Any]


class Ask(msgspec.Struct, frozen=True):
    """Say a prompt and listen for the answer in the same state. A grammar with options has them read out after it."""

    prompt: str
    slots: Slots = {}
    remember: Memory = {}


class Go(msgspec.Struct, frozen=True):
    """Go on to another state, after saying `say`: a prompt, filled by `slots`, or several.

    `remember` names fields of `Call` and their new values, here as in the other moves.
    """

    state: State
    say: str | tuple[Said, ...] = ""
    slots: Slots = {}
    remember: Memory = {}


class Do(msgspec.Struct, frozen=True):
    """Have the world do something; this same state then hears the `Result`, and what was said before is said after."""

    effect: Effect
    remember: Memory = {}


class Rehear(msgspec.Struct, frozen=True):
    """Take up again, in the state that was interrupted, what the caller had said there."""

    remember: Memory = {}


class Transfer(msgspec.Struct, frozen=True):
    """Put the caller through. The state then hears a `DialResult`."""

    to: str
    prompt: str = ""
    slots: Slots = {}
    remember: Memory = {}


class TakeMessage(msgspec.Struct, frozen=True):
    """Say a prompt and record what the caller says. The state then hears `Recorded`."""

    prompt: str
    slots: Slots = {}
    remember: Memory = {}


class End(msgspec.Struct, frozen=True):
    """Say a last prompt and hang up."""

    prompt: str
    slots: Slots = {}
    remember: Memory = {}


Move = Ask | Go | Do | Rehear | Transfer | TakeMessage | End


# What is asked of the world. Each names what its Result carries.


class FileTicket(msgspec.Struct, frozen=True, tag=True):
    """File what the call has collected. Result.value: `FiledTicket`."""

    call: Call
    draft: bool = False
    review: tuple[str, ...] = ()
    """Reasons why a person should look at it: codes such as `location_unverified`, `dropped_call`."""


class FindTicket(msgspec.Struct, frozen=True, tag=True):
    """Look a ticket up by its number. Result.value: `KnownTicket`, or ok=False."""

    number: str


class KeepMessage(msgspec.Struct, frozen=True, tag=True):
    """Keep a recorded message as a ticket for review. Result.value: `FiledTicket`."""

    call: Call
    recording_url: str
    recording_sid: str
    seconds: int


class TextMapLink(msgspec.Struct, frozen=True, tag=True):
    """Text the caller a link where the spot can be shown on a map. Result.ok says whether it went to the outbox."""

    call: Call


class AddToTicket(msgspec.Struct, frozen=True, tag=True):
    """Add the caller's words to an existing ticket: a comment, or "not fixed". Result.value: `KnownTicket`."""

    number: str
    kind: Literal["comment", "not_fixed", "follow"]
    text: str
    call: Call


class FindAlike(msgspec.Struct, frozen=True, tag=True):
    """Look whether what the call is about was reported already. Result.value: `AlikeTicket`, or ok=False for none."""

    call: Call


Look = FindTicket | FindAlike
"""What changes nothing, and so can be done before a turn begins to write."""
Effect = Look | FileTicket | KeepMessage | TextMapLink | AddToTicket


class FiledTicket(msgspec.Struct, frozen=True):
    """A ticket as it was filed."""

    number: str
    department: str
    due: str = ""
    """ISO date by which it should be done; empty: no promise."""


class KnownTicket(msgspec.Struct, frozen=True):
    """What may be told to whoever knows the number: nothing personal."""

    number: str
    service: str
    status: str
    address: str = ""
    due: str = ""
    sentence: str = ""
    """The department's last public sentence."""
    can_reopen: bool = False


class AlikeTicket(msgspec.Struct, frozen=True):
    """An open ticket that is probably about the same thing."""

    number: str
    service: str
    address: str
    minutes: int
    """How long ago it was reported."""


# What leaves the engine.


class Saying(msgspec.Struct, frozen=True):
    """Words in one language. `audio` is a recording to play instead."""

    text: str
    language: str
    audio: str = ""


class Pause(msgspec.Struct, frozen=True):
    """Silence between options, in whole seconds (Twilio knows no shorter one)."""

    seconds: int = 1


class Listen(msgspec.Struct, frozen=True):
    """How to listen for the answer: everything <Gather> needs to know."""

    language: str
    digits: int | None = None
    """How many keys end the answer; None: as many as come, ended by # or a pause."""
    speech: bool = True
    hints: tuple[str, ...] = ()
    timeout: int = 5
    """Seconds of silence until NoInput."""
    finish_on_key: str = "#"


class Dial(msgspec.Struct, frozen=True):
    """Put through to a number, seconds until it counts as unanswered."""

    number: str
    timeout: int = 25


class Record(msgspec.Struct, frozen=True):
    """Record a message, in seconds at most."""

    longest: int = 120


class HangUp(msgspec.Struct, frozen=True):
    """The end of the call."""


Next = Listen | Dial | Record | HangUp


class Turn(msgspec.Struct, frozen=True):
    """One turn of the conversation: what to say, what to do on the line, what to remember, what to have done."""

    call: Call
    says: tuple[Saying | Pause, ...] = ()
    then: Next | None = None
    """None exactly when `effect` is set: the Result must be heard before anything is said."""
    effect: Effect | None = None
    alarm: Assessment | None = None
    """Set on the turn in which the emergency guard acted."""
    path: tuple[str, ...] = ()
    """The states passed through on this turn, the last one being where the call now stands."""
