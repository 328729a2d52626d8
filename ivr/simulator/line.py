"""One call on Twilio's side of the line: it executes TwiML on a virtual clock and says which webhooks are due.

Sans I/O: a `Line` is a value that can be written down between turns. It asks for a document (`awaits`) and is given
the reply (`answered`, `failed`); while it listens (`listens`), the caller acts (`speaks`, `presses`, `waits`,
`hangs_up`, `connection_ends`). Callbacks nobody waits for gather in `notices`. It knows nothing of the dialogue.
"""

from __future__ import annotations

from urllib.parse import urljoin
from xml.sax.saxutils import escape

import msgspec

from ivr.simulator import document, listening
from ivr.simulator.document import Verb
from ivr.simulator.exchange import Event, Reply, Webhook, Who
from ivr.simulator.listening import Notice, Outcome
from ivr.simulator.parameters import Number, Parties

MOST_DOCUMENTS = 25
"""Documents in a row without the caller being heard: beyond it the application runs in circles."""
APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."


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
    """Which verb of the document is being executed."""
    awaits: Webhook | None = None
    notices: list[Webhook] = []
    events: list[Event] = []
    problems: list[str] = []
    """What Twilio's console would complain about, plus what no caller should meet."""
    ahead: str = ""
    """Keys pressed before anybody asked for them."""
    documents: int = 0
    """How many were executed since the caller was last heard."""
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
        if self.position < len(verbs) and verbs[self.position].name in {"Gather", "Record", "Dial", "Enqueue"}:
            return verbs[self.position]
        return self.queued

    # What the application answers.

    def answered(self, reply: Reply) -> None:
        """Execute what came back for `awaits`."""
        asked = self.awaits
        if asked is None:
            return
        self.now += reply.seconds
        try:
            twiml = self._as_twiml(asked, reply)
            read = document.read(twiml)
        except document.BrokenTwiml as broken:
            self.failed(broken.code, str(broken))
            return
        self.problems.extend(read.problems)
        self.awaits, self.url, self.twiml, self.position = None, reply.url or asked.url, twiml, 0
        self.documents += 1
        if self.documents > MOST_DOCUMENTS:
            self.failed(11200, f"{MOST_DOCUMENTS} documents in a row without hearing the caller", asked)
            return
        if self.status == "ringing" and not (read.verbs and read.verbs[0].name == "Reject"):
            self.status = "in-progress"
        self._go_on()

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
        """The caller says something."""
        self._tell("caller", words)
        if verb := self.listens:
            self._take(verb, listening.speech(verb, words, confidence, self.parties))

    def presses(self, keys: str) -> None:
        """The caller presses keys; those nobody takes wait for the next question, as an impatient caller has it."""
        self._tell("keys", keys)
        self.ahead += keys
        self._press()

    def waits(self) -> None:
        """The caller says nothing until something happens. A wait page plays again, a ringing telephone rings out."""
        verb = self.listens
        if verb is None or verb.name != "Dial":
            self._tell("silence", "")
        match verb.name if verb else "":
            case "Gather" | "Record" if verb:
                self._take(verb, listening.silence(verb))
            case "Dial" if verb:
                self.connection_ends("no-answer", int(verb.get("timeout", "30")))
            case "Enqueue" if verb and "waitUrl" in verb.attributes:
                self._wait_in_queue(verb)

    def connection_ends(self, outcome: str, seconds: float = 30) -> None:
        """The other end is done: a <Dial> completed, busy, no-answer, failed or canceled, an <Enqueue> bridged …."""
        verb = self.listens
        if verb and verb.name in {"Dial", "Enqueue"}:
            self._tell("phone", f"put through: {outcome}")
            self.queued = None
            self._take(verb, listening.connection(verb, outcome, seconds))

    def hangs_up(self) -> None:
        """The caller hangs up, whatever goes on."""
        if self.ended:
            return
        verb = self.listens
        self._tell("phone", "the caller hung up")
        self.status = "completed"
        self._notify(listening.hanging_up(verb, self.parties) if verb else ())
        self._end("completed")

    # How verbs are executed.

    def _go_on(self) -> None:
        """Execute verb after verb until one listens, another document is needed, or there are no more."""
        verbs = document.read(self.twiml).verbs
        while self.position < len(verbs):
            if not self._execute(verbs[self.position]):
                return
            self.position += 1
        if not self.queued:
            self._end("completed")

    def _execute(self, verb: Verb) -> bool:  # noqa: C901 - a case a verb, as Twilio's list has them
        """Execute one verb; False where the document stops here, for now or for good."""
        match verb.name:
            case "Say" | "Play" | "Pause":
                self._sound(verb)
                return True
            case "Gather":
                for part in verb.children:
                    self._sound(part)
                self._press()
            case "Record":
                self._press()
            case "Dial":
                self._tell("phone", f"dials {verb.text or ' '.join(child.text for child in verb.children)}")
            case "Enqueue":
                self._tell("phone", f"waits in the queue {verb.text}")
                addresses = {
                    name: urljoin(self.url, verb.get(name)) for name in ("action", "waitUrl") if verb.get(name)
                }
                self.queued = msgspec.structs.replace(verb, attributes=verb.attributes | addresses)
                if "waitUrl" in addresses:
                    self._wait_in_queue(self.queued)
            case "Leave" if self.queued:
                verb, self.queued = self.queued, None
                self._take(verb, listening.connection(verb, "leave", 0))
            case "Redirect":
                self._ask(verb.text, {}, verb.get("method", "POST"))
            case "Hangup":
                self._end("completed")
            case "Reject":
                self._end("busy" if verb.get("reason") == "busy" else "no-answer")
            case _:
                self.problems.append(f"this telephone does not execute <{verb.name}>")
                return True
        return False

    def _sound(self, verb: Verb) -> None:
        match verb.name:
            case "Say":
                for _ in range(min(int(verb.get("loop", "1")) or 1, 10)):
                    self._tell("line", verb.text, verb.get("language"), verb.get("voice"))
                    self.now += listening.speaking_time(verb.text)
            case "Play":
                self._tell("line", f"[{verb.text or 'keys ' + verb.get('digits')}]")
                self.now += 3
            case _:
                self.now += int(verb.get("length", "1"))

    def _press(self) -> None:
        """Give keys already pressed to whoever listens, as many as it takes."""
        verb = self.listens
        if self.ahead and verb:
            outcome, self.ahead = listening.keys(verb, self.ahead, self.parties)
            self._take(verb, outcome)

    def _take(self, verb: Verb, outcome: Outcome) -> None:
        """Let what the caller did have its effect."""
        self.now += outcome.seconds
        self._notify(outcome.notices)
        self.documents = 0
        if outcome.posts is not None:
            self._ask(verb.get("action"), outcome.posts, verb.get("method", "POST"))
        elif outcome.falls_through:
            self.position += 1
            self._go_on()

    def _wait_in_queue(self, verb: Verb) -> None:
        place = {"QueuePosition": "1", "QueueTime": str(round(self.now))}
        self._ask(verb.get("waitUrl"), place, verb.get("waitUrlMethod", "POST"))

    def _ask(self, address: str, said: dict[str, str], method: str) -> None:
        self.awaits = Webhook(urljoin(self.url, address), self.parties.parameters(self.status) | said, method)

    def _notify(self, notices: tuple[Notice, ...]) -> None:
        for notice in notices:
            params = self.parties.parameters(self.status) | notice.params
            self.notices.append(Webhook(urljoin(self.url, notice.address), params, notice.method))

    def _as_twiml(self, asked: Webhook, reply: Reply) -> str:
        """The reply as Twilio takes it by its status and content type: TwiML, or plain text to be read aloud."""
        if not 200 <= reply.status < 300:
            why = f"{asked.method} {asked.url} answered {reply.status}: {reply.body[:200]}"
            raise document.BrokenTwiml(11200, why)
        kind = reply.content_type.partition(";")[0].strip()
        if kind in {"text/xml", "application/xml", "text/html"}:
            return reply.body
        if kind == "text/plain":
            self.problems.append("plain text instead of TwiML: it is read aloud")
            return f"<Response><Say>{escape(reply.body)}</Say></Response>"
        raise document.BrokenTwiml(12300, f"content type {reply.content_type!r} is not TwiML")

    def _tell(self, who: Who, text: str, language: str = "", voice: str = "") -> None:
        self.events.append(Event(round(self.now, 1), who, text, language, voice))

    def _end(self, status: str) -> None:
        self.status, self.awaits, self.queued, self.ahead = status, None, None, ""
        self._tell("phone", "the line is closed")
        if self.number.status:
            self.notices.append(Webhook(self.number.status, self.parties.ended(status, self.now)))
