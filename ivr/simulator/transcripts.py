"""Golden calls: plain text a city clerk can read, played on the telephone and compared word for word.

    ; A pothole, reported in four answers.
    from: +16175550142

    line: Springfield 3 1 1. …
    caller: there's a huge pothole
    keys: 1
    (silence)
    (put through: busy)
    (the caller hung up)

What the caller does is played; what the line says is compared. `…` stands for whatever the line says there (a date),
`#…#` for a number that is another in every call. Lines starting with ; are remarks and stay at the top.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

from ivr.simulator.phone import CALLER, Phone, PhoneCall

_ACT = re.compile(
    r"(?P<who>caller|keys): ?(?P<words>.*)|\((?P<quiet>silence|the caller hung up|put through: (?P<outcome>[\w-]+))\)"
)
_HEAD = (";", "from:", "to:")
_TICKET_NUMBER = re.compile(r"\b\d(?:[ ,.]+\d){5,11}\b|\b\d{6,12}\b")


def replay(text: str, phone: Phone) -> PhoneCall:
    """Play the caller's part of a transcript, until it ends or the line does."""
    settings = dict(re.findall(r"^(from|to): *(\S+)", text, re.MULTILINE))
    call = phone.dials(from_=settings.get("from", CALLER), to=settings.get("to", ""))
    for line in text.splitlines():
        act = _ACT.fullmatch(line.strip())
        if act and not call.ended:
            _play(call, act)
    return call


def difference(text: str, call: PhoneCall) -> str:
    """The first line that did not go as written, as `wanted / heard`; "" where all did."""
    for wanted, heard in zip_longest(_body(text), call.transcript.splitlines(), fillvalue=""):
        if not _agree(wanted, heard):
            return f"wanted: {wanted}\nheard:  {heard}"
    return ""


def update(path: Path, phone: Phone) -> None:
    """Write down how the call in `path` goes today; lines that still hold stay as they are, with their `…`."""
    text = path.read_text(encoding="utf-8")
    head = [line for line in text.splitlines() if line.startswith(_HEAD)]
    lines = []
    for wanted, heard in zip_longest(_body(text), replay(text, phone).transcript.splitlines(), fillvalue=""):
        if heard:
            lines.append(wanted if _agree(wanted, heard) else _masked(heard))
    path.write_text("\n".join([*head, "", *lines, ""]), encoding="utf-8")


def _masked(line: str) -> str:
    """A line with the numbers that change from call to call left open."""
    return _TICKET_NUMBER.sub("#…#", line) if line.startswith("line:") else line


def _play(call: PhoneCall, act: re.Match[str]) -> None:
    if act["who"] == "caller":
        call.says(act["words"])
    elif act["who"] == "keys":
        call.presses(act["words"].replace(" ", ""))
    elif act["outcome"]:
        call.is_put_through(act["outcome"])
    elif act["quiet"] == "silence":
        call.waits()
    else:
        call.hangs_up()


def _body(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith(_HEAD)]


def _agree(wanted: str, heard: str) -> bool:
    pattern = re.escape(wanted).replace(re.escape("#…#"), r"\d[\d ,.]*\d").replace("…", ".*")
    return re.fullmatch(pattern, heard) is not None
