"""The line in a terminal: typed words are spoken, digits are keys, an empty line is silence, Ctrl-D hangs up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import HTML
from prompt_toolkit.styles import Style
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ivr.simulator.exchange import Event, Filed
from ivr.simulator.phone import PhoneCall, written

KEYS = re.compile(r"[\d*#][\d*# ]*")
OUTCOMES = {"": "no-answer", "a": "completed", "b": "busy", "f": "failed"}
"""What the caller types while somebody else's telephone rings."""
_COLOURS = {"line": "bold cyan", "caller": "bold green", "keys": "bold yellow", "silence": "dim", "phone": "dim italic"}
_STYLE = Style.from_dict({"prompt": "ansigreen bold", "bottom-toolbar": "noreverse", "key": "ansiyellow bold"})


def act(call: PhoneCall, typed: str) -> None:
    """Do what somebody typed: keys, words or nothing; while another telephone rings, how that ends."""
    typed = typed.strip()
    if call.dialed and typed.lower() in OUTCOMES:
        call.is_put_through(OUTCOMES[typed.lower()])
    elif not typed:
        call.waits()
    elif KEYS.fullmatch(typed):
        call.presses(typed.replace(" ", ""))
    else:
        call.says(typed)


class Terminal:
    """Shows one call as it goes, and lets a person or a script be the caller."""

    def __init__(self, call: PhoneCall, console: Console) -> None:
        self._call = call
        self._console = console
        self._shown = 0

    def converse(self) -> None:
        """Let a person talk until the line is closed or they hang up."""
        session: PromptSession[str] = PromptSession(style=_STYLE)
        self.show()
        while not self._call.ended:
            try:
                typed = session.prompt(HTML("<prompt>you ›</prompt> "), bottom_toolbar=self._legend)
            except (EOFError, KeyboardInterrupt):
                self._call.hangs_up()
            else:
                self._shown_by_typing(typed)
                act(self._call, typed)
            self.show()

    def play(self, lines: Iterable[str]) -> None:
        """Let a script talk: each line as it would be typed."""
        self.show()
        for line in lines:
            if self._call.ended:
                break
            act(self._call, line)
            self.show()
        if not self._call.ended:
            self._call.hangs_up()
            self.show()

    def show(self) -> None:
        """Print what was said since the last time, and what Twilio would complain of."""
        for event in self._call.line.events[self._shown :]:
            self._console.print(_coloured(event))
        self._shown = len(self._call.line.events)
        for problem in self._call.problems:
            self._console.print(Text(f"! {problem}", "bold red"))
        self._call.problems.clear()

    def show_tickets(self, tickets: Sequence[Filed]) -> None:
        """Print what came of the call."""
        for ticket in tickets:
            table = Table.grid(padding=(0, 2))
            table.add_row("service", ticket.service)
            table.add_row("address", ticket.address)
            table.add_row("department", ticket.department)
            table.add_row("status", ticket.status)
            self._console.print(Panel.fit(table, title=f"[bold]Ticket {ticket.number}[/]", border_style="green"))

    def _shown_by_typing(self, typed: str) -> None:
        """What was typed stands on the screen already: skip the event that repeats it."""
        if typed.strip() and not (self._call.dialed and typed.strip().lower() in OUTCOMES):
            self._shown += 1

    def _legend(self) -> HTML:
        if self._call.dialed:
            return HTML(
                f" It rings at {self._call.dialed}.  <key>a</key> somebody answers  <key>b</key> busy  "
                "<key>f</key> fails  <key>Enter</key> nobody answers  <key>Ctrl-D</key> hang up"
            )
        return HTML(
            " words are spoken  <key>0-9 * #</key> are keys  <key>Enter</key> is silence  <key>Ctrl-D</key> hangs up"
        )


def script_lines(text: str) -> list[str]:
    """The caller's part of a script: a golden transcript, or plain lines as they would be typed."""
    kept: list[str] = []
    for line in text.splitlines():
        if re.match(r"(caller|keys):", line):
            kept.append(line.partition(":")[2].strip())
        elif line.strip() == "(silence)":
            kept.append("")
        elif not re.match(r"(line|from|to):|;|\(|\s*$", line):
            kept.append(line.strip())
    return kept


def _coloured(event: Event) -> Text:
    colour = _COLOURS[event.who]
    if event.who in {"silence", "phone"}:
        return Text(written(event), colour)
    return Text.assemble((f"{event.who:>6}  ", colour), event.text)
