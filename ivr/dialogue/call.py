"""A call: where it stands (`State`, the table of contents) and all that is remembered between turns (`Call`).

A `Call` must survive a deploy: every field has a default, unknown fields are ignored, renamed states are mapped in
`RENAMED`, vanished ones become `State.LOST`. `tests/saved_calls/*.json` holds calls of every release.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from ivr.understanding.found import Place, PlaceFinding


class State(StrEnum):
    """Where a call can be, in the order a caller meets it. The SVG in docs/ is drawn from this and the states' code."""

    WELCOME = "welcome"
    RESUME = "resume"
    HOW_CAN_I_HELP = "how_can_i_help"
    MENU = "menu"
    CHOOSE_SERVICE = "choose_service"
    PLACE = "place"
    KEY_PLACE = "key_place"
    PLACE_NUMBER = "place_number"
    PLACE_STREET = "place_street"
    CROSS_STREET = "cross_street"
    CHOOSE_PLACE = "choose_place"
    CONFIRM_PLACE = "confirm_place"
    PLACE_CORNER = "place_corner"
    PLACE_LANDMARK = "place_landmark"
    TEXT_MAP = "text_map"
    ALIKE = "alike"
    JOIN = "join"
    QUESTION = "question"
    DESCRIBE = "describe"
    CONTACT = "contact"
    CONTACT_NUMBER = "contact_number"
    NAME = "name"
    REVIEW = "review"
    FILING = "filing"
    UPDATES = "updates"
    STATUS_NUMBER = "status_number"
    STATUS_TOLD = "status_told"
    COMMENT = "comment"
    INFORMATION = "information"
    ANYTHING_ELSE = "anything_else"
    GOODBYE = "goodbye"
    CHOOSE_LANGUAGE = "choose_language"
    PERSON = "person"
    MESSAGE = "message"
    EMERGENCY = "emergency"
    POSSIBLE_EMERGENCY = "possible_emergency"
    LOST = "lost"


RENAMED: dict[str, State] = {}
"""Names that states had in earlier releases."""


class Said(msgspec.Struct, frozen=True):
    """A prompt that was said, and what filled its slots."""

    prompt: str
    slots: dict[str, str] = {}


class Call(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that is remembered between turns. Small: it is read and written on every turn."""

    sid: str = ""
    city: str = ""
    caller: str = ""
    """E.164, or "" where the number is withheld or no number."""
    language: str = "en"
    state: str = State.WELCOME
    turn: int = 0
    """Number of the turn now being answered; the URL of the next one carries turn + 1."""
    attempts: int = 0
    """No-inputs and no-matches in a row in this state."""
    stumbles: int = 0
    """No-inputs and no-matches in the whole call."""
    before: tuple[str, ...] = ()
    """States to go back to with *, newest last."""
    keys: str = ""
    """The last keys pressed over several turns, for 9-1-1 keyed one digit a turn."""
    denied: tuple[str, ...] = ()
    """Emergency categories the caller has said no to."""
    alarm: str = ""
    """Category of the possible emergency being asked about."""
    resume_to: str = ""
    """State to return to after an interruption (a possible emergency, a language choice)."""
    held: str = ""
    """What the caller had said when interrupted, to be taken up again."""
    held_keys: str = ""
    lead: tuple[Said, ...] = ()
    """What was said on the way to the last question, so that "repeat" repeats it too."""

    service: str = ""
    service_guesses: tuple[str, ...] = ()
    turned_down: int = 0
    """How often none of the services offered was the right one."""
    menu: tuple[int, ...] = ()
    """Where in the key menu: indexes from the top."""
    place: Place | None = None
    place_confirmed: bool = False
    place_guesses: tuple[Place, ...] = ()
    number: str = ""
    """A house number waiting for its street."""
    street: str = ""
    """A street waiting for its number or its cross street."""
    corner: bool = False
    """Keying a corner: a second street follows the first."""
    place_tries: int = 0
    place_words: tuple[str, ...] = ()
    """What was said about the place and not found."""
    alike: str = ""
    """Number of an open ticket that may be about the same thing, while the caller is asked about it."""
    half_place: PlaceFinding | None = None
    """A place that was mentioned in passing and still has to be asked about."""
    answers: dict[str, str] = {}
    """Answers to the service's own questions, by code."""
    description: str = ""
    said: tuple[str, ...] = ()
    """The caller's own words about the problem, as recognised."""
    updates: bool | None = None
    contact: str = ""
    """E.164 to text updates to."""
    name: str = ""
    asked: tuple[str, ...] = ()
    """Optional steps already offered: describe, contact, name, alike."""
    review: tuple[str, ...] = ()
    """Reasons why a person should look at the ticket."""
    abusive: bool = False
    """Whether the caller has insulted or threatened anybody; one more such reason, for all that this call brings."""
    ticket: str = ""
    """Number of the ticket just filed or asked about."""
    reopenable: bool = False
    """Whether the ticket asked about may be opened again."""
    tickets: tuple[str, ...] = ()
    """All tickets filed in this call."""
    left_message: bool = False
    """Whether a message waits for a person: then the line did not settle the call by itself."""
    resumed_from: str = ""
    """Sid of the broken-off call this one goes on with; its draft ticket becomes this call's."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Call)
_STATES = frozenset(State)


def encode(call: Call) -> bytes:
    """The call as JSON, defaults left out."""
    return _encoder.encode(call)


def decode(memory: bytes | str) -> Call:
    """The call back from JSON, whatever release wrote it."""
    call = _decoder.decode(memory)
    if call.state in _STATES:
        return call
    return msgspec.structs.replace(call, state=RENAMED.get(call.state, State.LOST))
