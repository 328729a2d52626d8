"""Turns what pydantic finds in a city file into sentences for the person who wrote it."""

from __future__ import annotations

import re
import types
import typing
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from dispatch.city.formats import did_you_mean
from dispatch.city.mistakes import Path
from dispatch.city.model import City


def in_words(detail: ErrorDetails, path: Path) -> str:
    """One of pydantic's findings as a sentence for the person who wrote the file."""
    context = detail.get("ctx", {})
    got = detail["input"]
    shown = f'"{got}"' if isinstance(got, str) else _kind(got)
    kind = detail["type"]
    if kind == "extra_forbidden":
        known = _keys_at(path[:-1])
        return f"there is no such key here{did_you_mean(str(path[-1]), known)} Allowed: {', '.join(known)}"
    if kind == "literal_error":
        allowed = str(context["expected"]).replace("'", '"')
        hint = did_you_mean(str(got), re.findall(r'"(.*?)"', allowed))
        return f"{shown} is not one of {allowed}{hint}"
    if sentence := _SENTENCES.get(kind):
        return sentence.format(shown=shown, **context)
    if wanted := _WANTED.get(kind.removesuffix("_type").removesuffix("_parsing")):
        return f"{shown} is given where {wanted} is wanted"
    return f"{detail['msg']}, not {shown}"


_SENTENCES = {
    "missing": "is missing, and is needed",
    "string_pattern_mismatch": "{shown} does not look right; it must match {pattern}",
    "value_error": "{error}",
    "too_long": "holds {actual_length} entries, and may hold {max_length} at most",
    "too_short": "holds {actual_length} entries, and needs {min_length} at least",
    "greater_than_equal": "{shown} is too small: {ge} is the least",
    "less_than_equal": "{shown} is too large: {le} is the most",
}
_WANTED = {
    "string": "a text in quotes",
    "int": "a whole number",
    "int_from_float": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "tuple": "a list in [brackets]",
    "dict": "a table",
    "model": "a table",
    "datetime": "a date and time such as 2026-01-31T08:00:00",
    "datetime_from_date": "a date and time such as 2026-01-31T08:00:00",
}


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _keys_at(path: Path) -> list[str]:
    """The keys a table may have: walks the model's own annotations along the path."""
    kind: Any = City
    for part in path:
        kind = _below(kind, part)
    return list(kind.model_fields) if _is_model(kind) else []


def _below(kind: Any, part: str | int) -> Any:
    if _is_model(kind):
        return _unwrapped(kind.model_fields[part].annotation)
    arguments = typing.get_args(kind)
    return _unwrapped(arguments[1] if typing.get_origin(kind) is dict else arguments[0])


def _unwrapped(kind: Any) -> Any:
    """`OpeningHours | None` is OpeningHours here."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return next(each for each in typing.get_args(kind) if each is not type(None))
    return kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
