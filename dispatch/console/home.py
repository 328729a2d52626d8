"""Where one arrives: the queue."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from dispatch.accounts import needs
from dispatch.console.desk import Desk


def register(routes: Blueprint, desk: Desk) -> None:  # noqa: ARG001 - every page is registered alike
    """Add the first page."""

    @routes.get("/")
    @needs()
    def home() -> ResponseReturnValue:
        """Go on to the queue."""
        return redirect(url_for("console.queue"))
