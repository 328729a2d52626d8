"""What callers bring: a request in their own words, or a place. The grammars of the open questions."""

from __future__ import annotations

from dataclasses import dataclass, field

from dispatch.city.model import MenuEntry, in_language
from ivr.dialogue.context import Context
from ivr.dialogue.grammar import NoMatch, Option, Plain
from ivr.dialogue.heard import Digits, Heard, Speech
from ivr.dialogue.moves import Listen
from ivr.understanding.answers import means_skip, means_unknown, one_of
from ivr.understanding.commands import Command, command_in
from ivr.understanding.found import PlaceFinding, ServiceGuess


@dataclass(frozen=True, slots=True)
class Request:
    """What a caller asked for: perhaps a service, perhaps a place, in their own words."""

    text: str = ""
    services: tuple[ServiceGuess, ...] = ()
    place: PlaceFinding = field(default_factory=PlaceFinding)


@dataclass(frozen=True, slots=True)
class Where:
    """An answer to "where is it?": what was found, and the words themselves."""

    text: str
    finding: PlaceFinding


def request_in(text: str, context: Context) -> Request:
    """Understand an utterance as a request that may name its place as well."""
    language = context.call.language
    place = context.understanding.place(text, language, asked=False)
    matter = text if place.besides is None else place.besides  # a street's name must not colour what it is about
    return Request(text.strip(), context.understanding.services(matter, language), place)


@dataclass(frozen=True, slots=True)
class OpenRequest(Plain):
    """The open question: a request in any words, or a key: 1 the menu, 2 check a request, then the other languages."""

    def understand(self, heard: Heard, context: Context) -> Request | Command | str:
        """Return the request; or CHECK_STATUS; or "menu"; or a language code."""
        others = other_languages(context)
        match heard:
            case Digits("1"):
                return "menu"
            case Digits("2"):
                return Command.CHECK_STATUS
            case Digits(key) if key.isdigit() and 3 <= int(key) < 3 + len(others):
                return others[int(key) - 3]
            case Speech(text) if command_in(text) is Command.CHECK_STATUS:
                return Command.CHECK_STATUS
            case Speech(text) if text.strip():
                return request_in(text, context)
        raise NoMatch

    def listen(self, context: Context) -> Listen:
        """One key, or speech, with the service names and likely streets as hints."""
        return Listen(
            context.call.language, digits=1, hints=context.understanding.hints("request", context.call.language)
        )


def other_languages(context: Context) -> tuple[str, ...]:
    """The languages the city offers besides the call's, in the city's order."""
    return tuple(code for code in context.city.languages if code != context.call.language)


@dataclass(frozen=True, slots=True)
class PlaceAnswer(Plain):
    """An address, a corner or a landmark by voice, or a house number by keys.

    Key 1 means "by keys"; 2, or "I don't know", that there is nothing to say.
    """

    def understand(self, heard: Heard, context: Context) -> Where | str:
        """Return what was found; "keys"; or a house number that was keyed."""
        match heard:
            case Digits("1"):
                return "keys"
            case Digits("2"):
                return Where("", PlaceFinding())
            case Digits(keys) if keys.isdigit():
                return keys
            case Speech(text) if means_unknown(text) or means_skip(text):
                return Where("", PlaceFinding())
            case Speech(text) if text.strip():
                finding = context.understanding.place(
                    text, context.call.language, asked=True, service=context.call.service
                )
                return Where(text.strip(), finding)
        raise NoMatch

    def listen(self, context: Context) -> Listen:
        """Keys as they come, or speech with the likeliest streets as hints."""
        return _listen_for_place(context)


@dataclass(frozen=True, slots=True)
class StreetAnswer(Plain):
    """A street by voice, or spelled with the letters on the keys."""

    def understand(self, heard: Heard, context: Context) -> Where:
        """Return the places the street may be, with the number already known."""
        call = context.call
        match heard:
            case Digits(keys) if len(keys) > 1 and keys.isdigit():
                places = context.understanding.streets_by_keys(keys, call.number)
                if places:
                    return Where("", PlaceFinding(guesses=places, number=call.number))
            case Speech(text) if text.strip():
                finding = context.understanding.place(
                    text, call.language, asked=True, number=call.number, service=call.service
                )
                return Where(text.strip(), finding)
        raise NoMatch

    def listen(self, context: Context) -> Listen:
        """Keys as they come, or speech with the likeliest streets as hints."""
        return _listen_for_place(context)


@dataclass(frozen=True, slots=True)
class NumberAnswer(Plain):
    """The house number on a street already known; a corner or a whole new place will do as well."""

    def understand(self, heard: Heard, context: Context) -> Where | str:
        """Return the place; or, where no street is known yet, the number itself."""
        call = context.call
        match heard:
            case Digits(keys) if keys.isdigit():
                text = keys
            case Speech(text) if text.strip():
                pass
            case _:
                raise NoMatch
        finding = context.understanding.place(text, call.language, asked=True, street=call.street, service=call.service)
        if finding.guesses or call.street:
            return Where(text.strip(), finding)
        if finding.number:
            return finding.number
        raise NoMatch

    def listen(self, context: Context) -> Listen:
        """Keys as they come, or speech."""
        return Listen(context.call.language, timeout=8)


def _listen_for_place(context: Context) -> Listen:
    call = context.call
    return Listen(call.language, timeout=7, hints=context.understanding.hints("place", call.language, call.service))


@dataclass(frozen=True, slots=True)
class MenuAnswer(Plain):
    """A key of the menu, the name of an entry, or a request in the caller's own words."""

    def options(self, context: Context) -> tuple[Option, ...]:
        """Read out the entries of the menu where the caller stands in it."""
        return tuple(Option(name) for name in menu_names(context))

    def understand(self, heard: Heard, context: Context) -> int | Request:
        """Return the entry's index, or the request."""
        names = menu_names(context)
        match heard:
            case Digits(key) if key.isdigit() and 1 <= int(key) <= len(names):
                return int(key) - 1
            case Speech(text) if (index := one_of(text, names)) is not None:
                return index
            case Speech(text) if text.strip():
                request = request_in(text, context)
                if request.services:
                    return request
        raise NoMatch


def menu_here(context: Context) -> tuple[MenuEntry, ...]:
    """The entries of the city's menu where the caller stands in it."""
    entries = context.city.menu
    for index in context.call.menu:
        entries = entries[index].entries
    return entries


def menu_names(context: Context) -> tuple[str, ...]:
    """The names of those entries in the call's language; a service's own where the menu gives none."""
    city, language = context.city, context.call.language
    return tuple(
        in_language(entry.names or city.services[entry.service or ""].names, language) for entry in menu_here(context)
    )
