"""The emergencies log: every time somebody was sent to 911, or asked whether to be, and on which words."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from dispatch.accounts import Permission, current, needs
from dispatch.console import export, flow, masks, spoken
from dispatch.console.desk import Desk
from dispatch.console.export import Lines
from dispatch.console.i18n import _, marked
from dispatch.console.numbers import moment, whole, written
from storage import alarm_log
from storage.alarm_log import Alarm, Danger
from storage.alarm_tables import HeardAlarm
from storage.message_tables import IncomingText
from storage.vocabulary import CallStatus, Channel

SHOWN = 50
COLUMNS = (
    *("at", "channel", "call_sid", "caller", "ticket", "verdict", "category", "evidence", "words", "where", "next"),
)
"""Of a file."""
_DIALLED = re.compile(r'\["DialResult", ?\{"outcome": ?"([a-z-]+)"')
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
    export.offer(routes, desk, "emergencies", Permission.SEE_EMERGENCIES, read=lambda: _file(desk))

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
    chosen = _chosen()
    turned = whole(request.args.get("before", ""))
    before = None if turned is None else moment(turned)
    with desk.database.reading() as session:
        lines, rest = _some(session, desk, chosen, before)
    older: dict[str, Any] = {**chosen, "before": written(rest)} if rest else {}
    return {
        "lines": lines,
        "chosen": chosen,
        "older": url_for("console.emergencies", **older) if older else "",
    }


def _file(desk: Desk) -> Lines:
    chosen = _chosen()
    log = export.in_batches(desk, lambda session, before: _some(session, desk, chosen, before))
    return Lines(COLUMNS, ([line[name] for name in COLUMNS] for line in log))


def _chosen() -> dict[str, str]:
    return {name: request.args.get(name, "") for name in ("verdict", "category")}


def _some(
    session: Session, desk: Desk, chosen: dict[str, str], before: dt.datetime | None
) -> tuple[list[dict[str, Any]], dt.datetime | None]:
    """The newest lines of the log before a moment, and the moment before which the next are, None after the last."""
    city, now, danger = desk.city.slug, desk.now(), Danger(**chosen, before=before)
    called = alarm_log.in_calls(session, city, danger, SHOWN)
    texted = alarm_log.in_texts(session, city, danger, SHOWN)
    others = alarm_log.elsewhere(session, city, danger, SHOWN)
    moments = [alarm.turn.at for alarm in called] + [text.at for text, _number in texted]
    newest = sorted(moments + [alarm.at for alarm, _number in others], reverse=True)
    rest = newest[SHOWN - 1] if len(newest) > SHOWN else None
    oldest = rest or now - dt.timedelta(days=3650)
    # A whole list is asked for its own stretch of time, so that all kinds of lines share one page.
    cut = [] if any(chosen.values()) else alarm_log.cut_short(session, city, oldest, before or now)
    lines = [_line(alarm) for alarm in called] + [_texted(text, number) for text, number in texted]
    lines += [_elsewhere(alarm, number) for alarm, number in others]
    lines += [
        # Most of them finish their sentence all the same, and the turn that came of it says more.
        _cut(one.created_at, one.call_sid, one.payload)
        for one in cut
        if one.call_sid not in {alarm.call.call_sid for alarm in called if alarm.turn.alarm == "certain"}
    ]
    return sorted((line for line in lines if line["at"] >= oldest), key=lambda line: line["at"], reverse=True), rest


def _line(alarm: Alarm) -> dict[str, Any]:
    who, turn = current(), alarm.turn
    return {
        "at": turn.at,
        "channel": Channel.PHONE,
        "call_sid": turn.call_sid,
        "ticket": None,
        "caller": masks.number(who, alarm.call.caller),
        "verdict": turn.alarm or "",
        "category": turn.alarm_category,
        "evidence": masks.words(who, turn.alarm_evidence or ""),
        "words": masks.words(who, _heard(alarm)),
        "where": turn.state_before,
        "next": _next(alarm),
    }


def _texted(text: IncomingText, number: str | None) -> dict[str, Any]:
    who = current()
    return {
        "at": text.at,
        "channel": Channel.SMS,
        "call_sid": None,
        "ticket": number,
        "caller": masks.number(who, text.phone),
        "verdict": text.alarm,
        "category": text.alarm_category,
        "evidence": masks.words(who, text.alarm_evidence or ""),
        "words": masks.words(who, text.body),
        "where": "",
        "next": _answered(text.alarm),
    }


def _elsewhere(alarm: HeardAlarm, number: str | None) -> dict[str, Any]:
    """A line for what was written on a page, or said in a recorded message, whose caller had gone by then."""
    who, recorded = current(), alarm.channel is Channel.PHONE
    return {
        "at": alarm.at,
        "channel": alarm.channel,
        "call_sid": alarm.call_sid,
        "ticket": number,
        "caller": "",
        "verdict": alarm.alarm,
        "category": alarm.alarm_category,
        "evidence": masks.words(who, alarm.alarm_evidence or ""),
        "words": masks.words(who, alarm.words),
        "where": "",
        "next": _("had hung up; the ticket became urgent") if recorded else _answered(alarm.alarm),
    }


def _answered(verdict: str) -> str:
    """What somebody who writes is told at once."""
    return _("was answered with 911") if verdict == "certain" else _("was answered, and told of 911")


def _cut(at: dt.datetime, call_sid: str | None, payload: dict[str, Any]) -> dict[str, Any]:
    """A line for a caller who was taken out of the prompt while still speaking: no turn was ever made of it."""
    return {
        "at": at,
        "channel": Channel.PHONE,
        "call_sid": call_sid,
        "ticket": None,
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
