"""Whatever is typed or heard, the guard answers: it never raises, and the same text gets the same answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.emergency import Assessment, Verdict, assess, assess_digits
from ivr.emergency.words import BOUNDARY, words

PIECES = st.sampled_from(
    "fire not no he she my house on in the . , ! won't wake up gun shot 9 1 one nine 911 🔥 last month every night but"
    " if hydrant heart attack bleeding não père está ' ’ # ## @person <3> {x|y} _ ~ = \n".split(" ")
)
"""Words that open scopes and signs, and the marks patterns are written with."""


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    found = assess(text)
    assert isinstance(found, Assessment)
    assert bool(found) == (found.verdict is not Verdict.NONE)
    assert found == assess(text)


@given(st.lists(PIECES, max_size=60))
def test_any_heap_of_alarming_words_gets_an_answer_that_says_why(pieces: list[str]) -> None:
    found = assess(" ".join(pieces))
    if found:
        assert found.category
        assert found.language in {"en", "es", "fr"} or found.evidence.endswith("[sounds like danger]")
        assert found.evidence.endswith("]")
        assert " [" in found.evidence
    else:
        assert found == Assessment()


@given(st.lists(PIECES, max_size=40))
def test_no_ordinary_sentence_before_or_after_hides_what_is_certain(pieces: list[str]) -> None:
    said = f"I want to report a pothole. My wife is not breathing. {' '.join(pieces)}"
    assert assess(said).verdict is Verdict.CERTAIN


@given(st.lists(PIECES, max_size=40), st.sets(st.sampled_from(["fire", "medical", "violence", "help"])))
def test_an_earlier_no_only_ever_quietens_questions(pieces: list[str], denied: set[str]) -> None:
    said = " ".join(pieces)
    before, after = assess(said), assess(said, denied=denied)
    if before.verdict is Verdict.CERTAIN:
        assert after == before
    elif after:
        assert after.verdict is Verdict.POSSIBLE
        assert after.category not in denied


@given(st.dictionaries(st.text(max_size=3), st.tuples(st.text(max_size=9), st.text()), max_size=3), st.text())
def test_any_signs_a_city_adds_never_break_the_guard(signs: dict[str, tuple[str, ...]], text: str) -> None:
    assert isinstance(assess(text, extra_signs=signs), Assessment)


@given(st.text(), st.text())
def test_any_keys_get_an_answer(keys: str, earlier: str) -> None:
    assert assess_digits(keys, earlier).verdict in {Verdict.NONE, Verdict.CERTAIN}


@given(st.text(max_size=300))
def test_every_word_points_into_the_text(text: str) -> None:
    heard = words(text)
    assert len(heard.forms) == len(heard.spans)
    assert heard.forms[0] == BOUNDARY
    for begin, end in heard.spans:
        assert 0 <= begin <= end <= len(heard.text)
