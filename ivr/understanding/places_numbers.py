"""House numbers that were misheard: which of a street's own numbers sounds like the one that is not there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Indel

from dispatch.city.gazetteer_names import number_in_words
from dispatch.city.gazetteer_sounds import sounds
from ivr.understanding.numbers import Reading

ALIKE = 0.6
_MOST = 3
LIKE_A_NUMBER = 0.66


@lru_cache(maxsize=20_000)
def said(number: int) -> str:
    """How a house number sounds when said in pairs, the commonest way: 1841 as "eighteen forty one"."""
    high, low = divmod(number, 100)
    if number < 100 or low == 0:
        return sounds(number_in_words(number))
    tail = number_in_words(low) if low > 9 else f"oh {number_in_words(low)}"
    return sounds(f"{number_in_words(high)} {tail}")


def number_sounds(words: Sequence[str]) -> list[Reading]:
    """House numbers up to 99 that the first words sound like: "aiken" may be 18, "welled" 12."""
    found = []
    for end in range(1, min(3, len(words) - 1) + 1):
        heard = sounds(" ".join(words[:end]))
        for _, likeness, at in process.extract(
            heard, _SMALL, scorer=Indel.normalized_similarity, limit=2, score_cutoff=LIKE_A_NUMBER
        ):
            found.append(Reading(at + 1, end, 1.5 + 8 * (1 - likeness)))
    return sorted(found, key=lambda one: one.cost)[:3]


def misheard(number: int, candidates: Sequence[int]) -> list[tuple[int, float]]:
    """The numbers among `candidates` that may have been said for `number`, with how alike they are, 0 to 1."""
    found = process.extract(
        said(number),
        [said(one) for one in candidates],
        scorer=Indel.normalized_similarity,
        limit=_MOST,
        score_cutoff=ALIKE,
    )
    written = str(number)
    alike = []
    for _, likeness, at in found:
        digits = Indel.normalized_similarity(written, str(candidates[at]))
        alike.append((candidates[at], max(likeness, digits)))
    return sorted(alike, key=lambda pair: -pair[1])


_SMALL = [said(number) for number in range(1, 100)]
