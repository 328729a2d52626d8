"""The phone in the browser, for trying the line without Twilio. Off in production.

Works by plain forms; `phone.js` makes it talk and listen. The call itself travels in the page as a signed token, so
that any worker can go on with it: nothing is remembered here. Its webhooks are signed and go through
the whole application.
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence

import msgspec
from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from ivr.simulator.document import Verb
from ivr.simulator.exchange import Filed
from ivr.simulator.line import Line
from ivr.simulator.parameters import Number
from ivr.simulator.phone import CALLER, Phone, PhoneCall
from ivr.simulator.transport import InProcess

LONGEST_CALL = 2 * 60 * 60
"""Seconds after which a call in a forgotten tab is over."""
KEYPAD = (
    ("1", ""),
    ("2", "ABC"),
    ("3", "DEF"),
    ("4", "GHI"),
    ("5", "JKL"),
    ("6", "MNO"),
    ("7", "PQRS"),
    ("8", "TUV"),
    ("9", "WXYZ"),
    ("*", "back"),
    ("0", "person"),
    ("#", "done"),
)


def phone_pages(
    *,
    token: str,
    number: Number,
    secret: str,
    cities: Mapping[str, str],
    tickets_of: Callable[[str], Sequence[Filed]],
) -> Blueprint:
    """Make the pages under `/phone`.

    `token` signs the webhooks, `secret` the call in the page; `cities` maps the number to dial to the city's name;
    `tickets_of` finds what came of a call by its CallSid.
    """
    pages = Blueprint("phone", __name__, url_prefix="/phone", template_folder="templates", static_folder="static")
    book = URLSafeTimedSerializer(secret, salt="phone")

    def the_phone() -> Phone:
        return Phone(InProcess(lambda: current_app.wsgi_app), token, number, strict=False)

    def page(call: PhoneCall | None, *, keys: str = "", caller: str = CALLER, notice: str = "") -> str:
        return render_template(
            "phone/phone.html",
            call=call,
            events=[event for event in call.line.events if event.text != "the line is closed"] if call else (),
            token=_written_down(book, call.line) if call and not call.ended else "",
            listening=_listening(call),
            keys=keys,
            keypad=KEYPAD,
            cities=cities,
            caller=caller,
            notice=notice,
            tickets=tickets_of(call.sid) if call and call.ended else (),
        )

    @pages.get("")
    def idle() -> ResponseReturnValue:
        return page(None)

    @pages.post("")
    def act() -> ResponseReturnValue:
        form = request.form
        if form.get("act") == "dial":
            caller = form.get("from", "").strip() or "anonymous"
            return page(the_phone().dials(from_=caller, to=form.get("to", "")), caller=caller)
        try:
            call = PhoneCall(the_phone(), _read_back(book, form.get("call", "")), strict=False)
        except (BadSignature, ValueError):
            return page(None, notice="That call is over."), 400
        keys = form.get("keys", "") + form.get("key", "")
        if keys and "words" not in form and not _complete(call.listening, keys) and form.get("act") != "keys":
            return page(call, keys=keys)
        _act(call, form.get("act", ""), form.get("words", ""), keys)
        return page(call)

    return pages


def _act(call: PhoneCall, what: str, words: str, keys: str) -> None:
    """Do what was clicked, typed or spoken."""
    match what:
        case "hang-up":
            call.hangs_up()
        case "wait":
            call.waits()
        case "answered":
            call.is_put_through("completed")
        case "busy":
            call.is_put_through("busy")
        case _ if words.strip():
            call.says(words.strip())
        case _ if keys:
            call.presses(keys)
        case _:
            call.waits()


def _complete(verb: Verb | None, keys: str) -> bool:
    """Whether the keys so far are all that is listened for: the right number of them, or the finishing key."""
    if verb is None or verb.name != "Gather":
        return True
    return keys[-1] == verb.get("finishOnKey", "#") or len(keys) >= int(verb.get("numDigits", "1000"))


def _listening(call: PhoneCall | None) -> dict[str, str]:
    """What the page must know of how the line listens: for the controls, and for the browser's own recogniser."""
    verb = call.listening if call else None
    if verb is None:
        return {"kind": "nobody"}
    return {
        "kind": verb.name.lower(),
        "digits": verb.get("numDigits"),
        "finish": verb.get("finishOnKey", "#"),
        "speech": "yes" if verb.name == "Record" or "speech" in verb.get("input", "dtmf") else "",
        "language": verb.get("language", "en-US"),
        "seconds": verb.get("timeout", "5"),
        "number": (call.dialed if call else "") or "",
    }


def _written_down(book: URLSafeTimedSerializer, line: Line) -> str:
    packed = zlib.compress(msgspec.json.encode(line))
    return str(book.dumps(urlsafe_b64encode(packed).decode()))


def _read_back(book: URLSafeTimedSerializer, token: str) -> Line:
    packed = urlsafe_b64decode(book.loads(token, max_age=LONGEST_CALL))
    return msgspec.json.decode(zlib.decompress(packed), type=Line)
