"""What the emergency detector says of a text. Pure values."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """CERTAIN: to 911 without a question. POSSIBLE: one question first; silence counts as yes."""

    NONE = "none"
    POSSIBLE = "possible"
    CERTAIN = "certain"


class Assessment(msgspec.Struct, frozen=True):
    """A verdict with what it rests on, so that a lawyer can read why a call was redirected."""

    verdict: Verdict = Verdict.NONE
    category: str = ""
    """A lexicon section: fire, gas, medical, violence, self_harm, missing, traffic, water, electrical, …"""
    evidence: str = ""
    """The caller's words that decided it, followed by the rule's name in brackets: "won't wake up [unresponsive]"."""
    language: str = ""

    def __bool__(self) -> bool:
        """True where something must be done about it."""
        return self.verdict is not Verdict.NONE
