"""Numbers and moments as links and forms bring them: read without surprise, whatever somebody typed there."""

from __future__ import annotations

import datetime as dt

ONE_ROW = "<int(max=999999999999999999):number>"
"""The number of a row in a route: a larger one no column can hold, and so it is not found."""
_LONGEST = 17
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def whole(text: str) -> int | None:
    """A whole number as our own links write it, small enough for a column and for a moment; None for anything else.

    "²" is a digit to Python, and no number.
    """
    return int(text) if text.isdecimal() and len(text) <= _LONGEST else None


def written(moment: dt.datetime) -> int:
    """A moment as our links write it, exactly as columns hold it: microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> dt.datetime:
    """The moment that a link's number means."""
    return _EPOCH + microseconds * _MICROSECOND
