"""What Twilio tells us beside the turns: that a call ended, a recording, a transcript, half a sentence, an error.

None of these may arrive in order, or only once, or at all. Those that need no TwiML are answered 204 whatever happens
to the ledger meanwhile, as Twilio would do nothing with an error; the sweeper and the turn itself make up for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import structlog
from flask import Blueprint, Response, request

from dispatch import tickets
from dispatch.new_ticket import By
from ivr import ending, lifeline, observability
from ivr.dialogue.call import Call, decode
from ivr.effects import message_report
from ivr.emergency import Assessment, Verdict
from ivr.hearing import call_sid_of, plain, recorded
from ivr.line import Line
from ivr.signature import Form
from ivr.webhooks import admit, again_at, language_in, twiml
from storage import alarm_log, outbox
from storage.alarm_tables import HeardAlarm
from storage.vocabulary import Channel

ENDED: Final = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_TURN: Final = re.compile(r"https?://[^/?#]+(/voice(?:/turn/\d{1,4})?)(?:\?([\w=&]*))?(?:#.*)?", re.ASCII)
log = structlog.get_logger()


def blueprint(line: Line) -> Blueprint:
    """The routes Twilio calls by itself."""
    routes = Blueprint("callbacks", __name__)
    for path, listen in LISTENERS.items():
        routes.add_url_rule(path, path.rpartition("/")[2], partial(hear_of, line, listen), methods=["POST"])

    @routes.post("/voice/emergency")
    def emergency() -> Response:
        city = line.dialled(admit(line).one("To")).city
        return twiml(lifeline.emergency(city, _language() or city.default_language))

    @routes.post("/voice/fallback")
    def fallback() -> Response:
        return fall_back(line, admit(line))

    return routes


def hear_of(line: Line, listen: Callable[[Line, Form], None]) -> Response:
    """Let one of the listeners hear of something; whatever comes of it, Twilio has nothing to do with it."""
    form = admit(line)
    try:
        listen(line, form)
    except Exception:
        log.exception("callback_failed", path=request.path, call=call_sid_of(form))
    return Response(status=204)


def status(line: Line, form: Form) -> None:
    """The call's status changed; only its end matters, told once or often, early or late."""
    if form.one("CallStatus") in ENDED:
        with line.database.transaction() as session:
            ending.end_call(session, line, call_sid_of(form), line.now())


def half_a_sentence(line: Line, form: Form) -> None:
    """The caller is still speaking. Only what is certain is acted upon: the whole sentence comes in a moment."""
    alarm = lifeline.guard(form, line.dialled(form.one("To")).city)
    if alarm.verdict is Verdict.CERTAIN:
        redirect_to_911(line, form, alarm)


def recording(line: Line, form: Form) -> None:
    """A recording is there."""
    if form.one("RecordingStatus") in {"", "completed"} and form.one("RecordingSid"):
        keep_recording(line, form)


def transcript(line: Line, form: Form) -> None:
    """Twilio has written down what a recording says."""
    if text := plain(form.one("TranscriptionText")):
        keep_transcript(line, form, text)


LISTENERS: Final[Mapping[str, Callable[[Line, Form], None]]] = {
    "/voice/status": status,
    "/voice/partial": half_a_sentence,
    "/voice/recording": recording,
    "/voice/transcript": transcript,
}


def fall_back(line: Line, form: Form) -> Response:
    """Twilio could not use our last answer, or got none: the guard, then the same turn once more, then a person."""
    city = line.dialled(form.one("To")).city
    failed = form.one("ErrorUrl")
    log.error("twilio_fell_back", call=call_sid_of(form), error=form.one("ErrorCode"), url=plain(failed))
    observability.APOLOGIES.labels("fallback").inc()
    reply, _ = lifeline.answer(form, city, language_in(failed) or city.default_language, _again(failed))
    return twiml(reply)


def redirect_to_911(line: Line, form: Form, alarm: Assessment) -> None:
    """Have the live call taken out of its prompt, once: the caller is still speaking, and is in danger."""
    sid, now = call_sid_of(form), line.now()
    city = line.dialled(form.one("To")).city
    language = _language() or city.default_language
    with line.database.transaction() as session:
        new = outbox.put(
            session,
            city.slug,
            channel="rest_call",
            recipient=sid,
            key=f"emergency:{sid}",
            at=now,
            template="emergency",
            language=language,
            payload={
                "url": f"{line.settings.base_url}/voice/emergency?lang={language}",
                "category": alarm.category,
                "evidence": alarm.evidence,
            },
            call_sid=sid,
        )
    if new:
        log.warning("emergency", call=sid, verdict=alarm.verdict, category=alarm.category, where="partial")
        observability.EMERGENCIES.labels(alarm.verdict, alarm.category, "partial").inc()


def keep_recording(line: Line, form: Form) -> None:
    """Keep a message whose turn never came, because the caller hung up while Twilio was still busy with it."""
    call = _call(line, form)
    if call is None:
        return
    report = message_report(call, recorded(form))
    with line.database.transaction() as session:
        tickets.keep_message(session, line.city(call.city).city, report, line.now())


def keep_transcript(line: Line, form: Form, text: str) -> None:
    """Put a transcript beside its message, once. If it speaks of danger people are alerted: the caller has gone."""
    call = _call(line, form)
    served = line.city(call.city) if call else line.dialled(form.one("To"))
    alarm = served.understanding.emergency(text)
    sid, now = form.one("RecordingSid"), line.now()
    if call is not None:
        keep_recording(line, form)
    if alarm:
        log.warning(
            "emergency", call=call_sid_of(form), verdict=alarm.verdict, category=alarm.category, where="transcript"
        )
    with line.database.transaction() as session:
        by = By("transcription", Channel.SYSTEM, now)
        found = tickets.add_transcript(
            session, served.city, sid, text, by, alarm=f"{alarm.category}: {alarm.evidence}" if alarm else ""
        )
        heard = HeardAlarm(
            city=served.city.slug,
            origin=sid or None,
            channel=Channel.PHONE,
            ticket_id=found.id if found else None,
            call_sid=call_sid_of(form) or None,
            words=text,
            alarm=alarm.verdict.value,
            alarm_category=alarm.category,
            alarm_evidence=alarm.evidence,
            at=now,
        )
        is_news = bool(alarm) and alarm_log.keep(session, heard)
    if is_news:
        observability.EMERGENCIES.labels(alarm.verdict, alarm.category, "transcript").inc()
    if found is None:
        log.warning("transcript_without_message", call=call_sid_of(form))


def _call(line: Line, form: Form) -> Call | None:
    stored = line.calls.read(call_sid_of(form))
    return decode(stored.memory) if stored else None


def _language() -> str:
    return language_in(str(request.environ.get("QUERY_STRING", "")))


def _again(failed: str) -> str:
    """The turn to try once more, where it was a turn that failed and it was not tried again already."""
    turn = _TURN.fullmatch(failed)
    if turn is None or "again=1" in failed:
        return ""
    return again_at(turn[1], turn[2])
