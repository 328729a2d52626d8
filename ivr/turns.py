"""One turn: hear, decide, do, keep, and say. What is delivered late, twice or at once is answered as it was before."""

from __future__ import annotations

import datetime as dt
import time
from functools import partial

import msgspec
import structlog

from ivr import effects, observability
from ivr.dialogue.call import Call, State, decode, encode
from ivr.dialogue.context import Context
from ivr.dialogue.heard import Arrived, Heard, NoInput, Result, Speech, Unfinished
from ivr.dialogue.moves import Look, Turn
from ivr.emergency import Verdict
from ivr.hearing import also_said, call_sid_of, caller_of, hear, write_line
from ivr.line import Line, Served
from ivr.map_link import map_url
from ivr.signature import Form
from ivr.twiml import render, spoken
from storage.calls import Kept, Stored
from storage.vocabulary import CallStatus

GO_ON_WITHIN = dt.timedelta(minutes=30)
MOST_EFFECTS = 8
"""Effects in one turn; a dialogue that wants more goes in circles."""
_WORST = {"none": 0, "possible": 1, "certain": 2}
log = structlog.get_logger()


class AlreadyAnswered(Exception):
    """Another delivery of the same turn was quicker."""


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
    everything: list[Heard] = [heard]
    if isinstance(turn.effect, Look):
        with line.database.reading() as session:
            while isinstance(turn.effect, Look):
                result = effects.look(session, served.city, turn.effect, now)
                turn = _go_on(line, context, turn, everything, result)
    if turn.effect is not None:
        try:
            return _take_turn_with_effects(line, served, context, turn, everything, stored, now, began)
        except AlreadyAnswered:
            return replay(line, sid, number, number)
    kept, reply = keep_as(served, call, turn, tuple(everything), stored, now, began)
    if not line.calls.keep(kept):
        return replay(line, sid, number, number)
    _tell(call, turn, heard, kept)
    return reply


def replay(line: Line, sid: str, number: int, latest: int) -> str:
    """Give the reply of turn `number` again; the latest where that turn was never taken: it is being asked now."""
    reply = line.calls.reply(sid, number) or line.calls.reply(sid, latest)
    if reply is None:
        message = f"turn {number} was answered, but the reply is gone"
        raise LookupError(message)
    observability.REPLAYS.inc()
    return reply


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
    everything: list[Heard],
    stored: Stored | None,
    now: dt.datetime,
    began: float,
) -> str:
    """Take the turn in one transaction with what it asks of the world: all of it happens once, or none of it.

    `everything`: what was heard in this turn so far, the caller first.

    The call is held meanwhile: of two deliveries at once the later finds the turn taken, and a caller who hangs up in
    this very moment leaves no draft beside the ticket.
    """
    before = context.call
    link = partial(map_url, line.settings)
    with line.database.transaction() as session:
        latest, status = line.calls.hold(session, before.sid) or (-1, "")
        if latest >= before.turn:
            raise AlreadyAnswered
        while turn.effect is not None:
            result = effects.perform(session, served.city, turn.effect, link, now, after_end=status == CallStatus.ENDED)
            turn = _go_on(line, context, turn, everything, result)
        kept, reply = keep_as(served, before, turn, tuple(everything), stored, now, began)
        if not line.calls.keep_in(session, kept):
            raise AlreadyAnswered
    _tell(before, turn, everything[0], kept)
    observability.count_filed(before.city, everything, (now - (stored.started_at if stored else now)).total_seconds())
    return reply


def _go_on(line: Line, context: Context, turn: Turn, everything: list[Heard], result: Result) -> Turn:
    """Have the dialogue hear what came of its effect. An alarm stays the turn's, whatever came after."""
    everything.append(result)
    if len(everything) > MOST_EFFECTS + 1:
        message = f"more than {MOST_EFFECTS} effects in one turn"
        raise RuntimeError(message)
    after = line.advance(msgspec.structs.replace(context, call=turn.call), result)
    return msgspec.structs.replace(after, alarm=after.alarm or turn.alarm) if turn.alarm else after


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
