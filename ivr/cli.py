"""`dial311 …`: the one command line, for whoever runs the line, builds a city or looks into a call.

A command's code is loaded when the command runs: `dial311 --help` answers at once, without Flask and SQLAlchemy. What
each command is for therefore stands here, in the order one meets it, and a test compares it with the command itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NamedTuple

import click


class Entry(NamedTuple):
    """Where a command lives, as `module:name`, and what it is for."""

    target: str
    summary: str


LINE = {
    "run": Entry("ivr.commands.line:run", "Serve the line: telephone, texts and console."),
    "call": Entry("ivr.commands.phone:call", "Call the line from this terminal."),
    "text": Entry("ivr.commands.messages:text", "Text the line from this terminal."),
    "worker": Entry("ivr.commands.line:worker", "Send what waits in the outbox."),
    "tickets": Entry("ivr.commands.tickets:tickets", "List tickets, or take them over from another system."),
    "show": Entry("ivr.commands.line:show", "Show a ticket or a call, turn by turn."),
    "replay": Entry("ivr.commands.line:replay", "Play a call's stored turns again."),
    "understand": Entry("ivr.commands.dialogue:understand", "Say what is understood of each line of standard input."),
    "chart": Entry("ivr.commands.dialogue:chart", "Draw the call flow out of the code."),
    "city": Entry("ivr.cli:city", "Check, build, import and look into cities."),
    "operator": Entry("ivr.commands.operators:operator", "Add, list, close and reset operators' accounts."),
    "twilio": Entry("ivr.commands.line:twilio", "Connect a Twilio number."),
    "webhook": Entry("ivr.commands.messages:webhook", "Show what a department checks our webhooks with."),
    "db": Entry("ivr.commands.db:db", "Create or upgrade the database."),
    "retention": Entry("ivr.commands.tickets:retention", "Forget what must be forgotten."),
}
CITY = {
    "list": Entry("ivr.commands.city:list_command", "List the cities that can be served."),
    "check": Entry("ivr.commands.city:check", "Report every mistake in a city's files."),
    "build": Entry("ivr.commands.city:build", "Build a shipped city's gazetteer."),
    "import": Entry("ivr.commands.places:import_command", "Make a city out of open address data."),
    "addresses": Entry("ivr.commands.places:addresses_command", "Print addresses of a city's gazetteer."),
}


class Commands(click.Group):
    """A group whose commands are loaded when they are wanted."""

    def __init__(self, entries: Mapping[str, Entry], **settings: Any) -> None:
        super().__init__(**settings)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands, in the order of the table."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; None where there is none of that name."""
        if cmd_name not in self.entries:
            return None
        module, _, name = self.entries[cmd_name].target.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed; a slip is answered with the name it comes nearest to."""
        if not args[0].startswith("-") and args[0] not in self.entries:
            near = get_close_matches(args[0], self.entries, n=1)
            ctx.fail(f"There is no command {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list for `--help` without loading anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self.entries.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a mistake in the settings ends it with the sentence that names the cure."""
        from ivr.settings import SettingsProblem

        try:
            return super().invoke(ctx)
        except SettingsProblem as problem:
            raise click.ClickException(str(problem)) from None


city = Commands(CITY, name="city", help=LINE["city"].summary)
main = Commands(
    LINE,
    name="dial311",
    help="A city's 311 line: people call, are understood, and leave with a ticket number.",
    epilog="Settings come from the environment and from .env; .env.example lists them all.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
click.version_option(package_name="dial311")(main)
