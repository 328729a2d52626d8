"""Prompts into sayings: words in the caller's language, options read out with their keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dispatch.city.model import in_language
from ivr.dialogue.call import Said
from ivr.dialogue.context import Context
from ivr.dialogue.grammar import Grammar
from ivr.dialogue.moves import Listen, Pause, Saying, Slots
from ivr.dialogue.requests import other_languages
from ivr.prompts.prompts import prompt, wording

OTHER_LANGUAGES = "other_languages"
"""A prompt without words of its own: each other language invites in itself, with its key."""
_FIRST_LANGUAGE_KEY = 3


def says(context: Context, prompts_said: Iterable[Said], *, attempt: int = 0) -> tuple[Saying | Pause, ...]:
    """Say prompts one after the other; `attempt` chooses the wording of the last."""
    everything = [said for said in prompts_said if said.prompt]
    spoken: list[Saying | Pause] = []
    for position, said in enumerate(everything):
        spoken.extend(_saying(context, said, attempt if position == len(everything) - 1 else 0))
    return tuple(spoken)


def ask_aloud(
    context: Context, grammar: Grammar[object], prompt: str, slots: Slots, lead: Sequence[Said]
) -> tuple[tuple[Saying | Pause, ...], Listen]:
    """Say what led here, the question, and its options with their keys; and listen."""
    language = context.call.language
    spoken = list(says(context, (*lead, Said(prompt, slots)), attempt=context.call.attempts))
    options = grammar.options(context)
    style = "option" if prompt == "menu" else "option_choice"
    for key, option in enumerate(options, 1):
        spoken.append(
            Saying(wording(context.city, style, language, {"option": option.name, "key": str(key)}), language)
        )
    return tuple(spoken), grammar.listen(context)


def _saying(context: Context, said: Said, attempt: int) -> list[Saying | Pause]:
    language = context.call.language
    if said.prompt == OTHER_LANGUAGES:
        return [
            Saying(wording(context.city, "language_invitation", other, {"key": str(key)}), other)
            for key, other in enumerate(other_languages(context), _FIRST_LANGUAGE_KEY)
        ]
    slots = {"city": in_language(context.city.names, language), "emergency": emergency_number(context)} | said.slots
    found = prompt(context.city, said.prompt, language)
    return [Saying(found.wording(attempt).format_map(slots), language, "" if attempt else found.audio)]


def emergency_number(context: Context) -> str:
    """The number to dial in an emergency, digit by digit."""
    return " ".join(context.city.emergency.number)
