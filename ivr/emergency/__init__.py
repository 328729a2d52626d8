"""The emergency detector: the first thing every turn asks."""

from __future__ import annotations

from ivr.emergency.detector import assess, assess_digits
from ivr.emergency.verdict import Assessment, Verdict

__all__ = ["Assessment", "Verdict", "assess", "assess_digits"]
