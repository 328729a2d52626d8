"""The place by keys, or piece by piece: number, street, cross street. For TTYs, relays and noisy corners."""

from __future__ import annotations

from ivr.dialogue.agenda import AGENDA
from ivr.dialogue.call import State
from ivr.dialogue.context import Context
from ivr.dialogue.grammar import NoMatch, OneOf, Option
from ivr.dialogue.moves import Ask, Go, Move
from ivr.dialogue.requests import NumberAnswer, StreetAnswer, Where
from ivr.dialogue.script import state
from ivr.dialogue.states.place import FOUND, NOT_FOUND, take_place
from ivr.dialogue.wording import spoken_address
from ivr.understanding.answers import means_skip, yes_or_no
from ivr.understanding.found import Place, PlaceFinding

_CORNER = 1
_MOST = 4
_WAYS = {
    "en": (
        Option("an address", ("address", "house number", "street address")),
        Option("a corner", ("corner", "intersection")),
    ),
    "es": (
        Option("una dirección", ("dirección", "número")),
        Option("una esquina", ("esquina", "cruce", "intersección")),
    ),
    "fr": (
        Option("une adresse", ("adresse", "numéro")),
        Option("un coin de rue", ("coin", "intersection", "carrefour")),
    ),
}


class _Ways(OneOf):
    """The prompt itself reads the two ways out, so the options are not read again."""

    def options(self, context: Context) -> tuple[Option, ...]:  # noqa: ARG002 - the protocol's signature
        return ()


@state(
    State.KEY_PLACE,
    hears=_Ways(lambda context: _WAYS.get(context.call.language, _WAYS["en"])),
    to={State.PLACE_NUMBER, State.PLACE_STREET},
)
def key_place(_: Context, way: int | None) -> Move:
    """Choose what to key in: an address or a corner."""
    if way is None:
        return Ask("key_place")
    if way == _CORNER:
        return Go(State.PLACE_STREET, remember={"corner": True, "number": "", "street": ""})
    return Go(State.PLACE_NUMBER, remember={"corner": False, "number": "", "street": ""})


@state(State.PLACE_NUMBER, hears=NumberAnswer(), to=(FOUND | NOT_FOUND) - {State.PLACE_NUMBER})
def place_number(context: Context, answer: Where | str | None) -> Move:
    """Ask for the house number; a corner or a whole address will do as well."""
    street = context.call.street
    match answer:
        case None if street:
            return Ask("place_number_on", {"street": spoken_address(street, context.call.language)})
        case None:
            return Ask("place_number")
        case str(number):
            return Go(State.PLACE_STREET, remember={"number": number})
        case Where():
            return _unless_still_missing(context, answer, "number")


@state(State.PLACE_STREET, hears=StreetAnswer(), to=(FOUND | NOT_FOUND | {State.CROSS_STREET}) - {State.PLACE_STREET})
def place_street(context: Context, answer: Where | None) -> Move:
    """Ask for the street, spoken or spelled on the keys."""
    call = context.call
    if answer is None:
        return Ask("place_street")
    if call.corner and answer.finding.best is not None and answer.finding.best.kind == "address":
        return Go(State.CROSS_STREET, remember={"place_guesses": answer.finding.guesses[:_MOST]})
    return _unless_still_missing(context, answer, "street")


@state(State.CROSS_STREET, hears=StreetAnswer(), to=AGENDA | NOT_FOUND | {State.CHOOSE_PLACE})
def cross_street(context: Context, answer: Where | None) -> Move:
    """Ask for the second street of a corner, and find where the two meet."""
    call = context.call
    if answer is None:
        first = call.place_guesses[0].street if call.place_guesses else ""
        return Ask("cross_street", {"street": spoken_address(first, call.language)})
    if answer.finding.best is not None and answer.finding.best.kind == "intersection":
        return take_place(context, answer)
    corners = _corners(context, call.place_guesses, answer.finding.guesses[:_MOST])
    return take_place(context, Where(answer.text, PlaceFinding(guesses=corners)))


def _corners(context: Context, firsts: tuple[Place, ...], seconds: tuple[Place, ...]) -> tuple[Place, ...]:
    """Every corner where one of the first streets meets one of the second."""
    language = context.call.language
    found = (
        context.understanding.place(f"{first.street} & {second.street}", language, asked=True).best
        for first in firsts
        for second in seconds
    )
    return tuple(dict.fromkeys(place for place in found if place is not None and place.kind == "intersection"))


def _unless_still_missing(context: Context, answer: Where, what: str) -> Go:
    """Go on; a corner where there is no number; a miss where the very thing we asked for is still missing."""
    if answer.finding.missing == what:
        if means_skip(answer.text) or yes_or_no(answer.text) is False:
            return Go(State.PLACE_CORNER)
        raise NoMatch
    return take_place(context, answer)
