"""Calls and tickets in words for people at a terminal, and calls played again through the dialogue."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import msgspec
from sqlmodel import Session, col, select

from ivr.dialogue.call import Call, State
from ivr.dialogue.context import Context
from ivr.dialogue.heard import DialResult, Digits, Heard, Recorded, Result, Speech
from ivr.dialogue.moves import Turn
from ivr.hearing import read_line
from ivr.line import Line
from ivr.twiml import spoken
from storage import tables
from storage import tickets as ledger


class NotReplayable(Exception):
    """The call cannot be played again; the text says why."""


def calls_in_words(session: Session, call_sid: str) -> str:
    """A call, turn by turn; "" where there is none of that SID."""
    call = session.get(tables.Call, call_sid)
    if call is None:
        return ""
    lines = [
        f"{call.call_sid}  {call.city}  {call.started_at:%Y-%m-%d %H:%M:%S} UTC",
        f"{call.status}, {call.outcome or 'no outcome yet'}, alarm {call.alarm}, from {call.caller or 'unknown'}",
    ]
    for turn in _turns(session, call_sid):
        alarm = f"  !! {turn.alarm} {turn.alarm_category}: {turn.alarm_evidence}" if turn.alarm else ""
        lines += [
            "",
            f"{turn.number:3}  {turn.state_before} → {turn.state_after}  ({turn.took_us / 1000:.1f} ms){alarm}",
        ]
        lines += [f"     > {_in_words(heard)}" for heard in _heard(turn)]
        lines += [f"     < {said}" for said in turn.said.splitlines()]
    return "\n".join(lines)


def tickets_in_words(session: Session, number: str) -> str:
    """The tickets of that number, in whichever city, each with its history and the SID of its call."""
    digits = "".join(filter(str.isdigit, number))
    found = session.exec(select(tables.Ticket).where(tables.Ticket.number == digits)).all()
    return "\n\n".join(_ticket(session, ticket) for ticket in found)


def first_difference(line: Line, call_sid: str) -> tuple[int, str]:
    """Play a call again: how many turns it has, and what first comes out otherwise than it did ("" for nothing).

    Raises `NotReplayable` where the call is unknown or what was said in it has been forgotten.
    """
    with line.database.reading() as session:
        row = session.get(tables.Call, call_sid)
        turns = _turns(session, call_sid)
    if row is None:
        raise NotReplayable(f"There is no call {call_sid!r}.")
    served = line.city(row.city)
    call = Call(sid=call_sid, city=row.city, caller=row.caller or "", language=served.city.default_language)
    for stored in turns:
        try:
            heard = iter(read_line(stored.heard))
        except msgspec.MsgspecError:
            raise NotReplayable(f"What was said in turn {stored.number} has been forgotten.") from None
        if stored.number and call.state == State.WELCOME:  # begun in mid-call, as after a lost database
            call = msgspec.structs.replace(call, state=State.LOST)
        call = msgspec.structs.replace(call, turn=stored.number)
        office_open, notices = served.hour(stored.at)
        context = Context(served.city, call, served.understanding, office_open=office_open, notices=notices)
        turn = _play(line, context, heard)
        if turn is None:
            return len(turns), f"Turn {stored.number}: the dialogue now asks for something else to be done."
        call = turn.call
        before = [f"[{stored.state_after}]", *stored.said.splitlines()]
        now = [f"[{call.state}]", *spoken(turn.says).splitlines()]
        if before != now:
            return len(turns), "\n".join(
                (f"Turn {stored.number}:", *difflib.unified_diff(before, now, "then", "now", n=9, lineterm=""))
            )
    return len(turns), ""


def _play(line: Line, context: Context, heard: Iterator[Heard]) -> Turn | None:
    """One turn with what its effects came to then; None where it asks for more than was done then."""
    turn = line.advance(context, next(heard))
    while turn.effect is not None:
        result = next(heard, None)
        if not isinstance(result, Result) or result.effect != type(turn.effect).__name__:
            return None
        turn = line.advance(msgspec.structs.replace(context, call=turn.call), result)
    return turn


def _turns(session: Session, call_sid: str) -> list[tables.Turn]:
    question = select(tables.Turn).where(tables.Turn.call_sid == call_sid).order_by(col(tables.Turn.number))
    return list(session.exec(question).all())


def _heard(turn: tables.Turn) -> tuple[Heard, ...]:
    try:
        return read_line(turn.heard)
    except msgspec.MsgspecError:
        return ()


def _in_words(heard: Heard) -> str:
    match heard:
        case Speech(text, confidence):
            return f"“{text}”" + (f" ({confidence:.2f})" if confidence is not None else "")
        case Digits(digits):
            return f"keys {digits}"
        case Recorded(_, sid, seconds):
            return f"a message of {seconds} s, {sid}" if seconds else "no message"
        case DialResult(outcome):
            return f"put through: {outcome}"
        case Result(effect, ok, value):
            number = getattr(value, "number", "")
            return f"{effect}: {'done' if ok else 'not done'} {number}".rstrip()
        case _:
            return {"Arrived": "the call comes in", "NoInput": "silence"}[type(heard).__name__]


def _ticket(session: Session, ticket: tables.Ticket) -> str:
    fields = (
        "city", "number", "status", "service", "department", "routed_because", "priority", "address", "area",
        "place_note", "description", "review", "language", "channel", "call_sid", "created_at", "due_at",
    )  # fmt: skip
    lines = [f"{name:15} {value}" for name in fields if (value := getattr(ticket, name))]
    for event in ledger.history(session, ticket.city, ticket):
        to = f" → {event.to_status}" if event.to_status else ""
        lines.append(f"{event.at:%Y-%m-%d %H:%M} {event.who} by {event.channel}: {event.kind}{to} {event.why}".rstrip())
    return "\n".join(lines)
