"""Two people change the same tickets at the same moment: one waits for the other, and both get it done."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
from sqlmodel import Session

from dispatch import deeds, tickets
from dispatch.new_ticket import By
from storage.database import Database
from storage.tables import Ticket
from storage.vocabulary import Channel, Priority, Status
from tests.dispatch.desk import change, filed, ticket, together
from tests.dispatch.littleton import CALLER, CLERK, LITTLETON, MONDAY, later


@pytest.mark.parametrize("time", range(8))
def test_a_caller_says_not_fixed_of_a_duplicate_while_a_clerk_resolves_the_ticket_it_joined(
    database: Database, time: int
) -> None:
    parent, *kin = (filed(database, origin=f"CA{time}:{n}") for n in range(7))
    for one in kin:
        change(database, tickets.merge, one, parent, CLERK)
    resolve = partial(change, database, tickets.change_status, parent, Status.RESOLVED, CLERK, public="Filled.")
    object_ = partial(change, database, tickets.not_fixed, kin[-1], "still there", later(CALLER, hours=1))
    together([resolve, object_])
    assert ticket(database, parent).status in {Status.RESOLVED, Status.REOPENED}


def test_two_clerks_do_the_same_to_many_from_both_ends_of_the_list(database: Database) -> None:
    numbers = [filed(database, origin=f"CA{n}:1") for n in range(40)]

    def raise_all(who: str, order: list[str]) -> None:
        by = By(who, Channel.CONSOLE, MONDAY + dt.timedelta(hours=1))

        def urgent(session: Session, number: str, seen: int | None) -> Ticket:
            return tickets.change_priority(session, LITTLETON, number, Priority.HIGH, by, why="school", seen=seen)

        with database.transaction() as session:
            deeds.do(session, LITTLETON, by, "priority", dict.fromkeys(order), partial(urgent, session))

    together([lambda: raise_all("maria", numbers), lambda: raise_all("ben", numbers[::-1])])
    assert {ticket(database, number).version for number in numbers} == {3}
