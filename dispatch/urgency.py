"""How soon somebody should look at a report: the service's own rules, and what "not fixed" adds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from dispatch.city.model import City, UrgencyRule
from dispatch.new_ticket import NewTicket
from storage.vocabulary import Priority

_RANK = tuple(Priority)


class Urgency(NamedTuple):
    """A priority and the reason, in English, as operators see it; no reason where it is the usual one."""

    priority: Priority
    because: str


def judge(city: City, new: NewTicket) -> Urgency:
    """The highest priority any rule of the service gives it; of equal ones the first. Pure."""
    service = city.services.get(new.service)
    fitting = (
        Urgency(Priority(rule.priority), rule.because)
        for rule in (service.urgency if service else ())
        if _answered(rule, new.answers) or _said(rule, new.description)
    )
    return max(fitting, key=lambda urgency: _RANK.index(urgency.priority), default=Urgency(Priority.NORMAL, ""))


def raised(priority: Priority) -> Priority:
    """One step more urgent; the highest stays."""
    return _RANK[min(_RANK.index(priority) + 1, len(_RANK) - 1)]


def _answered(rule: UrgencyRule, answers: dict[str, str]) -> bool:
    return rule.question is not None and answers.get(rule.question) == rule.answer


def _said(rule: UrgencyRule, text: str) -> bool:
    words = [phrase for phrases in rule.words.values() for phrase in phrases]
    return bool(words) and _any_of(tuple(words)).search(_plain(text)) is not None


@lru_cache(maxsize=512)
def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Whole words alone: "gas" is not in "Vegas". In all languages at once, for people mix them."""
    return re.compile(rf"\b(?:{'|'.join(re.escape(_plain(phrase)) for phrase in phrases)})\b")


def _plain(text: str) -> str:
    """Lower case without accents, as recognisers often leave them out."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
