"""What goes wrong between Twilio and an application: a transport that loses, doubles, delays and reorders."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum

from ivr.simulator.transport import PATIENCE, Answer, NoReply, Refused, Transport

SLOW = 16.0
"""Seconds a slow reply takes: more than Twilio waits."""


Request = tuple[str, str, str, Mapping[str, str], float]
"""Method, URL, body, headers, and how many seconds Twilio waits."""


class Fault(StrEnum):
    """One thing that can happen to one request."""

    LOST_REQUEST = "lost request"
    """It never arrives: no connection."""
    LOST_REPLY = "lost reply"
    """The application does its work, and nobody hears of it."""
    TWICE = "twice"
    """It arrives two times; the second reply must not differ from the first."""
    AT_ONCE = "at once"
    """It arrives two times at the same moment; the replies must not differ."""
    SLOW = "slow"
    """The reply comes after Twilio has given up."""
    LATE = "late"
    """It arrives, and once more after the next one: an old turn knocks again."""


class UnequalReplies(AssertionError):
    """The same delivery was answered in two ways: the application worked twice."""


class Troubled:
    """A transport with faults: those in `coming` meet the next requests in order; at random, `rate` of all others."""

    def __init__(self, transport: Transport, rate: Mapping[Fault, float] | None = None, seed: int = 0) -> None:
        self.coming: deque[Fault | None] = deque()
        self.counted: dict[Fault, int] = dict.fromkeys(Fault, 0)
        self._transport = transport
        self._rate = dict(rate or {})
        self._chance = random.Random(seed)  # noqa: S311 - a test must be repeatable
        self._waiting: list[Request] = []

    def carry(self, method: str, url: str, body: str, headers: Mapping[str, str], patience: float = PATIENCE) -> Answer:
        """Carry the request, with whatever is to go wrong."""
        fault = self._next()
        if fault:
            self.counted[fault] += 1
        if fault is Fault.LOST_REQUEST:
            raise Refused("the network is down")
        request = method, url, body, headers, patience
        answer = self._both(*request) if fault is Fault.AT_ONCE else self._transport.carry(*request)
        while self._waiting:
            self._transport.carry(*self._waiting.pop())
        match fault:
            case Fault.LOST_REPLY:
                raise NoReply("the reply was lost")
            case Fault.TWICE:
                _alike(url, answer, self._transport.carry(*request))
            case Fault.SLOW:
                return Answer(answer.status, answer.headers, answer.body, SLOW)
            case Fault.LATE:
                self._waiting.append(request)
            case _:
                pass
        return answer

    def _both(self, *request: *Request) -> Answer:
        """Send the same request from two sides; where only one is answered, that is the answer."""
        with ThreadPoolExecutor(2) as sides:
            sent = [sides.submit(self._transport.carry, *request) for _ in range(2)]
        answers = [side.result() for side in sent if not side.exception()]
        if not answers:
            return sent[0].result()
        _alike(request[1], answers[0], answers[-1])
        return answers[0]

    def _next(self) -> Fault | None:
        if self.coming:
            return self.coming.popleft()
        drawn = self._chance.random()
        for fault, share in self._rate.items():
            if drawn < share:
                return fault
            drawn -= share
        return None


def _alike(url: str, first: Answer, second: Answer) -> None:
    if (first.status, first.body) != (second.status, second.body):
        raise UnequalReplies(f"{url}\nfirst:  {first.body}\nsecond: {second.body}")
