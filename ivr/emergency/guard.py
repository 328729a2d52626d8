"""The guard as every door asks it, with the city's own signs: of what was said or written, and of keys."""

from __future__ import annotations

from dispatch.city.model import City
from ivr.emergency.detector import assess, assess_digits
from ivr.emergency.verdict import Assessment


def heard(said: str, city: City, keys: str = "") -> Assessment:
    """Ask the emergency detector about somebody's words, and about their keys where the words are harmless."""
    signs = {str(language): phrases for language, phrases in city.emergency.extra_signs.items()}
    return assess(said, extra_signs=signs) or assess_digits(keys)


def written(text: str, city: City) -> Assessment:
    """The same of a text message, or of what was written on a page: nothing but digits may be somebody dialling."""
    return heard(text, city, text if text.isdigit() else "")
