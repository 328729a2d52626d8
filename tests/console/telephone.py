"""A clerk's telephone with an authenticator app: scans the code on the page, and shows six digits."""

from __future__ import annotations

import base64
import re
import time
from html import unescape
from xml.etree import ElementTree as ET

from passlib.totp import TOTP

from storage.database import Database
from tests.console.clerk import Clerk, account


class Authenticator:
    """Shows the code of the current half minute; `shows(1)` the one after."""

    def __init__(self, html: str) -> None:
        key = re.search(r'class="mono key">([^<]+)<', html)
        assert key, "the page shows no key to type"
        self.totp = TOTP(key=key[1].replace("-", "").replace(" ", ""))

    def shows(self, later: int = 0) -> str:
        return str(self.totp.generate(time=int(time.time()) + 30 * later).token)


def sets_up(clerk: Clerk) -> Authenticator:
    """From the page that offers the second factor to the first code typed."""
    authenticator = Authenticator(clerk.sends("/console/account/second-factor", setup="authenticator"))
    actions = re.findall(r'<form method="post" action="([^"]+)"', clerk.last.get_data(as_text=True))
    clerk.sends(unescape(actions[-1]), code=authenticator.shows())
    return authenticator


def picture(html: str) -> ET.Element:
    """The picture to scan, which stands in the page itself."""
    found = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert found, "there is nothing to scan"
    return ET.fromstring(base64.b64decode(found[1]))


def forget_last_code(database: Database, email: str) -> None:
    """As if half a minute had passed since the last code: the telephone's clock is the real one."""
    operator = account(database, email)
    with database.transaction() as session:
        session.merge(operator).totp_counter = None
