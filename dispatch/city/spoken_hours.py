"""Opening hours as they are said on the phone, in each language."""

from __future__ import annotations

from itertools import groupby

from dispatch.city.formats import minutes
from dispatch.city.hours import Weekday, hours_of
from dispatch.city.model import City, Department, Language, OpeningHours

_DAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}
_SAID: dict[Language, dict[str, str]] = {
    "en": {
        "always": "at any hour, every day",
        "daily": "every day",
        "days": "{first} to {last}",
        "day": "{first}",
        "range": "from {opens} to {closes}",
        "and": "and",
    },
    "es": {
        "always": "a cualquier hora, todos los días",
        "daily": "todos los días",
        "days": "de {first} a {last}",
        "day": "el {first}",
        "range": "de {opens} a {closes}",
        "and": "y",
    },
    "fr": {
        "always": "à toute heure, tous les jours",
        "daily": "tous les jours",
        "days": "du {first} au {last}",
        "day": "le {first}",
        "range": "de {opens} à {closes}",
        "and": "et",
    },
}
_NOON, _EVENING, _MIDNIGHT = 12 * 60, 20 * 60, 24 * 60


def office_hours_in_words(city: City, language: str, department: Department | None = None) -> str:
    """`Monday to Friday from 8 a.m. to 5 p.m.`; in English where the language is not one of ours."""
    code: Language = language if language in _SAID else "en"
    said = _SAID[code]
    hours = hours_of(city, department)
    if hours.always:
        return said["always"]
    groups = [_days(said, _DAYS[code], days) + " " + _ranges(code, spans) for days, spans in _alike(hours)]
    return _joined(groups, said["and"])


def _alike(hours: OpeningHours) -> list[tuple[list[int], Weekday]]:
    """Runs of days that keep the same hours, closed days left out."""
    days = (hours.mon, hours.tue, hours.wed, hours.thu, hours.fri, hours.sat, hours.sun)
    runs = groupby(enumerate(days), key=lambda numbered: numbered[1])
    return [([day for day, _ in run], tuple(minutes(span) for span in spans)) for spans, run in runs if spans]


def _days(said: dict[str, str], names: tuple[str, ...], days: list[int]) -> str:
    if len(days) == len(names):
        return said["daily"]
    pattern = said["days"] if len(days) > 1 else said["day"]
    return pattern.format(first=names[days[0]], last=names[days[-1]])


def _ranges(language: Language, spans: Weekday) -> str:
    said = _SAID[language]
    ranges = [
        said["range"].format(opens=_time(language, opens), closes=_time(language, closes)) for opens, closes in spans
    ]
    return _joined(ranges, said["and"])


def _joined(parts: list[str], last: str) -> str:
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def _time(language: Language, minute: int) -> str:
    """A time of day as people say it: `7:30 a.m.`, `las 7:30 de la mañana`, `7 heures 30`."""
    hour, past = divmod(minute, 60)
    if minute % _MIDNIGHT == 0:
        return {"en": "midnight", "es": "medianoche", "fr": "minuit"}[language]
    if minute == _NOON:
        return {"en": "noon", "es": "mediodía", "fr": "midi"}[language]
    if language == "fr":
        return f"{hour} heure{'s' if hour > 1 else ''}" + (f" {past:02}" if past else "")
    twelve = f"{(hour - 1) % 12 + 1}" + (f":{past:02}" if past else "")
    if language == "en":
        return f"{twelve} {'a.m.' if minute < _NOON else 'p.m.'}"
    part = "mañana" if minute < _NOON else "tarde" if minute < _EVENING else "noche"
    return f"{'la' if (hour - 1) % 12 == 0 else 'las'} {twelve} de la {part}"
