"""From the first ring to the open question: the greeting, a broken-off call taken up again, the language."""

from __future__ import annotations

from dispatch.city.model import in_language
from ivr.dialogue.agenda import AGENDA, next_question, onward
from ivr.dialogue.call import Call, Said, State, decode
from ivr.dialogue.context import Context
from ivr.dialogue.grammar import OneOf, Option, yes_no
from ivr.dialogue.heard import Arrived
from ivr.dialogue.moves import Ask, Go, Move
from ivr.dialogue.requests import OpenRequest, Request
from ivr.dialogue.script import state
from ivr.dialogue.speaking import OTHER_LANGUAGES
from ivr.dialogue.states.request import take_request
from ivr.dialogue.wording import spoken_address
from ivr.understanding.commands import Command

KEPT = (
    *("language", "service", "place", "place_confirmed", "answers", "description"),
    *("said", "asked", "contact", "name", "updates", "review"),
)
"""What a broken-off call hands on to the call that takes it up."""


@state(State.WELCOME, hears=OpenRequest(), to={State.HOW_CAN_I_HELP, State.RESUME})
def welcome(context: Context, heard: Arrived | Request | Command | str | None) -> Move:
    """Greet, naming 911 within five seconds, say what callers should know today, and ask how to help."""
    said = greeting(context)
    if isinstance(heard, Arrived) and heard.unfinished is not None:
        earlier = decode(heard.unfinished.memory)
        if earlier.service in context.city.services and earlier.place is not None:
            memory = {field: getattr(earlier, field) for field in KEPT}
            return Go(State.RESUME, say=said[:1], remember=memory | {"resumed_from": heard.unfinished.call_sid})
    return Go(State.HOW_CAN_I_HELP, say=said)


def greeting(context: Context) -> tuple[Said, ...]:
    """The city and 911, then the notices in force, then each other language inviting in itself."""
    language = context.call.language
    notices = [notice for notice in context.city.notices if notice.code in context.notices and not notice.services]
    in_force = (Said("notice", {"notice": in_language(notice.say, language)}) for notice in notices)
    return (Said("welcome"), *in_force, Said(OTHER_LANGUAGES))


@state(State.RESUME, hears=yes_no, to=AGENDA, unanswered=True)
def resume(context: Context, go_on: bool | None) -> Move:
    """Offer to go on with the call that broke off a little while ago."""
    call = context.call
    if go_on is None:
        service = context.city.services[call.service]
        place = spoken_address(call.place.address, call.language) if call.place else ""
        return Ask("welcome_back", {"service": in_language(service.names, call.language), "place": place})
    if go_on:
        return onward(context)
    fresh = Call()
    forgotten = {field: getattr(fresh, field) for field in (*KEPT, "resumed_from") if field != "language"}
    return Go(State.HOW_CAN_I_HELP, remember=forgotten)


@state(
    State.HOW_CAN_I_HELP,
    hears=OpenRequest(),
    to=AGENDA | {State.MENU, State.CHOOSE_SERVICE, State.STATUS_NUMBER},
)
def how_can_i_help(context: Context, wanted: Request | Command | str | None) -> Move:
    """The open question, with the key menu, the check of a request and the other languages behind keys."""
    match wanted:
        case None:
            return Ask("how_can_i_help")
        case Command():
            return Go(State.STATUS_NUMBER)
        case "menu":
            return Go(State.MENU, remember={"menu": ()})
        case str(language):
            return Go(State.HOW_CAN_I_HELP, say="language_changed", remember={"language": language})
        case Request():
            return take_request(context, wanted)


def _languages(context: Context) -> tuple[Option, ...]:
    voices = context.city.languages
    return tuple(Option(in_language(voice.name, code), tuple(voice.name.values())) for code, voice in voices.items())


@state(State.CHOOSE_LANGUAGE, hears=OneOf(_languages), to=frozenset(State), unanswered=0)
def choose_language(context: Context, index: int | None) -> Move:
    """Let the caller choose a language and go on where they were."""
    if index is None:
        return Ask("choose_language")
    language = tuple(context.city.languages)[index]
    back_to = State(context.call.resume_to or State.HOW_CAN_I_HELP)
    return Go(back_to, say="language_changed", remember={"language": language, "resume_to": ""})


@state(State.LOST, hears=OpenRequest(), to=AGENDA)
def lost(context: Context, _: Request | Command | str | None) -> Move:
    """A deploy took away the state this call was in: apologise, and go on with what is known."""
    return Go(next_question(context, context.call), say="lost")
