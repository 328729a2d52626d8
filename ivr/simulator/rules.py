"""What Twilio demands of attributes and words beyond the structure: each rule a sentence of its documentation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

MOST_HINTS, LONGEST_HINT = 500, 100
SHORTEST_DIAL, LONGEST_DIAL = 5, 600
SHORTEST_TRANSCRIBED, LONGEST_TRANSCRIBED = 2, 120
WORDS = {"Polly": 3000, "Google": 5000}
"""Characters one <Say> may hold, by the voice's maker."""
LONGEST_SAY = 4096
"""Characters for the basic voices."""

_TRUTH = re.compile(r"true|false")
_COUNT = re.compile(r"[1-9]\d*")
_SHAPES: dict[tuple[str, str], re.Pattern[str]] = {
    ("*", "method"): re.compile(r"GET|POST"),
    ("*", "recordingStatusCallbackMethod"): re.compile(r"GET|POST"),
    ("*", "partialResultCallbackMethod"): re.compile(r"GET|POST"),
    ("*", "waitUrlMethod"): re.compile(r"GET|POST"),
    ("*", "loop"): re.compile(r"\d+"),
    ("*", "language"): re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?-([A-Z]{2}|\d{3})"),
    ("Gather", "input"): re.compile(r"dtmf|speech|dtmf speech|speech dtmf"),
    ("Gather", "numDigits"): _COUNT,
    ("Gather", "timeout"): _COUNT,
    ("Gather", "speechTimeout"): re.compile(r"auto|[1-9]\d*"),
    ("Gather", "maxSpeechTime"): re.compile(r"[1-5]?\d|60"),
    ("Gather", "finishOnKey"): re.compile(r"[0-9*#]?"),
    ("Gather", "actionOnEmptyResult"): _TRUTH,
    ("Gather", "profanityFilter"): _TRUTH,
    ("Pause", "length"): _COUNT,
    ("Record", "maxLength"): _COUNT,
    ("Record", "timeout"): re.compile(r"\d+"),
    ("Record", "finishOnKey"): re.compile(r"[0-9*#]*"),
    ("Record", "playBeep"): _TRUTH,
    ("Record", "transcribe"): _TRUTH,
    ("Record", "trim"): re.compile(r"trim-silence|do-not-trim"),
    ("Dial", "timeout"): _COUNT,
    ("Dial", "answerOnBridge"): _TRUTH,
    ("Dial", "hangupOnStar"): _TRUTH,
    ("Dial", "timeLimit"): _COUNT,
    ("Reject", "reason"): re.compile(r"rejected|busy"),
}
_ADDRESSES = ("action", "partialResultCallback", "recordingStatusCallback", "transcribeCallback", "waitUrl")
_EMERGENCY_NUMBERS = frozenset({"911", "112", "999", "+911"})


def broken(name: str, attributes: Mapping[str, str], text: str, children: Sequence[str]) -> Iterator[str]:
    """Say what is wrong with one element, sentence by sentence."""
    for attribute, value in attributes.items():
        shape = _SHAPES.get((name, attribute)) or _SHAPES.get(("*", attribute))
        if shape and not shape.fullmatch(value):
            yield f"<{name} {attribute}={value!r}> is not a value Twilio takes"
        if attribute in _ADDRESSES and not re.match(r"https?://|/|\.|\?|[\w-]+(/|$|\?)", value):
            yield f"<{name} {attribute}={value!r}> is not an address"
    if name in _OF_VERBS:
        yield from _OF_VERBS[name](attributes, text, children)


def unreachable(verbs: Sequence[tuple[str, Mapping[str, str]]]) -> Iterator[str]:
    """Verbs that no call can ever come to, because the one before them never comes back."""
    for place, (name, attributes) in enumerate(verbs):
        ends = name in {"Hangup", "Redirect", "Reject"} or (name in {"Dial", "Enqueue"} and "action" in attributes)
        if ends and place + 1 < len(verbs):
            yield f"nothing after <{name}> is ever executed: <{verbs[place + 1][0]}>"
        if name == "Reject" and place:
            yield "<Reject> must come first: after another verb the call is answered and paid for"


def _say(attributes: Mapping[str, str], text: str, _: Sequence[str]) -> Iterator[str]:
    maker = attributes.get("voice", "").partition(".")[0]
    longest = WORDS.get(maker, LONGEST_SAY)
    if not text:
        yield "<Say> has nothing to say"
    if len(text) > longest:
        yield f"<Say> of {len(text)} characters; {maker or 'basic'} voices take {longest}"


def _gather(attributes: Mapping[str, str], _: str, __: Sequence[str]) -> Iterator[str]:
    hints = [hint.strip() for hint in attributes.get("hints", "").split(",") if hint.strip()]
    if len(hints) > MOST_HINTS:
        yield f"{len(hints)} hints; Twilio takes {MOST_HINTS}"
    yield from (f"a hint of {len(hint)} characters: {hint[:30]!r}…" for hint in hints if len(hint) > LONGEST_HINT)
    if "speechModel" in attributes and not attributes.get("speechTimeout", "").isdigit():
        yield "with a speechModel, speechTimeout must be a whole number of seconds"
    if "speech" in attributes.get("input", "dtmf") and attributes.get("profanityFilter") != "false":
        yield "profanityFilter masks threats: an emergency line must hear them"


def _dial(attributes: Mapping[str, str], text: str, children: Sequence[str]) -> Iterator[str]:
    if not text and not children:
        yield "<Dial> dials nobody"
    if text and text not in _EMERGENCY_NUMBERS and not re.fullmatch(r"\+[1-9]\d{6,14}", text):
        yield f"<Dial>{text}: not a number in the form +15551234567"
    if not SHORTEST_DIAL <= _whole(attributes.get("timeout", "30")) <= LONGEST_DIAL:
        yield f"<Dial timeout={attributes['timeout']!r}>: from {SHORTEST_DIAL} to {LONGEST_DIAL} seconds"
    yield from _number(attributes, text, children)


def _number(_: Mapping[str, str], text: str, __: Sequence[str]) -> Iterator[str]:
    if text in _EMERGENCY_NUMBERS:
        yield f"{text}: emergency numbers are never dialled by machine"


def _record(attributes: Mapping[str, str], _: str, __: Sequence[str]) -> Iterator[str]:
    longest = _whole(attributes.get("maxLength", "3600"))
    if attributes.get("transcribe") == "true" and not SHORTEST_TRANSCRIBED <= longest <= LONGEST_TRANSCRIBED:
        yield f"only recordings of {SHORTEST_TRANSCRIBED} to {LONGEST_TRANSCRIBED} seconds are transcribed"


def _redirect(_: Mapping[str, str], text: str, __: Sequence[str]) -> Iterator[str]:
    if not text:
        yield "<Redirect> says nothing of where to"


def _play(attributes: Mapping[str, str], text: str, _: Sequence[str]) -> Iterator[str]:
    if not text and "digits" not in attributes:
        yield "<Play> has nothing to play"


def _enqueue(attributes: Mapping[str, str], text: str, _: Sequence[str]) -> Iterator[str]:
    if "action" not in attributes or not (text or "workflowSid" in attributes):
        yield "<Enqueue> names no queue, or no action for when the wait is over"


def _whole(value: str) -> int:
    return int(value) if value.isdigit() else -1


_OF_VERBS: dict[str, Callable[[Mapping[str, str], str, Sequence[str]], Iterator[str]]] = {
    "Dial": _dial,
    "Enqueue": _enqueue,
    "Gather": _gather,
    "Number": _number,
    "Play": _play,
    "Record": _record,
    "Redirect": _redirect,
    "Say": _say,
}
