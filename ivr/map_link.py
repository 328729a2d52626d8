"""A link by text message, for a spot that has no address: the caller shows where it is, and the ticket learns of it.

The link names the call by a signed token that runs out, and lets nobody do anything but add a place to that report.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlmodel import Session

from dispatch import tickets
from dispatch.city.model import City, in_language
from dispatch.new_ticket import By
from ivr.dialogue.call import Call
from ivr.hearing import plain
from ivr.line import Line
from ivr.page import page
from ivr.settings import Settings
from storage import outbox
from storage import tickets as ledger
from storage.vocabulary import Channel

LIVES: Final = dt.timedelta(days=2)
_WORDS: Final[dict[str, dict[str, str]]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)


def map_url(settings: Settings, call: Call) -> str:
    """The link for one call's report."""
    token = _tokens(settings).dumps((call.city, call.sid, call.language))
    return f"{settings.base_url}/spot/{token}"


def text_map_link(session: Session, city: City, call: Call, url: str, now: dt.datetime) -> bool:
    """Put the message with `url` in the outbox, once a call; False where there is no number to send it to."""
    recipient = call.contact or call.caller
    if not recipient:
        return False
    words = _WORDS.get(call.language, _WORDS["en"])
    body = words["message"].format(city=in_language(city.names, call.language), url=url)
    key = f"map_link:{call.sid}"
    outbox.put(
        session, city.slug, channel="sms", recipient=recipient, key=key, at=now, body=body, language=call.language
    )
    return True


def blueprint(line: Line) -> Blueprint:
    """The page behind the link."""
    routes = Blueprint("map_link", __name__)
    tokens = _tokens(line.settings)

    @routes.route("/spot/<token>", methods=["GET", "POST"])
    def spot(token: str) -> Response:
        try:
            slug, sid, language = tokens.loads(token, max_age=int(LIVES.total_seconds()))
        except BadSignature:  # or too old, which is a kind of it
            served = line.dialled("")
            return _page(served.city, served.city.default_language, "gone", form=False, status=410)
        city = line.city(slug).city
        if request.method == "GET":
            return _page(city, language)
        text = _told()
        if not text:
            return _page(city, language)
        with line.database.transaction() as session:
            filed = ledger.of_call(session, slug, sid)
            if not filed:
                return _page(city, language, "wait", status=409)
            number = filed[-1].number
            tickets.comment(session, city, number, text, By("reporter", Channel.WEB, line.now()))
        return _page(city, language, "thanks", form=False, number=number)

    return routes


def _tokens(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings.secret_key.get_secret_value(), salt="map-link")


def _told() -> str:
    """What the form tells of the spot, in words an operator can use."""
    note = plain(request.form.get("note", ""))[:500]
    try:
        lat, lon = float(request.form.get("lat", "")), float(request.form.get("lon", ""))
    except ValueError:
        return note
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return note
    return f"The reporter stands at {lat:.6f}, {lon:.6f}. {note}".strip()


def _page(
    city: City, language: str, said: str = "", *, form: bool = True, status: int = 200, number: str = ""
) -> Response:
    words = _WORDS.get(language, _WORDS["en"])
    slots = {"said": words[said].format(number=number) if said else "", "form": form}
    return page("map_link.html", city, language, words, slots, status)
