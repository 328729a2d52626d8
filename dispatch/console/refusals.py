"""What somebody reads who cannot have what they asked for: a page in their language, and where to go instead."""

from __future__ import annotations

from flask import Flask, g, make_response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

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

    @app.errorhandler(HTTPException)
    def refused(problem: HTTPException) -> ResponseReturnValue:
        code = problem.code or 500
        if problem.response is not None and code < 400:
            return problem.response
        sentence = SENTENCES.get(code, SENTENCES[500 if code >= 500 else 400])
        if code < 500:
            page = make_response(render_template("console/refusal.html", code=code, sentence=_(sentence)), code)
            if code == 429:
                page.headers.extend((name, value) for name, value in problem.get_headers() if name == "Retry-After")
            return page
        # Perhaps it is the database that broke, so this page asks nobody who is reading it.
        g.language = asked()
        return render_template("console/broken.html", sentence=_(sentence)), code
