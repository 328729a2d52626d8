"""Golden calls are played, compared, and written anew on demand."""

from __future__ import annotations

from pathlib import Path

from ivr.simulator.phone import Phone
from ivr.simulator.transcripts import difference, replay, update
from tests.simulator.toy import Toy, gather, response

CALL = """\
; Somebody reports a pothole.
from: +16175550199

line: How can I help?
caller: there's a pothole
line: Your number is #…#. It is due …
(silence)
line: Goodbye.
(the line is closed)
"""


def a_phone(question: str = "How can I help?") -> Phone:
    return Toy(
        voice=response(gather(question)),
        heard=response(gather("Your number is 4 8 2, 1 9 3, 0 7. It is due Friday.", action="/end")),
        end=response("<Say>Goodbye.</Say>", "<Hangup/>"),
    ).phone()


def test_a_call_that_goes_as_written_differs_nowhere() -> None:
    call = replay(CALL, a_phone())
    assert difference(CALL, call) == ""
    assert call.line.parties.caller == "+16175550199"


def test_the_first_difference_is_told() -> None:
    told = difference(CALL, replay(CALL, a_phone("Good morning!")))
    assert told == "wanted: line: How can I help?\nheard:  line: Good morning!"
    assert "wanted: line: One more thing." in difference(CALL + "line: One more thing.\n", replay(CALL, a_phone()))


def test_writing_anew_keeps_remarks_and_what_still_holds(tmp_path: Path) -> None:
    path = tmp_path / "pothole.txt"
    path.write_text(CALL)
    update(path, a_phone("Good morning!"))
    assert path.read_text() == CALL.replace("How can I help?", "Good morning!")
    path.write_text("; New.\ncaller: there's a pothole\n(silence)\n")
    update(path, a_phone())
    assert "line: Your number is #…#. It is due Friday." in path.read_text()
    assert difference(path.read_text(), replay(path.read_text(), a_phone())) == ""
