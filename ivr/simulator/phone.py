"""A telephone for tests, scripts and people: pick it up, dial, listen, speak, press keys, hang up.

>>> call = phone.dials()
>>> call.hears("how can I help").says("there's a huge pothole")
>>> call.hears("Where is").says("twelve thirty four mission street")
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Self
from xml.etree import ElementTree as ET

from ivr.simulator import document
from ivr.simulator.delivery import Delivery
from ivr.simulator.exchange import Event
from ivr.simulator.faults import Fault, Troubled
from ivr.simulator.line import Line
from ivr.simulator.parameters import Number, Parties, sid
from ivr.simulator.transport import Transport

CALLER = "+16175550142"
CALLED = "+16175550311"


class Misheard(AssertionError):
    """The call went otherwise than the test tells; carries the whole transcript."""


class Phone:
    """A telephone connected to one application. `strict`: whatever Twilio would complain of fails the call at once."""

    def __init__(
        self,
        transport: Transport,
        token: str,
        number: Number,
        *,
        called: str = CALLED,
        strict: bool = True,
    ) -> None:
        self.trouble = Troubled(transport)
        self.delivery = Delivery(self.trouble, token)
        self.number = number
        self.called = called
        self.strict = strict

    def dials(self, *, from_: str = CALLER, to: str = "", strict: bool | None = None, **more: str) -> PhoneCall:
        """Dial, and hear what is said when the line answers. `more` are further parameters Twilio should send."""
        parties = Parties(sid("CA"), self.number.account, from_, to or self.called, datetime.now(UTC), more)
        call = PhoneCall(self, Line.rings(self.number, parties), strict=self.strict if strict is None else strict)
        call.goes_on()
        return call


class PhoneCall:
    """One call from the caller's side. Every act returns the call, so that a test reads like a conversation."""

    def __init__(self, phone: Phone, line: Line, *, strict: bool = True) -> None:
        self.line = line
        self._phone = phone
        self._strict = strict
        self._heard_from = 0

    # What the caller does.

    def says(self, words: str, *, confidence: float | None = 0.92) -> Self:
        """Speak; `confidence` is what the recogniser makes of it."""
        self._act().speaks(words, confidence)
        return self.goes_on()

    def presses(self, keys: str) -> Self:
        """Press keys. Those no question takes are pressed into the next one, as an impatient caller does."""
        self._act().presses(keys)
        return self.goes_on()

    def waits(self) -> Self:
        """Say nothing until the line does something. While it rings elsewhere, nobody answers there."""
        self._act().waits()
        return self.goes_on()

    def is_put_through(self, outcome: str = "completed", seconds: float = 30) -> Self:
        """The line dials somebody: this is how it ends (completed, busy, no-answer, failed, canceled)."""
        if self.listening is None or self.listening.name not in {"Dial", "Enqueue"}:
            raise Misheard(f"nobody is being called\n{self.transcript}")
        self._act().connection_ends(outcome, seconds)
        return self.goes_on()

    def hangs_up(self, *, saying: str = "") -> Self:
        """Hang up; with `saying`, right after these words, without waiting for what is answered."""
        line = self._act()
        if saying:
            line.speaks(saying)
            if line.awaits:
                self._phone.delivery.deliver(line.awaits)
        line.hangs_up()
        return self.goes_on()

    def meets(self, *faults: Fault | None) -> Self:
        """Let the next requests meet these faults, in order; None lets one pass."""
        self._phone.trouble.coming.extend(faults)
        return self

    # What the caller hears.

    def hears(self, *fragments: str) -> Self:
        """Check that these words were just said, in this order; case and punctuation aside."""
        said = plain(self.last)
        start = 0
        for fragment in fragments:
            found = said.find(plain(fragment), start)
            if found < 0:
                raise Misheard(f"not heard: {fragment!r}\njust heard: {self.last!r}\n\n{self.transcript}")
            start = found + 1
        return self

    def does_not_hear(self, *fragments: str) -> Self:
        """Check that none of these words were just said."""
        for fragment in fragments:
            if plain(fragment) in plain(self.last):
                raise Misheard(f"heard after all: {fragment!r}\n\n{self.transcript}")
        return self

    @property
    def last(self) -> str:
        """Everything said since the caller last did something."""
        return " ".join(event.text for event in self.line.events[self._heard_from :] if event.who == "line")

    @property
    def language(self) -> str:
        """The language last spoken, such as en-US."""
        return next((e.language for e in reversed(self.line.events) if e.who == "line" and e.language), "")

    @property
    def ended(self) -> bool:
        """The line is dead."""
        return self.line.ended

    @property
    def dialed(self) -> str | None:
        """The number being dialled for the caller just now, if any."""
        verb = self.line.listens
        if verb is None or verb.name != "Dial":
            return None
        return verb.text or " ".join(child.text for child in verb.children)

    @property
    def records(self) -> bool:
        """Whether the line is recording a message."""
        verb = self.line.listens
        return verb is not None and verb.name == "Record"

    @property
    def listening(self) -> document.Verb | None:
        """The verb that waits for the caller, with its attributes."""
        return self.line.listens

    @property
    def twiml(self) -> ET.Element:
        """The TwiML document being executed."""
        return ET.fromstring(self.line.twiml)  # noqa: S314 - our own application's reply

    @property
    def sid(self) -> str:
        """The call's identifier."""
        return self.line.parties.call

    @property
    def seconds(self) -> float:
        """How long the call has lasted, on the virtual clock."""
        return self.line.now

    @property
    def problems(self) -> list[str]:
        """Everything Twilio's console would complain of."""
        return self.line.problems

    @property
    def transcript(self) -> str:
        """The call so far, a line an event, as a city clerk would read it."""
        return "\n".join(written(event) for event in self.line.events)

    def goes_on(self) -> Self:
        """Let the telephone network do its part until it is the caller's turn."""
        self._phone.delivery.settle(self.line)
        if self._strict and self.line.problems:
            raise Misheard("\n".join([*self.line.problems, "", self.transcript, "", _without_hints(self.line.twiml)]))
        return self

    def _act(self) -> Line:
        if self.ended:
            raise Misheard(f"the call is over\n{self.transcript}")
        self._heard_from = len(self.line.events)
        return self.line


def written(event: Event) -> str:
    """One event as a line of a transcript."""
    match event.who:
        case "silence":
            return "(silence)"
        case "phone":
            return f"({event.text})"
        case _:
            return f"{event.who}: {event.text}"


def _without_hints(twiml: str) -> str:
    """TwiML for people to read: the hints are most of it."""
    return re.sub(r'hints="([^"]{0,40})[^"]*"', r'hints="\1…"', twiml)


def plain(words: str) -> str:
    """Words as the ear takes them: without case, punctuation or the form of an apostrophe."""
    folded = unicodedata.normalize("NFKC", words).casefold().replace("\u2019", "").replace("'", "")
    return " ".join(re.findall(r"[^\W_]+", folded))
