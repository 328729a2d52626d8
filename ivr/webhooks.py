"""The wire: one webhook = one turn = one transaction.

`POST /voice` is turn 0, and each reply names the URL of the next turn. Twilio delivers late, twice and at once, so a
turn that was answered before is answered again byte for byte, and a turn is written only where the call still stands
at the one before. Whatever happens, a rightly signed request hears TwiML: the error handler below is the outermost
door, and asks the emergency guard once more.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from collections.abc import Callable
from functools import partial

import msgspec
import psycopg
import sqlalchemy.exc
import structlog
from flask import Blueprint, Response, abort, request

from ivr import effects, lifeline, observability
from ivr.dialogue.call import Call, State, decode, encode
from ivr.dialogue.context import Context
from ivr.dialogue.heard import Arrived, Heard, NoInput, Speech, Unfinished
from ivr.dialogue.moves import Turn
from ivr.emergency import Verdict
from ivr.hearing import also_said, call_sid_of, caller_of, hear, write_line
from ivr.line import Line, Served
from ivr.map_link import map_url
from ivr.signature import Form, read_form
from ivr.twiml import render, spoken
from storage.calls import Kept, Stored
from storage.vocabulary import CallStatus

LOST_CONNECTION = (psycopg.OperationalError, sqlite3.OperationalError, sqlalchemy.exc.OperationalError)
"""What the ledger raises when it is gone for a moment: worth one more try, as nothing is ever kept twice."""
GO_ON_WITHIN = dt.timedelta(minutes=30)
MOST_EFFECTS = 8
"""Effects in one turn; a dialogue that wants more goes in circles."""
_WORST = {"none": 0, "possible": 1, "certain": 2}
log = structlog.get_logger()


class AlreadyAnswered(Exception):
    """Another delivery of the same turn was quicker."""


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


def take_turn(line: Line, form: Form, number: int, query: str, began: float) -> str:
    """Hear, decide, do, keep, and say: the reply to turn `number`."""
    sid = call_sid_of(form)
    stored = line.calls.read(sid) if number else None  # a call that rings is new, or else cannot be kept
    if stored is not None and stored.turn >= number:
        return replay(line, sid, number, stored.turn)
    now = line.now()
    call = _call(line, form, sid, number, stored)
    served = line.city(call.city)
    heard = _heard(line, form, call, query, now)
    office_open, notices = served.hour(now)
    context = Context(served.city, call, served.understanding, office_open=office_open, notices=notices)
    turn = line.advance(context, heard)
    if turn.effect is None:
        kept, reply = keep_as(served, call, turn, (heard,), stored, now, began)
        if not line.calls.keep(kept):
            return replay(line, sid, number, number)
        _tell(call, turn, heard, kept)
        return reply
    try:
        return _take_turn_with_effects(line, served, context, turn, heard, stored, now, began)
    except AlreadyAnswered:
        return replay(line, sid, number, number)


def replay(line: Line, sid: str, number: int, latest: int) -> str:
    """Give the reply of turn `number` again; the latest where that turn was never taken: it is being asked now."""
    reply = line.calls.reply(sid, number) or line.calls.reply(sid, latest)
    if reply is None:
        message = f"turn {number} was answered, but the reply is gone"
        raise LookupError(message)
    observability.REPLAYS.inc()
    return reply


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


def keep_as(
    served: Served,
    before: Call,
    turn: Turn,
    heard: tuple[Heard, ...],
    stored: Stored | None,
    now: dt.datetime,
    began: float,
) -> tuple[Kept, str]:
    """What the ledger keeps of a turn, and the reply in it."""
    call, alarm = turn.call, turn.alarm
    reply = render(turn, served.city.languages, f"/voice/turn/{call.turn + 1}?lang={call.language}")
    so_far = stored.alarm if stored else "none"
    verdict = alarm.verdict.value if alarm else "none"
    kept = Kept(
        call_sid=call.sid,
        city=call.city,
        caller=call.caller or None,
        language=call.language,
        state=call.state,
        turn=call.turn,
        memory=encode(call).decode(),
        call_alarm=verdict if _WORST[verdict] > _WORST.get(so_far, 0) else so_far,
        heard=write_line(heard),
        state_before=before.state,
        said=spoken(turn.says),
        reply=reply,
        alarm=verdict if alarm else None,
        alarm_category=alarm.category if alarm else None,
        alarm_evidence=alarm.evidence if alarm else None,
        took_us=int((time.perf_counter() - began) * 1e6),
        at=now,
        before=stored.turn if stored else None,
        missed=_missed(before, call, heard),
    )
    return kept, reply


def _missed(before: Call, after: Call, heard: tuple[Heard, ...]) -> str | None:
    """How the last question failed, if it did; for the figures of how each question does."""
    if after.stumbles <= before.stumbles:
        return None
    return "no_input" if isinstance(heard[0], NoInput) else "no_match"


def _twice(turn: Callable[[], str], began: float) -> str:
    """Try again at once where the connection to the ledger was lost, as it is when PostgreSQL restarts."""
    try:
        return turn()
    except LOST_CONNECTION:
        if time.perf_counter() - began > 1.0:
            raise
        return turn()


def _call(line: Line, form: Form, sid: str, number: int, stored: Stored | None) -> Call:
    """Find how the call stands before this turn.

    One that the ledger has lost, or that is further on than the ledger remembers, goes on at the state that apologises
    and asks for what is not known.
    """
    if stored is not None:
        call = decode(stored.memory)
        missed = number > stored.turn + 1
        return msgspec.structs.replace(call, turn=number, **({"state": State.LOST} if missed else {}))
    city = line.dialled(form.one("To")).city
    state = State.LOST if number else State.WELCOME
    return Call(
        sid=sid, city=city.slug, caller=caller_of(form), language=city.default_language, state=state, turn=number
    )


def _heard(line: Line, form: Form, call: Call, query: str, now: dt.datetime) -> Heard:
    if call.turn == 0:
        return Arrived(_unfinished(line, call, now))
    said = also_said(form)
    if said and line.city(call.city).understanding.emergency(said):
        return Speech(said)  # keys came with it, but nobody in danger may be overheard
    return hear(form, "record" if "after=record" in query else "")


def _unfinished(line: Line, call: Call, now: dt.datetime) -> Unfinished | None:
    """The caller's last call, if it broke off a little while ago with something worth going on with."""
    if not call.caller:
        return None
    earlier = line.calls.earlier(call.city, call.caller, call.sid, now - 4 * GO_ON_WITHIN)
    if earlier is None or now - earlier.updated_at > GO_ON_WITHIN:
        return None
    return (
        Unfinished(earlier.call_sid, earlier.memory.encode())
        if effects.worth_taking_up(decode(earlier.memory))
        else None
    )


def _take_turn_with_effects(
    line: Line,
    served: Served,
    context: Context,
    turn: Turn,
    heard: Heard,
    stored: Stored | None,
    now: dt.datetime,
    began: float,
) -> str:
    """Take the turn in one transaction with what it asks of the world: all of it happens once, or none of it.

    Two deliveries at once may both get as far as keeping the turn; the later finds it kept and undoes everything.
    """
    before, alarm = context.call, turn.alarm
    everything: list[Heard] = [heard]
    link = partial(map_url, line.settings)
    after_end = stored is not None and stored.status == CallStatus.ENDED
    with line.database.transaction() as session:
        while turn.effect is not None:
            if len(everything) > MOST_EFFECTS:
                message = f"more than {MOST_EFFECTS} effects in one turn"
                raise RuntimeError(message)
            result = effects.perform(session, served.city, turn.effect, link, now, after_end=after_end)
            everything.append(result)
            turn = line.advance(msgspec.structs.replace(context, call=turn.call), result)
        turn = msgspec.structs.replace(turn, alarm=turn.alarm or alarm)
        kept, reply = keep_as(served, before, turn, tuple(everything), stored, now, began)
        if not line.calls.keep_in(session, kept):
            raise AlreadyAnswered
    _tell(before, turn, heard, kept)
    observability.count_filed(before.city, everything, (now - (stored.started_at if stored else now)).total_seconds())
    return reply


def _tell(before: Call, turn: Turn, heard: Heard, kept: Kept) -> None:
    """Log and count a turn, never with what was said in it."""
    call, alarm, kind = turn.call, turn.alarm, type(heard).__name__
    log.info(
        "turn",
        call=call.sid,
        city=call.city,
        turn=call.turn,
        state=before.state,
        to=call.state,
        heard=kind,
        us=kept.took_us,
        **({"verdict": alarm.verdict, "category": alarm.category} if alarm else {}),
    )
    observability.count_turn(before, call, kind)
    if alarm and alarm.verdict is not Verdict.NONE:
        observability.EMERGENCIES.labels(alarm.verdict, alarm.category, "turn").inc()
