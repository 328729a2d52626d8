"""What is wrong: from the caller's own words or from the keys to one of the city's services."""

from __future__ import annotations

from typing import Any

from dispatch.city.model import Choice, Service, in_language
from ivr.dialogue.agenda import AGENDA, onward
from ivr.dialogue.call import Said, State
from ivr.dialogue.context import Context
from ivr.dialogue.grammar import NoMatch, OneOf, Option
from ivr.dialogue.heard import Heard, Speech
from ivr.dialogue.moves import Ask, Go, Move
from ivr.dialogue.requests import MenuAnswer, Request, menu_here, request_in
from ivr.dialogue.script import state
from ivr.prompts.prompts import wording
from ivr.understanding.answers import mentioned, yes_or_no
from ivr.understanding.places import OFFER as PLAUSIBLE
from ivr.understanding.places import SURE
from ivr.understanding.services import GO_ON, OFFER

_CHOICES = 3


def take_request(context: Context, request: Request) -> Move:
    """Keep all that a request said: a service if sure, a place if one was named; ask or offer what is unsure."""
    call = context.call
    memory: dict[str, Any] = {"said": (*call.said, request.text)}
    place = request.place.best
    if place is not None and not request.place.missing and place.confidence >= SURE:
        memory["place"] = place
    elif request.place.missing or (place is not None and place.confidence >= PLAUSIBLE):
        memory["half_place"] = request.place
    best = request.services[0] if request.services else None
    if best is not None and best.confidence >= GO_ON:
        return service_chosen(context, best.code, **memory)
    offered = tuple(guess.code for guess in request.services if guess.confidence >= OFFER)[:_CHOICES]
    if offered:
        return Go(State.CHOOSE_SERVICE, remember=memory | {"service_guesses": offered})
    learnt = place is not None and call.place is None
    if learnt or (call.attempts and call.state != State.MENU):  # the menu itself counts a miss, or it would never end
        return Go(State.MENU, say="menu_instead", remember=memory | {"menu": ()})
    raise NoMatch


def service_chosen(context: Context, code: str, **memory: Any) -> Go:
    """Go on with a service, confirming it by naming it; a notice in force for it is said first."""
    city, call = context.city, context.call
    service = city.services[code]
    said = " ".join(memory.get("said", call.said))
    memory["answers"] = _already_answered(service, call.answers, said)
    memory |= {"service": code, "service_guesses": ()}
    move = onward(context, **memory)
    ahead = onward(context, **(memory | {"asked": (*call.asked, State.ALIKE)}))
    named = Said("service_understood", {"service": in_language(service.names, call.language)})
    aloud = [] if ahead.state is State.REVIEW else [named]  # the review names it as well
    return Go(move.state, say=(*aloud, *notices_about(code, context)), remember=move.remember)


def notices_about(code: str, context: Context) -> list[Said]:
    """What the city has to say just now to whoever asks for this service: a storm, a strike, a changed day."""
    in_force = (notice for notice in context.city.notices if notice.code in context.notices and code in notice.services)
    return [Said("notice", {"notice": in_language(notice.say, context.call.language)}) for notice in in_force]


def _already_answered(service: Service, answers: dict[str, str], said: str) -> dict[str, str]:
    """The service's own questions that need not be asked: answered before, or in the caller's own words."""
    mentions = (
        (question.code, mentioned(said, [_wordings(choice) for choice in question.choices]))
        for question in service.questions
    )
    told = {code: choice for code, choice in mentions if choice is not None}
    by_code = {question.code: question for question in service.questions}
    kept = {code: value for code, value in answers.items() if code in by_code}
    return kept | {code: by_code[code].choices[choice].code for code, choice in told.items() if code not in kept}


def _wordings(choice: Choice) -> list[str]:
    return [*choice.names.values(), *(phrase for phrases in choice.phrases.values() for phrase in phrases)]


def _offered_services(context: Context) -> tuple[Option, ...]:
    services, language = context.city.services, context.call.language
    offered = [services[code] for code in context.call.service_guesses if code in services]
    options = [Option(in_language(service.names, language), service.phrases.get(language, ())) for service in offered]  # type: ignore[call-overload]
    return (*options, Option(wording(context.city, "something_else", language, {}), _NEITHER.get(language, ())))


_NEITHER = {
    "en": ("none of these", "neither", "no", "none", "something different"),
    "es": ("ninguna de estas", "ninguno", "no", "otra"),
    "fr": ("aucun", "aucune", "non", "ni l'un ni l'autre"),
}


class OfferedService(OneOf):
    """One of the services offered; or yes or no where only one is; or the request in other words."""

    def understand(self, heard: Heard, context: Context) -> int | Request:  # type: ignore[override] # an answer is more than a choice here
        """Return the option's index, or the request as said anew."""
        try:
            return OneOf.understand(self, heard, context)
        except NoMatch:
            if not isinstance(heard, Speech):
                raise
        if len(context.call.service_guesses) == 1 and (answer := yes_or_no(heard.text)) is not None:
            return 0 if answer else 1
        request = request_in(heard.text, context)
        if request.services and request.services[0].confidence >= GO_ON:
            return request
        raise NoMatch


@state(State.CHOOSE_SERVICE, hears=OfferedService(_offered_services), to=AGENDA | {State.MENU, State.PERSON})
def choose_service(context: Context, chosen: int | Request | None) -> Move:
    """Unsure what was meant: offer the likeliest two or three by name and key."""
    guesses = context.call.service_guesses
    match chosen:
        case None:
            return Ask("choose_service")
        case Request():
            return take_request(context, chosen)
        case index if index < len(guesses):
            return service_chosen(context, guesses[index])
        case _ if context.call.turned_down:
            return Go(State.PERSON, say="get_a_person")
        case _:
            return Go(State.MENU, remember={"menu": (), "service_guesses": (), "turned_down": 1})


@state(State.MENU, hears=MenuAnswer(), to=AGENDA | {State.MENU, State.CHOOSE_SERVICE})
def menu(context: Context, chosen: int | Request | None) -> Move:
    """The city's key menu, at most five entries a level; a request in words will do here too."""
    match chosen:
        case None:
            return Ask("menu")
        case Request():
            return take_request(context, chosen)
        case index:
            entry = menu_here(context)[index]
            if entry.service is not None:
                return service_chosen(context, entry.service, menu=())
            return Go(State.MENU, remember={"menu": (*context.call.menu, index)})
