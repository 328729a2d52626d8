"""The second factor: a code that changes every half minute, shown by an app on the operator's telephone."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, cast

import qrcode
from flask import current_app
from flask_security.core import UserMixin
from flask_security.totp import Totp
from qrcode.image.svg import SvgPathFillImage

from dispatch.accounts.account import Account

if TYPE_CHECKING:
    from passlib.totp import TotpMatch

DRIFT_S = 30
"""Seconds that the telephone's clock may be off, either way."""


class Codes(Totp):
    """Flask-Security's, which no code passes twice, with a picture for the app that the dark theme does not spoil."""

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The code to scan, as an SVG within the page: it never is a file that somebody else could fetch."""
        image = qrcode.make(self.get_totp_uri(username, totp), image_factory=SvgPathFillImage, border=3)
        with io.BytesIO() as file:
            image.save(file)
            return "data:image/svg+xml;base64," + base64.b64encode(file.getvalue()).decode("ascii")

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The half minute whose code they used last."""
        return cast("Account", user).tf_counter

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Note it; it is written down with the log-in."""
        cast("Account", user).tf_counter = tmatch.counter
        current_app.extensions["security"].datastore.put(user)
