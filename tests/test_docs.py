"""What the documentation says is compared with what is there: nothing in it may go stale unseen."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from ivr.cli import main

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def plain(name: str) -> str:
    """Name a package as the package index compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: list[str]) -> set[str]:
    """The package names in a list of requirements."""
    return {plain(match[0]) for line in requirements if (match := re.match(r"[\w.-]+", line))}


RUNTIME = declared(PROJECT["dependencies"])
EVERYTHING = RUNTIME.union(*(declared(extra) for extra in PROJECT["optional-dependencies"].values()))


def test_every_dependency_is_explained() -> None:
    rows = re.findall(r"^\| ([\w-]+) \|", (ROOT / "docs" / "dependencies.md").read_text(), flags=re.MULTILINE)
    assert sorted(row.lower() for row in rows if row != "Package") == sorted(EVERYTHING), "each once"


def test_whatever_is_imported_is_declared_and_the_other_way_round() -> None:
    distributions = packages_distributions()
    imported = {
        module.split(".")[0]
        for floor in ("ivr", "dispatch", "storage")
        for path in (ROOT / floor).rglob("*.py")
        for module in re.findall(r"^\s*(?:from|import) ([\w.]+)", path.read_text(), flags=re.MULTILINE)
    }
    packages = {plain(distributions[name][0]) for name in imported - sys.stdlib_module_names if name in distributions}
    # What comes with Flask, its log-in and pydantic is their promise to keep.
    brought_along = {
        "werkzeug",
        "jinja2",
        "markupsafe",
        "libpass",
        "wtforms",
        "pydantic-core",
    }
    assert packages - RUNTIME - brought_along == {"dial311"}
    # The server is started by name, and pydantic-settings reads .env through dotenv.
    assert RUNTIME - packages == {"gunicorn", "python-dotenv"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
    here = [unquote(link) for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in here if not (page.parent / link).exists()] == []


def code(page: Path) -> str:
    """All that a page sets as code, line by line."""
    blocks = re.findall(r"```\w*\n(.*?)```|`([^`\n]+)`", page.read_text(), flags=re.DOTALL)
    return "\n".join(block or span for block, span in blocks)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_that_are_told_exist(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert set(re.findall(r"^(?:\$ )?make ([a-z-]+)", code(page), flags=re.MULTILINE)) - set(targets) == set()
    for words in re.findall(r"^(?:\$ )?dial311((?: [a-z]+)+)", code(page), flags=re.MULTILINE):
        command: click.Command | None = main
        for word in words.split():
            if isinstance(command, click.Group):
                command = command.get_command(click.Context(command), word)
                assert command, f"dial311{words}: there is no {word}"


@pytest.mark.parametrize(
    ("script", "page"),
    [("modules.py", "docs/modules.md"), ("decisions.py", "docs/adr/README.md"), ("readme.py", "README.md")],
)
def test_what_is_drawn_from_the_source_is_not_stale(script: str, page: str) -> None:
    drawn = subprocess.run(
        [sys.executable, ROOT / "docs" / script, "--print"], check=True, capture_output=True, text=True
    )
    assert (ROOT / page).read_text() == drawn.stdout, "`make docs` draws it anew"


def test_the_readme_begins_with_a_call() -> None:
    before_the_call = (ROOT / "README.md").read_text().partition("<!-- call:")[0]
    assert "##" not in before_the_call


def test_the_version_has_its_entry_in_the_changelog() -> None:
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text()
