"""The few pages for the public: opened from a message, on a telephone, in whichever language it was written in."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from flask import Response, render_template

from dispatch.city.model import City, in_language

_DANGER: Final = {
    "en": "In an emergency, dial {emergency}.",
    "es": "En una emergencia, marque {emergency}.",
    "fr": "En cas d'urgence, composez le {emergency}.",
}
_BROKEN: Final = {
    "en": "Sorry, something is not working here. Please call 311, or try again later.",
    "es": "Lo sentimos, algo no funciona. Llame al 311, o inténtelo más tarde.",
    "fr": "Désolé, quelque chose ne fonctionne pas. Appelez le 311, ou réessayez plus tard.",
}


def words_beside(module: str) -> Mapping[str, Mapping[str, str]]:
    """The words of a page, by language: the file beside the module that shows it. `module`: its `__file__`."""
    return tomllib.loads(Path(module).with_suffix(".toml").read_text(encoding="utf-8"))


def broken(city: City, language: str, first: str) -> Response:
    """A page for when what was asked for could not be done; `first` stands before all else, "" for nothing."""
    said = f"{first} {_BROKEN.get(language, _BROKEN['en'])}".strip()
    return page("broken.html", city, language, {}, {"said": said}, 503)


def page(
    template: str,
    city: City,
    language: str,
    words: Mapping[str, str],
    slots: Mapping[str, object],
    status: int = 200,
) -> Response:
    """Fill in a page of `templates/`. It is kept nowhere, found by no search, and loads nothing from elsewhere."""
    nonce = secrets.token_urlsafe(16)
    danger = _DANGER.get(language, _DANGER["en"]).format(emergency=city.emergency.number)
    name = in_language(city.names, language)
    html = render_template(template, language=language, city=name, words=words, danger=danger, nonce=nonce, **slots)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return Response(html, status, headers, "text/html")
