"""The laws of the house, read off the source. What they are for is told in docs/architecture.md."""

from __future__ import annotations

import ast
import fnmatch
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parent.parent
FLOORS = ("ivr", "dispatch", "storage")
LONGEST = 300
LONGER = {"dispatch/tickets.py": 350}
"""Files that may be longer. The one module that changes tickets cannot be two: law 7 outweighs its length."""

CATCH_EVERYTHING = {
    "ivr/webhooks.py": "whatever breaks, the caller hears of 911 and of a person, never an application error",
    "ivr/callbacks.py": "Twilio tells a thing once: what cannot be kept is logged with its call",
    "ivr/sms.py": "whatever breaks, whoever texts of danger hears of 911",
    "ivr/page_guard.py": "whatever breaks, whoever writes of danger on a page is told of 911",
    "dispatch/notifications/worker.py": "one notification that cannot be sent must not hold up the rest",
    "storage/calls.py": "whoever commits for others hands each of them the failure, to raise as its own",
}
"""The only files that may catch everything, and why."""


def files(pattern: str = "*") -> list[Path]:
    """List the project's own files, in all folders but those that .gitignore names."""
    ignored = {".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split())}
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in ignored and not name.endswith(".egg-info")]
        found += [Path(folder, name) for name in fnmatch.filter(names, pattern) if name not in ignored]
    return sorted(found)


def sources() -> list[Path]:
    """List the Python files of the three floors."""
    return [path for path in files("*.py") if path.relative_to(ROOT).parts[0] in FLOORS]


def named(path: Path) -> str:
    """Name a file as people do."""
    return path.relative_to(ROOT).as_posix()


def test_the_floors_keep_their_contracts(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml") == 0, capsys.readouterr().out


def test_every_file_can_be_read_in_one_sitting() -> None:
    lengths = {named(path): len(path.read_text().splitlines()) for path in files("*.py")}
    assert {name: length for name, length in lengths.items() if length > LONGER.get(name, LONGEST)} == {}


def broad_handlers(tree: ast.AST) -> Iterator[int]:
    """Yield the lines of handlers that catch everything and do not pass it on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and ast.unparse(node.body[-1]) != "raise":
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(each is None or ast.unparse(each) in {"Exception", "BaseException"} for each in caught):
                yield node.lineno


@pytest.mark.parametrize(
    "handler", ["except:", "except Exception:", "except (ValueError, BaseException) as problem:"], ids=lambda text: text
)
def test_a_handler_that_catches_everything_is_seen(handler: str) -> None:
    assert list(broad_handlers(ast.parse(f"try:\n    dial()\n{handler}\n    pass"))) == [3]


def test_nothing_is_swallowed_but_at_the_outermost_doors() -> None:
    broad = {named(path) for path in sources() if any(broad_handlers(ast.parse(path.read_text())))}
    assert broad - CATCH_EVERYTHING.keys() == set()


def ticket_changes(tree: ast.AST) -> Iterator[str]:
    """Yield what a module does to tickets beyond reading them: making rows, taking them to change, setting columns."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in {"Ticket", "TicketEvent", "Follower", "add_once", "locked"}:
                yield f"{node.lineno}: {called}(…)"
            elif (
                called in {"insert", "update", "delete"}
                and node.args
                and ast.unparse(node.args[0]) in {"Ticket", "TicketEvent"}
            ):
                yield f"{node.lineno}: {ast.unparse(node)}"
        elif (
            isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "ticket"
        ):
            yield f"{node.lineno}: {ast.unparse(node)} = …"


@pytest.mark.parametrize(
    "change",
    ["ticket.status = Status.CLOSED", "session.add(Ticket(city='springfield'))", "session.execute(update(Ticket))"],
)
def test_a_change_to_a_ticket_is_seen(change: str) -> None:
    assert len(list(ticket_changes(ast.parse(change)))) == 1


def test_one_module_alone_changes_tickets() -> None:
    changes = {named(path): list(ticket_changes(ast.parse(path.read_text()))) for path in sources()}
    # Below it the ledger stores what it is given, and retention empties what must be forgotten.
    beneath = {"dispatch/tickets.py", "storage/tickets.py", "storage/retention.py"}
    assert {name: found for name, found in changes.items() if found and name not in beneath} == {}


def test_files_are_nouns_of_the_domain() -> None:
    names = {part for path in sources() for part in path.relative_to(ROOT).with_suffix("").parts}
    assert names & {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common", "base"} == set()


def test_no_file_names_a_package_registry() -> None:
    # A lock that names a host would be fetched from there, whatever mirror a city trusts. Put together here from
    # halves, or this file would be the first to fail.
    hosts = [
        "".join(halves).encode()
        for halves in (
            ("pypi.", "org"),
            ("pythonhosted", ".org"),
            ("registry.npm", "js"),
            ("npmjs", ".com"),
            ("unp", "kg.com"),
            ("jsdel", "ivr.net"),
            ("docker", ".io"),
            ("ghcr", ".io"),
            ("crates", ".io"),
        )
    ]
    assert [named(path) for path in files() if any(host in path.read_bytes().lower() for host in hosts)] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_lock_is_whole_and_names_no_place(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "\n-" not in text, "an option, such as an index, would be obeyed by whoever installs"
    packages = [block for block in text.split("\n") if block and not block.startswith(("#", " "))]
    assert [line for line in packages if "==" not in line or not line.endswith("\\")] == [], (
        "not pinned, or without hashes"
    )
