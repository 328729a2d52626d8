"""The words around a place, in three languages: what comes before it, between its parts and after it."""

from __future__ import annotations

FRAME = frozenset(
    # English, with what a recogniser makes of "um it's" and "i'm at".
    "um uh er hm well yeah yes so okay ok please hello hi the a it its it's s is i im m am at on in near by of off "
    "front address that thats met this there here right just over outside along amid amidst around close next "
    "beside my location located place house building corner intersection foreigner live time would be think like say "
    "about "
    # Spanish
    "eh pues bueno si por favor la el los las en es esta queda direccion cerca frente a de del junto al lado esquina "
    "interseccion entre cruce con estoy vivo seria mi casa "
    # French
    "euh alors bon oui s'il vous plait c'est c est le les l d au aux pres devant du des adresse a cote dans sur "
    "coin croisement angle suis je habite".split()
)
"""Words callers put before a place. None of them is taken for a street's name unless nothing else is left."""

JOINS = frozenset("and at n with y con e et avec cross crossing meets esquina angle".split())
"""Words that join the two streets of a corner."""

WEAK_JOINS = frozenset("in it its an is as that the a to near by off en ant".split())
"""Words a recogniser writes for "and" and "at"."""

CORNER = frozenset("corner intersection foreigner esquina interseccion cruce coin croisement angle".split())
"""Words that promise a corner."""

AREA_BEFORE = frozenset("in and on at of from en de a dans sur barrio quartier around".split())
"""Words before an area's name, as said and as misheard."""

BETWEEN = frozenset({"between", "entre"})
BLOCK = frozenset({"block", "cuadra", "bloque", "pate"})

BESIDE: tuple[tuple[str, ...], ...] = tuple(
    tuple(phrase.split())
    for phrase in (
        "across the street from", "across from", "right in front of", "in front of", "opposite", "behind",
        "in back of", "next to", "next door to", "around the corner from", "close to", "outside of",
        "enfrente de", "en frente de", "frente a", "detras de", "al lado de", "cerca de", "junto a", "a la vuelta de",
        "en face de", "devant", "derriere", "a cote de", "pres de",
    )
)  # fmt: skip
"""How a place is described by another one; the words are kept as the ticket's note."""

EVERYDAY = frozenset(
    "school church store park library hospital bank station house corner tree river bridge court hill lake pond garden "
    "market mill factory post hotel museum theater temple escuela iglesia tienda parque ecole eglise parc".split()
)
"""Things that streets are named after: alone, without a type, they are more likely the thing."""

FLAT = frozenset("apartment apt unit suite room flat apartamento apto piso appartement logement bureau".split())
"""Words before the number of a flat."""

HERE = frozenset(
    "here right where i am my house home place this that spot we re standing aqui mi casa donde estoy ici chez "
    "moi ou je suis outside".split()
)
"""Words of callers who mean the spot they stand on: no gazetteer knows it, a map pin does."""

PLACE_BEFORE = frozenset(
    "at on near by of outside is its it s off front from address across behind en al a del cerca sobre au aux "
    "pres sur du lado frente le il".split()
)
"""Words that announce a place in a sentence."""

UNITS = frozenset(
    "houses blocks buildings doors way mph degree degrees am pm a p o'clock oclock times days day weeks week "
    "months month years year hours hour minutes minute dollars dollar feet foot inches inch miles mile people "
    "cars car trucks bags bag mattresses mattress cans can bins bin barrels percent more other different or dias "
    "semanas meses anos horas minutos veces metros jours semaines mois ans heures fois metres".split()
)
"""What is counted after a number that is no house number."""

THINGS = frozenset(
    "light lights lamp lamps lamppost sign signs sweeping sweeper cleaning cleaner parking tree trees vendor "
    "vendors performer performers drain repair repairs closure number name corner lighting".split()
)
"""Words that turn "street" or "park" before them into a thing rather than the end of a name: street light."""

STOPS = frozenset(
    "the a an my our your his her their this that these those on in at of off to from by for with near is are was "
    "were be been am and or but it its i we you he she they there here up down across along into onto over under "
    "about around between behind whole entire every each same next other one any some no not all la el los las un "
    "una mi su en de del por con y o que es esta hay al le les des du ma mon sa son sur dans et ou il outside "
    "calle rue".split()
)
"""Words a street's name does not start with when it is looked for in the middle of a sentence."""
