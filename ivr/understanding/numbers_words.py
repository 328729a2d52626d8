"""How people count in three languages: the words of numbers, and what recognisers write for them."""

from __future__ import annotations

from typing import NamedTuple


class NumberWords(NamedTuple):
    """How one language counts."""

    values: dict[str, int]
    hundred: frozenset[str]
    thousand: frozenset[str]
    joins: frozenset[str]
    """Words inside a number that mean nothing: one hundred *and* five, treinta *y* cuatro."""
    repeats: dict[str, int]
    homophones: dict[str, str]
    """Words a recogniser writes for a digit."""
    through: frozenset[str]


def _values(text: str) -> dict[str, int]:
    return {word: int(value) for word, value in (pair.split(":") for pair in text.split())}


NUMBER_WORDS: dict[str, NumberWords] = {
    "en": NumberWords(
        _values(
            "zero:0 oh:0 o:0 nought:0 one:1 two:2 three:3 four:4 five:5 six:6 seven:7 eight:8 nine:9 niner:9 "
            "ten:10 eleven:11 twelve:12 thirteen:13 fourteen:14 fifteen:15 sixteen:16 seventeen:17 eighteen:18 "
            "nineteen:19 twenty:20 thirty:30 forty:40 fourty:40 fifty:50 sixty:60 seventy:70 eighty:80 ninety:90"
        ),
        frozenset({"hundred", "hundreds"}), frozenset({"thousand"}), frozenset({"and"}),
        {"double": 2, "triple": 3, "treble": 3},
        {"to": "2", "too": "2", "for": "4", "fore": "4", "ate": "8", "won": "1", "tree": "3", "sex": "6", "tan": "10"},
        frozenset({"to", "through", "thru"}),
    ),
    "es": NumberWords(
        _values(
            "cero:0 uno:1 un:1 una:1 dos:2 tres:3 cuatro:4 cinco:5 seis:6 siete:7 ocho:8 nueve:9 diez:10 once:11 "
            "doce:12 trece:13 catorce:14 quince:15 dieciseis:16 diecisiete:17 dieciocho:18 diecinueve:19 "
            "veinte:20 veintiuno:21 veintiun:21 veintidos:22 veintitres:23 veinticuatro:24 veinticinco:25 "
            "veintiseis:26 veintisiete:27 veintiocho:28 veintinueve:29 treinta:30 cuarenta:40 cincuenta:50 "
            "sesenta:60 setenta:70 ochenta:80 noventa:90 cien:100 ciento:100 doscientos:200 trescientos:300 "
            "cuatrocientos:400 quinientos:500 seiscientos:600 setecientos:700 ochocientos:800 novecientos:900"
        ),
        frozenset(), frozenset({"mil"}), frozenset({"y"}), {"doble": 2, "triple": 3}, {},
        frozenset({"a", "al", "hasta"}),
    ),
    "fr": NumberWords(
        _values(
            "zero:0 un:1 une:1 deux:2 trois:3 quatre:4 cinq:5 six:6 sept:7 huit:8 neuf:9 dix:10 onze:11 douze:12 "
            "treize:13 quatorze:14 quinze:15 seize:16 vingt:20 vingts:20 trente:30 quarante:40 cinquante:50 "
            "soixante:60 septante:70 huitante:80 octante:80 nonante:90"
        ),
        frozenset({"cent", "cents"}), frozenset({"mille", "mil"}), frozenset({"et"}), {"double": 2, "triple": 3},
        {"cette": "7", "set": "7", "sang": "100", "vin": "20", "dis": "10"}, frozenset({"a", "au", "jusqu"}),
    ),
}  # fmt: skip
