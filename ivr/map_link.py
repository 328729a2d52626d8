"""A link by text message, for a spot that has no address: the caller shows where it is, and the ticket is there.

The link names the call by a signed token that runs out, and lets nobody do anything but tell of that report's place.
Where that is they may be wrong, so it is for a person to check; and a place that a person has checked stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final, NamedTuple

from flask import Blueprint, Response, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlmodel import Session

from dispatch import tickets
from dispatch.city.gazetteer import Gazetteer
from dispatch.city.model import City, in_language
from dispatch.new_ticket import By, Spot
from ivr.dialogue.call import Call
from ivr.emergency import Assessment
from ivr.hearing import plain
from ivr.line import Line
from ivr.page import broken, page, words_beside
from ivr.page_guard import answer, done, keep_alarm, weigh
from ivr.settings import Settings
from storage import outbox
from storage import tickets as ledger
from storage.tables import Ticket
from storage.vocabulary import Channel

LIVES: Final = dt.timedelta(days=2)
_LONGEST_NOTE: Final = 500
_AT_THE_HOUSE_M: Final = 40
"""Whoever stands so near to a house means it, or what is in front of it."""
_IN_THE_AREA_M: Final = 1000
"""Whoever stands so near to a house is in its part of the city."""
_WORDS: Final = words_beside(__file__)


def map_url(settings: Settings, call: Call) -> str:
    """The link for one call's report."""
    token = _tokens(settings).dumps((call.city, call.sid, call.language))
    return f"{settings.base_url}/spot/{token}"


def text_map_link(session: Session, city: City, call: Call, url: str, now: dt.datetime) -> bool:
    """Put the message with `url` in the outbox, once a call; False where there is no number to send it to."""
    recipient = call.contact or call.caller
    if not recipient:
        return False
    body = _words(call.language)["message"].format(city=in_language(city.names, call.language), url=url)
    key = f"map_link:{call.sid}"
    outbox.put(
        session,
        city.slug,
        channel="sms",
        recipient=recipient,
        key=key,
        at=now,
        body=body,
        language=call.language,
        call_sid=call.sid,
    )
    return True


def blueprint(line: Line) -> Blueprint:
    """The page behind the link."""
    routes = Blueprint("map_link", __name__)

    @routes.get("/spot/<token>")
    def spot(token: str) -> Response:
        report = _report(line, token)
        return _page(report.city, report.language) if report else _gone(line)

    @routes.post("/spot/<token>")
    def shown(token: str) -> Response:
        report, note, position = _report(line, token), plain(request.form.get("note", ""))[:_LONGEST_NOTE], _position()
        alarm = weigh(note, report.city if report else line.dialled("").city)
        if report is None:
            return _gone(line, alarm)
        city, language = report.city, report.language
        if not (note or position):
            return _page(city, language)
        number = done(line, lambda session: _keep(session, line, report, note, position, alarm))
        if number is None:
            return broken(city, language, answer(alarm, city, language))
        said = _words(language)["thanks" if number else "wait"].format(number=number)
        status = 200 if number else 409
        return _page(city, language, answer(alarm, city, language, said), form=not number, status=status)

    return routes


class _Report(NamedTuple):
    """Whose spot is shown: what a link's token says."""

    city: City
    call_sid: str
    language: str


def _report(line: Line, token: str) -> _Report | None:
    """What a link leads to; None where it was made up or has run out."""
    try:
        slug, sid, language = _tokens(line.settings).loads(token, max_age=int(LIVES.total_seconds()))
    except BadSignature:  # or too old, which is a kind of it
        return None
    return _Report(line.city(slug).city, sid, language)


def _keep(
    session: Session, line: Line, report: _Report, note: str, position: tuple[float, float] | None, alarm: Assessment
) -> str:
    """Put what was shown and written with the report it is about; the report's number, "" where it is not filed yet."""
    city = report.city
    filed = ledger.of_call(session, city.slug, report.call_sid)
    # A call may report several things; the link was sent for the one whose place nobody knew.
    unsure = [one for one in filed if not one.location_verified and one.parent_id is None]
    ticket = unsure[-1] if unsure else filed[-1] if filed else None
    reached = (ticket.reporter_phone or ticket.reporter_email or "") if ticket else ""
    by = By("reporter", Channel.WEB, line.now(), reached)
    keep_alarm(session, city, alarm, note, by, ticket, report.call_sid)
    if ticket is None:
        return ""
    if position is None:
        tickets.comment(session, city, ticket.number, note, by)
        return ticket.number
    lat, lon = position
    gazetteer = line.packs[city.slug].gazetteer
    shown = f"{lat:.6f}, {lon:.6f} {note}".strip()
    tickets.change_place(session, city, ticket.number, _spot(gazetteer, ticket, lat, lon), by, shown=shown)
    return ticket.number


def _spot(gazetteer: Gazetteer, ticket: Ticket, lat: float, lon: float) -> Spot:
    """Where that is: at an address, if there is one so near; else still in the words in which the place was told."""
    told, note = (ticket.address, ticket.place_note) if ticket.place_kind == "none" else (ticket.place_note, "")
    if house := gazetteer.nearest(lat, lon, within=_AT_THE_HOUSE_M):
        note = " / ".join(filter(None, (told, note)))
        return Spot(address=house.written, area=house.area, lat=lat, lon=lon, place_note=note)
    near = gazetteer.nearest(lat, lon, within=_IN_THE_AREA_M)
    return Spot(place_kind="none", address=told, area=near.area if near else "", lat=lat, lon=lon, place_note=note)


def _position() -> tuple[float, float] | None:
    """Latitude and longitude as the browser sent them; None where these are none."""
    try:
        lat, lon = float(request.form.get("lat", "")), float(request.form.get("lon", ""))
    except ValueError:
        return None
    return (lat, lon) if -90 <= lat <= 90 and -180 <= lon <= 180 else None


def _tokens(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings.secret_key.get_secret_value(), salt="map-link")


def _gone(line: Line, alarm: Assessment | None = None) -> Response:
    city = line.dialled("").city
    said = answer(alarm or Assessment(), city, city.default_language, _words(city.default_language)["gone"])
    return _page(city, city.default_language, said, form=False, status=410)


def _page(city: City, language: str, said: str = "", *, form: bool = True, status: int = 200) -> Response:
    return page("map_link.html", city, language, _words(language), {"said": said, "form": form}, status)


def _words(language: str) -> Mapping[str, str]:
    return _WORDS.get(language, _WORDS["en"])
