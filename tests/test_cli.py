"""The command line, as whoever types it meets it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from ivr.cli import Commands, main


def commands(group: Commands = main, before: str = "dial311") -> Iterator[tuple[str, str, click.Command]]:
    """Yield every command as it is typed, what the list says of it, and the command itself."""
    for name, entry in group.entries.items():
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield f"{before} {name}", entry.summary, command
        if isinstance(command, Commands):
            yield from commands(command, f"{before} {name}")


def test_help_lists_every_command_and_loads_none() -> None:
    listing = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "from ivr.cli import main; main(['--help'])"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert all(f"  {name} " in listing.stdout for name in main.entries)
    loaded = {line.rpartition("|")[2].strip().split(".")[0] for line in listing.stderr.splitlines()}
    assert loaded & {"flask", "pydantic", "sqlalchemy", "twilio"} == set()


def test_the_list_says_of_each_command_what_it_says_of_itself() -> None:
    told = {words: summary for words, summary, _ in commands()}
    assert told == {words: command.get_short_help_str(limit=200) for words, _, command in commands()}


def test_every_command_explains_itself_and_its_options() -> None:
    for words, _, command in commands():
        assert CliRunner().invoke(main, [*words.split()[1:], "--help"]).exit_code == 0, words
        unexplained = [each.name for each in command.params if isinstance(each, click.Option) and not each.help]
        assert unexplained == [], words


def test_a_slip_is_answered_with_the_nearest_name() -> None:
    result = CliRunner().invoke(main, ["tikets"])
    assert result.exit_code == 2
    assert "There is no command 'tikets'. Did you mean 'tickets'?" in result.output
    assert "Did you mean" not in CliRunner().invoke(main, ["quux"]).output


@pytest.mark.parametrize(
    ("variable", "value", "cure"),
    [
        ("DATABASE_URL", "mysql://root@db/311", "sqlite:/// or postgresql+psycopg://"),
        ("PORT", "http", "PORT"),
        ("CITIES", " , ", "name at least one city"),
    ],
)
def test_a_senseless_setting_is_answered_with_its_cure(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, cure: str
) -> None:
    monkeypatch.setenv(variable, value)
    result = CliRunner().invoke(main, ["run"])
    assert result.exit_code == 1
    assert variable in result.output
    assert cure in result.output
    assert "Traceback" not in result.output
