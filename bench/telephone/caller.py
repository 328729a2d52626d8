"""A caller who answers as a person would: listens to what is asked, knows what is wrong and where, and says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ivr.simulator.phone import PhoneCall, plain

MOST_TURNS = 30
"""A person gives up sooner."""
_OPTION = re.compile(r"\b(?:for )?([^.;:?]+?), press (\d)", re.IGNORECASE)
_SHORT = {
    "st": "street",
    "ave": "avenue",
    "rd": "road",
    "dr": "drive",
    "pl": "place",
    "ct": "court",
    "ln": "lane",
    "sq": "square",
    "ter": "terrace",
    "pkwy": "parkway",
    "blvd": "boulevard",
    "hwy": "highway",
    "cir": "circle",
    "wy": "way",
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
    "saint": "street",  # both are written St
}
_KEYS = {
    letter: key
    for key, letters in zip("23456789", "abc def ghi jkl mno pqrs tuv wxyz".split(), strict=True)
    for letter in letters
}


@dataclass(frozen=True)
class Errand:
    """What somebody calls about: the truth, and how the recogniser hears it."""

    what: str
    accepted: frozenset[str]
    """Codes of the services that would be right."""
    heard: str
    """The place, as recognised."""
    street: str
    number: str = ""
    street2: str = ""
    area: str = ""
    service_names: frozenset[str] = field(default_factory=frozenset)
    """What the right services are called, to know them when they are offered."""
    headings: frozenset[str] = field(default_factory=frozenset)
    """The headings of the menu that lead to them."""
    at_once: bool = False
    """Says what and where in one breath."""


def spelled_out(address: str) -> str:
    """An address as the ear has it: "S Main St" and "South Main Street" are one."""
    return " ".join(_SHORT.get(word, word) for word in plain(address).split())


def same_street(said: str, street: str) -> bool:
    """Whether a street is named in what was said."""
    return f" {spelled_out(street)} " in f" {spelled_out(said)} "


def keys_for(words: str) -> str:
    """A street's letters on the keypad, without its kind."""
    name = [word for word in plain(words).split() if word not in _SHORT] or plain(words).split()
    return "".join(
        _KEYS.get(letter, letter) for word in name for letter in word if letter.isalnum() and letter.isascii()
    )


class Caller:
    """Takes a call through, answering what is asked. `acts` counts what the caller said or keyed until it was filed."""

    def __init__(self, errand: Errand) -> None:
        self.errand = errand
        self.acts = 0
        self.acts_until_filed = 0
        self._asked: dict[str, int] = {}
        self._choosing = Caller.service

    def converse(self, call: PhoneCall) -> None:
        """Talk until the call is over or a person would have given up."""
        while not call.ended and self.acts < MOST_TURNS:
            self.answer(call)
        if not call.ended:
            call.hangs_up()

    def answer(self, call: PhoneCall) -> None:
        """Listen to what was just said, and answer it once."""
        if call.dialed:
            call.is_put_through("no-answer")
            return
        said = call.last
        if not self.acts_until_filed and re.search("request number is|its number is", said, re.IGNORECASE):
            self.acts_until_filed = self.acts
        self.acts += 1
        for pattern, reply in _REPLIES:
            if re.search(pattern, said, re.IGNORECASE):
                times = self._asked[pattern] = self._asked.get(pattern, 0) + 1
                _do(call, reply(self, said, times))
                return
        _do(call, self.something(said))

    # What is answered to what.

    def opening(self, _: str, times: int) -> str:
        """Say what is wrong; the second time, more simply."""
        errand = self.errand
        if times > 1:
            return next(iter(sorted(errand.service_names)), errand.what)
        return f"{errand.what.rstrip('. ')}. {errand.heard}" if errand.at_once else errand.what

    def service(self, said: str, _: int) -> str:
        """Pick what it is from a menu, by its key; "something else" where it is not in it, or another word for it."""
        options = menu(said)
        self._choosing = Caller.service
        for known in (self.errand.service_names, self.errand.headings):
            for key, option in options.items():
                if any(plain(name) == plain(option) for name in known):
                    return key
        return next(
            (key for key, option in options.items() if re.search("something else|none", option, re.IGNORECASE)),
            next(iter(sorted(self.errand.service_names)), self.errand.what),
        )

    def where(self, _: str, times: int) -> str:
        """Say the place as the recogniser hears it; the second time, by keys."""
        return self.errand.heard if times == 1 else "1"

    def right(self, said: str, _: int) -> str:
        """Say yes to one's own place, read back, and no to any other."""
        errand = self.errand
        streets = same_street(said, errand.street) and (not errand.street2 or same_street(said, errand.street2))
        digits = re.sub(r"(?<=\b\d) (?=\d\b)", "", said)
        return "yes" if streets and (not errand.number or re.search(rf"\b{errand.number}\b", digits)) else "no"

    def choice_of_places(self, said: str, _: int) -> str:
        """Pick one's own place from the choices, by its key."""
        options = menu(said)
        self._choosing = Caller.choice_of_places
        areas = [
            key for key, option in options.items() if self.errand.area and plain(option) == plain(self.errand.area)
        ]
        mine = [key for key, option in options.items() if self.right(option, 1) == "yes"]
        mine += [key for key, option in options.items() if self.names_my_street(option)]
        none = [key for key, option in options.items() if re.search("none", option, re.IGNORECASE)]
        return next(iter(areas + mine + none), "no")

    def names_my_street(self, option: str) -> bool:
        """Whether an option without a number is one of the streets the caller means."""
        errand = self.errand
        streets = [street for street in (errand.street, errand.street2) if street]
        return not re.search(r"\d \d|^\d+ ", option) and any(same_street(option, street) for street in streets)

    def choice_again(self, said: str, times: int) -> str:
        """The choices of a moment ago, once more."""
        return self._choosing(self, said, times)

    def number(self, *_: object) -> str:
        """Key the house number."""
        return f"{self.errand.number}#" if self.errand.number else "I don't know"

    def street(self, *_: object) -> str:
        """Spell the street on the keys."""
        return f"{keys_for(self.errand.street)}#"

    def cross_street(self, said: str, _: int) -> str:
        """Spell the other street."""
        other = self.errand.street if same_street(said, self.errand.street2) else self.errand.street2
        return f"{keys_for(other)}#" if other else "I don't know"

    def corner(self, _: str, times: int) -> str:
        """Name the corner, if it is one; the second time by keys."""
        if times > 1:
            return "1"
        return self.errand.heard if self.errand.street2 else "I don't know"

    def by_keys(self, *_: object) -> str:
        """Key an address or a corner."""
        return "2" if self.errand.street2 else "1"

    def something(self, said: str) -> str:
        """Answer a question that no list foresaw, as briefly as possible."""
        if re.search(r"skip this, press 2|leave it out|go on", said, re.IGNORECASE):
            return "2"
        options = menu(said)
        return next(iter(options), "no")


def menu(said: str) -> dict[str, str]:
    """The options spoken, by their key."""
    return {key: re.sub("^for ", "", option.strip(), flags=re.IGNORECASE) for option, key in _OPTION.findall(said)}


def always(reply: str) -> Callable[[Caller, str, int], str]:
    """The same answer every time."""
    return lambda _caller, _said, _times: reply


_REPLIES: tuple[tuple[str, Callable[[Caller, str, int], str]], ...] = (
    (r"hurt or in danger|nobody is in danger", always("2")),
    (r"anything else|updates", always("no")),
    (r"add you to (?:it|that report)", always("no")),
    (r"add you to|join the report", always("2")),
    (r"shall i send it|send it as it is", always("yes")),
    (r"may they use|may the department|reach you", always("yes")),
    (r"your name", always("2")),
    (r"crew should know|describe it in a sentence|to add nothing", always("2")),
    (r"text you a link|link to a map", always("no")),
    (r"get back to you|leave a request", always("yes")),
    (r"go on with that|go on with it", always("no")),
    (r"after the tone", always("please call me back about this")),
    (r"key in a corner|for a corner", Caller.by_keys),
    (r"well known place|park, a school", always("2")),
    (r"is that right", Caller.right),
    (r"which street crosses|street that crosses|spell the cross street", Caller.cross_street),
    (r"two streets meet|nearest corner, like|two streets of", Caller.corner),
    (r"is it one of these|which one|which part", Caller.choice_of_places),
    (r"which of these|what is it about|choose one", Caller.service),
    (r"say one of these", Caller.choice_again),
    (r"house number|what number on|the number on", Caller.number),
    (r"which street|name of the street|spell the street", Caller.street),
    (r"where is it|what is the address", Caller.where),
    (r"how can i help|what is the problem|what is wrong", Caller.opening),
)


def _do(call: PhoneCall, reply: str) -> None:
    if re.fullmatch(r"[\d*#]+", reply):
        call.presses(reply)
    else:
        call.says(reply)
