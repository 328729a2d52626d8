"""Draws docs/modules.md out of the source: which package leans on which, and what every file is for.

`make docs` runs it. With `--print` the page goes to standard output: so a test sees whether the one in docs/ is stale.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from grimp import ImportGraph, build_graph

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "modules.md"
FLOORS = ("ivr", "dispatch", "storage")
HEAD = """# What is where

Drawn out of the source by `make docs`: every file in its own first sentence. Why the house is built like this stands in
[architecture.md](architecture.md).
"""


def rooms() -> dict[str, list[Path]]:
    """List the packages with their files, floor by floor from the top. Empty packages are left out."""
    found = {}
    for floor in FLOORS:
        for folder in [ROOT / floor, *sorted(path for path in (ROOT / floor).rglob("*") if path.is_dir())]:
            files = sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
            if files:
                found[folder.relative_to(ROOT).as_posix()] = files
    return found


def first_sentence(path: Path) -> str:
    """Read what a file says of itself."""
    docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
    return " ".join(docstring.split("\n\n")[0].split())


def room_of(module: str, packages: list[str]) -> str:
    """Name the package of the picture a module belongs to: the longest that holds it."""
    path = module.replace(".", "/")
    return max((package for package in packages if f"{path}/".startswith(f"{package}/")), key=len)


def picture(packages: list[str], graph: ImportGraph) -> str:
    """Draw who imports whom, as Mermaid, which code hosts show as a picture. Arrows go down only."""
    arrows = {
        (room_of(module, packages), room_of(imported, packages))
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
    }
    lines = ["```mermaid", "flowchart TD"]
    for floor in FLOORS:
        lines.append(f"  subgraph floor_{floor}[{floor}]")
        lines += [f"    {name.replace('/', '_')}[{name}]" for name in packages if name.split("/")[0] == floor]
        lines.append("  end")
    lines += [
        f"  {upper.replace('/', '_')} --> {lower.replace('/', '_')}"
        for upper, lower in sorted(arrows)
        if upper != lower
    ]
    return "\n".join([*lines, "```"])


def page() -> str:
    """Write the whole page."""
    packages = {name: files for name, files in rooms().items() if "migrations" not in name}
    graph = build_graph(*FLOORS, cache_dir=None)
    parts = [HEAD, picture(list(packages), graph), ""]
    for name, files in packages.items():
        parts += [f"## {name}/", "", "| | |", "|---|---|"]
        parts += [
            f"| [{path.name}](../{path.relative_to(ROOT).as_posix()}) | {first_sentence(path)} |" for path in files
        ]
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    if "--print" in sys.argv:
        sys.stdout.write(page())
    else:
        PAGE.write_text(page())
