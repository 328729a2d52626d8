"""What a caller hears when nothing else works: pure, and leaning on nothing that can be down.

The emergency guard is asked here once more, by itself: with the database gone, "there's a gas leak" still hears "hang
up and dial 9 1 1". Everybody else hears what is true, is tried again once, and is then put through to a person.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

from dispatch.city.model import City
from ivr.dialogue.moves import Pause, Saying
from ivr.emergency import Assessment, Verdict
from ivr.emergency.guard import heard
from ivr.hearing import every_word
from ivr.signature import Form
from ivr.twiml import HEAD, TAIL, redirect, text_of, words

_SENTENCES: Final[dict[str, dict[str, str]]] = tomllib.loads(
    Path(__file__).with_name("lifeline.toml").read_text(encoding="utf-8")
)


def guard(form: Form, city: City) -> Assessment:
    """Ask the emergency detector about every word and key in a form, whatever kind of webhook it came with."""
    said, keys = every_word(form)
    return heard(said, city, keys)


def answer(form: Form, city: City, language: str, again: str = "") -> tuple[str, Assessment]:
    """TwiML for a turn that could not be taken, and what the guard made of it.

    `again` is the URL to try once more after the apology; without one the caller is put through to a person.
    """
    alarm = guard(form, city)
    if alarm.verdict is Verdict.CERTAIN:
        return emergency(city, language, alarm.language), alarm
    warning = (_say("danger", city, language), Pause()) if alarm else ()
    if again:
        says = (*warning, _say("again", city, language), Pause(2))
        return f"{HEAD}{words(says, city.languages)}{redirect(again)}{TAIL}", alarm
    return f"{HEAD}{words(warning, city.languages)}{_person(city, language)}{TAIL}", alarm


def emergency(city: City, language: str, also: str = "") -> str:
    """TwiML that sends the caller to 911, in the caller's language and in that of the words that gave it away.

    Where the city has its dispatchers' own line it is dialled afterwards (never 911 itself: Twilio would route that by
    where the number is registered), and the sentence is said again if nobody takes it.
    """
    languages = dict.fromkeys(code for code in (language, also) if code in _SENTENCES)
    said = words(tuple(_say("emergency", city, code) for code in languages or ("en",)), city.languages)
    line = city.emergency.psap_line
    if line is None:
        return f'{HEAD}{said}<Pause length="1" />{said}<Hangup />{TAIL}'
    bridging = words((_say("bridging", city, language),), city.languages)
    return f'{HEAD}{said}{bridging}<Dial timeout="25">{text_of(line)}</Dial>{said}<Hangup />{TAIL}'


def without_the_house(city: City) -> str:
    """TwiML for Twilio to keep itself (a TwiML Bin), for when this house does not answer at all: 911, then a person."""
    says = tuple(_say("danger", city, code) for code in city.languages)
    return f"{HEAD}{words(says, city.languages)}{_person(city, city.default_language)}{TAIL}"


def _person(city: City, language: str) -> str:
    """Put through to the operators; where there are none, or nobody answers, say so and name 911 once more."""
    nobody = words((_say("nobody", city, language),), city.languages)
    if city.operator_line is None:
        return f"{nobody}<Hangup />"
    person = words((_say("person", city, language),), city.languages)
    return f'{person}<Dial timeout="25">{text_of(city.operator_line)}</Dial>{nobody}<Hangup />'


def _say(name: str, city: City, language: str) -> Saying:
    known = language if language in _SENTENCES else city.default_language
    return Saying(_SENTENCES[known][name].format(emergency=" ".join(city.emergency.number)), known)
