"""What can reach the dialogue: one thing at a time, as a value. `ivr/hearing.py` makes them out of Twilio's forms."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Unfinished(msgspec.Struct, frozen=True):
    """A call from the same number that broke off a little while ago, and what it had already said."""

    call_sid: str
    memory: bytes
    """The encoded `Call`, see `call.decode`."""


class Arrived(msgspec.Struct, frozen=True):
    """The caller is here and has not been asked anything yet: a new call."""

    unfinished: Unfinished | None = None


class NoInput(msgspec.Struct, frozen=True):
    """We asked and listened, and heard nothing."""


class Digits(msgspec.Struct, frozen=True):
    """Keys: `digits` holds 0-9, * and #, without the key that finished them."""

    digits: str


class Speech(msgspec.Struct, frozen=True):
    """What the recogniser made of what was said."""

    text: str
    confidence: float | None = None
    """0 to 1; None where Twilio does not say."""


class Recorded(msgspec.Struct, frozen=True):
    """A message was recorded; `url` is Twilio's, `seconds` its length. No seconds: nothing was said."""

    url: str
    sid: str
    seconds: int


class DialResult(msgspec.Struct, frozen=True):
    """How putting the caller through to somebody ended."""

    outcome: Literal["completed", "busy", "no-answer", "failed", "canceled"]


class Result(msgspec.Struct, frozen=True):
    """What came of an effect, heard by the state that asked for it. `value` depends on the effect; see moves.py."""

    effect: str
    ok: bool
    value: Any = None


Heard = Arrived | NoInput | Digits | Speech | Recorded | DialResult | Result
