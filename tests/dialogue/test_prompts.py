"""Every prompt in every language, with the same slots, short enough to be listened to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.dialogue.call import State
from ivr.prompts.prompts import FALLBACK, prompts
from storage.vocabulary import Status

LANGUAGES = ["en", "es", "fr"]
WORDS_A_SECOND = 2.6
SOURCES = "\n".join(path.read_text("utf-8") for path in (Path(__file__).parents[2] / "ivr").rglob("*.py"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_is_there_with_the_same_slots(language: str) -> None:
    ours, theirs = prompts(language), prompts(FALLBACK)
    assert list(ours) == list(theirs)
    for name, prompt in ours.items():
        assert prompt.slots() == theirs[name].slots(), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_prompts_are_short(language: str) -> None:
    for name, prompt in prompts(language).items():
        limit = 40 if name.startswith(("emergency", "goodbye", "message", "trouble", "after", "status_is")) else 34
        assert len(prompt.say.split()) <= limit, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_911_is_named_within_five_seconds_of_the_greeting(language: str) -> None:
    before = prompts(language)["welcome"].say.partition("{emergency}")[0]
    assert len(before.split()) / WORDS_A_SECOND <= 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_last_word_names_911_and_a_person(language: str) -> None:
    for name in ("goodbye", "message_empty", "message_not_kept", "after_person", "emergency_last"):
        said = prompts(language)[name].say
        assert "{emergency}" in said, name
        assert re.search(r"\b0\b", said), name


def test_no_prompt_is_dead() -> None:
    for name in prompts(FALLBACK):
        if name.startswith("status_is_"):
            continue
        assert re.search(rf"\"{name}\"", SOURCES), f"nothing says {name}"


def test_every_status_can_be_told() -> None:
    assert {f"status_is_{status}" for status in Status} <= set(prompts(FALLBACK))


def test_no_prompt_is_made_of_quantities() -> None:
    for language in LANGUAGES:
        for name, prompt in prompts(language).items():
            for text in (prompt.say, prompt.again, prompt.help):
                assert not re.search(r"\d{3,}", text), f"{language} {name}: say digits apart"


def test_states_have_names_a_clerk_can_read() -> None:
    assert all(re.fullmatch(r"[a-z_]+", state) for state in State)
