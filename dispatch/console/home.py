"""Where one arrives: the queue, and until there is one, the pages there are."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dispatch.accounts import Permission, needs
from dispatch.console.desk import Desk


def register(routes: Blueprint, desk: Desk) -> None:
    """Add the first page."""

    @routes.get("/")
    @needs(Permission.SEE_TICKETS)
    def home() -> ResponseReturnValue:
        """Go to the queue."""
        if "console.queue" in current_app.view_functions:
            return redirect(url_for("console.queue"))
        return render_template("console/home.html", city=desk.city)
