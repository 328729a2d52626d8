"""What a caller said, turn by turn, as it lies in the ledger: read for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec

from storage.tables import Turn

_decode = msgspec.json.Decoder(tuple[tuple[str, Any], ...]).decode


class Line(msgspec.Struct, frozen=True):
    """One thing said, by one of the two."""

    who: Literal["caller", "line"]
    turn: int
    kind: str
    """speech, keys, silence, message; of the line always speech."""
    text: str
    confidence: float | None = None
    """How sure the recogniser was, 0 to 1."""
    alarm: str = ""
    """What the emergency guard found in it."""


def conversation(turns: Sequence[Turn]) -> Iterator[Line]:
    """What was said, in order. What retention has emptied is left out."""
    for turn in turns:
        yield from _heard(turn)
        if turn.said:
            yield Line("line", turn.number, "speech", turn.said)


def _heard(turn: Turn) -> Iterator[Line]:
    alarm = " · ".join(part for part in (turn.alarm, turn.alarm_category, turn.alarm_evidence) if part)
    try:
        heard = _decode(turn.heard) if turn.heard else ()
    except msgspec.MsgspecError:
        heard = ()
    for kind, value in heard:
        match kind:
            case "Speech":
                yield Line("caller", turn.number, "speech", value["text"], value.get("confidence"), alarm)
            case "Digits":
                yield Line("caller", turn.number, "keys", value["digits"], alarm=alarm)
            case "NoInput":
                yield Line("caller", turn.number, "silence", "", alarm=alarm)
            case "Recorded":
                yield Line("caller", turn.number, "message", str(value.get("seconds", "")), alarm=alarm)
            case _:
                continue  # Arrivals and what came of effects are no words of the caller's.
