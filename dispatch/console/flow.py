"""The call flow as people at the desk read it: what each place in a call is called, and which part of a call it is.

The line itself is a floor above this one, so the names stand here by the ledger's words; a test holds them against the
line's own list. A state of another release is shown by its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dispatch.console.i18n import _, marked


class Stage(NamedTuple):
    """A part of a call, in the order a caller meets them."""

    words: str
    states: tuple[str, ...]


STAGES = (
    Stage(marked("It rings"), ("welcome", "resume", "choose_language")),
    Stage(marked("What it is about"), ("how_can_i_help", "menu", "choose_service", "lost")),
    Stage(
        marked("Where it is"),
        (
            *("place", "key_place", "place_number", "place_street", "cross_street", "choose_place"),
            *("confirm_place", "place_corner", "place_landmark", "text_map"),
        ),
    ),
    Stage(marked("What else matters"), ("question", "describe", "contact", "contact_number", "name", "alike", "join")),
    Stage(marked("Sending it"), ("review", "filing")),
    Stage(marked("Sent"), ("updates",)),
    Stage(marked("Other business"), ("status_number", "status_told", "comment", "information")),
    Stage(marked("The end"), ("anything_else", "goodbye")),
    Stage(marked("A person"), ("person", "message")),
    Stage(marked("Danger"), ("emergency", "possible_emergency")),
)
REPORTING = STAGES[:6]
"""What a report passes through, from ringing to being sent: the funnel."""

NAMES: Mapping[str, str] = {
    "welcome": marked("Greeting"),
    "resume": marked("Going on with a broken-off call"),
    "choose_language": marked("Which language"),
    "how_can_i_help": marked("How can we help"),
    "menu": marked("Menu by keys"),
    "choose_service": marked("Which service"),
    "lost": marked("After a change of release"),
    "place": marked("Where is it"),
    "key_place": marked("Address by keys"),
    "place_number": marked("House number"),
    "place_street": marked("Street"),
    "cross_street": marked("Cross street"),
    "choose_place": marked("Which of these places"),
    "confirm_place": marked("Is this the place"),
    "place_corner": marked("Corner of two streets"),
    "place_landmark": marked("Landmark"),
    "text_map": marked("Map by text message"),
    "question": marked("The service’s questions"),
    "describe": marked("In their own words"),
    "contact": marked("May we text you"),
    "contact_number": marked("Number for updates"),
    "name": marked("Name of the caller"),
    "alike": marked("Was it reported already"),
    "join": marked("Joining another’s report"),
    "review": marked("Reading it back"),
    "filing": marked("Filing"),
    "updates": marked("The number is told"),
    "status_number": marked("Which request"),
    "status_told": marked("How it stands"),
    "comment": marked("Adding to a request"),
    "information": marked("Information"),
    "anything_else": marked("Anything else"),
    "goodbye": marked("Goodbye"),
    "person": marked("Put through to a person"),
    "message": marked("Leaving a message"),
    "emergency": marked("Sent to 911"),
    "possible_emergency": marked("Is anyone in danger"),
}

OUTCOMES: Mapping[str, str] = {
    "filed": marked("Filed"),
    "answered": marked("Answered"),
    "transferred": marked("Put through"),
    "message": marked("Message left"),
    "emergency": marked("Emergency"),
    "abandoned": marked("Broken off"),
}
OUTCOME_TONES: Mapping[str, str] = {
    "filed": "good",
    "answered": "good",
    "transferred": "busy",
    "message": "wait",
    "emergency": "bad",
    "abandoned": "warn",
}
VERDICTS: Mapping[str, str] = {"certain": marked("Certain"), "possible": marked("Possible")}
CATEGORIES: Mapping[str, str] = {
    "fire": marked("Fire"),
    "gas": marked("Gas"),
    "carbon_monoxide": marked("Carbon monoxide"),
    "explosion": marked("Explosion"),
    "hazmat": marked("Dangerous substances"),
    "medical": marked("Medical"),
    "poisoning": marked("Poisoning"),
    "self_harm": marked("Self-harm"),
    "violence": marked("Violence"),
    "bomb": marked("Bomb"),
    "missing": marked("Missing person"),
    "endangered": marked("Child in danger"),
    "trapped": marked("Somebody trapped"),
    "traffic": marked("Traffic"),
    "water": marked("Water"),
    "electrical": marked("Electricity"),
    "collapse": marked("Collapse"),
    "animal": marked("Animal"),
    "help": marked("Cry for help"),
}
"""Sections of the line's lexicon; one that is not named here is shown as it is."""


def state(code: str) -> str:
    """What a place in a call is called, in the reader's language."""
    return _(NAMES[code]) if code in NAMES else code


def stage_of(code: str) -> int | None:
    """Which of `STAGES` a state belongs to, by its place there."""
    return next((place for place, stage in enumerate(STAGES) if code in stage.states), None)


def outcome(code: str | None) -> str:
    """What a call came to, in the reader's language."""
    return _(OUTCOMES[code]) if code and code in OUTCOMES else code or "–"


def verdict(code: str) -> str:
    """How sure the guard was."""
    return _(VERDICTS[code]) if code in VERDICTS else code


def category(code: str | None) -> str:
    """What kind of danger it was."""
    return _(CATEGORIES[code]) if code and code in CATEGORIES else (code or "–").replace("_", " ")
