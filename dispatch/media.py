"""Photos and recordings as Twilio keeps them, which gives them only to whoever has the account's token.

Nothing but Twilio's own addresses of them is ever asked for, and the token goes to nobody else: where Twilio sends us
on to the shop that stores its files, it stays behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import HTTPBasicAuth

from dispatch.notifications.channels.twilio import API

LARGEST: Final = 16 * 1024 * 1024
"""Bytes: three times what goes into one message, and a recording of the longest message we take."""
PATIENCE_S: Final = (4.0, 10.0)
"""Seconds to be reached, and between two pieces."""
KINDS: Final = frozenset(
    {
        *("image/jpeg", "image/png", "image/gif", "image/webp"),
        *("audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/x-wav", "audio/amr"),
        *("video/mp4", "video/3gpp"),
    }
)
"""What browsers show and nobody can hide a script in."""
_OURS: Final = re.compile(
    r"https://api\.twilio\.com(/2010-04-01/Accounts/AC\w+/(?:Messages/\w+/Media/\w+|Recordings/\w+))", re.ASCII
)
_SHOPS: Final = (".twilio.com", ".twiliocdn.com", ".amazonaws.com")
"""Where Twilio sends us on to, at most once."""
_PIECE: Final = 64 * 1024


class NotFetched(Exception):
    """It cannot be shown. `why`: elsewhere, gone, kind, large, or away."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Fetched(NamedTuple):
    """Something on its way: what it is, its length where that is known, and its pieces."""

    kind: str
    length: int | None
    pieces: Iterator[bytes]


class Media:
    """What one Twilio account keeps."""

    def __init__(self, account_sid: str, token: str, api: str = API) -> None:
        """`api` is where Twilio's API is reached, where that is by a proxy."""
        self._log_in = HTTPBasicAuth(account_sid, token)
        self._api = api.rstrip("/")

    def fetch(self, address: str) -> Fetched:
        """Begin to fetch what Twilio named as a photo's or a recording's address. Raises `NotFetched`."""
        ours = _OURS.fullmatch(address)
        if ours is None:
            raise NotFetched("elsewhere")
        # Twilio gives a recording in several forms; this is a tenth of the usual one.
        path = f"{ours[1]}.mp3" if "/Recordings/" in ours[1] else ours[1]
        try:
            answer = self._asked(f"{self._api}{path}")
        except requests.RequestException as problem:
            raise NotFetched("away") from problem
        try:
            return _judged(answer)
        except NotFetched:
            answer.close()
            raise

    def _asked(self, url: str) -> requests.Response:
        answer = requests.get(url, auth=self._log_in, stream=True, timeout=PATIENCE_S, allow_redirects=False)
        if not answer.is_redirect:
            return answer
        answer.close()
        onward = urljoin(url, answer.headers["Location"])
        parts = urlsplit(onward)
        if parts.scheme != "https" or not f".{parts.hostname}".endswith(_SHOPS):
            raise NotFetched("elsewhere")
        return requests.get(onward, stream=True, timeout=PATIENCE_S, allow_redirects=False)


def _judged(answer: requests.Response) -> Fetched:
    if answer.status_code in {404, 410}:
        raise NotFetched("gone")
    if answer.status_code != 200:
        raise NotFetched("away")
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in KINDS:
        raise NotFetched("kind")
    written = answer.headers.get("Content-Length", "")
    length = int(written) if written.isdigit() and "Content-Encoding" not in answer.headers else None
    if length is not None and length > LARGEST:
        raise NotFetched("large")
    return Fetched(kind, length, _pieces(answer))


def _pieces(answer: requests.Response) -> Iterator[bytes]:
    """Piece by piece; what turns out larger than it may be is broken off, which browsers show as broken."""
    left = LARGEST
    with answer:
        for piece in answer.iter_content(_PIECE):
            left -= len(piece)
            if left < 0:
                raise NotFetched("large")
            yield piece
