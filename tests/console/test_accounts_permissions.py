"""Who may do what: the table of roles, and that no page of the desk can be had without asking it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from dispatch.accounts import PERMISSIONS, Account, Permission
from dispatch.accounts.permissions import needs_second_factor
from storage.vocabulary import Role

OPEN = {"static", "security.login", "city_log_in.there", "city_log_in.back"}
"""What may be seen by somebody who is not logged in."""


def test_each_role_may_what_the_one_before_may_and_more() -> None:
    assert list(PERMISSIONS) == list(Role)
    for less, more in pairwise(PERMISSIONS.values()):
        assert less < more
    assert PERMISSIONS[Role.ADMINISTRATOR] == frozenset(Permission)


def test_only_who_changes_nothing_does_without_a_second_factor() -> None:
    assert [role for role in Role if not needs_second_factor(role)] == [Role.VIEWER]


@pytest.mark.parametrize(
    ("role", "departments", "theirs", "others"),
    [
        (Role.VIEWER, ("streets",), False, False),
        (Role.OPERATOR, ("streets",), True, False),
        (Role.OPERATOR, (), True, True),
        (Role.SUPERVISOR, ("streets",), True, True),
    ],
)
def test_tickets_are_changed_by_those_whose_they_are(
    role: Role, departments: tuple[str, ...], *, theirs: bool, others: bool
) -> None:
    who = Account(role=role, departments=departments)
    assert who.can(Permission.CHANGE_TICKETS, "streets") is theirs
    assert who.can(Permission.CHANGE_TICKETS, "parks") is others
    assert who.can(Permission.CHANGE_TICKETS) is theirs, "of some department, at least"


def something(converter: BaseConverter) -> str | int:
    """What an address may hold there."""
    match converter:
        case IntegerConverter():
            return 1
        case AnyConverter():
            return min(converter.items)
        case _:
            return "x"


def doors(house: Flask) -> Iterator[tuple[str, str]]:
    """Every address of the desk with each method it takes, with something filled in where it wants something."""

    def filled(rule: Rule) -> str:
        given = {name: something(converter) for name, converter in rule._converters.items()}
        built = rule.build(given)
        assert built
        return built[1]

    for rule in house.extensions["console"].url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.endpoint not in OPEN:
                yield method, filled(rule)


def test_no_door_of_the_desk_opens_to_a_stranger(house: Flask) -> None:
    house.extensions["console"].config["WTF_CSRF_ENABLED"] = False
    stranger = house.test_client()
    found = list(doors(house))
    assert len(found) > 20
    opened = {}
    for method, path in found:
        answer = stranger.open(f"/console{path}", method=method, buffered=True)
        if answer.status_code != 302 or not answer.headers["Location"].startswith("/console/login"):
            opened[f"{method} {path}"] = answer.status_code
    assert opened == {}


def test_no_form_of_the_desk_is_taken_without_its_token(house: Flask) -> None:
    stranger = house.test_client()
    for method, path in doors(house):
        if method == "POST":
            assert stranger.post(f"/console{path}", buffered=True).status_code == 400, path
