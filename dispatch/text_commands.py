"""What somebody means by a text message: a command of `texts.toml`, or words for a ticket. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from dispatch import text_words
from dispatch.city.model import City
from dispatch.text_words import LANGUAGES, clauses, corrected, has, made_of, plain, undone, without
from dispatch.ticket_numbers import check, digits_of

SHORT = 12
"""Words: a longer message is no command. In one, "not fixed" is part of a story, which reaches the ticket as it is."""
_NUMBERS = re.compile(r"\d(?:[ .\-]?\d){3,15}")
_TELEPHONE = re.compile(r"1?[2-9]\d{2}[2-9]\d{6}")
_BUT_NO = re.compile(
    r"\b(?:but|and|y|et|mais|pero) (?:no|not|nope|non|(?:its?|they|you) (?:is|do|does|did|has|have|was)? ?(?:not|nt))$"
)
"""What ends in "but no" denies what went before, in whatever words that was."""
_SIGNS = {"👎": False, "❌": False, "👍": True, "🙏": True, "👏": True, "✅": True}
_ASKED = 7
"""Words in a question that is no more than "is it fixed yet?"."""


class Wish(StrEnum):
    """What a text message asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    YES = "yes"
    """To a carrier a START, to us too from those who wanted no messages; else the answer it is."""
    STATUS = "status"
    NOT_FIXED = "not_fixed"
    TELL = "tell"
    """None of these: words or photos for a ticket."""


class Meant(msgspec.Struct, frozen=True):
    """A text message as it was understood."""

    wish: Wish
    language: str = ""
    """What the command was written in; "" where it could be any."""
    word: str = ""
    """The command, in plain letters."""
    number: str = ""
    """The ticket named, if it can be one of the city's."""
    misread: str = ""
    """Digits that were meant as a ticket and cannot be one."""
    by_carrier: bool = False
    """Whether Twilio answers it by itself."""

    @property
    def ambiguous(self) -> bool:
        """Whether it may as well be the answer to something: "alto" is how high the water stands, too."""
        return self.word in text_words.listed("ambiguous", "words")


def understand(city: City, body: str) -> Meant:
    """Understand a text message sent to a city."""
    said = plain(body)
    number, misread = _numbers(city, body)
    for wish in (Wish.STOP, Wish.START, Wish.HELP, Wish.YES):
        if said in text_words.listed("carrier", wish):
            return Meant(wish, word=said, by_carrier=True)
    if len(said.split()) <= SHORT:
        for language in LANGUAGES:
            for wish in (Wish.STOP, Wish.START, Wish.HELP):
                if _wishes(corrected(said, language), language, wish):
                    return Meant(wish, language, said)
        words = " ".join(word for word in said.split() if not word.isdigit())
        if language := _asks(body, words):
            return Meant(Wish.STATUS, language, words, number, misread)
        if says_fixed(body) is False:
            language = next(filter(None, map(_goes_on, clauses(body))), "")
            return Meant(Wish.NOT_FIXED, language, number=number, misread=misread)
    if number and not re.sub(r"[\W\d]", "", body):
        return Meant(Wish.STATUS, number=number)
    return Meant(Wish.TELL, number=number)


def says_fixed(said: str) -> bool | None:
    """Whether somebody says of a ticket that it is fixed (True) or that it is not (False); None for neither."""
    if _BUT_NO.search(plain(said)):
        return False
    verdict: bool | None = None
    for part in clauses(said):
        if _goes_on(part):
            verdict = False
        elif _is_over(part, after_all=verdict is False):
            verdict = True
    signs = (verdict for sign, verdict in _SIGNS.items() if sign in said)
    return next(signs, None) if verdict is None else verdict


def denies(said: str) -> bool:
    """Whether all that is said is no, which denies what was asked or told: "no", "todavía no", not "no, gracias"."""
    parts = [part for part in clauses(said) if not any(made_of(part, one, "courtesy") for one in LANGUAGES)]
    if not parts or says_fixed(said) is not None:
        return False
    return all(any(_made_of_no(part, language) for language in LANGUAGES) for part in parts)


def _made_of_no(part: str, language: str) -> bool:
    return any("denies" in lists for lists in made_of(part, language, "denies", "courtesy"))


def agrees(said: str) -> bool:
    """Whether what is said begins with a plain yes: "yes, that one", "sí", "c'est ça"."""
    first = next(iter(clauses(said)), "")
    found = [made_of(first, language, "agrees", "courtesy") for language in LANGUAGES]
    return any("agrees" in lists for one in found for lists in one) or "👍" in said


def is_nod(said: str) -> bool:
    """Whether all that is said is a yes, a no or a courtesy, and so no place and no trouble: "yes", "no, gracias"."""
    nods = ("agrees", "denies", "courtesy", "thanks")
    return all(any(made_of(part, language, *nods) for language in LANGUAGES) for part in clauses(said))


def _wishes(words: str, language: str, wish: Wish) -> bool:
    """Whether all of a message is a wish about messages, with what people say besides to be polite."""
    if any(wish in lists for lists in made_of(words, language, wish, "courtesy")):
        return True
    found = made_of(words, language, "ceasing", "texting", "little", "courtesy") if wish is Wish.STOP else ()
    return bool(found) and {"ceasing", "texting"} <= frozenset[str]().union(*found)


def _asks(body: str, said: str) -> str:
    """The language in which all that is said, but for numbers, asks how a ticket stands; "" where it does not."""
    for language in LANGUAGES:
        found = made_of(corrected(said, language), language, "status", "about", "courtesy")
        if any("status" in lists for lists in found) and not has(said, language, "thanks_for"):
            return language
        asks = body.rstrip().endswith("?") or said.startswith(tuple(text_words.listed(language, "asks")))
        if asks and len(said.split()) <= _ASKED and has(said, language, "fixed"):
            return "" if has(said, language, "unless", "never", "still", "goes_on") else language
    return ""


def _goes_on(part: str) -> str:
    """The language in which a clause says that the trouble goes on; "" where it does not."""
    for language in LANGUAGES:
        words = without(corrected(part, language), language, "idioms")
        well = has(words, language, "fixed") and not has(words, language, "unless", "never")
        goes_on = undone(words, language) or has(words, language, "goes_on")
        if goes_on or (has(words, language, "still") and not well):
            return language
    return ""


def _is_over(part: str, *, after_all: bool) -> bool:
    """Whether a clause says that the trouble is over; `after_all`: although it was said before that it goes on."""
    for language in LANGUAGES:
        words = without(corrected(part, language), language, "idioms")
        said_so = has(words, language, "fixed") or has(part, language, "thanks")
        well = said_so and not has(words, language, "unless", "never")
        if (well or has(words, language, "over")) and (not after_all or has(words, language, "now")):
            return True
    return False


def _numbers(city: City, body: str) -> tuple[str, str]:
    """The ticket number in a message; else digits that look like one and are not."""
    found, size = [digits_of(match) for match in _NUMBERS.findall(body)], city.tickets.digits
    right = next((digits for digits in found if check(digits, size)), "")
    near = (digits for digits in found if size - 1 <= len(digits) <= size + 2 and not _TELEPHONE.fullmatch(digits))
    return right, "" if right else next(near, "")
