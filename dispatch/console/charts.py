"""Charts as SVG, drawn here: no script, no style but classes, so they follow light and dark; each with its words.

A chart is a picture for the eye alone (`role="img"` with a sentence); the table behind it holds the same figures for
everybody, so nothing is told by a chart only.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from dispatch.console.i18n import number

WIDTH, HALF = 960, 540
"""How wide a chart is drawn, across the page and in half of it: as wide as it stands there, so that its letters are as
large as those around it."""
_LEFT = 44


class Bar(NamedTuple):
    """One line of a bar chart; `before` is the period before, `good` what of `now` is good, where that is told."""

    words: str
    now: float
    before: float | None = None
    shown: str = ""
    """The figure as it is written; the number itself where empty."""
    good: float | None = None


class Step(NamedTuple):
    """One part of a funnel: how many came to it, and how many were lost in it."""

    words: str
    came: int
    lost: int
    shown: str
    lost_shown: str


def bars(title: str, lines: Sequence[Bar], *, most: float | None = None) -> Markup:
    """Lying bars, one a line; an outline stands for the period before."""
    top = most or max((max(line.now, line.before or 0) for line in lines), default=0) or 1
    name, height, room = 190, 30, HALF - 190 - 64
    parts = []
    for place, line in enumerate(lines):
        y, width = place * height, room * line.now / top
        parts.append(_text(name - 10, y + 19, _short(line.words, 27), anchor="end"))
        if line.good is not None:
            good = width * line.good / line.now if line.now else 0
            parts.append(_box("bar-bad", name, y + 6, width, 18) + _box("bar-good", name, y + 6, good, 18))
        else:
            parts.append(_box("bar-now", name, y + 6, width, 18))
        if line.before is not None:
            parts.append(_box("bar-before", name, y + 3, room * line.before / top, 24))
        reach = max(width, room * (line.before or 0) / top)
        parts.append(_text(name + reach + 7, y + 19, line.shown or number(line.now)))
    return _picture(title, max(1, len(lines)) * height, parts, HALF)


def curve(title: str, now: Sequence[float], before: Sequence[float], labels: Sequence[str]) -> Markup:
    """A line over time, with the period before behind it. `labels` say what each place is called."""
    height, top = 200, _round_up(max((*now, *before), default=0))
    parts = _scale(top, height)
    for values, kind in ((before, "line-before"), (now, "line-now")):
        if not values:
            continue
        points = _points(values, top, height)
        if kind == "line-now":
            floor = f"{points[-1][0]:.1f} {height} {points[0][0]:.1f} {height}"
            parts.append(f'<polygon class="area-now" points="{_path(points)} {floor}"/>')
        parts.append(f'<polyline class="{kind}" points="{_path(points)}"/>')
        if len(values) == 1:
            parts.append(f'<circle class="bar-now" cx="{points[0][0]:.1f}" cy="{points[0][1]:.1f}" r="3"/>')
    for place in _some(len(labels), 7):
        x = _across(place, len(labels))
        anchor = "start" if place == 0 else "end" if place == len(labels) - 1 and place else "middle"
        parts.append(_text(x, height + 20, labels[place], kind="quiet-text", anchor=anchor))
    return _picture(title, height + 30, parts)


def grid(title: str, rows: Sequence[tuple[str, Sequence[float]]], heads: Sequence[str]) -> Markup:
    """A table of squares, the fuller the more: weekdays by hours."""
    top = max((value for _, values in rows for value in values), default=0) or 1
    name, height = 60, 24
    wide = (WIDTH - name) / max(1, len(heads))
    parts = []
    for place, (words, values) in enumerate(rows):
        parts.append(_text(name - 8, place * height + 16, words, anchor="end"))
        for column, value in enumerate(values):
            x, y = name + column * wide, place * height
            parts.append(_box("track", x + 1, y + 1, wide - 2, height - 2))
            if value:
                strength = 0.12 + 0.88 * value / top
                box = _box("heat", x + 1, y + 1, wide - 2, height - 2)
                parts.append(box.replace("<rect ", f'<rect opacity="{strength:.2f}" ', 1))
    parts += [
        _text(name + (column + 0.5) * wide, len(rows) * height + 16, heads[column], "quiet-text", anchor="middle")
        for column in range(0, len(heads), 3)
    ]
    return _picture(title, len(rows) * height + 24, parts)


def funnel(title: str, steps: Sequence[Step]) -> Markup:
    """The call flow from left to right: as high as many came, with what was lost on the way hanging below it."""
    height, top = 190, max((step.came for step in steps), default=0) or 1
    wide = WIDTH / max(1, len(steps))
    parts = []
    for place, step in enumerate(steps):
        x, tall = place * wide, height * step.came / top
        following = steps[place + 1].came if place + 1 < len(steps) else step.came - step.lost
        end = height * max(0, following) / top
        y, then = 44 + (height - tall) / 2, 44 + (height - end) / 2
        points = f"{x + 2:.1f},{y:.1f} {x + wide - 2:.1f},{then:.1f} "
        points += f"{x + wide - 2:.1f},{then + end:.1f} {x + 2:.1f},{y + tall:.1f}"
        parts.append(f'<polygon class="flow" points="{points}"/>')
        middle = x + wide / 2
        parts.append(_text(middle, 16, _short(step.words, 18), anchor="middle"))
        parts.append(_text(middle, 34, step.shown, "on-flow", anchor="middle"))
        if step.lost:
            depth = max(2.0, 60 * step.lost / top)
            parts.append(_box("drop", middle - 22, height + 56, 44, depth))
            parts.append(_text(middle, height + 74 + depth, step.lost_shown, anchor="middle"))
    deepest = max((60 * step.lost / top for step in steps), default=0)
    return _picture(title, height + 84 + deepest, parts)


def _picture(title: str, height: float, parts: Sequence[str], width: int = WIDTH) -> Markup:
    head = f'<svg class="chart" viewBox="0 0 {width} {height:.0f}" role="img" aria-label="{escape(title)}">'
    return Markup(f"{head}{''.join(parts)}</svg>")  # noqa: S704 - every word in it is escaped below


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _box(kind: str, x: float, y: float, width: float, height: float) -> str:
    size = f'width="{max(0.0, width):.1f}" height="{height:.1f}"'
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" {size} rx="2"/>'


def _scale(top: float, height: float) -> list[str]:
    parts = []
    for part in range(5):
        y = 6 + (height - 6) * (1 - part / 4)
        parts.append(f'<line class="grid-line" x1="{_LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(_LEFT - 8, y + 4, number(top * part / 4, 0 if top >= 4 else 2), "quiet-text", anchor="end"))
    return parts


def _points(values: Sequence[float], top: float, height: float) -> list[tuple[float, float]]:
    return [(_across(place, len(values)), 6 + (height - 6) * (1 - value / top)) for place, value in enumerate(values)]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _across(place: int, count: int) -> float:
    return _LEFT + (WIDTH - _LEFT - 4) * (place / (count - 1) if count > 1 else 0.5)


def _some(count: int, most: int) -> list[int]:
    """At most so many places, evenly, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return sorted({round(place * (count - 1) / (most - 1)) for place in range(most)})


def _round_up(value: float) -> float:
    """A round figure no smaller, that four parts divide."""
    for size in (4, 8, 20, 40, 80, 100, 200, 400, 800):
        if value <= size:
            return size
    scale = 10 ** (len(str(int(value))) - 2)
    return float(-(-value // (4 * scale)) * 4 * scale)


def _short(words: str, length: int) -> str:
    return words if len(words) <= length else f"{words[: length - 1].rstrip()}…"
