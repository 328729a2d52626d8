"""From a turn to TwiML: pure. What is said, how the answer is heard, and where Twilio takes it.

Written as text rather than through twilio's classes, which build an ElementTree for every verb and cost more than all
of the dialogue (see docs/adr/0002); `tests/wire/test_twiml.py` holds every shape of it against those classes, byte for
byte. Attributes stand in alphabetical order because theirs do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, assert_never, cast

from dispatch.city.model import Language, Voice
from ivr.dialogue.moves import Dial, HangUp, Listen, Next, Pause, Record, Saying, Turn

HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?><Response>'
TAIL: Final = "</Response>"
LONGEST_SAY: Final = 3_000
"""Characters in one <Say>: what Polly's voices take."""
LONGEST_TURN: Final = 8_000
"""Characters said in one turn: ten minutes. Five bytes each at most (an ampersand), so that TwiML stays below 64 kB."""
MOST_HINTS: Final = 500
LONGEST_HINT: Final = 100
ALL_HINTS: Final = 16_000
"""Bytes of all hints together, so that they and the words stay below 64 kB. The first hints matter most."""
OVERRIDES: Final = "#ct=2000&rt=5000&tt=14000&rc=2&rp=ct,rt,5xx"
"""On every URL we give to Twilio, as it heeds them for one URL at a time: give up on a connection after 2 s and on a
reply after 5, and ask again twice, within the 15 s a caller is kept.

It does no harm, as each turn has a number. The fragment is read by Twilio alone, and is not signed.
"""
Voices = Mapping[Language, Voice]

_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])\s+")


def render(turn: Turn, voices: Voices, action: str) -> str:
    """Write a turn as a TwiML document. `action` is the relative URL of the next turn, with a query of its own."""
    return document(turn.says, turn.then, voices, action, turn.call.language)


def document(says: tuple[Saying | Pause, ...], then: Next | None, voices: Voices, action: str, language: str) -> str:
    """Write what is said, then what happens on the line.

    While listening the words stand inside <Gather>, so that a caller who knows the way need not hear them out.
    """
    said = words(says, voices)
    match then:
        case Listen():
            return f"{HEAD}{_gather(then, voices, action, said)}{TAIL}"
        case Dial(number=number, timeout=timeout):
            verb = f'<Dial action="{_url(action)}" method="POST" timeout="{timeout}">{text_of(number)}</Dial>'
        case Record():
            verb = _record(then, voices, action, language)
        case HangUp():
            verb = "<Hangup />"
        case None:
            verb = redirect(action)
        case _:  # pragma: no cover - mypy proves there is nothing else
            assert_never(then)
    return f"{HEAD}{said}{verb}{TAIL}"


def spoken(says: tuple[Saying | Pause, ...]) -> str:
    """The words of a turn for the transcript, one saying a line."""
    return "\n".join(said.text for said in says if isinstance(said, Saying))


def legal(text: str) -> str:
    """Text without what XML 1.0 forbids: a caller's words are echoed, and one control character spoils a document."""
    return text if text.isprintable() else _ILLEGAL.sub(" ", text)


def words(says: tuple[Saying | Pause, ...], voices: Voices) -> str:
    """The verbs that say it, in order: <Say>, <Play>, <Pause>."""
    parts: list[str] = []
    left = LONGEST_TURN
    for said in says:
        if isinstance(said, Pause):
            parts.append(f'<Pause length="{said.seconds}" />')
        elif said.audio:
            parts.append(f"<Play>{text_of(said.audio)}</Play>")
        elif left > 0:
            text = legal(said.text)[:left]
            left -= len(text)
            opening = _say(*_voice(said.language, voices))
            parts.extend(f"{opening}{text_of(piece)}</Say>" for piece in _pieces(text))
    return "".join(parts)


def _pieces(text: str) -> list[str]:
    """A text in lengths one <Say> takes, broken between sentences where it can be."""
    if len(text) <= LONGEST_SAY:
        return [text]
    pieces = [""]
    for sentence in _SENTENCE_END.split(text):
        if len(pieces[-1]) + len(sentence) < LONGEST_SAY:
            pieces[-1] = f"{pieces[-1]} {sentence}".strip()
        else:
            pieces.extend(sentence[start : start + LONGEST_SAY] for start in range(0, len(sentence), LONGEST_SAY))
    return [piece for piece in pieces if piece]


def _gather(listen: Listen, voices: Voices, action: str, said: str) -> str:
    locale, _ = _voice(listen.language, voices)
    digits = "" if listen.digits is None else f' numDigits="{listen.digits}"'
    keys = _attribute(listen.finish_on_key)
    head = f'<Gather action="{_url(action)}" actionOnEmptyResult="true" finishOnKey="{keys}"'
    if not listen.speech:
        return f'{head} input="dtmf" method="POST"{digits} timeout="{listen.timeout}">{said}</Gather>'
    hints = f' hints="{_hints(listen.hints)}"' if listen.hints else ""
    partial = _url(_beside(action, "partial"))
    # profanityFilter is on unless told otherwise, and would hide a threat. partialResultCallback tells us of a fire
    # while the caller still speaks.
    return (
        f'{head}{hints} input="dtmf speech" language="{locale}" method="POST"{digits}'
        f' partialResultCallback="{partial}" partialResultCallbackMethod="POST"'
        f' profanityFilter="false" speechTimeout="auto" timeout="{listen.timeout}">{said}</Gather>'
    )


def _record(record: Record, voices: Voices, action: str, language: str) -> str:
    """Record, and where nothing was said go on all the same: Twilio then skips the action and reads the next verb."""
    locale, _ = _voice(language, voices)
    empty = f"{action}{'&' if '?' in action else '?'}after=record"
    transcript = ""
    if locale.startswith("en"):  # Twilio transcribes nothing else
        transcript = f' transcribe="true" transcribeCallback="{_url(_beside(action, "transcript"))}"'
    return (
        f'<Record action="{_url(empty)}" finishOnKey="1234567890*#" maxLength="{record.longest}" method="POST"'
        f' playBeep="true" recordingStatusCallback="{_url(_beside(action, "recording"))}"'
        f' timeout="5"{transcript} trim="trim-silence" />{redirect(empty)}'
    )


def redirect(url: str) -> str:
    """The verb that has Twilio go on at one of our URLs."""
    return f'<Redirect method="POST">{_url(url)}</Redirect>'


def _url(url: str) -> str:
    """One of our own URLs as it stands in a document: plain ASCII, so that only the ampersands need care."""
    return f"{url}{OVERRIDES}".replace("&", "&amp;")


def _beside(action: str, name: str) -> str:
    """Where Twilio tells us more about the same turn: /voice/turn/3?lang=en gives /voice/partial?turn=3&lang=en."""
    path, _, query = action.partition("?")
    number = path.rpartition("/")[2]
    return f"/voice/{name}?turn={number}&{query}" if query else f"/voice/{name}?turn={number}"


def _voice(language: str, voices: Voices) -> tuple[str, str]:
    """Locale and voice of a language; of the city's first one where it has no such language."""
    voice = voices.get(cast("Language", language)) or next(iter(voices.values()))
    return voice.locale, voice.voice


@lru_cache(maxsize=64)
def _say(locale: str, voice: str) -> str:
    return f'<Say language="{_attribute(locale)}" voice="{_attribute(voice)}">'


@lru_cache(maxsize=256)
def _hints(hints: tuple[str, ...]) -> str:
    """Hints as Twilio takes them: with commas between and so none within. The same few lists come again and again."""
    kept: list[str] = []
    left = ALL_HINTS
    for hint in hints[:MOST_HINTS]:
        clean = " ".join(legal(hint).replace(",", " ").split())[:LONGEST_HINT]
        left -= len(_attribute(clean).encode()) + 1
        if left < 0:
            break
        kept.append(clean)
    return _attribute(",".join(kept))


def text_of(text: str) -> str:
    """Text as it stands between tags."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    return text.replace(">", "&gt;") if ">" in text else text


def _attribute(text: str) -> str:
    text = text_of(legal(text))
    text = text.replace('"', "&quot;") if '"' in text else text
    # Tabs and line ends would be read back as spaces, so they are written as numbers.
    return text.replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#09;") if not text.isprintable() else text
