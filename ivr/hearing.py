"""From Twilio's form to what was heard: pure, and never surprised. Whatever is said or sent ends in a `Heard`."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final, Literal

import msgspec

from ivr.dialogue.heard import (
    Arrived,
    DialResult,
    Digits,
    Heard,
    NoInput,
    Recorded,
    Result,
    Speech,
)
from ivr.dialogue.moves import AlikeTicket, FiledTicket, KnownTicket
from ivr.signature import Form

LONGEST_SPEECH: Final = 16_000
"""Characters. Twilio's recogniser gives up after a minute; the guard reads all of it, so nothing hides at the end."""
CALL_SID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
E164: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
WITHHELD: Final = frozenset({"+266696687", "+86282452253", "+7378742833", "+2562533", "+8656696"})
"""What carriers send for ANONYMOUS, UNAVAILABLE, RESTRICTED … as keyed on a keypad: nobody's number."""
_OUTCOMES: Final[dict[str, Literal["completed", "busy", "no-answer", "failed", "canceled"]]] = {
    "completed": "completed",
    "answered": "completed",
    "busy": "busy",
    "no-answer": "no-answer",
    "canceled": "canceled",
}
_NOT_KEYS: Final = re.compile(r"[^0-9*#]")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")


def hear(form: Form, after: str = "") -> Heard:
    """What the caller did, from the parameters of a turn's webhook.

    `after` is what the turn's URL says we were doing: "record" tells an empty form after a recording, where nothing was
    said, from silence after a question. Keys win over words sent with them; `also_said` holds those words.
    """
    if "RecordingUrl" in form or after == "record":
        return recorded(form)
    if "DialCallStatus" in form:
        return DialResult(_OUTCOMES.get(form.one("DialCallStatus"), "failed"))
    if keys := _NOT_KEYS.sub("", form.one("Digits")):
        return Digits(keys[:64])
    if said := plain(form.one("SpeechResult")):
        return Speech(said, _confidence(form))
    return NoInput()


def recorded(form: Form) -> Recorded:
    """The recording a form tells of, empty where it tells of none."""
    return Recorded(plain(form.one("RecordingUrl")), plain(form.one("RecordingSid")), _seconds(form))


def also_said(form: Form) -> str:
    """Words that came together with keys, which `hear` prefers: the guard must hear them all the same."""
    return plain(form.one("SpeechResult")) if form.one("Digits") else ""


def every_word(form: Form) -> tuple[str, str]:
    """All the text and all the keys in a form, wherever they stand: what the guard reads when nothing else works."""
    names = ("SpeechResult", "UnstableSpeechResult", "StableSpeechResult", "TranscriptionText")
    words = " . ".join(text for name in names for text in map(plain, form.get(name, ())) if text)
    return words, _NOT_KEYS.sub("", form.one("Digits"))


def plain(text: str) -> str:
    """Text without control characters, composed, with single spaces, no longer than anybody speaks in one breath."""
    if text.isascii() and text.isprintable():
        return " ".join(text[:LONGEST_SPEECH].split())
    return " ".join(unicodedata.normalize("NFC", _CONTROLS.sub(" ", text[:LONGEST_SPEECH])).split())


def caller_of(form: Form) -> str:
    """The caller's number in E.164, or "" where it is withheld, a client's name or no number at all."""
    number = form.one("From")
    return number if E164.fullmatch(number) and number not in WITHHELD else ""


def call_sid_of(form: Form) -> str:
    """The call's identity, or "" where the form holds none that could be one."""
    sid = form.one("CallSid")
    return sid if CALL_SID.fullmatch(sid) else ""


def _seconds(form: Form) -> int:
    text = form.one("RecordingDuration")
    return min(int(text), 36_000) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _confidence(form: Form) -> float | None:
    """Twilio leaves it out now and then, and sends 0.0 where the recogniser has none to give."""
    try:
        confidence = float(form.one("Confidence"))
    except ValueError:
        return None
    return confidence if 0.0 < confidence <= 1.0 else None


# How what was heard lies in the transcript, so that `dial311 replay` can say it again.

_KINDS: Final[dict[str, type[Any]]] = {
    kind.__name__: kind for kind in (Arrived, NoInput, Digits, Speech, Recorded, DialResult, Result)
}
_VALUES: Final[dict[str, type[Any]]] = {kind.__name__: kind for kind in (AlikeTicket, FiledTicket, KnownTicket)}
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[tuple[str, Any], ...]).decode


def write_line(heard: tuple[Heard, ...]) -> str:
    """What one turn heard as JSON: first the caller, then what came of each effect. `[["Digits", {"digits": "1"}]]`."""
    return _encode([_named(one) for one in heard]).decode()


def read_line(text: str) -> tuple[Heard, ...]:
    """What `write_line` wrote. Raises `msgspec.MsgspecError` where it is something else."""
    return tuple(_unnamed(kind, value) for kind, value in _decode(text))


def _named(heard: Heard) -> tuple[str, Any]:
    if isinstance(heard, Result) and isinstance(heard.value, msgspec.Struct):
        value = heard.value
        return "Result", {"effect": heard.effect, "ok": heard.ok, "value": value, "kind": type(value).__name__}
    return type(heard).__name__, heard


def _unnamed(kind: str, value: Any) -> Heard:
    if kind == "Result" and "kind" in value:
        return Result(value["effect"], value["ok"], msgspec.convert(value["value"], _VALUES[value["kind"]]))
    heard: Heard = msgspec.convert(value, _KINDS[kind])
    return heard
