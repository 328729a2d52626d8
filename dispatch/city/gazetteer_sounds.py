"""What a name sounds like in English, spelled so that plain edit distance measures how alike two sounds are.

Callers say a name, a recogniser writes down other words that sound like it: "use to" for Eustis, "kewnerd" for Cunard.
Spelling does not match; sound does. Every sound is written as two letters, its kind and itself, so that two vowels, or
b and p, differ by one letter and b and ee by two. Word breaks leave no trace, because recognisers put them anywhere.

    sounds("Eustis") and sounds("use to") are closer than sounds("Eustis") and sounds("Justice").

Metaphone in its place, which drops the vowels, leaves a third more addresses wrong on real mishearings (see
docs/adr/0005-places-by-voice.md).
"""

from __future__ import annotations

import re
from functools import lru_cache

from dispatch.city.gazetteer_names import number_in_words, words

_WHOLE = {
    "one": "wVn", "two": "tu", "four": "for", "eight": "Et", "eighth": "ETT", "ten": "ten", "twelve": "twelv",
    "the": "DV", "of": "Vv", "and": "And", "to": "tu", "avenue": "AvVnu", "street": "strit", "road": "rod",
    "place": "plEs", "square": "skwer", "terrace": "terVs", "court": "kort", "circle": "sRkVl", "saint": "sEnt",
    "are": "ar", "our": "ar", "island": "YlVnd", "you": "yu", "was": "wVz", "is": "Iz", "as": "Az", "his": "hIz",
    "some": "sVm", "come": "kVm", "do": "du", "who": "hu", "doctor": "doktR", "boulevard": "bulVvard",
    "parkway": "parkwE", "highway": "hYwE", "lane": "lEn", "drive": "drYv", "i": "Y", "be": "bi", "he": "hi",
    "she": "Si", "we": "wi", "me": "mi", "no": "no", "so": "so", "go": "go", "have": "hAv", "said": "sed",
}  # fmt: skip
_LETTERS = dict(zip(
    "abcdefghijklmnopqrstuvwxyz",
    ("E bi si di i ef ji EC Y JE kE el em en o pi kyu ar es ti yu vi dVbVlyu eks wY zi".replace("ji", "Ji")).split(),
    strict=True,
))  # fmt: skip

_RULES: tuple[tuple[str, str], ...] = (
    # Spelling (with what must stand around it) and sound; the first that fits wins.
    (r"^kn", "n"), (r"^gn", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"^pf", "f"), (r"^x", "z"), (r"^rh", "r"),
    (r"^mc(?=[^aeiou])", "mVk"), (r"^mac(?=[^aeiouk])", "mVk"), (r"^mcc", "mVk"), (r"^mc", "mVk"),
    (r"^ai(?=[^r])", "E"), (r"^eu", "yu"), (r"^u(?=[^aeiour][aeiou])", "yu"), (r"^y(?=[aeiou])", "y"),
    (r"tion$", "SVn"), (r"tion", "SVn"), (r"ssion", "SVn"), (r"sion", "ZVn"), (r"cia(?=[ln])", "SV"), (r"cia", "SV"),
    (r"tia", "SV"), (r"ture$", "CR"), (r"sure$", "ZR"), (r"cester$", "stR"), (r"shire$", "SR"), (r"borough$", "bRo"),
    (r"boro$", "bRo"), (r"burgh$", "bRg"), (r"burg$", "bRg"), (r"bury$", "beri"), (r"ough(?=t)", "O"),
    (r"ough$", "o"),
    (r"ough", "V"), (r"augh", "O"), (r"aigh", "E"), (r"eigh", "E"), (r"igh", "Y"), (r"tch", "C"),
    (r"sch(?=[lmnw])", "S"),
    (r"sch", "sk"), (r"chr", "kr"), (r"ch(?=l)", "k"), (r"ch", "C"), (r"sh", "S"), (r"ph", "f"), (r"wh(?=o)", "h"),
    (r"wh", "w"), (r"th(?=m)", ""), (r"th", "T"), (r"gh(?=[aeiou])", "g"), (r"gh", ""), (r"ck", "k"), (r"cqu", "kw"),
    (r"qu", "kw"), (r"q", "k"), (r"dge?(?=[^aou]|$)", "J"), (r"dj", "J"), (r"cz", "C"), (r"sz", "S"), (r"zz", "ts"),
    (r"gu(?=[ei])", "g"), (r"gg", "g"), (r"ng$", "N"), (r"ng(?=[^aeiouy])", "N"), (r"nk", "Nk"), (r"mb$", "m"),
    (r"mn$", "m"), (r"sc(?=[eiy])", "s"), (r"xc(?=[ei])", "ks"), (r"cc(?=[eiy])", "ks"), (r"cc", "k"),
    (r"c(?=[eiy])", "s"), (r"c", "k"), (r"g(?=e$)", "J"), (r"ge(?=[ao])", "J"), (r"g(?=[iy][^nv]|e[^rt])", "J"),
    (r"g", "g"), (r"x", "ks"), (r"j", "J"), (r"(?<=[aeiou])s(?=[aeiou])", "z"), (r"(?<=[bdgvnmlr])s$", "z"),
    (r"(?<=[^s])es$", "Vz"), (r"ss", "s"), (r"z", "z"), (r"(?<=[^aeiouy])le$", "Vl"), (r"(?<=[^aeiouy])les$", "Vlz"),
    (r"(?<=[^aeiouy])re$", "R"), (r"(?<=.)wick$", "wIk"), (r"wa(?=[tsr])", "wo"), (r"(?<=[aeo])w(?=[aeiou])", "w"),
    (r"arr(?=[aeiouy])", "Ar"), (r"err(?=[aeiouy])", "er"), (r"orr(?=[aeiouy])", "or"), (r"ear(?=[nltc])", "R"),
    (r"ear", "Ir"), (r"eer", "Ir"), (r"air", "er"), (r"are(?=$|s)", "er"), (r"ore(?=$|s)", "or"),
    (r"ire(?=$|s)", "Yr"),
    (r"our", "or"), (r"oar", "or"), (r"oor", "or"), (r"ar", "ar"), (r"or(?=$)", "R"), (r"or", "or"),
    (r"er(?=[aeiouy])", "Vr"), (r"er", "R"), (r"ir(?=[^aeiouy]|$)", "R"), (r"ur(?=[^aeiouy]|$)", "R"),
    (r"yr(?=[^aeiouy]|$)", "R"), (r"ayne?s?$", "En"), (r"ay", "E"), (r"ai", "E"), (r"au", "O"), (r"aw", "O"),
    (r"ae", "i"), (r"all", "Ol"), (r"al(?=k)", "O"), (r"aught", "Ot"), (r"ee", "i"), (r"ea(?=d$|th|v)", "e"),
    (r"ea", "i"), (r"ei(?=n$)", "Y"), (r"ei", "i"), (r"ey$", "i"), (r"ey", "E"), (r"ew", "yu"), (r"eu", "yu"),
    (r"ie(?=$)", "i"), (r"ie", "i"), (r"io", "io"), (r"oa", "o"), (r"oe$", "o"), (r"oi", "X"), (r"oy", "X"),
    (r"oo", "u"), (r"ou", "W"), (r"ow(?=$|[ent])", "o"), (r"ow", "W"), (r"old", "old"), (r"ui", "u"), (r"ue$", "u"),
    (r"igne?$", "Yn"), (r"y$", "i"), (r"^y", "y"), (r"a(?=[^aeiouywx]e$|[^aeiouywx]es$)", "E"),
    (r"e(?=[^aeiouywx]e$)", "i"), (r"i(?=[^aeiouywx]e$|[^aeiouywx]es$)", "Y"),
    (r"o(?=[^aeiouywx]e$|[^aeiouywx]es$)", "o"),
    (r"u(?=[^aeiouywx]e$|[^aeiouywx]es$)", "u"), (r"y(?=[^aeiouywx]e$)", "Y"), (r"i(?=nd$|ld$)", "Y"), (r"o$", "o"),
    (r"(?<=[^aeiou])a$", "V"), (r"(?<=i)a$", "V"), (r"i$", "i"), (r"u$", "u"), (r"(?<=[^aeiouy])e$", ""), (r"e$", ""),
    (r"a(?=[^aeiouy][aeiouy])", "A"), (r"a", "A"), (r"e", "e"), (r"i", "I"), (r"o", "a"), (r"u", "V"), (r"y", "I"),
    (r"b+", "b"), (r"d+", "d"), (r"f+", "f"), (r"h(?=[aeiouy])", "h"), (r"h", ""), (r"k+", "k"), (r"l+", "l"),
    (r"m+", "m"), (r"n+", "n"), (r"p+", "p"), (r"r+", "r"), (r"s", "s"), (r"t+", "t"), (r"v+", "v"),
    (r"w(?=[aeiou])", "w"),
    (r"w", ""),
)  # fmt: skip
_COMPILED: dict[str, list[tuple[re.Pattern[str], str]]] = {}
for _spelling, _sound in _RULES:
    _first = re.sub(r"^\^|^\(\?<[=!](?:\[[^\]]*\]|.)\)", "", _spelling)
    _COMPILED.setdefault(_first[0], []).append((re.compile(_spelling), _sound))

_KINDS = {
    **dict.fromkeys("iIeEAaYXWOouUVR", "a"), **dict.fromkeys("pb", "p"), **dict.fromkeys("tdTD", "t"),
    **dict.fromkeys("kg", "k"), **dict.fromkeys("fv", "f"), **dict.fromkeys("szSZ", "s"), **dict.fromkeys("CJ", "c"),
    **dict.fromkeys("mnN", "n"), **dict.fromkeys("lrw", "l"), "y": "y", "h": "h",
}  # fmt: skip
_PAIRS = str.maketrans({sound: kind + sound if sound not in "yh" else sound for sound, kind in _KINDS.items()})
_R_VOWEL = str.maketrans({"R": "Vr"})


@lru_cache(maxsize=20_000)
def phones(word: str) -> str:
    """The sounds of one plain word, one letter each: "eustis" → "yustIs"."""
    if word in _WHOLE:
        return _WHOLE[word]
    if word.isdigit():
        return "".join(phones(part) for part in number_in_words(int(word[:6])).split())
    if len(word) == 1:
        return _LETTERS.get(word, "")
    heard: list[str] = []
    at, size = 0, len(word)
    while at < size:
        for rule, sound in _COMPILED.get(word[at], ()):
            fits = rule.match(word, at) if not rule.pattern.startswith("^") or at == 0 else None
            if fits:
                heard.append(sound)
                at = max(fits.end(), at + 1)
                break
        else:
            at += 1
    return "".join(heard)


def encode(heard: str) -> str:
    """Write sounds as two letters each, kind and sound, so that like sounds share a letter."""
    return heard.translate(_R_VOWEL).translate(_PAIRS)


def sounds(text: str) -> str:
    """How a text sounds, ready to be compared with `rapidfuzz`: "Main St" and "mane st" are the same."""
    return encode("".join(map(phones, words(text))))
