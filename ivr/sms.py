"""Text messages that come in: the emergency guard first, then what `dispatch/texts.py` makes of them.

Nobody answers emergencies by text here, so whoever writes of danger is sent to 911 in the very answer to the webhook,
before anything is looked up, and also where nothing can be. What became of our own messages Twilio tells us here too.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final, Literal

import structlog
from flask import Blueprint, Response, abort, request

from dispatch import texts
from dispatch.notifications import wording
from dispatch.notifications.channels.twilio import shortened
from dispatch.texts import Alarm, Text
from ivr import observability
from ivr.emergency import Assessment, Verdict, guard
from ivr.hearing import caller_of, plain
from ivr.line import Line
from ivr.signature import Form
from ivr.text_reports import understood
from ivr.twiml import HEAD, TAIL, text_of
from ivr.webhooks import signed, twiml
from storage import messages, outbox

MOST_PHOTOS: Final = 10
"""What Twilio takes in one message."""
_SID: Final = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
_PHOTO: Final = re.compile(r"https://[\w.-]+/[\w/.-]{1,300}", re.ASCII)
_FATES: Final[dict[str, Literal["accepted", "delivered", "lost"]]] = {
    "queued": "accepted",
    "sending": "accepted",
    "sent": "accepted",
    "delivered": "delivered",
    "undelivered": "lost",
    "failed": "lost",
}
log = structlog.get_logger()


def blueprint(line: Line) -> Blueprint:
    """The routes for text messages."""
    routes = Blueprint("sms", __name__)

    @routes.post("/sms")
    def arrive() -> Response:
        form = signed(line)
        if not _SID.fullmatch(form.one("MessageSid")):
            abort(400, "The form names no MessageSid.")
        return twiml(_message(shortened(answer(line, form))))

    @routes.post("/sms/status")
    def status() -> Response:
        form = signed(line)
        fate = _FATES.get(form.one("MessageStatus"))
        if fate:
            code, key, now = form.one("ErrorCode"), request.args.get("key", ""), line.now()
            with line.database.transaction() as session:
                outbox.reported(session, key, now, fate, f"Twilio {code}: {form.one('MessageStatus')}")
                if code == messages.SAID_TO_CARRIER and (row := outbox.by_key(session, key)) and row.recipient:
                    messages.opt_out(session, row.city, row.recipient, code, now)
        return Response(status=204)

    return routes


def answer(line: Line, form: Form) -> str:
    """The words of the answer to a text message, "" for none. Whatever happens, danger is answered with 911."""
    served = line.dialled(form.one("To"))
    city = served.city
    body = plain(form.one("Body"))
    alarm = guard.written(body, city)
    if alarm:
        log.warning("emergency", verdict=alarm.verdict, category=alarm.category, where="sms")
        observability.EMERGENCIES.labels(alarm.verdict, alarm.category, "sms").inc()
    try:
        understand = partial(understood, city, served.understanding)
        with line.database.transaction() as session:
            return texts.receive(session, city, _text(form, body, alarm), line.now(), understand)
    except Exception:
        log.exception("text_not_taken", sid=form.one("MessageSid"))
        observability.APOLOGIES.labels("sms").inc()
    if alarm.verdict is Verdict.CERTAIN:
        return texts.danger(city, "emergency", alarm.language, city.default_language)
    return wording.reply(city, "broken", alarm.language or city.default_language)


def _text(form: Form, body: str, alarm: Assessment) -> Text:
    """What Twilio's form says. Photos are only named: nothing is fetched while Twilio waits."""
    addresses = (form.one(f"MediaUrl{number}") for number in range(MOST_PHOTOS))
    return Text(
        sid=form.one("MessageSid"),
        phone=caller_of(form),
        body=body,
        photos=tuple(address for address in addresses if _PHOTO.fullmatch(address)),
        carrier_did=form.one("OptOutType"),
        alarm=_alarm(alarm),
    )


def _alarm(found: Assessment) -> Alarm | None:
    if not found:
        return None
    verdict: Literal["certain", "possible"] = "certain" if found.verdict is Verdict.CERTAIN else "possible"
    return Alarm(verdict, found.category, found.evidence, found.language)


def _message(words: str) -> str:
    return f"{HEAD}<Message>{text_of(words)}</Message>{TAIL}" if words else f"{HEAD}{TAIL}"
