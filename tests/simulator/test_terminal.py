"""The line in a terminal: what is typed, what is shown, and scripts."""

from __future__ import annotations

import io

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from ivr.simulator.exchange import Filed
from ivr.simulator.terminal import Terminal, script_lines
from tests.simulator.toy import Toy, gather, response


@pytest.fixture
def toy() -> Toy:
    return Toy(
        voice=response(gather("How can I help?")),
        heard=response(gather("Press a number.", action="/number")),
        number=response('<Dial action="/end">+16175550100</Dial>'),
        end=response("<Say>Goodbye.</Say>", "<Hangup/>"),
    )


def a_terminal(toy: Toy) -> tuple[Terminal, io.StringIO]:
    written = io.StringIO()
    return Terminal(toy.phone(strict=False).dials(), Console(file=written, width=100)), written


def test_a_person_types_a_call(toy: Toy) -> None:
    terminal, written = a_terminal(toy)
    with create_pipe_input() as typed, create_app_session(input=typed, output=DummyOutput()):
        typed.send_text("there's a pothole\r12 #\rb\r")
        terminal.converse()
    sent = [form for _, path, form in toy.requests if path in {"/heard", "/number", "/end"}]
    assert [form.get("SpeechResult") or form.get("Digits") or form["DialCallStatus"] for form in sent] == [
        "there's a pothole",
        "12",
        "busy",
    ]
    shown = written.getvalue()
    assert "How can I help?" in shown
    assert "Goodbye." in shown
    assert "there's a pothole" not in shown  # it stands where it was typed


def test_an_empty_line_is_silence_and_ctrl_d_hangs_up(toy: Toy) -> None:
    terminal, written = a_terminal(toy)
    with create_pipe_input() as typed, create_app_session(input=typed, output=DummyOutput()):
        typed.send_text("\r\x04")
        terminal.converse()
    assert toy.paths() == ["/voice", "/heard", "/voice/status"]
    assert "(silence)" in written.getvalue()
    assert "(the caller hung up)" in written.getvalue()


def test_a_script_is_the_caller_and_hangs_up_when_it_has_no_more_to_say(toy: Toy) -> None:
    terminal, written = a_terminal(toy)
    terminal.play(
        script_lines("; A remark\nline: How can I help?\ncaller: a pothole\nkeys: 1 2 #\n(dials +16175550100)\n")
    )
    assert "caller  a pothole" in written.getvalue()
    assert toy.paths()[-2:] == ["/end", "/voice/status"]


def test_plain_lines_are_a_script_too() -> None:
    assert script_lines("there's a pothole\n\n12\n(silence)\n") == ["there's a pothole", "12", ""]


def test_the_ticket_and_twilios_complaints_are_shown(toy: Toy) -> None:
    toy.pages["/voice"] = response(gather(method="PUT"))
    terminal, written = a_terminal(toy)
    terminal.show()
    terminal.show_tickets([Filed("48219307", "Pothole", "12 Main St", "Public Works", "new")])
    assert "! <Gather method='PUT'>" in written.getvalue()
    assert "48219307" in written.getvalue()
