"""The wire: one webhook = one turn = one transaction.

`POST /voice` is turn 0, and each reply names the URL of the next turn. Twilio delivers late, twice and at once, so a
turn that was answered before is answered again byte for byte, and a turn is written only where the call still stands
at the one before. Whatever happens, a rightly signed request hears TwiML: the error handler below is the outermost
door, and asks the emergency guard once more.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from flask import Blueprint, Response, abort, request

from ivr import lifeline, observability
from ivr.hearing import call_sid_of
from ivr.line import Line
from ivr.signature import Form, read_form
from ivr.turns import take_turn
from storage.calls import GONE

log = structlog.get_logger()


def blueprint(line: Line) -> Blueprint:
    """The routes a caller walks along."""
    routes = Blueprint("voice", __name__)

    @routes.post("/voice")
    def arrive() -> Response:
        return answer(line, 0)

    @routes.post("/voice/turn/<int(max=9999):number>")
    def turn(number: int) -> Response:
        return answer(line, number)

    return routes


def signed(line: Line) -> Form:
    """The form of a request that Twilio signed. Anything else ends here with a 403."""
    try:
        form = read_form(request.get_data(cache=False))
    except ValueError:
        abort(400, "The form cannot be read: it has more fields than Twilio ever sends.")
    if not line.signatures.hold(request.environ, form):
        observability.REFUSED.labels("signature").inc()
        abort(403, "The X-Twilio-Signature does not fit: check TWILIO_AUTH_TOKEN and PUBLIC_URL.")
    return form


def admit(line: Line) -> Form:
    """The form of a request about a call that Twilio signed. All else ends here: 403 unsigned, 400 without a call."""
    form = signed(line)
    if not call_sid_of(form):
        abort(400, "The form names no CallSid.")
    return form


def twiml(reply: str) -> Response:
    """A reply as Twilio wants it; as text/plain it would be read aloud, tags and all."""
    return Response(reply, content_type="text/xml; charset=utf-8")


def answer(line: Line, number: int) -> Response:
    """Answer one turn, whatever happens."""
    began = time.perf_counter()
    form = admit(line)
    query = str(request.environ.get("QUERY_STRING", ""))
    try:
        line.breaker.check()
        reply = _twice(lambda: take_turn(line, form, number, query, began), began)
    except Exception as problem:  # noqa: BLE001 - the outermost door: nobody may hear "application error"
        reply = apologise(line, form, number, query, problem, time.perf_counter() - began)
    observability.TURN_SECONDS.observe(time.perf_counter() - began)
    return twiml(reply)


def apologise(line: Line, form: Form, number: int, query: str, problem: Exception, took_s: float) -> str:
    """Say what is left when a turn could not be taken: 911 to whoever is in danger, else the truth, and a person."""
    line.breaker.failed(took_s)
    call_sid = call_sid_of(form)
    log.error("turn_failed", call=call_sid, turn=number, ms=round(took_s * 1000), exc_info=problem)
    observability.APOLOGIES.labels(type(problem).__name__).inc()
    city = line.dialled(form.one("To")).city
    path = f"/voice/turn/{number}" if number else "/voice"
    again = "" if "again=1" in query else again_at(path, query)
    reply, alarm = lifeline.answer(form, city, language_in(query) or city.default_language, again)
    if alarm:
        log.warning("emergency", call=call_sid, verdict=alarm.verdict, category=alarm.category, where="apology")
        observability.EMERGENCIES.labels(alarm.verdict, alarm.category, "apology").inc()
    return reply


def again_at(path: str, query: str | None) -> str:
    """The URL of a turn to be tried once more; it says so, that it may be only once."""
    return f"{path}?{query}&again=1" if query else f"{path}?again=1"


def language_in(query: str) -> str:
    """The language that a turn's URL or query carries, so that even without a database we know how to apologise."""
    return query.partition("lang=")[2][:2]


def _twice(turn: Callable[[], str], began: float) -> str:
    """Try again at once where the connection to the ledger was lost, as it is when PostgreSQL restarts."""
    try:
        return turn()
    except GONE:
        if time.perf_counter() - began > 1.0:
            raise
        return turn()
