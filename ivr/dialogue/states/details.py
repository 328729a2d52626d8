"""Beyond what and where: the service's own questions, a description, how to reach the caller."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.city.model import Question, in_language
from ivr.dialogue.agenda import AGENDA, onward, open_question
from ivr.dialogue.call import State
from ivr.dialogue.context import Context
from ivr.dialogue.grammar import FreeText, Grammar, NoMatch, Number, OneOf, Option, free_text, yes_no
from ivr.dialogue.heard import Digits, Heard, Speech
from ivr.dialogue.moves import Ask, Go, Listen, Move
from ivr.dialogue.script import state
from ivr.understanding.answers import means_skip

_YES, _NO, UNKNOWN = "yes", "no", ""


def _asked(context: Context) -> Question:
    service = context.service
    question = open_question(service, context.call) if service is not None else None
    if question is None:
        raise NoMatch
    return question


def _choices(context: Context) -> tuple[Option, ...]:
    language = context.call.language
    return tuple(
        Option(
            in_language(choice.names, language),
            tuple(phrase for phrases in choice.phrases.values() for phrase in phrases),
        )
        for choice in _asked(context).choices
    )


_one_of_its_choices = OneOf(_choices)
_a_number = Number(1, 12, skippable=True)


class ServiceAnswer:
    """The answer to whatever the service asks, as stored: "yes", a choice's code, digits or words; "" for none."""

    def understand(self, heard: Heard, context: Context) -> str:
        """Return the answer; optional questions may be skipped."""
        question = _asked(context)
        if not question.required and isinstance(heard, Speech) and question.kind != "yes_no" and means_skip(heard.text):
            return UNKNOWN
        match question.kind:
            case "yes_no":
                return _YES if yes_no.understand(heard, context) else _NO
            case "choice":
                return question.choices[_one_of_its_choices.understand(heard, context)].code
            case "number":
                return _a_number.understand(heard, context)
            case _:
                return free_text.understand(heard, context)

    def listen(self, context: Context) -> Listen:
        """Listen as the question's kind asks for."""
        return _BY_KIND.get(_asked(context).kind, free_text).listen(context)

    def options(self, context: Context) -> tuple[Option, ...]:
        """Read out the choices, if the question has any."""
        return _choices(context) if _asked(context).kind == "choice" else ()


_BY_KIND: dict[str, Grammar[object]] = {"yes_no": yes_no, "choice": _one_of_its_choices, "number": _a_number}
_PROMPTS = {"yes_no": "question_yes_no", "number": "question_number", "choice": "question"}


@state(State.QUESTION, hears=ServiceAnswer(), to=AGENDA, unanswered=UNKNOWN)
def question(context: Context, answer: str | None) -> Move:
    """Ask what this service needs to know; silence leaves it open, for a person to ask."""
    service = context.service
    asked = open_question(service, context.call) if service is not None else None
    if asked is None:
        return onward(context)
    if answer is None:
        return Ask(
            _PROMPTS.get(asked.kind, "question_text"), {"question": in_language(asked.ask, context.call.language)}
        )
    return onward(context, answers=context.call.answers | {asked.code: answer})


@state(State.DESCRIBE, hears=free_text, to=AGENDA, unanswered="")
def describe(context: Context, words: str | None) -> Move:
    """Let the caller say more, in their own words, or go on."""
    if words is None:
        return Ask("describe")
    call = context.call
    description = f"{call.description} {words}".strip() if words else call.description
    return onward(context, description=description, asked=(*call.asked, State.DESCRIBE))


@state(State.CONTACT, hears=yes_no, to={State.CONTACT_NUMBER, State.NAME}, unanswered=False)
def contact(context: Context, may: bool | None) -> Move:
    """For services that need to reach the caller: the number they call from, another, or none."""
    call = context.call
    asked = (*call.asked, State.CONTACT)
    if not call.caller or may is False:
        return Go(State.CONTACT_NUMBER, remember={"asked": asked})
    if may is None:
        return Ask("contact")
    return Go(State.NAME, remember={"asked": asked, "contact": call.caller, "updates": True})


@state(State.CONTACT_NUMBER, hears=Number(10, 15, skippable=True), to=AGENDA | {State.NAME}, unanswered="")
def contact_number(context: Context, digits: str | None) -> Move:
    """Take another number to reach the caller at; anonymous is fine."""
    if digits is None:
        return Ask("contact_number")
    if not digits:
        return onward(context)
    return Go(State.NAME, remember={"contact": _international(digits), "updates": True})


def _international(digits: str) -> str:
    """Ten digits are a North American number; more begin with their country code."""
    return f"+1{digits}" if len(digits) == len("4155550142") else f"+{digits}"


@dataclass(frozen=True, slots=True)
class _Name(FreeText):
    """A name: no key but 2 makes sense."""

    def understand(self, heard: Heard, context: Context) -> str:
        match heard:
            case Digits(keys) if keys not in {"", "2"}:
                raise NoMatch
            case Speech(text):
                return "" if means_skip(text) else _bare_name(text)
            case _:
                return FreeText.understand(self, heard, context)


_OPENINGS = (
    *("my name is ", "the name is ", "name is ", "it's ", "this is ", "i'm ", "i am "),
    *("me llamo ", "mi nombre es ", "soy ", "je m'appelle ", "mon nom est ", "c'est "),
)


def _bare_name(text: str) -> str:
    """Leave the name: "my name is Maria Lopez." becomes "Maria Lopez"."""
    name = text.strip(" .,!?")
    lowered = name.casefold()
    for opening in _OPENINGS:
        if lowered.startswith(opening):
            return name[len(opening) :][:80]
    return name[:80]


@state(State.NAME, hears=_Name(), to=AGENDA, unanswered="")
def name(context: Context, words: str | None) -> Move:
    """Ask for a name, which may be left out."""
    if words is None:
        return Ask("name")
    return onward(context, name=words)
