"""All that a state may look at: the city, the call so far, what callers may mean, and two facts of the hour."""

from __future__ import annotations

from typing import Protocol

import msgspec

from dispatch.city.model import City, Service
from ivr.dialogue.call import Call
from ivr.emergency.verdict import Assessment
from ivr.understanding.found import Place, PlaceFinding, ServiceGuess


class Understanding(Protocol):
    """What one city's callers may mean. Pure: the same words always mean the same."""

    def emergency(self, text: str) -> Assessment:
        """Ask the emergency detector, in all languages at once."""

    def services(self, text: str, language: str) -> tuple[ServiceGuess, ...]:
        """Rank the city's services for what was said, best first."""

    def place(
        self, text: str, language: str, *, asked: bool, number: str = "", street: str = "", service: str = ""
    ) -> PlaceFinding:
        """Find a place in what was said; `asked` where a place was what we asked for."""

    def streets_by_keys(self, keys: str, number: str = "") -> tuple[Place, ...]:
        """Find streets by the letters on the keypad: 6246 is MAIN."""

    def hints(self, kind: str, language: str, service: str = "") -> tuple[str, ...]:
        """Words the recogniser should expect: at most 500, of 100 characters at most."""


class Context(msgspec.Struct, frozen=True):
    """What surrounds one turn."""

    city: City
    call: Call
    understanding: Understanding
    office_open: bool = True
    """Whether somebody is there to answer the operators' line now."""
    notices: tuple[str, ...] = ()
    """Codes of the city's notices in force now."""

    @property
    def service(self) -> Service | None:
        """The service the call is about, once known."""
        return self.city.services.get(self.call.service)
