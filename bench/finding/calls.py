"""Calls as a city's line gets them, turn by turn: what the reports about the line are counted from."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from storage.vocabulary import CallStatus

FILED = ("how_can_i_help", "place", "confirm_place", "review", "updates")
"""Where the turns of a call lead that files a ticket."""
OTHERS = {
    "abandoned": ("how_can_i_help", "place", "place_street"),
    "answered": ("how_can_i_help", "status_number", "status_told", "anything_else"),
    "transferred": ("how_can_i_help", "menu", "person"),
    "message": ("how_can_i_help", "person", "message"),
    "emergency": ("how_can_i_help", "possible_emergency", "emergency"),
}
_WEIGHTS = (40, 40, 12, 6, 2)
_TURN = dt.timedelta(seconds=17)


class Rung(NamedTuple):
    """A call, in outline."""

    sid: str
    at: dt.datetime
    outcome: str

    @property
    def states(self) -> tuple[str, ...]:
        """Where its turns lead."""
        return FILED if self.outcome == "filed" else OTHERS[self.outcome]


def filing(number: int, at: dt.datetime, chance: random.Random) -> Rung:
    """The call from which a ticket came that was filed at that moment."""
    return Rung(f"CA{number:032}", at - _TURN * (len(FILED) - 1 + chance.random()), "filed")


def other(number: int, at: dt.datetime, chance: random.Random) -> Rung:
    """A call that came to something else, at about that moment."""
    return Rung(f"CB{number:032}", at + _TURN * chance.random(), chance.choices(tuple(OTHERS), _WEIGHTS)[0])


def call_row(rung: Rung, city: str, chance: random.Random) -> dict[str, Any]:
    """The call as the ledger keeps it. Some numbers call again and again."""
    ended = rung.at + _TURN * len(rung.states)
    return {
        "call_sid": rung.sid,
        "city": city,
        "caller": f"+1617{2_000_000 + int(chance.triangular(0, 300_000, 0)):07}",
        "language": chance.choices(("en", "es", "fr"), (8, 2, 1))[0],
        "state": rung.states[-1],
        "turn": len(rung.states) - 1,
        "memory": "{}",
        "status": CallStatus.ENDED,
        "outcome": rung.outcome,
        "alarm": "certain" if rung.outcome == "emergency" else "none",
        "started_at": rung.at,
        "updated_at": ended,
        "ended_at": ended,
    }


def turn_rows(rung: Rung, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Its turns. One answer in eight fails."""
    before = "welcome"
    for number, after in enumerate(rung.states):
        alarmed = after == "emergency"
        yield {
            "call_sid": rung.sid,
            "number": number,
            "heard": "{}",
            "state_before": before,
            "state_after": after,
            "said": "",
            "reply": "",
            "language": "en",
            "alarm": "certain" if alarmed else None,
            "alarm_category": chance.choice(("fire", "medical", "gas")) if alarmed else None,
            "missed": chance.choice(("no_input", "no_match")) if chance.random() < 0.125 else None,
            "took_us": 900,
            "at": rung.at + number * _TURN,
        }
        before = after
