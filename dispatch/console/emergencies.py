"""The emergencies log: every time a caller was sent to 911, or asked whether to be, and on which words."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dispatch.accounts import Permission, current, needs
from dispatch.console import flow, masks, spoken
from dispatch.console.desk import Desk
from dispatch.console.i18n import _, marked
from storage import call_log
from storage.call_log import Alarm
from storage.vocabulary import CallStatus

SHOWN = 50
_DIALLED = re.compile(r'\["DialResult", ?\{"outcome": ?"([a-z-]+)"')
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
NEXT = {
    "hung_up": marked("hung up"),
    "in_line": marked("is still in the line"),
    "nothing": marked("said nothing"),
    "keys": marked("pressed %(keys)s"),
    "said": marked("said “%(words)s”"),
    "connected": marked("was put through to 911"),
    "not_connected": marked("was not put through"),
    "back": marked("no danger after all: the call went on"),
    "sent": marked("sent to 911"),
    "through": marked("put through to a person"),
}
"""What a caller did next, in words."""


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the log."""

    @routes.get("/emergencies")
    @needs(Permission.SEE_EMERGENCIES)
    def emergencies() -> ResponseReturnValue:
        """Show every redirect, the newest first."""
        return render_template("console/emergencies.html", **_log(desk))

    @routes.get("/emergencies/now")
    @needs(Permission.SEE_EMERGENCIES)
    def emergencies_now() -> ResponseReturnValue:
        """The same without the frame, as it is now."""
        return render_template("console/emergencies_lines.html", **_log(desk))


def _log(desk: Desk) -> dict[str, Any]:
    city, now = desk.city.slug, desk.now()
    chosen = {name: request.args.get(name, "") for name in ("verdict", "category")}
    written = request.args.get("before", "")
    before = _EPOCH + dt.timedelta(microseconds=int(written)) if written.isdigit() and len(written) < 18 else None
    with desk.database.reading() as session:
        found = call_log.alarms(session, city, **chosen, before=before, limit=SHOWN)
        shown = found[:SHOWN]
        more = len(found) > SHOWN
        oldest = shown[-1].turn.at if more else now - dt.timedelta(days=3650)
        # A whole list is asked for its own stretch of time, so that both kinds of lines share one page.
        cut = [] if any(chosen.values()) else call_log.cut_short(session, city, oldest, before or now)
    lines = [_line(alarm) for alarm in shown] + [
        # Most of them finish their sentence all the same, and the turn that came of it says more.
        _cut(one.created_at, one.call_sid, one.payload)
        for one in cut
        if one.call_sid not in {alarm.call.call_sid for alarm in shown if alarm.turn.alarm == "certain"}
    ]
    lines.sort(key=lambda line: line["at"], reverse=True)
    older: dict[str, Any] = {**chosen, "before": (oldest - _EPOCH) // dt.timedelta(microseconds=1)} if more else {}
    return {
        "lines": lines,
        "chosen": chosen,
        "older": url_for("console.emergencies", **older) if older else "",
    }


def _line(alarm: Alarm) -> dict[str, Any]:
    who, turn = current(), alarm.turn
    return {
        "at": turn.at,
        "call_sid": turn.call_sid,
        "caller": masks.number(who, alarm.call.caller),
        "verdict": turn.alarm or "",
        "category": turn.alarm_category,
        "evidence": masks.words(who, turn.alarm_evidence or ""),
        "words": masks.words(who, _heard(alarm)),
        "where": turn.state_before,
        "next": _next(alarm),
    }


def _cut(at: dt.datetime, call_sid: str | None, payload: dict[str, Any]) -> dict[str, Any]:
    """A line for a caller who was taken out of the prompt while still speaking: no turn was ever made of it."""
    return {
        "at": at,
        "call_sid": call_sid,
        "caller": "",
        "verdict": "certain",
        "category": payload.get("category"),
        "evidence": masks.words(current(), str(payload.get("evidence", ""))),
        "words": "",
        "where": "",
        "next": _("sent to 911 while still speaking"),
    }


def _heard(alarm: Alarm) -> str:
    said = [line for line in spoken.conversation([alarm.turn]) if line.who == "caller"]
    return " ".join(line.text for line in said if line.kind in {"speech", "keys"})


def _next(alarm: Alarm) -> str:
    """What the caller did after the guard acted, as far as the line could hear it."""
    if not alarm.after:
        return _came("in_line" if alarm.call.status is CallStatus.ACTIVE else "hung_up")
    following = alarm.after[0]
    did = []
    for line in spoken.conversation([following]):
        if line.who == "caller":
            match line.kind:
                case "silence":
                    did.append(_came("nothing"))
                case "keys":
                    did.append(_came("keys", keys=line.text))
                case "speech":
                    did.append(_came("said", words=masks.words(current(), line.text)))
    if dialled := _DIALLED.search(following.heard):
        did.append(_came("connected" if dialled[1] == "completed" else "not_connected"))
        if alarm.call.status is CallStatus.ENDED and following.number == alarm.call.turn:
            return " → ".join([*did, _came("hung_up")])
    came = "through" if following.state_after in {"person", "message"} else "back"
    did.append(_came("sent" if flow.stage_of(following.state_after) == len(flow.STAGES) - 1 else came))
    return " → ".join(did)


def _came(what: str, **slots: str) -> str:
    words = NEXT[what]
    return _(words, **slots)
