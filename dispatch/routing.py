"""Which department gets a ticket, and why. There is always an answer: a ticket nobody has is a ticket nobody does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dispatch.city import hours
from dispatch.city.model import City, RoutingRule


class Routed(NamedTuple):
    """A department's code and the reason."""

    department: str
    because: str
    """A rule's in the city's own words; one of the house's as `Reason.written`, for `wording.because` to say."""


class Reason(NamedTuple):
    """One of the house's own reasons, by its name in the words of `notifications`, and what it speaks of, by codes."""

    name: str
    service: str = ""
    department: str = ""

    @property
    def written(self) -> str:
        """As the ledger keeps it: `usual:pothole:streets`."""
        return ":".join(self)


REASONS = frozenset({"usual", "no_department", "not_known"})
"""The service's own department; a service that none does; a ticket of which nobody knows yet what it is about."""


def reason(because: str) -> Reason | None:
    """The house's reason that the ledger keeps so; None for a city's words, and for what was kept in words before."""
    name, *slots = because.split(":")
    return Reason(name, *slots) if name in REASONS and len(slots) == len(Reason._fields) - 1 else None


def route(city: City, service: str, *, area: str, answers: Mapping[str, str], at: dt.datetime) -> Routed:
    """Decide who gets it: the city's first rule that fits, else the service's own department, else the front desk."""
    return next(_candidates(city, service, area, answers, at))


def front_desk(city: City) -> str:
    """Code of the department that sorts out what fits nowhere: the city's choice, else the first in its file."""
    chosen = city.front_desk
    return chosen if chosen in city.departments else next(iter(city.departments))


def _candidates(city: City, service: str, area: str, answers: Mapping[str, str], at: dt.datetime) -> Iterator[Routed]:
    known = city.services.get(service)
    usual = city.departments.get(known.department) if known else None
    for rule in city.routing:
        if rule.department in city.departments and _fits(rule, service, area, answers):
            if rule.outside_hours and hours.is_open(city, usual, at):
                continue
            yield Routed(rule.department, rule.because)
    if usual:
        yield Routed(usual.code, Reason("usual", service, usual.code).written)
    yield Routed(front_desk(city), Reason("no_department" if service else "not_known", service).written)


def _fits(rule: RoutingRule, service: str, area: str, answers: Mapping[str, str]) -> bool:
    return (
        service in rule.services
        and (not rule.areas or area in rule.areas)
        and all(answers.get(question) == answer for question, answer in rule.answers.items())
    )
