"""Twilio's side of a webhook: signed, sent, redirected, and tried again by the rules in the URL's fragment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from twilio.request_validator import RequestValidator

from ivr.simulator.exchange import Reply, Webhook
from ivr.simulator.line import Line
from ivr.simulator.parameters import sid
from ivr.simulator.transport import Answer, NoReply, Refused, Transport

MOST_REDIRECTS = 10
_ONE_TURN_ONLY = ("Digits", "SpeechResult", "Confidence", "RecordingUrl", "DialCallStatus", "FinishedOnKey", "msg")


class Undelivered(Exception):
    """Twilio gave up on a webhook: `code` as in its console."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class Delivery:
    """Carries the webhooks of any number of calls."""

    def __init__(self, transport: Transport, token: str) -> None:
        self.transport = transport
        self._validator = RequestValidator(token)

    def settle(self, line: Line) -> None:
        """Carry everything the line wants carried, until the caller's turn comes or the call is over."""
        while line.awaits:
            try:
                line.answered(self.deliver(line.awaits))
            except Undelivered as undelivered:
                line.failed(undelivered.code, str(undelivered))
        self.notify(line)

    def notify(self, line: Line) -> None:
        """Deliver the callbacks nobody waits for; the application's failures at them are problems all the same."""
        while line.notices:
            notice = line.notices.pop(0)
            try:
                answer = self.deliver(notice)
            except Undelivered as undelivered:
                line.problems.append(f"{notice.url}: {undelivered}")
            else:
                if not 200 <= answer.status < 300:
                    line.problems.append(f"{notice.url} answered {answer.status}: {answer.body[:200]}")

    def deliver(self, webhook: Webhook) -> Reply:
        """Send a webhook, again where its address says so. Raises `Undelivered`."""
        address, _, fragment = webhook.url.partition("#")
        overrides = dict(parse_qsl(fragment))
        policy = frozenset(overrides.get("rp", "ct").split(","))
        tries_left = int(overrides.get("rc", "1"))
        patience = int(overrides.get("rt", "15000")) / 1000
        longest = int(overrides.get("tt", "15000")) / 1000
        token = sid("")
        seconds = 0.0
        while True:
            last = tries_left <= 0 or seconds >= longest
            tries_left -= 1
            try:
                reply = self._follow(webhook.method, address, webhook.params, token, min(patience, longest - seconds))
            except Refused as error:
                if last or not policy & {"ct", "all"}:
                    _give_up(11205, f"no connection to {address}: {error}", error)
            except NoReply as error:
                seconds += error.seconds
                if last or not policy & {"rt", "all"}:
                    _give_up(11205, f"no reply from {address}: {error}", error)
            else:
                seconds += reply.seconds
                if reply.seconds >= patience:
                    if last or not policy & {"rt", "all"}:
                        raise Undelivered(11205, f"{address} took {reply.seconds:.0f} s")
                elif last or f"{reply.status // 100}xx" not in policy | ({"4xx", "5xx"} if "all" in policy else set()):
                    return reply

    def _follow(self, method: str, address: str, params: Mapping[str, str], token: str, patience: float) -> Reply:
        """Send once, and go after redirects as Twilio does: by GET, with what the caller said dropped."""
        seconds = 0.0
        for _ in range(MOST_REDIRECTS):
            answer = self._send(method, address, params, token, patience)
            seconds += answer.seconds
            if answer.status not in {301, 302, 303, 307, 308}:
                return Reply(answer.status, answer.headers.get("content-type", ""), answer.body, address, seconds)
            address = urljoin(address, answer.headers.get("location", ""))
            method = "GET"
            params = {name: value for name, value in params.items() if name not in _ONE_TURN_ONLY}
        raise Undelivered(11200, f"{address}: redirected more than {MOST_REDIRECTS} times")

    def _send(self, method: str, address: str, params: Mapping[str, str], token: str, patience: float) -> Answer:
        body = ""
        if method == "GET":
            joint = "&" if urlsplit(address).query else "?"
            address, params = f"{address}{joint}{urlencode(params)}" if params else address, {}
        else:
            body = urlencode(params)
        return self.transport.carry(method, address, body, self.headers(address, params, token), patience)

    def headers(self, address: str, params: Mapping[str, str], token: str) -> dict[str, str]:
        """The headers of a genuine request: https is signed without its port."""
        parts = urlsplit(address)
        signed = address.replace(parts.netloc, parts.hostname or "", 1) if parts.scheme == "https" else address
        return {
            "Accept": "*/*",
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "I-Twilio-Idempotency-Token": token,
            "User-Agent": "TwilioProxy/1.1",
            "X-Home-Region": "us1",
            "X-Twilio-Signature": self._validator.compute_signature(signed, dict(params)),
        }


def _give_up(code: int, why: str, cause: Exception) -> NoReturn:
    raise Undelivered(code, why) from cause
