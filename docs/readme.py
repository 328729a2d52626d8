"""Puts golden calls into the README: what it shows is what a test plays, word for word.

A block of the README that follows `<!-- call: NAME -->` is filled from tests/transcripts/NAME.txt. `make docs` runs it.
With `--print` the page goes to standard output: so a test sees whether the README is stale.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "README.md"
BLOCK = re.compile(r"(<!-- call: (\w+) -->\n```text\n).*?(```)", flags=re.DOTALL)


def call(name: str) -> str:
    """Read a golden call, without the remarks at its top and what happens on the wire."""
    lines = (ROOT / "tests" / "transcripts" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return "".join(f"{line}\n" for line in lines if line and not line.startswith((";", "from:", "to:", "(the line")))


def page() -> str:
    """Write the README with its calls as they are today."""
    return BLOCK.sub(lambda block: block[1] + call(block[2]) + block[3], PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    if "--print" in sys.argv:
        sys.stdout.write(page())
    else:
        PAGE.write_text(page(), encoding="utf-8")
