"""One call on Twilio's side of the line: it executes TwiML on a virtual clock and says which webhooks are due.

Sans I/O: a `Line` is a value that can be written down between turns. It asks for a document (`awaits`) and is given
the reply (`answered`, `failed`); while it listens (`listens`), the caller acts (`speaks`, `presses`, `waits`,
`hangs_up`, `dial_ends`). Callbacks nobody waits for gather in `notices`. It knows nothing of the dialogue.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import urljoin
from xml.sax.saxutils import escape

import msgspec

from ivr.simulator import document
from ivr.simulator.document import Verb
from ivr.simulator.parameters import Number, Parties, sid

WORDS_A_SECOND = 2.6
MOST_DOCUMENTS = 25
"""Documents in a row without the caller being heard: beyond it the application runs in circles."""
APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."


class Webhook(msgspec.Struct, frozen=True):
    """A request of Twilio's to the application."""

    url: str
    params: dict[str, str]
    method: str = "POST"
    fallback: bool = False


class Reply(msgspec.Struct, frozen=True):
    """What the application answered."""

    status: int
    content_type: str
    body: str
    url: str = ""
    """Where it came from in the end, after redirects: relative addresses in it start here."""
    seconds: float = 0.0


class Event(msgspec.Struct, frozen=True):
    """Something that was heard or happened, `at` seconds into the call."""

    at: float
    who: Literal["line", "caller", "keys", "silence", "phone"]
    text: str
    language: str = ""
    voice: str = ""


class Line(msgspec.Struct):
    """A call. Make one with `Line.rings`."""

    number: Number
    parties: Parties
    status: str = "ringing"
    now: float = 0.0
    """Seconds since it rang: virtual."""
    url: str = ""
    """Where the document being executed came from."""
    twiml: str = ""
    position: int = 0
    awaits: Webhook | None = None
    notices: list[Webhook] = []
    events: list[Event] = []
    problems: list[str] = []
    """What Twilio's console would complain about, plus what no caller should meet."""
    ahead: str = ""
    """Keys pressed before anybody asked for them."""
    documents: int = 0
    queued: Verb | None = None
    """The <Enqueue> the caller waits in."""

    @classmethod
    def rings(cls, number: Number, parties: Parties) -> Line:
        """A call comes in: the first webhook is due."""
        line = cls(number, parties)
        line.awaits = Webhook(number.voice, parties.parameters("ringing"))
        return line

    @property
    def ended(self) -> bool:
        """The line is dead."""
        return self.status in {"completed", "busy", "no-answer", "failed"}

    @property
    def listens(self) -> Verb | None:
        """The verb that waits for the caller or for somebody else: Gather, Record, Dial, Enqueue. None: nobody does."""
        if self.ended or self.awaits or not self.twiml:
            return None
        verbs = document.read(self.twiml).verbs
        if self.position < len(verbs) and verbs[self.position].name in _WAITING:
            return verbs[self.position]
        return self.queued

    # What the application answers.

    def answered(self, reply: Reply) -> None:
        """Execute what came back for `awaits`."""
        asked = self.awaits
        if asked is None:
            return
        self.now += reply.seconds
        if not 200 <= reply.status < 300:  # noqa: PLR2004 - the class of successes
            return self.failed(11200, f"{asked.method} {asked.url} answered {reply.status}: {reply.body[:200]}")
        try:
            twiml = self._as_twiml(reply)
            read = document.read(twiml)
        except document.BrokenTwiml as broken:
            return self.failed(broken.code, str(broken))
        self.problems.extend(read.problems)
        self.awaits, self.url, self.twiml, self.position = None, reply.url or asked.url, twiml, 0
        self.documents += 1
        if self.documents > MOST_DOCUMENTS:
            return self.failed(11200, f"{MOST_DOCUMENTS} documents in a row without hearing the caller", asked)
        if self.status == "ringing" and not (read.verbs and read.verbs[0].name == "Reject"):
            self.status = "in-progress"
        return self._go_on()

    def failed(self, code: int, why: str, asked: Webhook | None = None) -> None:
        """Turn to the fallback address as Twilio does; without one the caller hears an error and is cut off."""
        asked = asked or self.awaits
        self.problems.append(f"Twilio error {code}: {why}")
        self._tell("phone", f"error {code}")
        self.awaits = None
        if asked and self.number.fallback and not asked.fallback:
            told = {"ErrorCode": str(code), "ErrorUrl": asked.url.partition("#")[0]}
            params = self.parties.parameters(self.status) | told
            self.awaits = Webhook(self.number.fallback, params, fallback=True)
            return
        self._tell("line", APPLICATION_ERROR)
        self._end("completed")

    # What the caller does.

    def speaks(self, words: str, confidence: float | None = 0.92) -> None:
        """The caller says something. Where nobody listens to words, it is silence to the line."""
        self._tell("caller", words)
        listening = self.listens
        match listening.name if listening else "":
            case "Gather" if listening and "speech" in listening.get("input", "dtmf"):
                self.now += _speaking_time(words) + 1
                self._partial(listening, words)
                heard = {"SpeechResult": words, "Language": listening.get("language", "en-US")}
                self._act(listening, heard | ({} if confidence is None else {"Confidence": f"{confidence:.8g}"}))
            case "Record" if listening:
                self.now += _speaking_time(words)
                self._recorded(listening, max(1, round(_speaking_time(words))), key="", words=words)
            case "Gather":
                self._silence()
            case _:
                self.now += _speaking_time(words)

    def presses(self, keys: str) -> None:
        """The caller presses keys, one after the other; those nobody took yet wait for the next question."""
        self._tell("keys", keys)
        self.ahead += keys
        self._take_keys()

    def waits(self) -> None:
        """The caller says nothing until something happens."""
        self._tell("silence", "")
        self._silence()

    def hangs_up(self) -> None:
        """The caller hangs up, whatever goes on."""
        if self.ended:
            return
        listening = self.listens
        self._tell("phone", "the caller hung up")
        self.status = "completed"
        if listening and listening.name == "Record":
            self._notify(listening.get("action") or self.url, self.parties.recording(1, "hangup"), listening.get("method"))
        if listening and listening.name == "Dial" and "action" in listening.attributes:
            self._notify(listening.get("action"), _dialled("canceled", 0), listening.get("method"))
        if listening and listening.name == "Enqueue" and "action" in listening.attributes:
            self._notify(listening.get("action"), {"QueueResult": "hangup"}, listening.get("method"))
        self._end("completed")

    def dial_ends(self, outcome: str, seconds: float = 30) -> None:
        """The other end of a <Dial> is done: completed, busy, no-answer, failed or canceled; so too for <Enqueue>."""
        verb = self.listens
        if verb is None or verb.name not in {"Dial", "Enqueue"}:
            return
        self.now += seconds
        self._tell("phone", f"put through: {outcome}")
        if verb.name == "Dial":
            talked = seconds if outcome == "completed" else 0
            said = _dialled(outcome, talked)
        else:
            said = {"QueueResult": outcome, "QueueSid": sid("QU"), "QueueTime": str(round(self.now))}
            self.queued = None
        if "action" in verb.attributes:
            return self._act(verb, said)
        return self._next()

    # How verbs are executed.

    def _go_on(self) -> None:
        verbs = document.read(self.twiml).verbs
        while not self.ended and self.awaits is None and self.position < len(verbs):
            verb = verbs[self.position]
            match verb.name:
                case "Say" | "Play" | "Pause":
                    self._sound(verb)
                case "Gather":
                    for part in verb.children:
                        self._sound(part)
                    return self._take_keys()
                case "Record":
                    return None
                case "Dial":
                    target = verb.text or " ".join(child.text for child in verb.children)
                    return self._tell("phone", f"dials {target}")
                case "Enqueue":
                    action = {"action": urljoin(self.url, verb.get("action"))}
                    self.queued = msgspec.structs.replace(verb, attributes=verb.attributes | action)
                    self._tell("phone", f"waits in the queue {verb.text}")
                    if "waitUrl" in verb.attributes:
                        self._ask(verb.get("waitUrl"), {"QueuePosition": "1", "QueueTime": "0"}, "POST")
                    return None
                case "Leave" if self.queued:
                    return self._leave()
                case "Redirect":
                    return self._ask(verb.text, {}, verb.get("method", "POST"))
                case "Hangup":
                    return self._end("completed")
                case "Reject":
                    return self._end("busy" if verb.get("reason") == "busy" else "no-answer")
                case _:
                    self.problems.append(f"this telephone does not execute <{verb.name}>")
            self.position += 1
        if self.position >= len(verbs) and not self.ended and self.awaits is None and not self.queued:
            self._end("completed")
        return None

    def _next(self) -> None:
        self.position += 1
        self._go_on()

    def _sound(self, verb: Verb) -> None:
        match verb.name:
            case "Say":
                times = min(int(verb.get("loop", "1")) or 1, 10)
                for _ in range(times):
                    self._tell("line", verb.text, verb.get("language"), verb.get("voice"))
                    self.now += _speaking_time(verb.text)
            case "Play":
                self._tell("line", f"[{verb.text or 'keys ' + verb.get('digits')}]")
                self.now += 3
            case "Pause":
                self.now += int(verb.get("length", "1"))

    def _take_keys(self) -> None:
        """Give keys already pressed to whoever listens, as many as it takes."""
        while self.ahead and (verb := self.listens):
            if verb.name == "Record" and self.ahead[0] in verb.get("finishOnKey", "1234567890*#"):
                key, self.ahead = self.ahead[0], self.ahead[1:]
                return self._recorded(verb, 1, key, "")
            if verb.name != "Gather" or "dtmf" not in verb.get("input", "dtmf"):
                self.ahead = ""
                return self._silence() if verb.name == "Gather" else None
            keys, finished, self.ahead = _gathered(verb, self.ahead)
            if not keys:
                return None
            self.now += 0.4 * len(keys)
            return self._act(verb, {"Digits": keys, "FinishedOnKey": finished, "msg": "Gather End"})
        return None

    def _silence(self) -> None:
        verb = self.listens
        match verb.name if verb else "":
            case "Gather" if verb:
                self.now += int(verb.get("timeout", "5"))
                if verb.get("actionOnEmptyResult") == "true":
                    spoken = {"SpeechResult": "", "Confidence": "0.0"} if "speech" in verb.get("input") else {}
                    return self._act(verb, {"Digits": "", "FinishedOnKey": "", "msg": "Gather End"} | spoken)
                return self._next()
            case "Record" if verb:
                self.now += int(verb.get("timeout", "5"))
                return self._next()
            case "Dial" if verb:
                return self.dial_ends("no-answer", int(verb.get("timeout", "30")))
            case "Enqueue" if verb and "waitUrl" in verb.attributes:
                return self._ask(verb.get("waitUrl"), {"QueuePosition": "1", "QueueTime": str(round(self.now))}, "POST")
            case _:
                return None

    def _recorded(self, verb: Verb, seconds: int, key: str, words: str) -> None:
        said = self.parties.recording(min(seconds, int(verb.get("maxLength", "3600"))), key)
        if "recordingStatusCallback" in verb.attributes:
            status = said | {"RecordingStatus": "completed", "RecordingSource": "RecordVerb"}
            self._notify(verb.get("recordingStatusCallback"), status, verb.get("recordingStatusCallbackMethod"))
        if verb.get("transcribe") == "true" and "transcribeCallback" in verb.attributes:
            written = {"TranscriptionSid": sid("TR"), "TranscriptionText": words, "TranscriptionStatus": "completed"}
            self._notify(verb.get("transcribeCallback"), said | written, "POST")
        self._act(verb, said)

    def _partial(self, verb: Verb, words: str) -> None:
        if "partialResultCallback" not in verb.attributes:
            return
        parts = words.split()
        for number in range(1, len(parts) + 1):
            heard = {"UnstableSpeechResult": " ".join(parts[:number]), "SequenceNumber": str(number - 1)}
            heard |= {"Stability": "0.8", "Language": verb.get("language", "en-US")}
            self._notify(verb.get("partialResultCallback"), heard, verb.get("partialResultCallbackMethod"))

    def _as_twiml(self, reply: Reply) -> str:
        """The reply as Twilio takes it by its content type: TwiML, or plain text to be read aloud."""
        kind = reply.content_type.partition(";")[0].strip()
        if kind in {"text/xml", "application/xml", "text/html"}:
            return reply.body
        if kind == "text/plain":
            self.problems.append("plain text instead of TwiML: it is read aloud")
            return f"<Response><Say>{escape(reply.body)}</Say></Response>"
        raise document.BrokenTwiml(12300, f"content type {reply.content_type!r} is not TwiML")

    def _leave(self) -> None:
        verb, self.queued = self.queued, None
        if verb and "action" in verb.attributes:
            self._ask(verb.get("action"), {"QueueResult": "leave"}, verb.get("method", "POST"))
        else:
            self._end("completed")

    def _act(self, verb: Verb, said: dict[str, str]) -> None:
        self.documents = 0
        self._ask(verb.get("action") or self.url, said, verb.get("method", "POST"))

    def _ask(self, address: str, said: dict[str, str], method: str) -> None:
        self.awaits = Webhook(urljoin(self.url, address), self.parties.parameters(self.status) | said, method)

    def _notify(self, address: str, said: dict[str, str], method: str) -> None:
        params = self.parties.parameters(self.status) | said
        self.notices.append(Webhook(urljoin(self.url, address), params, method or "POST"))

    def _tell(self, who: Literal["line", "caller", "keys", "silence", "phone"], text: str, *more: str) -> None:
        self.events.append(Event(round(self.now, 1), who, text, *more))

    def _end(self, status: str) -> None:
        self.status, self.awaits, self.queued, self.ahead = status, None, None, ""
        self._tell("phone", "the line is closed")
        if self.number.status:
            self.notices.append(Webhook(self.number.status, self.parties.ended(status, self.now)))


_WAITING = frozenset({"Gather", "Record", "Dial", "Enqueue"})


def _gathered(verb: Verb, pressed: str) -> tuple[str, str, str]:
    """Take a Gather's keys off those pressed: the keys, the one that finished them, and what is left over."""
    finish = verb.get("finishOnKey", "#")
    most = int(verb.get("numDigits", "1000"))
    keys = ""
    for place, key in enumerate(pressed):
        if finish and key == finish:
            if keys:
                return keys, key, pressed[place + 1 :]
            continue  # the finishing key ends nothing that has not begun
        keys += key
        if len(keys) == most:
            return keys, "", pressed[place + 1 :]
    return keys, "", ""


def _dialled(outcome: str, seconds: float) -> dict[str, str]:
    bridged = {"DialBridged": "true" if outcome == "completed" else "false"}
    duration = {"DialCallDuration": str(round(seconds))} if outcome == "completed" else {}
    return {"DialCallStatus": outcome, "DialCallSid": sid("CA")} | bridged | duration


def _speaking_time(words: str) -> float:
    return len(words.split()) / WORDS_A_SECOND
