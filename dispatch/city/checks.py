"""What the values of a city file must agree on among themselves: who does what, what is said in which language."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays

from dispatch.city.formats import minutes, unknown
from dispatch.city.mistakes import Path
from dispatch.city.model import OWN_DEPARTMENT, City, MenuEntry, OpeningHours, Question, Service, Words

Finding = tuple[Path, str]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIN_CHOICES, MAX_CHOICES = 2, 5
"""One answer is no choice, and more than five are not remembered until the end of the sentence."""
LANGUAGE_NAMES = {"en": "English", "es": "Spanish", "fr": "French"}


def mistakes_between(city: City, unreadable: Collection[str | int], tables: dict[str, object]) -> Iterator[Finding]:
    """Everything that does not fit together.

    `unreadable` names top-level tables of which parts are missing from `city` because they could not be read at all;
    `tables` are the raw ones, so that a service with a mistake of its own is not called missing as well.
    """
    known = _Known(city, tables)
    yield from _services(city, known)
    if city.front_desk is not None and city.front_desk not in known.departments:
        yield ("front_desk",), unknown("department", city.front_desk, known.departments)
    if not {"menu", "services"} & set(unreadable):
        yield from _menu(city.menu, ("menu",), known)
        yield from _menu_completeness(city)
    yield from _routing(city, known)
    yield from _escalation(city, known)
    yield from _places(city, known)
    yield from _times(city, known)
    if "holidays" not in unreadable:
        yield from _holidays(city)
    if "languages" not in unreadable:
        yield from _languages(city)


class _Known:
    """The codes that a city file defines, whether or not what stands behind them could be read."""

    def __init__(self, city: City, tables: dict[str, object]) -> None:
        def codes(name: str) -> list[str]:
            table = tables.get(name)
            return list(table) if isinstance(table, dict) else list(getattr(city, name))

        self.departments = codes("departments")
        self.categories = codes("categories")
        self.services = codes("services")
        self.areas = codes("areas")


def _services(city: City, known: _Known) -> Iterator[Finding]:
    for code, service in city.services.items():
        here: Path = ("services", code)
        if service.department not in known.departments:
            yield (*here, "department"), unknown("department", service.department, known.departments)
        if service.category not in known.categories:
            yield (*here, "category"), unknown("category", service.category, known.categories)
        for related in service.duplicates.related if service.duplicates else ():
            if related not in known.services:
                yield (*here, "duplicates", "related"), unknown("service", related, known.services)
        yield from _twice((*here, "questions"), "question", [question.code for question in service.questions])
        for place, question in enumerate(service.questions):
            yield from _question((*here, "questions", place), question)
        yield from _urgency(here, service)


def _question(here: Path, question: Question) -> Iterator[Finding]:
    count = len(question.choices)
    if question.kind == "choice" and not MIN_CHOICES <= count <= MAX_CHOICES:
        yield (*here, "choices"), f"a choice needs two to five answers, one a key, and has {count}"
    if question.kind != "choice" and count:
        yield (*here, "choices"), f'answers are listed, but the kind is "{question.kind}" and not "choice"'
    yield from _twice((*here, "choices"), "answer", [choice.code for choice in question.choices])


def _urgency(here: Path, service: Service) -> Iterator[Finding]:
    questions = {question.code: question for question in service.questions}
    for place, rule in enumerate(service.urgency):
        at = (*here, "urgency", place)
        if rule.question is None:
            if not any(rule.words.values()):
                yield at, "says neither which answer nor which words make it urgent"
            continue
        question = questions.get(rule.question)
        if question is None:
            yield (*at, "question"), unknown("question", rule.question, questions, f" of {service.code}")
        elif rule.answer is None:
            yield (*at, "answer"), f'is missing: which answer to "{rule.question}" makes it urgent?'
        else:
            yield from _answer((*at, "answer"), question, rule.answer)


def _answer(here: Path, question: Question, answer: str) -> Iterator[Finding]:
    possible = {"yes_no": ["yes", "no"], "choice": [choice.code for choice in question.choices]}.get(question.kind)
    if possible is not None and answer not in possible:
        yield here, unknown("answer", answer, possible, f' to "{question.code}"')


def _menu(entries: Iterable[MenuEntry], here: Path, known: _Known) -> Iterator[Finding]:
    for place, entry in enumerate(entries):
        at = (*here, place)
        if (entry.service is None) == (not entry.entries):
            yield at, "must hold either a service or further entries, and not both"
        if entry.service is not None and entry.service not in known.services:
            yield (*at, "service"), unknown("service", entry.service, known.services)
        if entry.entries and not entry.names:
            yield (*at, "names"), "is missing: a group has no name of its own to be called by"
        yield from _menu(entry.entries, (*at, "entries"), known)


def _menu_completeness(city: City) -> Iterator[Finding]:
    reached = Counter(_leaves(city.menu))
    for code in city.services:
        if reached[code] == 0:
            yield ("menu",), f'does not reach the service "{code}": whoever has only keys cannot ask for it'
        elif reached[code] > 1:
            yield ("menu",), f'reaches the service "{code}" {reached[code]} times; once is enough'


def _leaves(entries: Iterable[MenuEntry]) -> Iterator[str]:
    for entry in entries:
        if entry.service is not None:
            yield entry.service
        yield from _leaves(entry.entries)


def _escalation(city: City, known: _Known) -> Iterator[Finding]:
    for place, step in enumerate(city.escalation):
        here: Path = ("escalation", place)
        for whom in step.tell:
            if whom != OWN_DEPARTMENT and "@" not in whom and whom not in known.departments:
                yield (*here, "tell"), unknown("department", whom, known.departments)
        for code in step.departments:
            if code not in known.departments:
                yield (*here, "departments"), unknown("department", code, known.departments)
        if not step.tell and not step.raise_priority:
            yield here, "tells nobody and changes nothing"


def _routing(city: City, known: _Known) -> Iterator[Finding]:
    for place, rule in enumerate(city.routing):
        here: Path = ("routing", place)
        if rule.department not in known.departments:
            yield (*here, "department"), unknown("department", rule.department, known.departments)
        for code in rule.services:
            if code not in known.services:
                yield (*here, "services"), unknown("service", code, known.services)
            yield from _routing_answers(here, city.services.get(code), rule.answers)
        for code in rule.areas:
            if code not in known.areas:
                yield (*here, "areas"), unknown("area", code, known.areas)


def _routing_answers(here: Path, service: Service | None, answers: dict[str, str]) -> Iterator[Finding]:
    if service is None:
        return
    questions = {question.code: question for question in service.questions}
    for code, answer in answers.items():
        if code in questions:
            yield from _answer((*here, "answers", code), questions[code], answer)
        else:
            yield (*here, "answers", code), unknown("question", code, questions, f" of {service.code}")


def _places(city: City, known: _Known) -> Iterator[Finding]:
    bounds = city.bounds
    if bounds and not (bounds[0] < bounds[2] and bounds[1] < bounds[3]):
        yield ("bounds",), "must be south, west, north, east, in degrees: south below north, west below east"
        bounds = None
    for place, landmark in enumerate(city.landmarks):
        here: Path = ("landmarks", place)
        if landmark.area and landmark.area not in known.areas:
            yield (*here, "area"), unknown("area", landmark.area, known.areas)
        if bounds and not (bounds[0] <= landmark.lat <= bounds[2] and bounds[1] <= landmark.lon <= bounds[3]):
            yield here, f'"{landmark.name}" lies outside the city\'s bounds'
    yield from _twice(("numbers",), "number", city.numbers)


def _times(city: City, known: _Known) -> Iterator[Finding]:
    yield from _hours(("hours",), city.hours)
    for code, department in city.departments.items():
        if department.hours:
            yield from _hours(("departments", code, "hours"), department.hours)
    yield from _twice(("notices",), "notice", [notice.code for notice in city.notices])
    zone = ZoneInfo(city.time_zone)
    for place, notice in enumerate(city.notices):
        if _aware(notice.start, zone) >= _aware(notice.end, zone):
            yield ("notices", place), f'"{notice.code}" ends before it begins'
        for code in notice.services:
            if code not in known.services:
                yield ("notices", place, "services"), unknown("service", code, known.services)


def _aware(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _hours(here: Path, hours: OpeningHours) -> Iterator[Finding]:
    days = {day: [minutes(span) for span in getattr(hours, day)] for day in WEEKDAYS}
    if not hours.always and not any(days.values()):
        yield here, "is never open: list some hours, or say always = true"
    if hours.always and any(days.values()):
        yield here, "says always = true and lists hours as well"
    for day, spans in days.items():
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            yield (*here, day), "the ranges overlap, or are not in order"


def _holidays(city: City) -> Iterator[Finding]:
    kept = city.holidays
    supported = holidays.list_supported_countries()
    if kept.country not in supported:
        yield ("holidays", "country"), unknown("country", kept.country, supported)
        return
    if kept.subdivision is not None and kept.subdivision not in supported[kept.country]:
        yield (
            ("holidays", "subdivision"),
            unknown("part", kept.subdivision, supported[kept.country], f" of {kept.country}"),
        )
        return
    calendar = holidays.country_holidays(kept.country, subdiv=kept.subdivision, years=range(2020, 2032))
    names = sorted({name for joined in calendar.values() for name in joined.split("; ")})
    for name in kept.not_kept:
        if name not in names:
            yield ("holidays", "not_kept"), unknown("holiday", name, names)


def _languages(city: City) -> Iterator[Finding]:
    """English is everyone's fallback and the operators' own; each language offered to callers must be whole."""
    if "en" not in city.languages:
        yield ("languages",), "English (en) must be among them: it is what everything falls back to"
    for path, words in _spoken(city):
        missing = [code for code in ("en", *city.languages) if not words.get(code)]
        for code in dict.fromkeys(missing):
            yield path, f"is not said in {LANGUAGE_NAMES[code]} ({code})"


def _spoken(city: City) -> Iterator[tuple[Path, Words]]:
    yield ("names",), city.names
    for language, voice in city.languages.items():
        yield ("languages", language, "name"), voice.name
    for table in ("departments", "categories", "services", "areas"):
        for code, each in getattr(city, table).items():
            yield (table, code, "names"), each.names
    for code, service in city.services.items():
        if service.notice:
            yield ("services", code, "notice"), service.notice
        for place, question in enumerate(service.questions):
            here: Path = ("services", code, "questions", place)
            yield (*here, "ask"), question.ask
            for at, choice in enumerate(question.choices):
                yield (*here, "choices", at, "names"), choice.names
    for place, notice in enumerate(city.notices):
        yield ("notices", place, "say"), notice.say
    for name, spoken in city.prompts.items():
        yield ("prompts", name), {language: own.say for language, own in spoken.items()}
    yield from _menu_words(city.menu, ("menu",))


def _menu_words(entries: Iterable[MenuEntry], here: Path) -> Iterator[tuple[Path, Words]]:
    for place, entry in enumerate(entries):
        if entry.names:
            yield (*here, place, "names"), entry.names
        yield from _menu_words(entry.entries, (*here, place, "entries"))


def _twice(here: Path, kind: str, codes: Iterable[str]) -> Iterator[Finding]:
    for code, count in Counter(codes).items():
        if count > 1:
            yield here, f'the {kind} "{code}" stands here {count} times'
