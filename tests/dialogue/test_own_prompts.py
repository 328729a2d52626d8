"""A city words a prompt anew: callers hear its words, and what would confuse or endanger them is refused beforehand."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dispatch.city.model import City
from ivr.prompts.prompts import mistakes
from ivr.understanding.understanding import CityUnderstanding
from tests.dialogue.conversation import CALLER, Conversation

QUESTION = {
    "en": {"say": "Springfield is listening. For a menu, press 1. To check on a request, press 2."},
    "es": {"say": "Springfield le escucha. Para un menú, oprima 1. Para consultar una solicitud, oprima 2."},
    "fr": {"say": "Springfield vous écoute. Pour un menu, faites le 1. Pour suivre une demande, faites le 2."},
}


def worded(city: City, **prompts: Any) -> City:
    """The city with prompts of its own."""
    return City.model_validate(city.model_dump() | {"prompts": prompts})


def wrong(city: City, **prompts: Any) -> list[str]:
    return [str(mistake) for mistake in mistakes(worded(city, **prompts))]


def test_callers_hear_the_citys_own_words_in_their_language(city: City, understanding: CityUnderstanding) -> None:
    own = worded(city, how_can_i_help=QUESTION, something_else={"en": {"say": "nothing of the kind"}})
    assert list(mistakes(own)) == []
    call = Conversation(own, understanding, office_open=True, caller=CALLER).starts()
    call.hears("Springfield is listening.").presses("3").hears("Springfield le escucha.")
    asked = Conversation(own, understanding, office_open=True, caller=CALLER).starts()
    asked.says("the light").hears("nothing of the kind, press 3")


def test_what_is_not_worded_anew_is_said_as_everywhere(city: City, understanding: CityUnderstanding) -> None:
    call = Conversation(worded(city, how_can_i_help=QUESTION), understanding, office_open=True, caller=CALLER).starts()
    call.hears("Thank you for calling Springfield").says("there is a pothole").hears("Where is it?")


def test_nobody_is_left_without_911_or_a_key(city: City) -> None:
    greeting = {"en": {"say": "Welcome to {city}!"}}
    assert wrong(city, welcome=greeting) == [
        "springfield/city.toml: prompts.welcome.en.say: must hold the slots city, emergency; it holds city"
    ]
    assert wrong(city, how_can_i_help=QUESTION | {"en": {"say": "How can I help you? For a menu, press 1."}}) == [
        "springfield/city.toml: prompts.how_can_i_help.en.say: must name the keys 1, 2; it names 1"
    ]
    assert wrong(city, welcome={"en": {"say": "Welcome to {city. Dial {emergency}."}}) == [
        "springfield/city.toml: prompts.welcome.en.say: has a stray brace"
    ]


def test_a_prompt_nobody_says_is_told_with_what_may_be_meant(city: City) -> None:
    [told] = wrong(city, how_can_i_hlep=QUESTION)
    assert told.startswith('springfield/city.toml: prompts.how_can_i_hlep: there is no prompt "how_can_i_hlep"')
    assert told.endswith('did you mean "how_can_i_help"?')


def test_a_prompt_has_words_and_nothing_but(city: City) -> None:
    for spoilt in ({"say": ""}, {"again": "What?"}, {"say": "Hello", "loud": True}):
        with pytest.raises(ValidationError):
            worded(city, lost={"en": spoilt})
