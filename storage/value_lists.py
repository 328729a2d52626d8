"""A list of values as one parameter, as each engine takes it: hundreds of parameters take longer than the rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import ARRAY, ColumnElement, any_, func, select
from sqlalchemy import cast as as_type
from sqlmodel import Session


def is_one_of(session: Session, column: Any, values: Sequence[int] | Sequence[str]) -> ColumnElement[bool]:
    """Whether the column has one of these values."""
    if session.connection().dialect.name == "sqlite":
        listed = func.json_each(json.dumps(values)).table_valued("value")
        return cast("ColumnElement[bool]", column.in_(select(listed.c.value)))
    return cast("ColumnElement[bool]", column == any_(as_type(list(values), ARRAY(column.type))))
