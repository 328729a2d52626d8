"""What each listening verb makes of what the caller does: pure, one function an act.

An `Outcome` says how long it took, what is sent to the verb's action (`posts`), or that the document goes on after the
verb (`falls_through`); neither means that the verb goes on listening.
"""

from __future__ import annotations

import msgspec

from ivr.simulator.document import Verb
from ivr.simulator.parameters import Parties, sid

WORDS_A_SECOND = 2.6
ANY_KEY = "1234567890*#"


class Notice(msgspec.Struct, frozen=True):
    """A callback nobody waits for; `address` as it stands in the TwiML."""

    address: str
    params: dict[str, str]
    method: str = "POST"


class Outcome(msgspec.Struct, frozen=True):
    """What came of an act."""

    seconds: float = 0.0
    posts: dict[str, str] | None = None
    falls_through: bool = False
    notices: tuple[Notice, ...] = ()


def speaking_time(words: str) -> float:
    """Seconds it takes to say something."""
    return len(words.split()) / WORDS_A_SECOND


def speech(verb: Verb, words: str, confidence: float | None, parties: Parties) -> Outcome:
    """The caller speaks. Where only keys are heard it is silence."""
    took = speaking_time(words)
    if verb.name == "Record":
        return _recorded(verb, parties, max(1, round(took)), "", words)
    if verb.name != "Gather":
        return Outcome(took)
    if "speech" not in verb.get("input", "dtmf"):
        return silence(verb)
    language = {"Language": verb.get("language", "en-US")}
    heard = {"SpeechResult": words} | language
    if confidence is not None:
        heard["Confidence"] = f"{confidence:.8g}"
    parts = words.split() if "partialResultCallback" in verb.attributes else []
    partial = tuple(
        Notice(
            verb.get("partialResultCallback"),
            {"UnstableSpeechResult": " ".join(parts[: place + 1]), "SequenceNumber": str(place), "Stability": "0.8"}
            | language,
            verb.get("partialResultCallbackMethod", "POST"),
        )
        for place in range(len(parts))
    )
    return Outcome(took + 1, heard, notices=partial)


def keys(verb: Verb, pressed: str, parties: Parties) -> tuple[Outcome, str]:
    """The caller presses keys, one after the other; those the verb did not take are returned."""
    if verb.name == "Record" and pressed[0] in verb.get("finishOnKey", ANY_KEY):
        return _recorded(verb, parties, 1, pressed[0], ""), pressed[1:]
    if verb.name != "Gather":
        return Outcome(), ""
    if "dtmf" not in verb.get("input", "dtmf"):
        return silence(verb), ""
    taken, finished, rest = _gathered(verb, pressed)
    if not taken:
        return Outcome(), ""
    return Outcome(0.4 * len(taken), {"Digits": taken, "FinishedOnKey": finished, "msg": "Gather End"}), rest


def silence(verb: Verb) -> Outcome:
    """Nobody says anything until the verb has had enough. An empty recording is none: the document goes on."""
    if verb.name == "Gather" and verb.get("actionOnEmptyResult") == "true":
        spoken = {"SpeechResult": "", "Confidence": "0.0"} if "speech" in verb.get("input") else {}
        nothing = {"Digits": "", "FinishedOnKey": "", "msg": "Gather End"} | spoken
        return Outcome(int(verb.get("timeout", "5")), nothing)
    return Outcome(int(verb.get("timeout", "5")), falls_through=True)


def connection(verb: Verb, outcome: str, seconds: float) -> Outcome:
    """Whoever was dialled or queued for is done with the caller, or never came."""
    if verb.name == "Enqueue":
        said = {"QueueResult": outcome, "QueueSid": sid("QU"), "QueueTime": str(round(seconds))}
        return Outcome(seconds, said)
    if "action" not in verb.attributes:
        return Outcome(seconds, falls_through=True)
    talked = {"DialCallDuration": str(round(seconds))} if outcome == "completed" else {}
    bridged = "true" if outcome == "completed" else "false"
    return Outcome(seconds, {"DialCallStatus": outcome, "DialCallSid": sid("CA"), "DialBridged": bridged} | talked)


def hanging_up(verb: Verb, parties: Parties) -> tuple[Notice, ...]:
    """The caller hangs up: some verbs tell their action, though nobody will hear what it answers."""
    told: dict[str, str] | None = None
    match verb.name:
        case "Record":
            told = parties.recording(1, "hangup")
        case "Dial" | "Enqueue" if "action" in verb.attributes:
            told = connection(verb, "canceled" if verb.name == "Dial" else "hangup", 0).posts
    return (Notice(verb.get("action"), told, verb.get("method", "POST")),) if told else ()


def _recorded(verb: Verb, parties: Parties, seconds: int, key: str, words: str) -> Outcome:
    said = parties.recording(min(seconds, int(verb.get("maxLength", "3600"))), key)
    notices = []
    if "recordingStatusCallback" in verb.attributes:
        status = said | {"RecordingStatus": "completed", "RecordingSource": "RecordVerb"}
        method = verb.get("recordingStatusCallbackMethod", "POST")
        notices.append(Notice(verb.get("recordingStatusCallback"), status, method))
    if verb.get("transcribe") == "true" and "transcribeCallback" in verb.attributes:
        written = {"TranscriptionSid": sid("TR"), "TranscriptionText": words, "TranscriptionStatus": "completed"}
        notices.append(Notice(verb.get("transcribeCallback"), said | written))
    return Outcome(seconds, said, notices=tuple(notices))


def _gathered(verb: Verb, pressed: str) -> tuple[str, str, str]:
    """Take a Gather's keys off those pressed: the keys, the one that finished them, and what is left over."""
    finish = verb.get("finishOnKey", "#")
    most = int(verb.get("numDigits", "1000"))
    taken = ""
    for place, key in enumerate(pressed):
        if finish and key == finish:
            if taken:
                return taken, key, pressed[place + 1 :]
            continue  # the finishing key ends nothing that has not begun
        taken += key
        if len(taken) == most:
            return taken, "", pressed[place + 1 :]
    return taken, "", ""
