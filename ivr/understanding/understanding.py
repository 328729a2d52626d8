"""Everything one city's callers may mean, in one place: what the dialogue asks when it has heard words."""

from __future__ import annotations

from functools import lru_cache

from dispatch.city.gazetteer import Gazetteer
from dispatch.city.model import City
from ivr.emergency import Assessment, guard
from ivr.understanding.found import Place, PlaceFinding, ServiceGuess
from ivr.understanding.places import PlaceFinder
from ivr.understanding.services import ServiceFinder


class CityUnderstanding:
    """Built once a process and city; answers are pure: the same words always mean the same."""

    def __init__(self, city: City, gazetteer: Gazetteer) -> None:
        self._city = city
        self._services = ServiceFinder(city)
        self._places = PlaceFinder(city, gazetteer)
        # The same few lists are wanted all day, and making one takes longer than all the rest of a turn.
        self._hints = lru_cache(maxsize=512)(self._places.hints)

    def emergency(self, text: str) -> Assessment:
        """Ask the emergency detector, in all languages at once, with the city's own signs added."""
        return guard.heard(text, self._city)

    def services(self, text: str, language: str) -> tuple[ServiceGuess, ...]:
        """Rank the city's services for what was said, best first."""
        return self._services.rank(text, language)

    def place(
        self, text: str, language: str, *, asked: bool, number: str = "", street: str = "", service: str = ""
    ) -> PlaceFinding:
        """Find a place in what was said; `asked` where a place was what we asked for."""
        return self._places.find(text, language, asked=asked, number=number, street=street, service=service)

    def streets_by_keys(self, keys: str, number: str = "") -> tuple[Place, ...]:
        """Find streets by the letters on the keypad: 6246 is MAIN."""
        return self._places.by_keys(keys, number)

    def hints(self, kind: str, language: str, service: str = "") -> tuple[str, ...]:
        """Words the recogniser should expect: at most 500, of 100 characters at most."""
        return self._hints(kind, language, service)
