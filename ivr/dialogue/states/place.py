"""Where it is: address, corner, landmark; always read back; never a dead end (TELEPHONY §6)."""

from __future__ import annotations

from typing import Any

from dispatch.city.model import in_language
from ivr.dialogue.agenda import AGENDA, onward
from ivr.dialogue.call import State
from ivr.dialogue.context import Context
from ivr.dialogue.grammar import Either, OneOf, Option, Outcome, yes_no
from ivr.dialogue.heard import Result
from ivr.dialogue.moves import Ask, Do, Go, Move, TextMapLink
from ivr.dialogue.requests import PlaceAnswer, Where
from ivr.dialogue.script import state
from ivr.dialogue.wording import spoken_address
from ivr.prompts.prompts import wording
from ivr.understanding.answers import means_here
from ivr.understanding.found import Place, PlaceFinding
from ivr.understanding.places import OFFER, SURE

_CHOICES = 3
_AREAS = 4
_LADDER = (State.PLACE, State.PLACE_CORNER, State.PLACE_LANDMARK)
"""What is asked after the first, second and third answer that named no place of ours."""
FOUND = AGENDA | {State.PLACE_NUMBER, State.PLACE_STREET, State.CHOOSE_PLACE}
"""Where an answer that names a place of ours, or half of one, can lead."""
NOT_FOUND = frozenset({*_LADDER, State.TEXT_MAP})
"""Where one that does not can lead."""


def take_place(context: Context, where: Where) -> Go:
    """Go on from a place as understood: sure, one of a few, half of one, or none."""
    finding, call = where.finding, context.call
    best = finding.best
    memory: dict[str, Any] = {
        "number": finding.number or call.number,
        "street": finding.street or call.street,
        "half_place": None,
    }
    if finding.missing == "number" and (finding.street or best is not None):
        return Go(State.PLACE_NUMBER, remember=memory | {"street": finding.street or (best.street if best else "")})
    if finding.missing == "street":
        return Go(State.PLACE_STREET, remember=memory)
    if finding.missing == "area" and len(finding.guesses) > 1:
        return Go(State.CHOOSE_PLACE, remember=memory | {"place_guesses": finding.guesses[:_AREAS]})
    offered = tuple(guess for guess in finding.guesses if guess.confidence >= OFFER)[:_CHOICES]
    if best is not None and (best.confidence >= SURE or len(offered) == 1):
        return place_found(context, best)
    if offered:
        return Go(State.CHOOSE_PLACE, remember=memory | {"place_guesses": offered})
    return not_found(context, where.text)


def place_found(context: Context, place: Place) -> Go:
    """Go on with a place that still has to be read back."""
    return onward(context, place=place, place_confirmed=False, **_SETTLED)


_SETTLED: dict[str, Any] = {"place_guesses": (), "number": "", "street": "", "corner": False, "half_place": None}


def not_found(context: Context, words: str) -> Go:
    """Nothing of ours fits: ask another way each time, then offer a map by text. What was said is kept."""
    tries = context.call.place_tries + 1
    memory = _SETTLED | {"place_tries": tries, "place_words": (*context.call.place_words, *([words] if words else []))}
    if tries <= len(_LADDER):
        say = "place_here" if means_here(words) else "place_not_found" if tries == 1 else ""
        return Go(_LADDER[tries - 1], say=say, remember=memory)
    return Go(State.TEXT_MAP, remember=memory)


@state(State.PLACE, hears=PlaceAnswer(), to=FOUND | NOT_FOUND | {State.KEY_PLACE})
def place(context: Context, where: Where | str | None) -> Move:
    """Ask where it is, in one open question; what was said of it in passing is taken up first."""
    match where:
        case None:
            if context.call.half_place is not None:
                return take_place(context, Where("", context.call.half_place))
            return Ask("place")
        case "keys":
            return Go(State.KEY_PLACE)
        case str(number):
            return Go(State.PLACE_STREET, remember={"number": number})
        case Where():
            return take_place(context, where)


@state(State.PLACE_CORNER, hears=PlaceAnswer(), to=FOUND | NOT_FOUND | {State.KEY_PLACE})
def place_corner(context: Context, where: Where | str | None) -> Move:
    """The address was not found twice: ask for the nearest corner."""
    return Ask("place_corner") if where is None else place(context, where)


@state(
    State.PLACE_LANDMARK,
    hears=PlaceAnswer(),
    to=FOUND | NOT_FOUND | {State.KEY_PLACE},
    unanswered=Where("", PlaceFinding()),
)
def place_landmark(context: Context, where: Where | str | None) -> Move:
    """Nor the corner: ask for something well known nearby."""
    return Ask("place_landmark") if where is None else place(context, where)


def _found_places(context: Context) -> tuple[Option, ...]:
    language = context.call.language
    guesses = context.call.place_guesses
    same = len({guess.address for guess in guesses}) < len(guesses)
    names = [
        spoken_area(guess, context) if same and guess.area else spoken_address(guess.address, language)
        for guess in guesses
    ]
    options = [Option(name, (guess.address, guess.street)) for name, guess in zip(names, guesses, strict=True)]
    return (
        *options,
        Option(
            wording(context.city, "none_of_these", language, {}),
            ("none", "no", "neither", "ninguna", "ninguno", "aucun", "aucune", "non"),
        ),
    )


@state(State.CHOOSE_PLACE, hears=OneOf(_found_places), to=AGENDA | NOT_FOUND | {State.PLACE_NUMBER})
def choose_place(context: Context, index: int | None) -> Move:
    """The street is unclear, or lies in several areas: offer the likeliest by name and key."""
    guesses = context.call.place_guesses
    if index is None:
        return Ask("choose_place")
    if index < len(guesses):
        return chosen(context, guesses[index])
    return not_found(context, "")


def chosen(context: Context, place: Place) -> Go:
    """Go on with a place picked from a list: picking it was the confirmation, if it is a whole place."""
    if place.kind == "address" and not place.number:
        return Go(State.PLACE_NUMBER, remember={"street": place.street or place.address, "place_guesses": ()})
    return onward(context, **(_SETTLED | {"place": place, "place_confirmed": True}))


@state(State.CONFIRM_PLACE, hears=yes_no, to=AGENDA | NOT_FOUND)
def confirm_place(context: Context, right: bool | None) -> Move:
    """Read the address back: speech recognition is at its worst on street names."""
    place = context.call.place
    if place is None or right is False:
        return not_found(context, "") if place is not None else Go(State.PLACE)
    if right is None:
        return Ask("confirm_place", {"place": spoken_place(place, context)})
    return onward(context, place_confirmed=True)


def spoken_place(place: Place, context: Context) -> str:
    """Read back a place, with its area where that helps to recognise it."""
    address = spoken_address(place.address, context.call.language)
    return f"{address}, {spoken_area(place, context)}" if place.area and place.verified else address


def spoken_area(place: Place, context: Context) -> str:
    """The area's name in the call's language; a gazetteer's own word where the city does not list it."""
    area = context.city.areas.get(place.area)
    return in_language(area.names, context.call.language) if area is not None else place.area


@state(State.TEXT_MAP, hears=Either(yes_no, Outcome(Result)), to=AGENDA, unanswered=False)
def text_map(context: Context, wanted: bool | Result | None) -> Move:
    """No place was found: offer a link to a map by text; else keep the caller's own words, for a person to check."""
    call = context.call
    words = " / ".join(dict.fromkeys(call.place_words))[:300]
    as_said: dict[str, Any] = {
        "place": Place(kind="none", address=words, verified=False),
        "place_confirmed": True,
        "review": tuple(dict.fromkeys((*call.review, "location_unverified"))),
    }
    match wanted:
        case None if call.caller:
            return Ask("text_map")
        case True:
            return Do(TextMapLink(call))
        case Result(ok=True):
            return onward(context, say="map_sent", **as_said)
        case _:
            return onward(context, say="place_as_said", **as_said)
