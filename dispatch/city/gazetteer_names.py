"""How a street's name is put together: direction, the name itself, its type, and the keys it is found by.

Streets are written one way in a gazetteer ("W Third St") and said another ("west third street", "calle 24").
Both go through the same small rules here, so that they meet.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_TYPES = """
    alley: aly allee callejon
    arcade: arc
    avenue: ave av aven avenida
    bend: bnd
    boulevard: blvd boul bulevar
    bridge: brg puente pont
    bypass: byp
    street: calle rue st str
    lane: ruelle ln
    road: camino chemin carretera rd
    circle: cir cirt circulo cerc
    court: ct crt
    crescent: cres
    crossing: xing
    causeway: cswy cwy
    drive: dr
    esplanade: espl
    expressway: expy
    extension: ext
    freeway: fwy
    gardens: gdns
    green: grn
    grove: grv
    heights: hts
    highway: hwy autopista
    island: is
    junction: jct
    landing: lndg
    loop:
    mall:
    mews:
    manor: mnr
    park: pk parque
    parkway: pkwy pky
    passage: pasaje psge
    path:
    pike:
    turnpike: tpke
    place: pl
    plaza: plz
    point: pt
    row:
    run:
    square: sq
    terrace: ter terr ters
    trail: trl
    view: vw
    walk:
    way: wy via
    wharf: whf
    quay: quai
"""
TYPES: dict[str, str] = {
    spelling: kind
    for kind, others in (line.strip().split(":") for line in _TYPES.strip().splitlines())
    for spelling in (kind, *others.split())
}
"""Every spelling of a street's type, abbreviated, spoken, Spanish or French, and the type it means."""

LEADING_TYPES = frozenset(
    "avenida calle camino carretera rue chemin boulevard bulevar avenue allee callejon pasaje passage plaza place quai "
    "ruelle via impasse autopista circulo parque".split()
)
"""Types that Spanish and French put before the name: calle 24, rue Principale."""

DIRECTIONS: dict[str, str] = {
    spelling: direction
    for direction, others in {
        "north": "n norte nord",
        "south": "s sur sud",
        "east": "e este est",
        "west": "w oeste ouest",
        "northeast": "ne",
        "northwest": "nw",
        "southeast": "se",
        "southwest": "sw",
    }.items()
    for spelling in (direction, *others.split())
}

TITLES: dict[str, str] = {
    "dr": "doctor", "mt": "mount", "ft": "fort", "msgr": "monsignor", "rev": "reverend", "col": "colonel",
    "gen": "general", "capt": "captain", "lt": "lieutenant", "sgt": "sergeant", "pres": "president", "jr": "junior",
    "sr": "senior", "sta": "santa", "ste": "sainte", "no": "number", "mlk": "martin luther king", "st": "saint",
}  # fmt: skip
"""Short forms inside a name, where they do not mean a type or a direction."""

_ORDINALS = tuple(
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth".split()
)
_UNITS = tuple(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen".split()
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class StreetName:
    """A street's name in its parts, all in small letters and in full: west · third · street."""

    direction: str
    core: str
    type: str
    after: str = ""
    """A direction that follows the type, as in "Avenue Louis Pasteur" none, "Park Ave S" south."""


def plain(text: str) -> str:
    """Small letters without accents, apostrophes dropped: "O'Donnell" → "odonnell", "Peñón" → "penon"."""
    folded = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return "".join(letter for letter in folded if not unicodedata.combining(letter) and letter != "'")


def words(text: str) -> list[str]:
    """The words of a text, plain, hyphens and points taken as spaces."""
    return _WORD.findall(text if text.isascii() and text.islower() and "'" not in text else plain(text))


def number_in_words(number: int) -> str:
    """As said in English: 24 → "twenty four", 105 → "one hundred five"."""
    if number < 20:
        return _UNITS[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        return _TENS[tens] + (f" {_UNITS[unit]}" if unit else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_UNITS[hundreds]} hundred" + (f" {number_in_words(rest)}" if rest else "")
    thousands, rest = divmod(number, 1000)
    return f"{number_in_words(thousands)} thousand" + (f" {number_in_words(rest)}" if rest else "")


def ordinal_in_words(number: int) -> str:
    """As said in English: 5 → "fifth", 24 → "twenty fourth", 123 → "one hundred twenty third"."""
    if number < 20:
        return _ORDINALS[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        return f"{_TENS[tens]} {_ORDINALS[unit]}" if unit else _TENS[tens][:-1] + "ieth"
    hundreds, rest = divmod(number, 100)
    start = number_in_words(hundreds * 100)
    return f"{start} {ordinal_in_words(rest)}" if rest else f"{start}th"


def parse_street(name: str) -> StreetName:
    """Take a street's name apart. The core is never empty: "The Fenway", "Broadway" and "Park St" keep theirs."""
    parts = words(name)
    if parts[:1] == ["the"] and len(parts) > 1:
        parts = parts[1:]
    direction = after = kind = ""
    if len(parts) > 1 and parts[-1] in DIRECTIONS and any(part in TYPES for part in parts[1:-1]):
        after = DIRECTIONS[parts.pop()]
    if len(parts) > 1 and parts[-1] in TYPES:
        kind = TYPES[parts.pop()]
    elif len(parts) > 1 and parts[0] in LEADING_TYPES:
        kind = TYPES.get(parts[0], parts[0])
        parts = parts[1:]
    if len(parts) > 1 and parts[0] in DIRECTIONS:
        direction = DIRECTIONS[parts[0]]
        parts = parts[1:]
    return StreetName(direction, " ".join(_in_full(part) for part in parts) or kind, kind, after)


def _in_full(part: str) -> str:
    if part in TITLES:
        return TITLES[part]
    if part.isdigit() and len(part) < 7:
        return number_in_words(int(part))
    digits = part.rstrip("stndrh")
    if digits.isdigit() and part[len(digits) :] in {"st", "nd", "rd", "th"} and len(digits) < 7:
        return ordinal_in_words(int(digits))
    return part


def keypad(name: str) -> str:
    """The keys that spell a street's name without direction and type: Main St → "6246", 5th Ave → "34384"."""
    return parse_street(name).core.replace(" ", "").translate(_KEYPAD)
