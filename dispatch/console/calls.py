"""Calls: who is in the line now and where, those of the past to search, and one of them turn by turn."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from dispatch import ticket_numbers
from dispatch.accounts import Permission, current, needs
from dispatch.console import export, filters, flow, masks, numbers, spoken
from dispatch.console.desk import Desk
from dispatch.console.export import Lines
from dispatch.console.labels import in_language
from storage import call_log, tables
from storage import desk as kept
from storage.call_log import Before, Sought
from storage.vocabulary import CallStatus

_CHOSEN = ("since", "until", "outcome", "language", "state", "alarmed", "q", "ticket")
_KNOWN = ("call_sid", "started_at", "ended_at", "language", "outcome", "state", "alarm")
"""Columns of a file, as in the ledger."""


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the pages of calls, and what they have in common with the emergencies log."""
    export.offer(routes, desk, "calls", Permission.SEE_CALLS, read=lambda: _file(desk), methods=("GET", "POST"))

    @routes.record_once
    def name_states(state: Any) -> None:
        state.app.jinja_env.globals["flow"] = flow

    @routes.get("/calls")
    @needs(Permission.SEE_CALLS)
    def calls() -> ResponseReturnValue:
        """Show who is in the line, and the calls of the past that fit the link."""
        return _page(desk, "")

    @routes.post("/calls")
    @needs(Permission.SEE_CALLS, Permission.SEE_CONTACTS)
    def calls_by_number() -> ResponseReturnValue:
        """Look for a caller's number, which never stands in a link."""
        return _page(desk, _caller())

    @routes.get("/calls/now")
    @needs(Permission.SEE_CALLS)
    def calls_now() -> ResponseReturnValue:
        """The line as it is now: the part of the page that is asked for anew."""
        with desk.database.reading() as session:
            return render_template("console/calls_now.html", lines=_in_the_line(session, desk))

    @routes.get("/calls/<call_sid>")
    @needs(Permission.SEE_CALLS)
    def call(call_sid: str) -> ResponseReturnValue:
        """Show one call: what was heard and said in every turn."""
        return render_template("console/call.html", **_one(desk, call_sid))

    @routes.get("/calls/<call_sid>/turns")
    @needs(Permission.SEE_CALLS)
    def call_turns(call_sid: str) -> ResponseReturnValue:
        """The same as it has grown meanwhile, without the frame."""
        return render_template("console/call_turns.html", **_one(desk, call_sid))


def _page(desk: Desk, caller: str) -> ResponseReturnValue:
    city, chosen = desk.city, _chosen()
    before = _before(request.args.get("before", ""))
    with desk.database.reading() as session:
        found = call_log.past(session, city.slug, _sought(desk, chosen, caller), before)
        shown = found[: call_log.PAGE]
        context: dict[str, Any] = {
            "lines": _in_the_line(session, desk),
            "past": shown,
            "filed": call_log.tickets_of(session, city.slug, [one.call_sid for one in shown]),
        }
    kept_filters = {name: value for name, value in chosen.items() if value}
    older = kept_filters | {"before": _written(shown[-1])} if len(found) > call_log.PAGE else {}
    return render_template(
        "console/calls.html",
        chosen=chosen,
        caller=caller,
        asked=kept_filters,
        older=f"{url_for('console.calls')}?{urlencode(older)}" if older and not caller else "",
        seen=lambda number: masks.number(current(), number),
        service=lambda code: _service(desk, code),
        **context,
    )


def _file(desk: Desk) -> Lines:
    """The past calls of the page; those of one number where a form asked for it."""
    city, who = desk.city.slug, current()
    sought = _sought(desk, _chosen(), _caller() if who.can(Permission.SEE_CONTACTS) else "")

    def some(session: Session, before: Before | None) -> tuple[Iterable[list[object]], Before | None]:
        calls, rest = call_log.batch(session, city, sought, before, export.BATCH)
        filed = call_log.tickets_of(session, city, [call.call_sid for call in calls])
        return [_line(call, filed.get(call.call_sid, ())) for call in calls], rest

    def _line(call: tables.Call, filed: Sequence[tables.Ticket]) -> list[object]:
        known = [getattr(call, name) for name in _KNOWN]
        return [*known, masks.number(who, call.caller), call.turn + 1, [ticket.number for ticket in filed]]

    return Lines((*_KNOWN, "caller", "turns", "tickets"), export.in_batches(desk, some))


def _chosen() -> dict[str, str]:
    chosen = {name: request.args.get(name, "").strip() for name in _CHOSEN}
    return chosen | {"q": filters.public_words(chosen["q"])}


def _caller() -> str:
    """The digits of a number in a form."""
    return "".join(filter(str.isdecimal, request.form.get("caller", "")))


def _sought(desk: Desk, chosen: dict[str, str], caller: str) -> Sought:
    until = _day(desk, chosen["until"])
    return Sought(
        since=_day(desk, chosen["since"]),
        until=until + dt.timedelta(days=1) if until else None,
        outcome=chosen["outcome"],
        language=chosen["language"],
        state=chosen["state"],
        alarmed=bool(chosen["alarmed"]),
        words=chosen["q"],
        ticket=ticket_numbers.digits_of(chosen["ticket"]),
        # Without the country's prefix, for people type numbers as they know them.
        caller=caller[-10:],
    )


def _in_the_line(session: Session, desk: Desk) -> list[dict[str, Any]]:
    """Each call in the line: what is known of it so far, and what was last said."""
    who, now = current(), desk.now()
    calls = call_log.live(session, desk.city.slug)
    newest = call_log.newest_turns(session, calls)
    lines = []
    for one in calls:
        turn = newest.get(one.call_sid)
        memory = _memory(one)
        heard = [line for line in spoken.conversation([turn]) if line.who == "caller"] if turn else []
        lines.append(
            {
                "call": one,
                "seconds": (now - one.started_at).total_seconds(),
                "caller": masks.number(who, one.caller),
                "stage": flow.stage_of(one.state),
                "service": _service(desk, memory.get("service", "")),
                "place": _place(memory),
                "heard": masks.words(who, " ".join(line.text for line in heard)),
                "said": masks.words(who, turn.said if turn else ""),
            }
        )
    return lines


def _one(desk: Desk, call_sid: str) -> dict[str, Any]:
    """All that the page of a call shows."""
    who, city = current(), desk.city
    with desk.database.reading() as session:
        call = call_log.one(session, city.slug, call_sid) or abort(404)
        turns = kept.turns_of(session, city.slug, call_sid)
        tickets = call_log.tickets_of(session, city.slug, [call_sid]).get(call_sid, [])
    memory = _memory(call)
    return {
        "call": call,
        "turns": [_turn(call, turn) for turn in turns],
        "tickets": tickets,
        "number": masks.number(who, call.caller),
        "active": call.status is CallStatus.ACTIVE,
        "service": lambda code: _service(desk, code),
        "about": _service(desk, memory.get("service", "")),
        "place": _place(memory),
        "seconds": ((call.ended_at or desk.now()) - call.started_at).total_seconds(),
        "way": _way(turns),
        "misses": sum(1 for turn in turns if turn.missed),
    }


def _turn(call: tables.Call, turn: tables.Turn) -> dict[str, Any]:
    who = current()
    return {
        "turn": turn,
        "lines": [
            {"line": line, "text": masks.words(who, line.text)}
            for line in spoken.conversation([turn])
            if line.who == "caller"
        ],
        "said": masks.words(who, turn.said),
        "evidence": masks.words(who, turn.alarm_evidence or ""),
        "second": (turn.at - call.started_at).total_seconds(),
    }


def _way(turns: Sequence[tables.Turn]) -> list[str]:
    """The places a call has been at, in order, without standing still."""
    way: list[str] = []
    for turn in turns:
        if not way or way[-1] != turn.state_after:
            way.append(turn.state_after)
    return way


def _memory(call: tables.Call) -> dict[str, Any]:
    """What the line remembers of the call; nothing where that has been forgotten."""
    try:
        memory = json.loads(call.memory)
    except ValueError:
        return {}
    return memory if isinstance(memory, dict) else {}


def _place(memory: dict[str, Any]) -> str:
    place = memory.get("place")
    return str(place.get("address", "")) if isinstance(place, dict) else ""


def _service(desk: Desk, code: str) -> str:
    service = desk.city.services.get(code)
    return in_language(service.names) if service else code


def _day(desk: Desk, written: str) -> dt.datetime | None:
    """The beginning of a day in the city, as a form writes it; None for anything else."""
    try:
        return dt.datetime.combine(dt.date.fromisoformat(written), dt.time(), desk.zone).astimezone(dt.UTC)
    except ValueError:
        return None


def _before(written: str) -> Before | None:
    begun, _dash, call_sid = written.partition("-")
    turned = numbers.whole(begun)
    return None if turned is None else Before(numbers.moment(turned), call_sid)


def _written(call: tables.Call) -> str:
    return f"{numbers.written(call.started_at)}-{call.call_sid}"
