"""Whether a confidence is honest: of the guesses that claim 0.8, are eight in ten right? As a table and as an SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

_EDGES = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)
_SIDE, _MARGIN = 360, 56
_COLOURS = ("#0b5394", "#b45309", "#166534", "#7e22ce")


class Bin(NamedTuple):
    """Guesses with about the same confidence."""

    low: float
    guesses: int
    claimed: float
    right: float


def bins(guesses: Iterable[tuple[float, bool]]) -> list[Bin]:
    """Best guesses as (confidence, right?), binned; empty bins left out."""
    everything = list(guesses)
    made = []
    for low, high in pairwise(_EDGES):
        inside = [guess for guess in everything if low <= guess[0] < high]
        if inside:
            size = len(inside)
            claimed = sum(confidence for confidence, _ in inside) / size
            made.append(Bin(low, size, claimed, sum(right for _, right in inside) / size))
    return made


def drawn(curves: Mapping[str, Sequence[Bin]], go_on: float, offer: float) -> str:
    """The curves as an SVG: claimed from left to right, right from bottom to top; honest is the diagonal."""
    size = _SIDE + 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size + 18 * len(curves)}" role="img">',
        "<style>text { font: 12px sans-serif }</style>",
        "<title>Confidence in the best guess, and how often it is right</title>",
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        x, y = _spot(tick, tick)
        parts += [
            f'<path d="M{x} {_MARGIN}V{_MARGIN + _SIDE}M{_MARGIN} {y}H{_MARGIN + _SIDE}" stroke="#ddd"/>',
            f'<text x="{x}" y="{_MARGIN + _SIDE + 16}" text-anchor="middle">{tick:.1f}</text>',
            f'<text x="{_MARGIN - 8}" y="{y + 4}" text-anchor="end">{tick:.1f}</text>',
        ]
    low, high = _spot(0, 0), _spot(1, 1)
    parts.append(f'<path d="M{low[0]} {low[1]}L{high[0]} {high[1]}" stroke="#888" stroke-dasharray="4 4"/>')
    for name, threshold in (("go on", go_on), ("offer", offer)):
        x, _ = _spot(threshold, 0)
        parts.append(f'<path d="M{x} {_MARGIN}V{_MARGIN + _SIDE}" stroke="#444" stroke-dasharray="2 3"/>')
        parts.append(f'<text x="{x}" y="{_MARGIN - 6}" text-anchor="middle">{name}</text>')
    for number, (name, curve) in enumerate(curves.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        spots = [_spot(b.claimed, b.right) for b in curve]
        line = " ".join(f"{x},{y}" for x, y in spots)
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{line}"/>')
        parts += [
            f'<circle cx="{x}" cy="{y}" r="{2 + min(6, b.guesses**0.5 / 3):.1f}" fill="{colour}"/>'
            for (x, y), b in zip(spots, curve, strict=True)
        ]
        parts.append(f'<text x="{_MARGIN}" y="{size - 4 + 18 * number}" fill="{colour}">● {name}</text>')
    middle = _MARGIN + _SIDE / 2
    parts.append(f'<text x="{middle}" y="{_MARGIN + _SIDE + 34}" text-anchor="middle">claimed</text>')
    parts.append(f'<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">right</text></svg>')
    return "\n".join(parts) + "\n"


def _spot(claimed: float, right: float) -> tuple[float, float]:
    return round(_MARGIN + _SIDE * claimed, 1), round(_MARGIN + _SIDE * (1 - right), 1)
