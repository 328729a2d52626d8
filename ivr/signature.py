"""Is this really Twilio? Every webhook is signed; what is not signed rightly is refused, and no switch turns that off.

Twilio signs the URL as it requested it followed by the form's names and values, sorted. So the URL is built from the
configured public address and the raw path and query the server received, never from forwarded headers, which anybody
can send, nor from Flask's `request.url`, which decodes what was signed encoded.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import quote, unquote, urlparse

from twilio.request_validator import (
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    add_port,
    get_signature_algorithm,
    remove_port,
)

MOST_FIELDS = 500
SIGNATURE = "HTTP_X_TWILIO_SIGNATURE"
ALGORITHM = "HTTP_" + SIGNATURE_SETTINGS_HEADER.upper().replace("-", "_")


class Form(dict[str, list[str]]):
    """A form as it came: every name with all its values, in order. Repeated names count in the signature."""

    getall = dict.__getitem__
    """What twilio's validator asks first; answering it spares an exception a parameter."""

    def one(self, name: str) -> str:
        """The first value of `name`, or "" where there is none."""
        values = self.get(name)
        return values[0] if values else ""


def read_form(body: bytes) -> Form:
    """Read a URL-encoded body. Bytes that are no UTF-8 become replacement characters, as Flask would have it.

    Raises ValueError for a body with more fields than anybody honest sends. (urllib's parse_qsl reads the same, in five
    times the time.)
    """
    form = Form()
    text = body.decode("utf-8", "replace").replace("+", " ")
    if text.count("&") >= MOST_FIELDS:
        raise ValueError("more fields than Twilio ever sends")
    for field in text.split("&") if text else ():
        name, _, value = field.partition("=")
        if "%" in value:
            value = unquote(value, errors="replace")
        if "%" in name:
            name = unquote(name, errors="replace")
        if name in form:
            form[name].append(value)
        else:
            form[name] = [value]
    return form


def raw_target(environ: Mapping[str, object]) -> str:
    """The path and query as they stood in the request line.

    gunicorn gives them as RAW_URI, uWSGI and waitress as REQUEST_URI. Where there is neither, the decoded path is
    encoded again here: every URL we hand out is plain ASCII, so nothing is lost. No fragment is ever signed.
    """
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    query = str(environ.get("QUERY_STRING", ""))
    if isinstance(raw, str) and raw:
        target = raw.partition("#")[0]
        if target.startswith(("http://", "https://")):  # as a proxy is asked
            target = target.removeprefix(urlparse(target).scheme + "://").partition("/")[2]
            target = f"/{target}"
    else:
        path = str(environ.get("SCRIPT_NAME", "")) + str(environ.get("PATH_INFO", ""))
        target = quote(path.encode("latin-1"), safe="/:@!$&'()*+,;=~-._")
    return f"{target}?{query}" if query and "?" not in target else target


class Signatures:
    """Checks signatures against one token or several, so that a token can be rotated without losing a call."""

    def __init__(self, tokens: Sequence[str], base_url: str) -> None:
        """Take the tokens, and `base_url` as Twilio calls it: `https://311.example.gov`."""
        self._validators = tuple(RequestValidator(token) for token in tokens if token)
        self._bases = _spellings(base_url.rstrip("/"))

    def hold(self, environ: Mapping[str, object], form: Form) -> bool:
        """Whether the request was signed with one of the tokens. No token, no signature: no."""
        signature = environ.get(SIGNATURE)
        if not isinstance(signature, str) or not signature.isascii():
            return False
        target = raw_target(environ)
        algorithm = get_signature_algorithm(environ[ALGORITHM]) if ALGORITHM in environ else None
        for base in self._bases:
            for validator in self._validators:
                try:
                    expected = validator.compute_signature(base + target, form, algorithm)
                except ValueError:  # an algorithm that this release of twilio does not know
                    return False
                if hmac.compare_digest(expected, signature):
                    return True
        return False


def _spellings(base: str) -> tuple[str, ...]:
    """The ways Twilio may write our address, likeliest first: over HTTPS it drops the port, mostly."""
    url = urlparse(base)
    without, with_port = remove_port(url), add_port(url)
    likely = without if url.scheme == "https" else base
    return tuple(dict.fromkeys((likely, without, with_port)))
