"""The desk: operators' pages under `/console`, an application of its own beside the telephone.

Of its own, so that nothing that pages need (log-ins, sessions, form tokens) is ever done for a webhook. Each page is a
module with `register(routes, desk)`; `PAGES` lists them.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import TYPE_CHECKING

from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from dispatch.accounts.door import somebody
from dispatch.accounts.login import let_people_in
from dispatch.console import (
    account,
    bulk,
    calls,
    city,
    counter,
    emergencies,
    home,
    i18n,
    labels,
    live,
    media,
    menu,
    messages,
    operators,
    presence,
    queue,
    refusals,
    reporters,
    reports,
    review,
    ticket,
    tickets,
    tickets_export,
    town_map,
)
from dispatch.console.desk import Desk
from dispatch.console.headers import guard_pages

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PREFIX = "/console"
LARGEST_FORM = 16 * 1024 * 1024
"""Bytes: a photo or a pasted list; nothing else that people send is near it."""
PAGES: tuple[ModuleType, ...] = (
    home,
    queue,
    tickets,
    ticket,
    counter,
    reporters,
    presence,
    review,
    bulk,
    tickets_export,
    messages,
    media,
    calls,
    emergencies,
    live,
    reports,
    town_map,
    city,
    operators,
    account,
)
"""The modules of the pages, each with its `register`."""


def put_up(app: Flask, desk: Desk) -> Flask:
    """Serve the desk under `/console` of an application; to its own requests that is one comparison more.

    Returns the desk's application, which is also `app.extensions["console"]`.
    """
    host, guest = app.wsgi_app, console_app(desk)

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path != PREFIX and not path.startswith(f"{PREFIX}/"):
            return host(environ, start_response)
        within = {**environ, "SCRIPT_NAME": environ.get("SCRIPT_NAME", "") + PREFIX, "PATH_INFO": path[len(PREFIX) :]}
        return guest.wsgi_app(within, start_response)

    app.wsgi_app = serve  # type: ignore[method-assign] # Flask's own way to put something around an application
    app.extensions["console"] = guest
    return guest


def console_app(desk: Desk) -> Flask:
    """Make the desk's application. It is mounted at `/console`, so `url_for("console.…")` gives links that work."""
    app = Flask("dispatch.console", static_folder="static", template_folder="templates")
    app.config.update(
        SECRET_KEY=desk.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        SESSION_COOKIE_NAME="dial311",
        SESSION_COOKIE_PATH=PREFIX,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=desk.production,
        # Lax, for people come back from the city's own log-in, and follow links that colleagues send.
        SESSION_COOKIE_SAMESITE="Lax",
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        WTF_CSRF_TIME_LIMIT=None,  # A form may lie open as long as the session lasts.
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if desk.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=desk.proxies, x_proto=desk.proxies)  # type: ignore[method-assign]
    CSRFProtect(app)
    guard_pages(app, desk)
    let_people_in(app, desk)
    i18n.speak(app, i18n.Clock(lambda: desk.zone, desk.now))
    labels.name_things(app)
    app.jinja_env.globals.update(menu=menu.links, desk=desk, somebody=somebody, pages=app.view_functions)
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("console/macros.html").module
    routes = Blueprint("console", __name__)
    for page in PAGES:
        page.register(routes, desk)
    app.register_blueprint(routes)
    refusals.explain(app)
    return app
