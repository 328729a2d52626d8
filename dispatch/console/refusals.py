"""What somebody reads who cannot have what they asked for: a page in their language, and where to go instead."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from dispatch.accounts.door import somebody
from dispatch.console import drafts
from dispatch.console.i18n import _, asked

SENTENCES = {
    400: "This form is too old, or did not come from here. Go back, load the page again and send it once more.",
    401: "Please log in first.",
    403: "Your role does not allow this. Ask a supervisor or an administrator.",
    404: "There is nothing here. The address may be mistyped, or belong to another city.",
    405: "This address takes forms only.",
    409: "Somebody else changed this meanwhile. Load the page again to see what they did.",
    413: "That is too much to send at once.",
    429: "Too many attempts. Wait a while and try again.",
    500: "Something broke here. It has been noted; try again, and tell an administrator if it stays.",
}


def explain(app: Flask) -> None:
    """Answer every refusal and every failure with a page."""

    @app.before_request
    def still_there() -> ResponseReturnValue | None:
        """Give back what a form brings whose sender has been logged out while they typed."""
        return _logged_out(401) if _is_logged_out() else None

    @app.errorhandler(HTTPException)
    def refused(problem: HTTPException) -> ResponseReturnValue:
        code = problem.code or 500
        if problem.response is not None and code < 400:
            return problem.response
        if code == 400 and _is_logged_out():
            return _logged_out(code)  # With the session went the token that the form bore.
        sentence = SENTENCES.get(code, SENTENCES[500 if code >= 500 else 400])
        if code < 500:
            page = refusal(code, _(sentence))
            if code == 429:
                page.headers.extend((name, value) for name, value in problem.get_headers() if name == "Retry-After")
            return page
        # Perhaps it is the database that broke, so this page asks nobody who is reading it.
        g.language = asked()
        return render_template("console/broken.html", sentence=_(sentence)), code


def refusal(code: int, sentence: str, log_in: str = "", written: Sequence[str] = ()) -> Response:
    """The page itself: a sentence in the reader's language and, if they were logged out, what they had written."""
    words = {"code": code, "sentence": sentence, "log_in": log_in, "written": written}
    return make_response(render_template("console/refusal.html", **words), code)


def _is_logged_out() -> bool:
    """Whether a form of the desk comes from somebody who is logged in no more; log-in forms are not such."""
    return request.method == "POST" and (request.endpoint or "").startswith("console.") and somebody() is None


def _logged_out(code: int) -> ResponseReturnValue:
    """Show what had been typed, to be sent again; lead straight to the log-in who had typed nothing."""
    log_in = url_for("security.login", next=_came_from())
    written = [request.form[name] for name in drafts.TYPED if request.form.get(name, "").strip()]
    if code == 401 and not written:
        return redirect(log_in)
    sentence = _("You were logged out meanwhile, and nothing was sent. Log in, and send it again.")
    return refusal(code, sentence, log_in, written)


def _came_from() -> str:
    """The page that the form stood on, as far as the browser tells; else the first one."""
    page = urlsplit(request.referrer or "")
    if page.netloc != request.host or not page.path.startswith(f"{request.script_root}/"):
        return url_for("console.home")
    return f"{page.path}?{page.query}" if page.query else page.path
