"""What people text, sentence by sentence in three languages: wishes for silence, "not fixed", questions, reports."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from dispatch.text_commands import Wish, denies, says_fixed, understand
from tests.dispatch.littleton import LITTLETON

SAYINGS = Path(__file__).with_name("sayings")
TUNED, UNSEEN = (tomllib.loads((SAYINGS / f"{name}.toml").read_text("utf-8")) for name in ("tuned", "unseen"))
KINDS = [(language, kind) for language, kinds in TUNED.items() for kind in kinds]


def taken_for(sentence: str, kind: str) -> str:
    """The kind of sentence it is taken for; "" where it is taken for none, and so for words like any others."""
    wish = understand(LITTLETON, sentence).wish
    if wish in {Wish.START, Wish.HELP}:
        return wish
    if wish is Wish.STOP:
        return "silence"
    if wish is Wish.STATUS:
        return "status"
    # A report may well say that something is "still not fixed": it is heard as a report where nothing has ended.
    return "goes_on" if kind != "report" and (says_fixed(sentence) is False or denies(sentence)) else ""


def mistaken(sentences: list[str], kind: str) -> list[tuple[str, str]]:
    """The sentences taken for something else, each with that."""
    right = kind if kind in {"silence", "goes_on", "status"} else ""
    taken = ((sentence, taken_for(sentence, kind)) for sentence in sentences)
    return [(sentence, found) for sentence, found in taken if found != right]


@pytest.mark.parametrize(("language", "kind"), KINDS)
def test_every_sentence_that_was_looked_at_is_taken_for_what_it_is(language: str, kind: str) -> None:
    assert mistaken(TUNED[language][kind], kind) == []


@pytest.mark.parametrize("language", UNSEEN)
def test_sentences_nobody_looked_at_do_about_as_well(language: str) -> None:
    kinds = UNSEEN[language]
    wrong = [one for kind, sentences in kinds.items() for one in mistaken(sentences, kind)]
    assert len(wrong) <= 0.1 * sum(map(len, kinds.values())), wrong


@pytest.mark.parametrize("language", UNSEEN)
@pytest.mark.parametrize("kind", ["report", "tell", "fixed"])
def test_who_wishes_nothing_is_never_silenced_and_opens_nothing_again(language: str, kind: str) -> None:
    assert mistaken(UNSEEN[language][kind], kind) == []
