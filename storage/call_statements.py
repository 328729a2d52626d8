"""Every statement of a turn, compiled once for one engine from the tables: a column renamed there is renamed here."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Executable, Table, bindparam, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from storage.tables import Call, Turn
from storage.vocabulary import CallStatus

_CALLS: Final[Table] = Call.__table__  # type: ignore[attr-defined] # SQLModel's types hide it
_TURNS: Final[Table] = Turn.__table__  # type: ignore[attr-defined] # SQLModel's types hide it
_MOVED: Final = ("language", "state", "turn", "memory", "alarm", "updated_at")
"""Columns of a call that a turn rewrites; none of them is indexed."""


class Statements:
    """The statements. On PostgreSQL one keeps a turn; on SQLite it takes two within a transaction, see `keep`."""

    def __init__(self, dialect: Dialect) -> None:
        def compiled(statement: Executable) -> str:
            return str(statement.compile(dialect=dialect))  # type: ignore[attr-defined] # SQLModel's types hide it

        call = {
            name: bindparam(name, type_=_CALLS.c[name].type) for name in ("call_sid", "city", "caller", *_MOVED[:4])
        }
        at = bindparam("at", type_=_CALLS.c.updated_at.type)
        alarm = bindparam("call_alarm", type_=_CALLS.c.alarm.type)
        turn = {
            name: bindparam(name, type_=_TURNS.c[name].type)
            for name in _TURNS.c.keys()  # noqa: SIM118 - a column collection iterates over columns, not names
            if name not in {"number", "state_after"}
        }
        turn |= {"number": call["turn"], "state_after": call["state"]}
        moved = {"alarm": alarm, "updated_at": at} | {name: call[name] for name in _MOVED[:4]}
        at_before = (_CALLS.c.call_sid == call["call_sid"]) & (
            _CALLS.c.turn == bindparam("before", type_=_CALLS.c.turn.type)
        )

        flavour: Any = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
        begin = flavour(_CALLS).values(
            **call,
            alarm=alarm,
            updated_at=at,
            started_at=at,
            status=literal_column(f"'{CallStatus.ACTIVE.value}'"),
        )
        begin = begin.on_conflict_do_nothing()
        move = update(_CALLS).where(at_before).values(**moved)
        self.begin = compiled(begin)
        self.move = compiled(move)
        self.add = compiled(flavour(_TURNS).values(**turn).on_conflict_do_nothing())
        self.begin_at_once = self.move_at_once = ""
        if dialect.name != "sqlite":
            self.begin_at_once = compiled(_with_turn(begin, turn))
            self.move_at_once = compiled(_with_turn(move, turn))
        c = _CALLS.c
        self.read = compiled(
            select(c.turn, c.memory, c.status, c.alarm, c.started_at).where(c.call_sid == call["call_sid"])
        )
        self.hold = compiled(select(c.turn, c.status).where(c.call_sid == call["call_sid"]).with_for_update())
        self.reply = compiled(
            select(_TURNS.c.reply).where(_TURNS.c.call_sid == turn["call_sid"], _TURNS.c.number == turn["number"])
        )
        self.earlier = compiled(
            select(c.call_sid, c.memory, c.updated_at)
            .where(c.city == call["city"], c.caller == call["caller"], c.call_sid != call["call_sid"])
            .where(c.started_at > bindparam("since", type_=c.started_at.type))
            .order_by(c.started_at.desc())
            .suffix_with("LIMIT 1")
        )

    def at_once(self, before: int | None) -> str:
        """The statement that keeps a turn, on PostgreSQL."""
        return self.begin_at_once if before is None else self.move_at_once

    def keep(self, raw: Any, values: dict[str, Any]) -> bool:
        """Keep a turn within a transaction, on SQLite, where it takes two statements."""
        kept = bool(raw.execute(self.begin if values["before"] is None else self.move, values).rowcount)
        if kept:
            raw.execute(self.add, values)
        return kept


def _with_turn(change: Any, turn: dict[str, Any]) -> Any:
    """Change the call and, if that came to anything, add the turn: one statement, one transaction, one round trip."""
    changed = change.returning(_CALLS.c.call_sid).cte("changed")
    rows = select(*turn.values()).select_from(changed)
    return postgresql.insert(_TURNS).from_select(list(turn), rows).on_conflict_do_nothing()
