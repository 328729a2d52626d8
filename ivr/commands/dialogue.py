"""`dial311 understand | chart`: what the line makes of words, and the picture of its conversation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ivr.understanding.found import Place, ServiceGuess
    from ivr.understanding.understanding import CityUnderstanding

_NOWHERE: dict[str, Any] = {"kind": "none", "address": "", "lat": None, "lon": None, "area": "", "confidence": 0.0}


@click.command(short_help="Say what is understood of each line of standard input.")
@click.option("--city", "slug", default="", help="A city of `dial311 city list`; default: the first of CITIES.")
@click.option(
    "--lang", default="en", type=click.Choice(["en", "es", "fr"]), show_default=True, help="The call's language."
)
@click.option(
    "--expect",
    default="any",
    type=click.Choice(["place", "service", "any"]),
    show_default=True,
    help="What was asked for: with `place` the whole line is taken as the answer to “where is it?”.",
)
def understand(slug: str, lang: str, expect: str) -> None:
    """Say what is understood of each line of standard input.

    One utterance a line in, one JSON object a line out, in order, as the lines come.
    """
    import sys

    import msgspec

    understanding = _understanding(slug)
    encoder = msgspec.json.Encoder()
    stdout = sys.stdout.buffer
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        stdout.write(encoder.encode(understood(understanding, text, lang, expect)) + b"\n")
        stdout.flush()


def understood(understanding: CityUnderstanding, text: str, language: str, expect: str = "any") -> dict[str, Any]:
    """Everything the line makes of an utterance, as plain values; `expect` as in `dial311 understand`."""
    from ivr.understanding.commands import command_in

    alarm = understanding.emergency(text)
    services = understanding.services(text, language) if expect != "place" else ()
    finding = understanding.place(text, language, asked=expect == "place")
    return {
        "text": text,
        "language": alarm.language or language,
        "emergency": {"verdict": alarm.verdict, "category": alarm.category, "evidence": alarm.evidence},
        "service": _service(services),
        "place": _place(finding.guesses),
        "command": command_in(text),
    }


def _service(guesses: Sequence[ServiceGuess]) -> dict[str, Any]:
    ranked = [{"code": guess.code, "confidence": round(guess.confidence, 4)} for guess in guesses]
    best = ranked[0] if ranked else {"code": None, "confidence": 0.0}
    return best | {"alternatives": ranked[1:]}


def _place(guesses: Sequence[Place]) -> dict[str, Any]:
    ranked = [
        {name: getattr(guess, name) for name in _NOWHERE} | {"confidence": round(guess.confidence, 4)}
        for guess in guesses
    ]
    return (ranked[0] if ranked else _NOWHERE) | {"alternatives": ranked[1:]}


def _understanding(slug: str) -> CityUnderstanding:
    from dispatch.city.loader import CityError
    from dispatch.city.packs import open_pack, roots_with
    from ivr import settings as house
    from ivr.understanding.understanding import CityUnderstanding

    settings = house.load()
    try:
        pack = open_pack(slug or settings.cities[0], roots_with(settings.cities_path))
    except CityError as error:
        raise click.ClickException(str(error)) from error
    return CityUnderstanding(pack.city, pack.gazetteer)


@click.command(short_help="Draw the call flow out of the code.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("docs/call-flow.svg"),
    show_default=True,
    help="The file to write.",
)
def chart(out: Path) -> None:
    """Draw the call flow out of the code, as an SVG picture."""
    from ivr.dialogue.chart import draw

    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(draw(), "utf-8")
    click.echo(f"Drew {out}")
