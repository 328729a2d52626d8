"""Where everything meets: settings, cities, ledger, dialogue and the doors, made into one WSGI application."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable, Sequence

import structlog
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from dispatch import console
from dispatch.accounts.city_log_in import CityLogIn
from dispatch.city.mistakes import CityError
from dispatch.city.packs import Pack, Packs, roots_with
from dispatch.console.desk import Desk
from dispatch.media import Media
from ivr import callbacks, lifeline, map_link, observability, report_link, sms, webhooks
from ivr.dialogue import engine
from ivr.dialogue.context import Understanding
from ivr.line import Advance, Line, utc_now
from ivr.prompts.prompts import mistakes
from ivr.settings import Settings
from ivr.settings import load as load_settings
from ivr.signature import Form
from ivr.simulator.browser import phone_pages
from ivr.simulator.exchange import Filed
from ivr.simulator.parameters import Number
from ivr.understanding.understanding import CityUnderstanding
from storage import schema
from storage import tickets as ledger
from storage.calls import PATIENCE_MS, UNUSABLE
from storage.database import Database

LARGEST_FORM = 256 * 1024
"""Bytes. Twilio's webhooks have a few thousand; a whole minute of speech has ten."""
log = structlog.get_logger()


def understand(pack: Pack) -> Understanding:
    """What a city's callers may mean."""
    return CityUnderstanding(pack.city, pack.gazetteer)


def create_app(
    settings: Settings | None = None,
    *,
    packs: Packs | None = None,
    database: Database | None = None,
    advance: Advance = engine.advance,
    now: Callable[[], dt.datetime] = utc_now,
    understanding: Callable[[Pack], Understanding] = understand,
) -> Flask:
    """Make the application. All that is slow is done here, so that the first caller waits no longer than the others.

    Raises `SettingsProblem` and `CityError` with sentences for whoever starts it. The database need not be up.
    """
    settings = settings or load_settings()
    packs = packs or Packs.open(settings.cities, roots_with(settings.cities_path))
    if wrong := [mistake for pack in packs.values() for mistake in mistakes(pack.city)]:
        raise CityError(wrong)
    database = database or Database(
        settings.database_url, pool_size=settings.threads_each, patience_s=PATIENCE_MS / 1000
    )
    line = Line(settings, packs, database, advance, now, understanding)
    warm_up(line)
    app = Flask("ivr")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    app.extensions["line"] = line
    app.register_blueprint(webhooks.blueprint(line))
    app.register_blueprint(callbacks.blueprint(line))
    app.register_blueprint(map_link.blueprint(line))
    app.register_blueprint(report_link.blueprint(line))
    app.register_blueprint(sms.blueprint(line))
    if not settings.production:
        app.register_blueprint(_phone(line))
    _watch(app, line)
    app.register_error_handler(HTTPException, _in_a_sentence)
    console.put_up(app, _desk(line))
    return app


def _desk(line: Line) -> Desk:
    """What the operators' pages need of the house."""
    settings = line.settings
    return Desk(
        database=line.database,
        packs=line.packs,
        now=line.now,
        secret_key=settings.secret_key.get_secret_value(),
        base_url=settings.base_url,
        production=settings.production,
        city_log_in=_city_log_in(settings),
        media=_media(settings),
        map_tiles=settings.map_tiles,
        map_credit=settings.map_credit,
        proxies=settings.proxies,
    )


def _media(settings: Settings) -> Media | None:
    """The photos and recordings of the Twilio account, where there is one."""
    if not settings.sends:
        return None
    return Media(settings.twilio_account_sid, settings.tokens[0], settings.twilio_api_url)


def _city_log_in(settings: Settings) -> CityLogIn | None:
    """The city's own log-in, where the settings name one."""
    if not settings.oidc_issuer:
        return None
    return CityLogIn(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        name=settings.oidc_name,
        trusts_every_address=settings.oidc_emails == "all",
    )


def warm_up(line: Line) -> None:
    """Have every city understand something once: lexicons, indexes and pages of the gazetteer are then in memory."""
    for served in line.cities.values():
        lifeline.guard(Form(SpeechResult=["there is a pothole at 12 Main Street"]), served.city)
        for language in served.city.languages:
            served.understanding.services("a pothole", language)
            served.understanding.place("12 Main Street", language, asked=True)
            for kind in ("place", "request"):
                served.understanding.hints(kind, language)


def _watch(app: Flask, line: Line) -> None:
    """Add what machines ask: is it alive, is it ready, how is it doing."""

    @app.get("/healthz")
    def healthz() -> Response:
        """Whether the process answers at all; restart it if it does not."""
        return Response("ok\n", content_type="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        """Whether calls should be sent here; the reasons if not."""
        reasons = _reasons_against(line)
        return Response(
            "".join(f"{reason}\n" for reason in reasons) or "ready\n", 503 if reasons else 200, mimetype="text/plain"
        )

    @app.get("/metrics")
    def metrics() -> Response:
        token = line.settings.metrics_token.get_secret_value()
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if (token or line.settings.production) and not (token and hmac.compare_digest(given.encode(), token.encode())):
            return Response("METRICS_TOKEN goes into the Authorization header, as a bearer token.\n", 403)
        figures, content_type = observability.exposition()
        return Response(figures, content_type=content_type)


def _reasons_against(line: Line) -> list[str]:
    """Why no call should come here now; empty if there is no reason."""
    try:
        line.calls.ready()
        if not schema.is_current(line.database):
            return ["The database has not the tables of this release: run `dial311 db upgrade`."]
    except UNUSABLE as problem:
        return [f"The database does not answer: {type(problem).__name__}."]
    return []


def _phone(line: Line) -> Blueprint:
    """The browser phone, for trying the line without Twilio."""

    def tickets_of(call_sid: str) -> Sequence[Filed]:
        with line.database.reading() as session:
            return [
                Filed(ticket.number, ticket.service, ticket.address, ticket.department, ticket.status)
                for slug in line.cities
                for ticket in ledger.of_call(session, slug, call_sid)
            ]

    return phone_pages(
        token=line.settings.tokens[0],
        number=Number.at(line.settings.base_url),
        secret=line.settings.secret_key.get_secret_value(),
        cities={
            number: served.city.names["en"] for served in line.cities.values() for number in served.city.numbers[:1]
        },
        tickets_of=tickets_of,
    )


def _in_a_sentence(problem: HTTPException) -> Response:
    """Refusals are read by people who are connecting something: a sentence, not a page."""
    return Response(f"{problem.description}\n", problem.code, problem.get_headers()[1:], content_type="text/plain")
