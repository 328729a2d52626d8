"""Draws the call flow out of the script: every state, every way it may lead, nothing by hand.

States stand in columns by the part of the conversation (the file) they belong to, in the order of `State`. A way is a
curve; ways that most states share (the agenda) are drawn from a bar, and those every state has (a person, 911, the
commands) are said in words, since a hundred equal arrows tell nobody anything.
"""

from __future__ import annotations

from html import escape

import msgspec

import ivr.dialogue.states  # noqa: F401 - fills the script
from ivr.dialogue.agenda import AGENDA
from ivr.dialogue.call import State
from ivr.dialogue.script import SCRIPT, Scene

_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _TOP, _LEFT = 190, 54, 90, 26, 132, 40
_COLUMNS = (
    ("It rings", ("welcome", "emergency")),
    ("What is wrong", ("request",)),
    ("Where it is", ("place",)),
    ("By keys, piece by piece", ("place_keys",)),
    ("What else matters", ("alike", "details")),
    ("Sent", ("review",)),
    ("Afterwards", ("status", "closing", "people")),
)
_EVERYWHERE = """
From every state, in every language: danger leads to emergency or possible_emergency before anything else;
“operator” or 0 to person; “go back” or * to the question before; “main menu” to how_can_i_help;
“another language” to choose_language; “check my request” to status_number; “goodbye” to goodbye, by way of review.
“Repeat” and “help” say the question again. Three misses in a state, or six in a call, lead to person.
""".strip().splitlines()
_STYLE = """
svg{background:#fff;font-family:system-ui,sans-serif}
.box{fill:#f4f7fb;stroke:#2b4a6f;stroke-width:1.4}.danger{fill:#fdecea;stroke:#b3261e}
.agenda{fill:#e6f2ea;stroke:#1d6b3a}.name{font-size:14px;font-weight:600;fill:#10243c}.what{font-size:10.5px;fill:#41546b}
.way{fill:none;stroke:#54708f;stroke-width:1.2;opacity:.75}.back{stroke:#a06a1b;stroke-dasharray:4 3}
.title{font-size:22px;font-weight:700;fill:#10243c}
.column{font-size:13px;font-weight:700;fill:#41546b}
.note{font-size:12px;fill:#41546b}
@media (prefers-color-scheme:dark){svg{background:#10161d}.box{fill:#1b2733;stroke:#7fa6d6}
.danger{fill:#3a1b1a;stroke:#f2837a}
.agenda{fill:#17301f;stroke:#6cc48c}.name,.title{fill:#e8eef5}.what,.note,.column{fill:#b3c1d1}.way{stroke:#8aa5c4}.back{stroke:#d7a24f}}
"""


_ARROW = (
    '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0 8 4 0 8z" fill="#54708f"/></marker></defs>'
)
_LEGEND = (
    "Drawn by dial311 chart from the code. Green boxes are the agenda: each is asked only while its answer is missing. "
    "A green flag: from here the call goes on to the next of them."
)


NEXT_QUESTION = "next question"


class _Box(msgspec.Struct, frozen=True):
    scene: Scene
    x: int
    y: int


def ways() -> frozenset[tuple[str, str]]:
    """Every way the script declares, from state to state.

    The agenda counts as one place to go to, NEXT_QUESTION: which of its questions comes next is not the state's doing.
    """
    found: set[tuple[str, str]] = set()
    for scene in SCRIPT.values():
        on_to_agenda = scene.to >= AGENDA
        found |= {(scene.state, to) for to in scene.to if not (on_to_agenda and to in AGENDA)}
        if on_to_agenda:
            found.add((scene.state, NEXT_QUESTION))
    return frozenset(found)


def draw() -> str:
    """The call flow as an SVG document. The same script gives the same picture, byte for byte."""
    boxes = _boxes()
    width = _LEFT * 2 + len(_COLUMNS) * (_WIDTH + _GAP_X)
    height = max(box.y for box in boxes.values()) + _HEIGHT + 130
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t d">',
        '<title id="t">The call flow of dial311</title>',
        f'<desc id="d">{escape(_in_words())}</desc>',
        f"<style>{_STYLE}</style>",
        _ARROW,
        f'<text class="title" x="{_LEFT}" y="40">The call, from ringing to a filed ticket</text>',
        f'<text class="note" x="{_LEFT}" y="64">{_LEGEND}</text>',
    ]
    for column, (title, _) in enumerate(_COLUMNS):
        x = _LEFT + column * (_WIDTH + _GAP_X)
        parts.append(f'<text class="column" x="{x}" y="{_TOP - 18}">{escape(title)}</text>')
    parts += [_way(boxes[start], boxes[end]) for start, end in sorted(_drawn())]
    parts += [_box(box) for box in boxes.values()]
    parts += [
        f'<text class="note" x="{_LEFT}" y="{height - 90 + 20 * line}">{escape(sentence)}</text>'
        for line, sentence in enumerate(_EVERYWHERE)
    ]
    return "\n".join([*parts, "</svg>", ""])


def _boxes() -> dict[State, _Box]:
    found: dict[State, _Box] = {}
    for column, (_, files) in enumerate(_COLUMNS):
        row = 0
        for state in State:
            if SCRIPT[state].play.__module__.rpartition(".")[2] in files:
                x, y = _LEFT + column * (_WIDTH + _GAP_X), _TOP + row * (_HEIGHT + _GAP_Y)
                found[state] = _Box(SCRIPT[state], x, y)
                row += 1
    return found


def _drawn() -> set[tuple[State, State]]:
    """Ways worth a line: not to itself, not to the agenda (a mark on the box), not from where every state is open."""
    return {
        (State(start), State(end))
        for start, end in ways()
        if end not in {start, NEXT_QUESTION} and start != State.CHOOSE_LANGUAGE
    }


def _way(start: _Box, end: _Box) -> str:
    forward = end.x > start.x
    if end.x == start.x:
        x = start.x + _WIDTH
        bend = 24 + abs(end.y - start.y) // 9
        y1, y2 = start.y + _HEIGHT // 2, end.y + _HEIGHT // 2
        path = f"M{x} {y1 + 6} C{x + bend} {y1}, {x + bend} {y2}, {x + 2} {y2}"
    else:
        x1, x2 = (start.x + _WIDTH, end.x) if forward else (start.x, end.x + _WIDTH)
        y1, y2 = start.y + _HEIGHT // 2, end.y + _HEIGHT // 2
        bend = 45 if forward else -45
        path = f"M{x1} {y1} C{x1 + bend} {y1}, {x2 - bend} {y2}, {x2} {y2}"
    kind = "way" if forward or end.x == start.x else "way back"
    title = f"<title>{start.scene.state} to {end.scene.state}</title>"
    return f'<path class="{kind}" d="{path}" marker-end="url(#a)">{title}</path>'


def _box(box: _Box) -> str:
    state = box.scene.state
    kind = "box danger" if "emergency" in state else "box agenda" if state in AGENDA else "box"
    said = (box.scene.play.__doc__ or "").strip().partition("\n")[0]
    lines = _wrapped(said, 34)[:2]
    text = "".join(
        f'<text class="what" x="{box.x + 10}" y="{box.y + 34 + 13 * line}">{escape(words)}</text>'
        for line, words in enumerate(lines)
    )
    right = box.x + _WIDTH
    flag = f'<path class="agenda" d="M{right - 12} {box.y}v18l6 -5 6 5v-18z"/>' if box.scene.to >= AGENDA else ""
    size = f'width="{_WIDTH}" height="{_HEIGHT}" rx="9"'
    return (
        f'<g><title>{escape(said)}</title><rect class="{kind}" x="{box.x}" y="{box.y}" {size}/>'
        f'<text class="name" x="{box.x + 10}" y="{box.y + 19}">{state}</text>{text}{flag}</g>'
    )


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:
        lines[1] = f"{lines[1][: width - 2].rstrip(' ,:;')} …"
    return lines


def _in_words() -> str:
    """The picture for those who cannot see it."""
    told = (
        f"{state} leads to {', '.join(sorted(scene.to)) or 'the end of the call'}." for state, scene in SCRIPT.items()
    )
    return " ".join(told)
