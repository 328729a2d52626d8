"""How likely a guess is: points for everything that fits, turned into the chance of being right.

Points are natural logarithms of odds: one point makes a guess 2.7 times likelier. The figures were fitted on invented
mishearings of real places (`python -m bench.places`), by hand-sized steps, and checked for honesty there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

SURE = 0.75
"""From here on a place is read back as understood: 95 of 100 such guesses are right."""
STREET_SURE = 0.6
"""From here on a street without a number is taken for granted: the number is asked for, and all is read back then."""
STREET_ALONE_OFFER = 0.4
"""Below this a single street without a number is not worth asking a number for: nothing was understood."""
OFFER = 0.08
"""From here on a place is worth offering among three; below, asking again is better."""

MENTIONED = 0.3
"""From here on words in the middle of a sentence that are no street as they stand are taken for a place."""

SOUND = 13.0
SPELLING = 4.3
TYPE = {1: 1.5, 0: 0.0, 2: 0.5, -1: -2.3}
NUMBER_PLAUSIBLE = -4.8
"""The street has no such number, but it lies between its lowest and highest on the right side."""
NUMBER_ODD = -8.0
"""The street's numbers do not reach that far."""
NUMBER_MISHEARD = -2.5
NUMBER_UNLIKE = -13.5
"""Times how unlike the number heard and the number there are."""
AREA = -7.0
"""The area named is another one; times how plainly it was named."""
STREET_ALONE = -2.9
"""An answer without a house number: the street may be right, but the place is not whole."""
CORNER = 1.4
NO_CORNER = -9.0
"""The two streets do not meet as far as the city's list knows."""
PLAINLY = 1.0
"""Points of a street that was heard as it is spelled, type and all."""
NO_CORNER_PLAIN = -5.5
"""Both streets were plainly named, and yet are not known to meet: the list of corners may have a gap."""
VAGUE = -4.5
"""A street without number, type or close likeness: "i don't know" sounds like some street as well."""
EVERYDAY_WORD = -8.0
"""The school, the store: likelier the thing than a street of that name."""
CLOSE = 0.86
NOTHING = -8.1
"""What a guess must compete with: that none of them is right."""


def street_points(sound: float, spelling: float, type_match: int) -> float:
    """Points of a street for how it sounds and is spelled, against words that named or left out its type."""
    return SOUND * (sound - 1.0) + SPELLING * (spelling - 1.0) + TYPE[type_match]


def confidences(points: Sequence[float]) -> list[float]:
    """The chance of each guess, given all of them and the chance that none is right."""
    top = max([*points, NOTHING])
    weights = [math.exp(point - top) for point in points]
    total = sum(weights) + math.exp(NOTHING - top)
    return [weight / total for weight in weights]
