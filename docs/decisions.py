"""Writes the list of decisions, docs/adr/README.md, out of the decisions' own titles and dates.

`make docs` runs it. With `--print` the page goes to standard output: so a test sees whether it is stale.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "adr"
PAGE = FOLDER / "README.md"
HEAD = """# Decisions

Each page says what was decided, what it was chosen over, what was measured, and what would make us decide again. They
are numbered; a later page may overrule an earlier one, and says so. Figures are those of the day they name. A number
that is missing was kept for what turned out to be no decision.
`make docs` writes this list.

| | Decision | Taken |
|---|---|---|
"""


def entry(path: Path) -> str:
    """Read a decision's line of the list: it begins with `# 0001: Title`, then `Taken on DATE`."""
    found = re.match(r"# (\d{4}): (.+)\n\nTaken on (\d{4}-\d\d-\d\d)", path.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{path} does not begin with `# 0001: Title` and `Taken on 2026-11-23`")
    return f"| [{found[1]}]({path.name}) | {found[2]} | {found[3]} |\n"


def page() -> str:
    """Write the whole list."""
    return HEAD + "".join(entry(path) for path in sorted(FOLDER.glob("[0-9]*.md")))


if __name__ == "__main__":
    if "--print" in sys.argv:
        sys.stdout.write(page())
    else:
        PAGE.write_text(page(), encoding="utf-8")
