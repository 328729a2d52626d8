"""Commands that work everywhere (ETSI ES 202 076): repeat, go back, main menu, operator, help, a language, goodbye.

A command is what is left when the politeness is taken away: "could I please talk to a real person" is OPERATOR,
"the operator of the crane never stops honking" is not.
"""

from __future__ import annotations

import re
from enum import StrEnum

from ivr.understanding.words import plain_words


class Command(StrEnum):
    """What a caller may ask for in any state."""

    REPEAT = "repeat"
    BACK = "back"
    MAIN_MENU = "main_menu"
    OPERATOR = "operator"
    HELP = "help"
    LANGUAGE = "language"
    ENGLISH = "english"
    SPANISH = "spanish"
    FRENCH = "french"
    GOODBYE = "goodbye"
    CHECK_STATUS = "check_status"


_POLITE = frozenset(
    "um uh er well oh hi hello hey please can could would may i i'd i'll i'm you we me my like to want wanna need the a an just "
    "do did that's it with get go let let's give now again for this that of is are there any somebody's so ok okay yes yeah sorry "
    "pardon was didn't what's in on one more time thanks thank sir ma'am no real actual live some back "
    "por favor quiero quisiera puedo podria me necesito con un una el la los de que lo en otra vez hola si gracias al a "
    "s'il vous plait je voudrais veux peux pourrais puis avec un une le la les de a en bonjour oui merci nous besoin d'un".split()
)
_PATTERNS: tuple[tuple[Command, str], ...] = (
    (
        Command.OPERATOR,
        r"(?:speak|talk|connect|transfer|put|reach|representante|hablar|comunicar\w*|pasar\w*|parler|passez)?"
        r"(?: through| directly| someone| somebody)*\s*(?:operator|person|human|agent|representative|rep|someone|somebody|people|human being|"
        r"customer service|operador\w*|persona|agente|representante|alguien|ser humano|operateur|operatrice|personne|quelqu'un|agent|humain|conseiller)"
        r"(?: else| here| vrai\w*| real| humain\w*| humano)?",
    ),
    (
        Command.REPEAT,
        r"(?:repeat|say|what did|come|what|repita|repite|repetir|repetez|repeter|comment|como|quoi|pardon|excuse)"
        r"(?: say| all| everything| please| dijo| avez dit| once)*|didn't hear|couldn't hear|no (?:escuche|oi|entendi)|pas (?:entendu|compris)",
    ),
    (
        Command.BACK,
        r"(?:take|step)?\s*(?:back|previous|undo|atras|regresar|volver|anterior|retour|revenir|precedent)(?: step| menu| question)*",
    ),
    (
        Command.MAIN_MENU,
        r"(?:main menu|start over|start again|restart|from beginning|begin again|menu principal|empezar(?: de)? nuevo|"
        r"comenzar(?: de)? nuevo|recommencer|menu|opciones|options|inicio)",
    ),
    (
        Command.HELP,
        r"(?:help|ayuda|aide|instructions|instrucciones|how work|what can say|que puedo decir|que puis dire)",
    ),
    (Command.ENGLISH, r"(?:speak )?(?:english|ingles|anglais)(?: speaker)?"),
    (Command.SPANISH, r"(?:speak |hablo |hablar )?(?:spanish|espanol|espagnol|castellano)(?: speaker)?"),
    (Command.FRENCH, r"(?:speak |parle |parler )?(?:french|frances|francais)(?: speaker)?"),
    (
        Command.LANGUAGE,
        r"(?:change |switch |cambiar |changer |otro |autre |another |different |other )*(?:language|languages|idioma|langue)",
    ),
    (
        Command.GOODBYE,
        r"(?:good ?bye|bye|bye bye|hang up|all|nothing else|adios|hasta luego|nada mas|colgar|au revoir|rien d'autre|raccrocher|"
        r"nothing|have nice day|all set|done)",
    ),
    (
        Command.CHECK_STATUS,
        r"(?:check|know|find out|track|follow up|look up|update|see|status|consultar|saber|verificar|revisar|verifier|suivre|savoir|"
        r"connaitre)?(?: on| up| about| sur| sobre)*\s*(?:status|existing|previous|earlier|old|estado|statut|etat|suivi|case|ticket|request|report|"
        r"complaint|solicitud|reporte|queja|demande|signalement|numero|number|service|made|filed|already|ya|hice|hecho|deja|fait|faite)"
        r"(?: status| request| case| ticket| report| complaint| number| made| filed| already| on| update| solicitud| reporte| demande| signalement)*",
    ),
)
_COMPILED = tuple((command, re.compile(pattern)) for command, pattern in _PATTERNS)
_LONGEST = 14
"""A command is short; whoever says more has something to tell."""
_NEEDS_MORE = frozenset(
    {"number", "numero", "service", "request", "report", "complaint", "made", "ya", "number request"}
)
"""What is too little by itself to be a wish to check on a request."""
_ALONE = {
    "no": None,
    "back": Command.BACK,
    "go back": Command.BACK,
    "again": Command.REPEAT,
    "one more time": Command.REPEAT,
    "what": Command.REPEAT,
    "what was that": Command.REPEAT,
    "sorry": Command.REPEAT,
    "pardon": Command.REPEAT,
    "pardon me": Command.REPEAT,
    "otra vez": Command.REPEAT,
    "encore": Command.REPEAT,
    "say that again": Command.REPEAT,
    "say it again": Command.REPEAT,
    "real person": Command.OPERATOR,
    "live person": Command.OPERATOR,
    "that's all": Command.GOODBYE,
    "that's it": Command.GOODBYE,
    "c'est tout": Command.GOODBYE,
    "es todo": Command.GOODBYE,
    "eso es todo": Command.GOODBYE,
    "no thanks": None,
    "no thank you": None,
}
_TROUBLE = frozenset("hurt help me police attack following screaming gun".split())


def command_in(text: str) -> Command | None:
    """The command a text amounts to, or None where it says something else (or more)."""
    words = plain_words(text)
    if not words or len(words) > _LONGEST:
        return None
    whole = " ".join(words)
    if whole in _ALONE:
        return _ALONE[whole]
    rest = " ".join(word for word in words if word not in _POLITE)
    if not rest:
        return None
    for command, pattern in _COMPILED:
        if pattern.fullmatch(rest):
            if command is Command.CHECK_STATUS and rest in _NEEDS_MORE:
                return None
            return command
    return None
