"""What every answer of the desk tells the browser to refuse: scripts and styles from anywhere but our own files."""

from __future__ import annotations

from flask import Flask, Response, request, session

from dispatch.accounts.door import somebody
from dispatch.console.desk import Desk

YEAR = 365 * 24 * 60 * 60


def policy(images: str = "") -> str:
    """The content security policy; `images` names further places that pictures may come from, such as map tiles."""
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        # data: is the code to scan for the second factor, which must not be a file that somebody could fetch.
        "img-src": f"'self' data: {images}".strip(),
        "media-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def guard_pages(app: Flask, desk: Desk) -> None:
    """Add the headers to every answer, and remember which city was chosen."""

    @app.before_request
    def choose_city() -> None:
        chosen = request.args.get("city", "")
        who = somebody() if chosen in desk.packs else None
        if who and who.sees(chosen):
            session["city"] = chosen

    @app.after_request
    def guarded(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy())
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        if request.endpoint != "static":
            # What stands on a page is personal: no cache keeps it, and Back after logging out shows nothing.
            headers.setdefault("Cache-Control", "no-store")
        if desk.production:
            headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
        return response
