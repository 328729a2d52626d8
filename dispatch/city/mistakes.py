"""What is wrong in a city file, told to the clerk who wrote it, and the error that carries all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing to put right: in which file, at which table and key, and what is wrong and allowed there."""

    file: str
    path: str
    problem: str

    def __str__(self) -> str:
        """`springfield/city.toml: departments.parks.phone: "12" is not …`."""
        return ": ".join(part for part in (self.file, self.path, self.problem) if part)


class CityError(Exception):
    """A city cannot be opened. `mistakes` holds everything that is wrong with it, not only the first thing."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        """Keep the mistakes, each once, in the order of files and tables."""
        self.mistakes = tuple(dict.fromkeys(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


Path = tuple[str | int, ...]
"""Where something stands in a city's tables: ("services", "pothole", "questions", 0, "kind")."""


def written(path: Path) -> str:
    """A path as a clerk would write it: `services.pothole.questions[1].kind`, lists counted from one."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
