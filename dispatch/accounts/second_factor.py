"""The second factor: a code that changes every half minute, shown by an app on the operator's telephone.

Where the telephone is lost, a recovery code takes its place. Either works once, however many type it at a time.
"""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, cast

import qrcode
from flask import current_app
from flask_security.core import UserMixin
from flask_security.recovery_codes import MfRecoveryCodesUtil
from flask_security.totp import Totp
from passlib.exc import UsedTokenError
from qrcode.image.svg import SvgPathFillImage

from dispatch.accounts.account import Account

if TYPE_CHECKING:
    from passlib.totp import TotpMatch

    from dispatch.accounts.accounts import Accounts

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
        """Use it up; a code that somebody else typed at the same moment is no good any more (UsedTokenError)."""
        if not _accounts().use_code(cast("Account", user), tmatch.counter):
            raise UsedTokenError


class RecoveryCodes(MfRecoveryCodesUtil):
    """Flask-Security's, but that a code is looked up and used up in one: of two who type it at once one is let in."""

    def check_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Use up the code; False where it is none of theirs."""
        account = cast("Account", user)
        kept = next((one for one in account.mf_recovery_codes or () if self._decrypt_codes([one]) == [code]), None)
        return kept is not None and _accounts().use_recovery_code(account, kept)

    def delete_recovery_code(self, user: UserMixin, code: str) -> bool:  # noqa: ARG002 - Flask-Security's
        """Nothing is left to do: it was used up when it was checked."""
        return True


def _accounts() -> Accounts:
    return cast("Accounts", current_app.extensions["security"].datastore)
